#include "tests/scene/citizen.h"
#include "tests/scene/history.h"
#include "tests/tap.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEY  "11111111-2222-4333-8444-555555555555"
#define HASH "aa"

struct scene {
	struct world w;
	FILE *out;
	char *told;
	size_t len;
};

static void run_sql(const struct scene *s, const char *name, const char *sql)
{
	char path[WORLD_PATH];
	sqlite3 *db = NULL;

	world_path(&s->w, name, path);
	ok(sqlite3_open(path, &db) == SQLITE_OK);
	eq_int(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void make_folder(const struct scene *s, const char *name)
{
	char path[WORLD_PATH];

	world_path(&s->w, name, path);
	(void)mkdir(path, 0700);
}

static void receive(const struct scene *s, const char *code, unsigned visit)
{
	char name[64], path[WORLD_PATH], phone[11];

	snprintf(name, sizeof name, "province/received/%s", code);
	make_folder(s, name);
	snprintf(name, sizeof name, "province/received/%s/manifest.json", code);
	world_path(&s->w, name, path);
	citizen_phone(visit, phone);
	FILE *f = fopen(path, "we");
	fprintf(f, "{ \"form\": { \"SoDienThoai\": \"%s\" } }\n", phone);
	(void)fclose(f);
}

static void begin(struct scene *s)
{
	*s = (struct scene){ .w = { .dir = "/tmp/history-XXXXXX" } };
	if (!mkdtemp(s->w.dir))
		abort();
	s->out = open_memstream(&s->told, &s->len);
	make_folder(s, "data");
	make_folder(s, "province");
	make_folder(s, "province/received");
	run_sql(s, "data/kiosk.db",
		"CREATE TABLE outbox(receipt_code, key, manifest, dossier_code, state, answer)");
	run_sql(s, "province/province.db",
		"CREATE TABLE dossiers(receipt, key, manifest_sha256, code, accepted, answer)");
}

static void end(struct scene *s)
{
	static const char *const NAMES[] = { "province/received/C1/manifest.json",
					     "province/received/C2/manifest.json",
					     "province/received/C1",
					     "province/received/C2",
					     "province/received",
					     "province/province.db",
					     "data/kiosk.db",
					     "province",
					     "data",
					     "." };
	char path[WORLD_PATH];

	(void)fclose(s->out);
	free(s->told);
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		world_path(&s->w, NAMES[i], path);
		(void)remove(i + 1 < sizeof NAMES / sizeof *NAMES ? path : s->w.dir);
	}
}

#define HERE  "INSERT INTO outbox VALUES('TAM-1', '" KEY "', '" HASH "', 'C1', 'accepted', X'A1')"
#define THERE "INSERT INTO dossiers VALUES('TAM-1', '" KEY "', '" HASH "', 'C1', 1, X'A1')"

static struct verdict judge(const struct scene *s, const struct testimony *t)
{
	struct verdict v;

	ok(history_check(&s->w, t, 1, &v, s->out));
	return v;
}

static void test_good(void)
{
	const struct testimony t = { 1, true, true, "TAM-1", "" };
	struct scene s;

	begin(&s);
	run_sql(&s, "data/kiosk.db", HERE);
	run_sql(&s, "province/province.db", THERE);
	receive(&s, "C1", 1);
	struct verdict v = judge(&s, &t);
	eq_int(v.saved, 1);
	eq_int(v.lost + v.doubled + v.unconfirmed + v.differing, 0);
	const struct testimony silent = { 1, false, false, "", "" };
	eq_int(judge(&s, &silent).unconfirmed, 1);
	const struct testimony other = { 2, true, true, "TAM-1", "" };
	v = judge(&s, &other);
	ok(v.lost > 0 && v.unconfirmed > 0);
	end(&s);
}

static void test_lost(void)
{
	const struct testimony t = { 1, true, true, "TAM-1", "" };
	struct scene s;

	begin(&s);
	eq_int(judge(&s, &t).lost, 1);
	run_sql(&s, "data/kiosk.db", HERE);
	struct verdict v = judge(&s, &t);
	eq_int(v.lost, 1);
	ok(v.differing > 0);
	end(&s);
}

static void test_doubled(void)
{
	const struct testimony t = { 1, true, true, "TAM-1", "" };
	struct scene s;

	begin(&s);
	run_sql(&s, "data/kiosk.db", HERE);
	run_sql(&s, "province/province.db", THERE);
	run_sql(&s, "province/province.db",
		"INSERT INTO dossiers VALUES('TAM-2', 'other', '" HASH "', 'C2', 1, X'A1')");
	receive(&s, "C1", 1);
	receive(&s, "C2", 1);
	struct verdict v = judge(&s, &t);
	eq_int(v.doubled, 1);
	ok(v.differing > 0);
	end(&s);
}

static void test_other_content(void)
{
	const struct testimony t = { 1, true, true, "TAM-1", "" };
	struct scene s;

	begin(&s);
	run_sql(&s, "data/kiosk.db", HERE);
	run_sql(&s, "province/province.db",
		"INSERT INTO dossiers VALUES('TAM-1', '" KEY "', 'bb', 'C1', 1, X'A1')");
	receive(&s, "C1", 1);
	eq_int(judge(&s, &t).differing, 2);
	end(&s);
}

/* Both sides have the dossier, but not the same words of the province about it. */
static void test_other_answer(void)
{
	const struct testimony t = { 1, true, true, "TAM-1", "" };
	struct scene s;

	begin(&s);
	run_sql(&s, "data/kiosk.db", HERE);
	run_sql(&s, "province/province.db",
		"INSERT INTO dossiers VALUES('TAM-1', '" KEY "', '" HASH "', 'C1', 1, X'A2')");
	receive(&s, "C1", 1);
	ok(judge(&s, &t).differing > 0);
	end(&s);
}

int main(void)
{
	test_good();
	test_other_answer();
	test_lost();
	test_doubled();
	test_other_content();
	return tap_done();
}
