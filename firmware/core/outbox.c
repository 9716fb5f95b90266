#include "firmware/core/outbox.h"

#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/outbox_row.h"
#include "firmware/core/vault_row.h"

#include <stdio.h>
#include <string.h>

enum err outbox_make(struct store *s, const struct dossier *d, const struct package_keys *keys,
		     struct package *ret_package)
{
	if (s->failed)
		return ERR_IO;
	enum err e = package_make(d, keys, s->outbox_fd, ret_package);
	if (e == ERR_NO_SPACE && disk_give(&s->disk))
		e = package_make(d, keys, s->outbox_fd, ret_package);
	return db_wrote(s, e);
}

static enum err take_receipt_code(struct store *s, const char *code)
{
	uint32_t day, seq;
	enum err e = receipt_code_parse(code, &day, &seq);

	if (e != ERR_OK)
		return e;
	return db_run(s, SQL_RECEIPT_TAKE, DB_VALUES(db_num(day), db_num(seq)));
}

static enum err add_row(struct store *s, const struct package *p, const struct vault *vault)
{
	const uint8_t *claim = vault ? vault_claim(vault) : NULL;
	int64_t now_s = clock_now_s(s->options.clock);

	return db_run(s, SQL_OUTBOX_ADD,
		      DB_VALUES(db_text(p->key), db_text(p->receipt_code), db_text(p->procedure),
				db_text(p->supplement), db_text(p->manifest), db_text(p->sha256),
				db_num((int64_t)p->bytes), db_num(now_s),
				db_bytes(claim, VAULT_CLAIM_BYTES)));
}

enum err outbox_add_rows(struct store *s, const struct package *p, const struct vault *vault,
			 const char *what)
{
	enum err e = add_row(s, p, vault);

	if (e == ERR_OK)
		e = take_receipt_code(s, p->receipt_code);
	if (e == ERR_OK)
		e = audit_add(s, what, p->key, p->receipt_code);
	if (e == ERR_OK)
		e = counter_add(s, p->supplement[0] ? "supplement.sealed" : "dossier.sealed",
				p->procedure);
	if (e == ERR_OK && vault)
		e = vault_forget(s, vault);
	return e;
}

static bool same_package(const struct outbox_item *item, const struct package *p)
{
	return strcmp(item->sha256, p->sha256) == 0 && strcmp(item->manifest, p->manifest) == 0 &&
	       strcmp(item->receipt_code, p->receipt_code) == 0;
}

/* Within the commit that is open. ERR_OK also for what is there already. */
static enum err add_one(struct store *s, const struct package *p, const struct vault *vault)
{
	struct outbox_item item;
	enum err e = outbox_get(s, p->key, &item);

	if (e == ERR_OK)
		return same_package(&item, p) ? ERR_OK : ERR_DENIED;
	return e == ERR_NOT_FOUND ? outbox_add_rows(s, p, vault, "outbox.sealed") : e;
}

/* One that fails takes back its own rows only. What is returned is an error of all: on a full disk
 * SQLite has taken everything back. */
static enum err add_within(struct store *s, struct outbox_add *a)
{
	struct package named = *a->package;

	a->result = outbox_name(&named);
	if (a->result != ERR_OK)
		return ERR_OK;
	enum err e = db_run(s, SQL_ONE, DB_NOTHING);
	if (e != ERR_OK)
		return e;
	a->result = add_one(s, a->package, a->vault);
	if (a->result != ERR_OK && sqlite3_get_autocommit(s->db))
		return a->result;
	if (a->result != ERR_OK)
		e = db_run(s, SQL_ONE_BACK, DB_NOTHING);
	return e == ERR_OK ? db_run(s, SQL_ONE_END, DB_NOTHING) : e;
}

/* The file follows what became of its row. */
static void settle_file(struct store *s, const struct outbox_add *a)
{
	struct package named = *a->package;

	if (outbox_name(&named) != ERR_OK)
		return;
	if (a->result == ERR_OK)
		outbox_claim(s, &named);
	else if (!s->failed) /* else the row may be on the disk, and needs its file */
		outbox_disclaim(s, &named);
}

enum err outbox_add_all(struct store *s, struct outbox_add *adds, size_t n)
{
	enum err e = db_begin(s);

	if (e == ERR_OK) {
		for (size_t i = 0; i < n && e == ERR_OK; i++)
			e = add_within(s, &adds[i]);
		e = db_end(s, e);
	}
	for (size_t i = 0; i < n; i++) {
		if (e != ERR_OK)
			adds[i].result = e;
		settle_file(s, &adds[i]);
	}
	return e;
}

