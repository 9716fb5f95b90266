/* The end of a dossier's way: answered, sent again, purged. */
#include "firmware/core/outbox.h"

#include "firmware/base/auto.h"
#include "firmware/core/audit.h"
#include "firmware/core/counter.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/outbox_row.h"
#include "firmware/core/receipt_code.h"
#include "firmware/core/reconcile.h"
#include "firmware/core/vault_row.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_whole(const struct outbox_answer *a)
{
	if (!a->bytes || a->len == 0 || a->len > OUTBOX_MAX_ANSWER)
		return false;
	if (a->accepted && (!a->dossier_code || !*a->dossier_code))
		return false;
	return (!a->dossier_code || strlen(a->dossier_code) < OUTBOX_CODE_CAP) &&
	       (!a->reason || strlen(a->reason) < OUTBOX_REASON_CAP);
}

/* A supplement is taken for the dossier that it names, not as one of its own. By the code of a slip
 * nobody here can tell. */
static bool is_of_dossier(const struct outbox_answer *a, const struct outbox_item *item)
{
	return !a->accepted || !item->supplement[0] || receipt_code_ok(item->supplement) ||
	       strcasecmp(a->dossier_code, item->supplement) == 0;
}

static bool is_for(const struct outbox_answer *a, const struct outbox_item *item)
{
	return a->key && a->manifest && strcmp(a->key, item->key) == 0 &&
	       strcmp(a->manifest, item->manifest) == 0 && is_of_dossier(a, item);
}

/* The answer that is known already, once more. */
static bool is_again(const struct outbox_answer *a, const struct outbox_item *item)
{
	if (a->accepted)
		return item->state == OUTBOX_ACCEPTED &&
		       strcmp(a->dossier_code, item->dossier_code) == 0;
	return item->state == OUTBOX_REFUSED;
}

static const char *counter_of(const struct outbox_item *item, const struct outbox_answer *a)
{
	if (item->supplement[0])
		return a->accepted ? "supplement.accepted" : "supplement.refused";
	return a->accepted ? "dossier.accepted" : "dossier.refused";
}

static enum err settle(struct store *s, const struct outbox_item *item,
		       const struct outbox_answer *a)
{
	const char *state = outbox_state_name(a->accepted ? OUTBOX_ACCEPTED : OUTBOX_REFUSED);
	const char *code = a->accepted ? a->dossier_code : "";
	const char *reason = a->accepted || !a->reason ? "" : a->reason;
	bool second = item->answered_s != 0; /* it was sent again */
	enum err e = second ? reconcile_answered(s, item, a) : ERR_OK;

	if (e == ERR_OK)
		e = db_change(s, SQL_OUTBOX_ANSWER,
			      DB_VALUES(db_text(state), db_text(code), db_text(reason),
					db_bytes(a->bytes, a->len), db_num(a->time_s),
					db_num(a->due_s), db_num(clock_now_s(s->options.clock)),
					db_text(item->key)));

	if (e == ERR_OK)
		e = audit_add(s, a->accepted ? "outbox.accepted" : "outbox.refused", item->key,
			      code);
	if (e == ERR_OK && !second)
		e = counter_add(s, counter_of(item, a), item->procedure);
	return e;
}

enum err outbox_answered(struct store *s, const char *key, const struct outbox_answer *a)
{
	struct outbox_item item;
	enum err e = outbox_get(s, key, &item);

	if (e != ERR_OK)
		return e;
	if (!is_whole(a) || !is_for(a, &item))
		return ERR_FORGED;
	if (item.state == OUTBOX_PURGED)
		return ERR_DENIED;
	if (item.state == OUTBOX_ACCEPTED || item.state == OUTBOX_REFUSED)
		return is_again(a, &item) ? ERR_OK : ERR_FORGED;
	e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = db_end(s, settle(s, &item, a));
	if (e == ERR_OK)
		pace_good(&s->pace);
	return e;
}

enum err outbox_again_row(struct store *s, const struct outbox_item *item)
{
	enum err e = db_change(s, SQL_OUTBOX_AGAIN, DB_VALUES(db_text(item->key)));

	return e == ERR_OK ? audit_add(s, "outbox.again", item->key, outbox_state_name(item->state))
			   : e;
}

enum err outbox_again(struct store *s, const char *key)
{
	struct outbox_item item;
	enum err e = outbox_get(s, key, &item);

