/* What a claim costs: syncs are what a slow disk is slow at, so they are counted, all of them in
 * this process, SQLite's included. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 1000
#define TEN  10

static struct fixture f;

static bool settings_hold(struct store *s)
{
	sqlite3_stmt *st;
	bool good = sqlite3_prepare_v2(s->db, "PRAGMA synchronous", -1, &st, NULL) == SQLITE_OK &&
		    sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) == 2;

	sqlite3_finalize(st);
	return good;
}

static void one_sync_a_claim(void)
{
	struct store *s = open_store(&f);
	long syncs = 0;

	ok(settings_hold(s));
	for (int i = 0; i < MANY; i++) {
		struct vault *v = NULL;
		struct package p;

		if (vault_begin(s, CITIZEN, &v) != ERR_OK || fake_package(s, &p) != ERR_OK)
			ok(!"the fixture");
		faults.syncs = 0;
		if (outbox_add(s, &p, v) != ERR_OK)
			ok(!"outbox_add");
		syncs += faults.syncs;
		vault_close(v);
	}
	printf("# %.3f syncs a claim\n", (double)syncs / MANY);
	ok(syncs >= MANY);
	ok(syncs * 100 <= MANY * 105);
	store_close(s);
}

/* A package whose receipt code is given to no other. */
static void a_package(struct store *s, struct package *p)
{
	uint32_t day, seq;

	eq_int(fake_package(s, p), ERR_OK);
	eq_int(receipt_code_parse(p->receipt_code, &day, &seq), ERR_OK);
	eq_int(db_run(s, SQL_RECEIPT_TAKE, DB_VALUES(db_num(day), db_num(seq))), ERR_OK);
}

/* Ten that came together: one commit. What one of them has wrong is its own affair. */
static void one_sync_for_ten(void)
{
	struct package p[TEN];
	struct outbox_add adds[TEN];
	struct store *s = open_store(&f);
	int fd = -1;

	for (int i = 0; i < TEN; i++) {
		a_package(s, &p[i]);
		adds[i] = (struct outbox_add){ .package = &p[i] };
	}
	faults.syncs = 0;
	eq_int(outbox_add_all(s, adds, TEN), ERR_OK);
	ok(faults.syncs <= 3); /* one, and two more when the journal is emptied on the way */
	for (int i = 0; i < TEN; i++) {
		eq_int(adds[i].result, ERR_OK);
		eq_int(outbox_open(s, p[i].key, &fd), ERR_OK);
		close(fd);
	}
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);

	/* again, a key that has another package, a name of no shape, and a new one */
	struct package changed = p[1], shapeless = p[2], fresh;
	memset(changed.manifest, 'c', 64);
	shapeless.key[0] = '/';
	a_package(s, &fresh);
	struct outbox_add mixed[] = { { .package = &p[0] },
				      { .package = &changed },
				      { .package = &shapeless },
				      { .package = &fresh } };
	eq_int(outbox_add_all(s, mixed, 4), ERR_OK);
	eq_int(mixed[0].result, ERR_OK);
	eq_int(mixed[1].result, ERR_DENIED);
	eq_int(mixed[2].result, ERR_BAD_DATA);
	eq_int(mixed[3].result, ERR_OK);
	eq_int(outbox_open(s, fresh.key, &fd), ERR_OK);
	close(fd);
	eq_int(outbox_open(s, p[1].key, &fd), ERR_OK);
	close(fd);
	eq_int(audit_verify(s, NULL, NULL), ERR_OK);
	store_close(s);
}

/* All or none, when the disk refuses the commit. */
static void ten_that_could_not_be_synced(void)
{
	struct package p[TEN];
	struct outbox_add adds[TEN];
	struct outbox_item item;
	struct store *s = open_store(&f);

	for (int i = 0; i < TEN; i++) {
		a_package(s, &p[i]);
		adds[i] = (struct outbox_add){ .package = &p[i] };
	}
	faults_set(FAULT_SYNC, FAULT_ONCE, 1, EIO);
	eq_int(outbox_add_all(s, adds, TEN), ERR_IO);
	faults_off();
	for (int i = 0; i < TEN; i++)
		eq_int(adds[i].result, ERR_IO);
	store_close(s);
	s = open_store(&f);
	int there = 0;
	for (int i = 0; i < TEN; i++)
		there += outbox_get(s, p[i].key, &item) == ERR_OK;
	ok(there == 0 || there == TEN);
	store_close(s);
}

/* The package file: its bytes and its name, one each. */
static void two_syncs_a_package(void)
{
	struct package_keys *keys = make_keys(&f);
	struct store *s = open_store(&f);
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct package p;

	eq_int(store_new_key(s, key), ERR_OK);
	eq_int(receipt_code_next(s, "K01", code), ERR_OK);
	struct dossier d = sample(key, code);
	faults.syncs = 0;
	eq_int(package_make(&d, keys, store_outbox_fd(s), &p), ERR_OK);
	eq_int(faults.syncs, 2);
	package_keys_free(keys);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	one_sync_a_claim();
	one_sync_for_ten();
	ten_that_could_not_be_synced();
	two_syncs_a_package();
	fixture_finish(&f);
	return tap_done();
}
