/* What a claim costs: syncs are what a slow disk is slow at, so they are counted, all of them in
 * this process, SQLite's included. */
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 1000

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
	two_syncs_a_package();
	fixture_finish(&f);
	return tap_done();
}