	if (e != ERR_OK)
		return e;
	if (item.state == OUTBOX_SEALED)
		return ERR_OK;
	if (item.state != OUTBOX_QUARANTINED && item.state != OUTBOX_ACCEPTED)
		return ERR_DENIED;
	e = db_begin(s);
	return e == ERR_OK ? db_end(s, outbox_again_row(s, &item)) : e;
}

/* The package's hash in groups: a long run of digits would be masked as personal. */
static void purge_detail(const struct outbox_item *item, char *ret, size_t cap)
{
	int n = snprintf(ret, cap, "%s sha256=", outbox_state_name(item->state));

	for (size_t i = 0; item->sha256[i] && (size_t)n + 2 < cap; i++)
		n += snprintf(ret + n, cap - (size_t)n, "%s%c", i && i % 8 == 0 ? "-" : "",
			      item->sha256[i]);
}

static enum err purge_one(struct store *s, const struct outbox_item *item)
{
	struct package p = { 0 };
	char detail[128];

	memcpy(p.key, item->key, sizeof p.key);
	memcpy(p.receipt_code, item->receipt_code, sizeof p.receipt_code);
	memcpy(p.manifest, item->manifest, sizeof p.manifest);
	enum err e = outbox_name(&p);
	if (e == ERR_OK)
		e = outbox_remove_file(s, p.name);
	if (e == ERR_OK)
		e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = db_change(s, SQL_OUTBOX_PURGED, DB_VALUES(db_text(item->key)));
	purge_detail(item, detail, sizeof detail);
	if (e == ERR_OK)
		e = audit_add(s, "outbox.purged", item->key, detail);
	return db_end(s, e);
}

static enum err old_one(struct store *s, int64_t before_s, struct outbox_row *ret_row)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_OUTBOX_OLD, DB_VALUES(db_num(before_s)), &st);

	return e == ERR_OK ? outbox_read_row(st, ret_row) : e;
}

enum err outbox_purge(struct store *s, int64_t retention_s, unsigned *ret_count)
{
	int64_t before_s = clock_now_s(s->options.clock) - retention_s;
	unsigned count = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		struct outbox_row r;

		e = old_one(s, before_s, &r);
		if (e == ERR_OK)
			e = purge_one(s, &r.item);
		if (e == ERR_OK)
			count++;
	}
	if (ret_count)
		*ret_count = count;
	if (e != ERR_NOT_FOUND)
		return e;
	e = db_change(s, SQL_OUTBOX_UNCLAIM, DB_VALUES(db_num(before_s)));
	if (e == ERR_NOT_FOUND)
		return count > 0 ? db_forget(s) : ERR_OK;
	return e == ERR_OK ? db_forget(s) : e;
}

static enum err find_claim(struct store *s, const char *number, char ret_key[STORE_KEY_CAP])
{
	AUTO_ROWS *st = NULL;
	struct secret slow;
	bool yes = false;
	enum err e = db_first(s, SQL_OUTBOX_UNTOLD, DB_NOTHING, &st);

	if (e != ERR_OK)
		return e;
	e = vault_claimant(s, number, &slow);
	for (; e == ERR_OK; e = db_next(s, st)) {
		const uint8_t *claim = sqlite3_column_blob(st, 1);

		e = claim ? vault_claim_is(&slow, claim, &yes) : ERR_NO_MEMORY;
		if (e != ERR_OK || yes)
			break;
	}
	explicit_bzero(&slow, sizeof slow);
	if (e == ERR_OK)
		db_copy(st, 0, ret_key, STORE_KEY_CAP);
	return e;
}

enum err outbox_untold(struct store *s, const char *number, struct outbox_item *ret_item)
{
	char key[STORE_KEY_CAP];
	enum err e = find_claim(s, number, key);

	return e == ERR_OK ? outbox_get(s, key, ret_item) : e;
}

enum err outbox_told(struct store *s, const char *key)
{
	return db_change(s, SQL_OUTBOX_TOLD, DB_VALUES(db_text(key)));
}

enum err outbox_proof(struct store *s, const char *key, uint8_t **ret_bytes, size_t *ret_len)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_OUTBOX_PROOF, DB_VALUES(db_text(key)), &st);

	if (e != ERR_OK)
		return e;
	const void *blob = sqlite3_column_blob(st, 0);
	size_t len = (size_t)sqlite3_column_bytes(st, 0);
	uint8_t *bytes = blob ? malloc(len) : NULL;
	if (!bytes)
		return ERR_NO_MEMORY;
	memcpy(bytes, blob, len);
	*ret_bytes = bytes;
	*ret_len = len;
	return ERR_OK;
}