enum err outbox_add(struct store *s, const struct package *p, const struct vault *vault)
{
	struct outbox_add a = { .package = p, .vault = vault };
	enum err e = outbox_add_all(s, &a, 1);

	return e == ERR_OK ? a.result : e;
}

enum err outbox_get(struct store *s, const char *key, struct outbox_item *ret_item)
{
	struct outbox_row row;
	enum err e = outbox_row_by(s, SQL_OUTBOX_GET, key, &row);

	if (e == ERR_OK)
		*ret_item = row.item;
	return e;
}

enum err outbox_find(struct store *s, const char *code, struct outbox_item *ret_item)
{
	struct outbox_row row;
	enum err e = outbox_row_by(s, SQL_OUTBOX_RECEIPT, code, &row);

	if (e == ERR_NOT_FOUND && *code)
		e = outbox_row_by(s, SQL_OUTBOX_CODE, code, &row);
	if (e == ERR_OK)
		*ret_item = row.item;
	return e;
}

void outbox_dossier(struct store *s, const char *code, char ret_name[OUTBOX_CODE_CAP])
{
	struct outbox_item item;
	enum err e = outbox_find(s, code, &item);

	(void)snprintf(ret_name, OUTBOX_CODE_CAP, "%s", code);
	if (e == ERR_OK && item.supplement[0]) {
		memcpy(ret_name, item.supplement, OUTBOX_CODE_CAP);
		e = outbox_find(s, ret_name, &item);
	}
	if (e == ERR_OK && !item.supplement[0])
		memcpy(ret_name, item.key, sizeof item.key);
}

enum err outbox_supplement(struct store *s, const char *code, struct outbox_item *ret_item)
{
	struct outbox_row row;
	enum err e = outbox_row_by(s, SQL_OUTBOX_SUPPLEMENT, code, &row);

	if (e == ERR_OK)
		*ret_item = row.item;
	return e;
}

/* ERR_CANCELLED: fn has had enough. */
static enum err each(struct store *s, struct sqlite3_stmt *st, outbox_fn *fn, void *data)
{
	struct outbox_row row;
	enum err e = ERR_OK;

	for (; e == ERR_OK; e = db_next(s, st)) {
		e = outbox_read_row(st, &row);
		if (e != ERR_OK)
			return e;
		if (!fn(data, &row.item))
			return ERR_CANCELLED;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err outbox_list(struct store *s, unsigned max, outbox_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_OUTBOX_LIST, DB_VALUES(db_num(max)), &st);

	if (e == ERR_OK)
		e = each(s, st, fn, data);
	return e == ERR_NOT_FOUND || e == ERR_CANCELLED ? ERR_OK : e;
}

static enum err some(struct store *s, enum statement what, unsigned from, unsigned max,
		     outbox_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, DB_VALUES(db_num(max), db_num(from)), &st);

	return e == ERR_OK ? each(s, st, fn, data) : e;
}

enum err outbox_waiting(struct store *s, unsigned from, unsigned max, outbox_fn *fn, void *data)
{
	struct outbox_counts n = { 0 };
	enum err e = outbox_counts(s, &n);
	unsigned held = n.in[OUTBOX_QUARANTINED];
	unsigned of_held = from < held ? held - from : 0;

	of_held = of_held < max ? of_held : max;
	if (e == ERR_OK && of_held > 0)
		e = some(s, SQL_OUTBOX_HELD, from, of_held, fn, data);
	if ((e == ERR_OK || e == ERR_NOT_FOUND) && max > of_held)
		e = some(s, SQL_OUTBOX_WAITING, from > held ? from - held : 0, max - of_held, fn,
			 data);
	return e == ERR_NOT_FOUND || e == ERR_CANCELLED ? ERR_OK : e;
}

static enum err oldest_unsent(struct store *s, int64_t *ret_s)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_OUTBOX_OLDEST, DB_NOTHING, &st);

	if (e == ERR_OK)
		*ret_s = sqlite3_column_int64(st, 0);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err outbox_counts(struct store *s, struct outbox_counts *ret_counts)
{
	struct outbox_counts c = { 0 };
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_OUTBOX_COUNTS, DB_NOTHING, &st);

	for (; e == ERR_OK; e = db_next(s, st)) {
		enum outbox_state state = outbox_state_of(sqlite3_column_text(st, 0));

		if (state == OUTBOX_STATES)
			continue;
		c.in[state] = (uint32_t)sqlite3_column_int64(st, 1);
		if (state != OUTBOX_PURGED)
			c.bytes += (uint64_t)sqlite3_column_int64(st, 2);
	}
	if (e == ERR_NOT_FOUND)
		e = oldest_unsent(s, &c.oldest_unsent_s);
	if (e == ERR_OK)
		*ret_counts = c;
	return e;
}
