/* With 100,000 dossiers in the queue nothing is walked that grows with it: the plan of every
 * statement, and the work that the busy ones really do. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"

#include <malloc.h>

#define FEW  10
#define MANY 100000

#define STATEMENT(name, text) { #name, text },
static const struct {
	const char *name, *sql;
} ALL[] = {
#include "firmware/core/statements.def"
};
#undef STATEMENT

/* Those that may walk a table that grows, and why. */
static const char *const MAY_SCAN[][2] = {
	{ "OUTBOX_LIST", "as far as its limit" },
	{ "AUDIT_LAST", "one row, from the end" },
	{ "AUDIT_LIST", "as far as its limit" },
	{ "AUDIT_WALK", "that is what it is for" },
	{ "OUTBOX_UNTOLD", "an index of those who were not told: a handful" },
	{ "OUTBOX_UNCLAIM", "the same" },
	{ "CHIP_FORGET", "a few types of cards" },
	{ "ANCHOR_LIST", "a few hundred, for a technician" },
	{ "PAY_OF", "the fees of one dossier" },
	{ "TABLE_AFTER", "names of tables" },
	{ "OUTBOX_DUE", "the first of an index" },
	{ "OUTBOX_OLDEST", "the first of an index" },
	{ "OUTBOX_HELD", "an index, as far as its limit" },
	{ "OUTBOX_WAITING", "the same" },
	{ "OUTBOX_CODE", "sorts the few of one code" },
	{ "RECONCILE_KEYS", "sorts the dossiers of one day" },
	{ "RECONCILE_UNSEEN", "the first of an index" },
	{ "FIND_LIST", "differences, pruned" },
	{ "BUNDLE_FILL", "all that wait, for staff with a stick in hand" },
};

static struct fixture f;

static bool grows(const char *plan)
{
	return strstr(plan, "SCAN outbox_total") == NULL &&
	       (strstr(plan, "SCAN outbox") || strstr(plan, "SCAN audit") ||
		strstr(plan, "SCAN o") || strstr(plan, "TEMP B-TREE"));
}

static bool may_scan(const char *name)
{
	for (size_t i = 0; i < sizeof MAY_SCAN / sizeof *MAY_SCAN; i++)
		if (strcmp(MAY_SCAN[i][0], name) == 0)
			return true;
	return false;
}

static void no_statement_walks_what_grows(void)
{
	struct store *s = open_store(&f);

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
		char sql[2000];
		sqlite3_stmt *st;

		snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", ALL[i].sql);
		if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK) {
			ok(!"a statement");
			continue;
		}
		while (sqlite3_step(st) == SQLITE_ROW) {
			const char *plan = (const char *)sqlite3_column_text(st, 3);

			if (!grows(plan) || may_scan(ALL[i].name))
				continue;
			ok(!"walks a table that grows");
			printf("# %s: %s\n", ALL[i].name, plan);
		}
		sqlite3_finalize(st);
	}
	store_close(s);
}

/* A queue of n, made quickly. */
static struct store *queue_of(int n)
{
	char sql[900];

	remove_dir(f.data);
	struct store *s = open_store(&f);
	snprintf(
		sql, sizeof sql,
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)"
		" INSERT INTO outbox (key, receipt_code, procedure, manifest, sha256, bytes, state,"
		" added_s, next_ms) SELECT printf('%%08x-0000-4000-8000-000000000000', i * 7919),"
		" 'TAM-X-' || i, '1.001193', hex(zeroblob(32)), hex(zeroblob(32)), 1000000,"
		" iif(i %% 2, 'sealed', 'purged'), i, 0 FROM c",
		n);
	eq_int(sqlite3_exec(s->db, sql, NULL, NULL, NULL), SQLITE_OK);
	eq_int(db_checkpoint(s->db), ERR_OK);
	return s;
}

/* Steps of SQLite's machine, which is what a statement costs. */
struct work {
	long add, next, counts, link_up, sending;
	size_t memory;
};

static int one_more(void *data)
{
	long *n = data;

	++*n;
	return 0;
}

static long count(struct store *s, enum err (*what)(struct store *s))
{
	long n = 0;

	sqlite3_progress_handler(s->db, 1, one_more, &n);
	enum err e = what(s);
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	eq_int(e, ERR_OK);
	return n;
}

static enum err add(struct store *s)
{
	char key[STORE_KEY_CAP];

	return file_one(s, key);
}

static enum err next(struct store *s)
{
	struct outbox_item item;
	uint32_t wait_ms;

	return outbox_next(s, NULL, &item, &wait_ms);
}

static enum err counts(struct store *s)
{
	struct outbox_counts n;

	return outbox_counts(s, &n);
}

static enum err link_up(struct store *s)
{
	return outbox_link_up(s, 0);
}

static enum err sending(struct store *s)
{
	struct outbox_item item;
	uint32_t wait_ms;
	enum err e = outbox_next(s, NULL, &item, &wait_ms);

	if (e == ERR_OK)
		e = outbox_sending(s, item.key);
	return e == ERR_OK
		       ? outbox_failed(s, item.key,
				       &(struct outbox_failure){ .why = ERR_SERVER, .http = 503 })
		       : e;
}

static struct work work_with(int n)
{
	struct store *s = queue_of(n);
	struct work w = {
		.add = count(s, add),
		.next = count(s, next),
		.counts = count(s, counts),
		.link_up = count(s, link_up),
		.sending = count(s, sending),
		.memory = mallinfo2().uordblks,
	};

	store_close(s);
	return w;
}

static void the_same_work_at_any_length(void)
{
	struct work few = work_with(FEW), many = work_with(MANY);

	printf("# %-10s %8s %8s\n", "", "10", "100,000");
	printf("# %-10s %8ld %8ld\n", "add", few.add, many.add);
	printf("# %-10s %8ld %8ld\n", "next", few.next, many.next);
	printf("# %-10s %8ld %8ld\n", "counts", few.counts, many.counts);
	printf("# %-10s %8ld %8ld\n", "link up", few.link_up, many.link_up);
	printf("# %-10s %8ld %8ld\n", "sending", few.sending, many.sending);
	printf("# %-10s %8zu %8zu bytes\n", "memory", few.memory, many.memory);
	ok(few.add > 100 && many.add <= few.add + 10);
	ok(few.next > 5 && many.next <= few.next + 5);
	ok(many.counts <= few.counts + 5);
	ok(many.link_up <= few.link_up + 5);
	ok(many.sending <= few.sending + 10);
	ok(many.memory < few.memory + (4 << 20)); /* SQLite's cache is full now: 2 MB */
}

/* The start reads every row once, in memory that does not grow. */
static void a_start_with_many(void)
{
	struct store *s = queue_of(MANY);
	store_close(s);
	size_t before = mallinfo2().uordblks;
	s = open_store(&f);
	ok(mallinfo2().uordblks < before + (5 << 20));
	eq_int(add(s), ERR_OK);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	no_statement_walks_what_grows();
	the_same_work_at_any_length();
	a_start_with_many();
	fixture_finish(&f);
	return tap_done();
}
