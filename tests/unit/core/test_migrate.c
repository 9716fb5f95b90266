/* Databases of every older release are brought up to date. Cut or refused at any call, what is on
 * the disk is one of the steps, whole, never something between; and no row is lost (Q18). In a
 * trial the database as it was lies beside it, whole, before the first step is taken. */
#include "firmware/base/auto.h"
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define STEP(number, sql) sql,
static const char *const STEPS[] = {
#include "firmware/core/schema.def"
};
#undef STEP
#define STEP_COUNT ((int)(sizeof STEPS / sizeof *STEPS))

#define ROWS     3
#define TEXT_CAP 16384

static struct fixture f;
static char looked_at[160];                   /* a copy to look into */
static char schema[STEP_COUNT + 1][TEXT_CAP]; /* what the database of each step looks like */
static const char KEY[] = "00000000-0000-4000-8000-00000000000%d";

static bool sql(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static bool climb(sqlite3 *db, int version)
{
	char number[48];
	bool good = true;

	for (int i = 0; i < version && good; i++)
		good = sql(db, STEPS[i]);
	snprintf(number, sizeof number, "PRAGMA user_version = %d", version);
	return good && sql(db, number);
}

/* Every table, index and trigger, as text. */
static bool dump(sqlite3 *db, char text[TEXT_CAP])
{
	sqlite3_stmt *st;
	size_t len = 0;

	text[0] = '\0';
	if (sqlite3_prepare_v2(db, "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name",
			       -1, &st, NULL) != SQLITE_OK)
		return false;
	while (sqlite3_step(st) == SQLITE_ROW)
		len += (size_t)snprintf(text + len, len < TEXT_CAP ? TEXT_CAP - len : 0, "%s\n",
					(const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return len < TEXT_CAP;
}

static int number(sqlite3 *db, const char *text)
{
	sqlite3_stmt *st;
	int n = -1;

	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return n;
}

static void learn_schemas(void)
{
	for (int v = 0; v <= STEP_COUNT; v++) {
		sqlite3 *db;

		eq_int(sqlite3_open(":memory:", &db), SQLITE_OK);
		ok(climb(db, v) && dump(db, schema[v]));
		sqlite3_close(db);
	}
}

static void db_path(const char *dir, const char *name, char ret[200])
{
	snprintf(ret, 200, "%s/%s", dir, name);
}

static bool add_rows(sqlite3 *db)
{
	char text[600], key[STORE_KEY_CAP];
	bool good = true;

	for (int i = 0; i < ROWS && good; i++) {
		snprintf(key, sizeof key, KEY, i);
		snprintf(text, sizeof text,
			 "INSERT INTO outbox (key, receipt_code, procedure, manifest, sha256,"
			 " bytes, state, added_s) VALUES ('%s', 'TAM-K01-%d', '1.001193',"
			 " hex(zeroblob(32)), hex(zeroblob(32)), %d, '%s', 1)",
			 key, i, 100 + i, i ? "sealed" : "accepted");
		good = sql(db, text);
	}
	return good;
}

/* The data folder of an older release, with dossiers in it and its last commits in the journal. */
static bool make_old(int version)
{
	char path[200];
	sqlite3 *db;

	remove_dir(f.data);
	db_path(f.data, DB_FILE, path);
	if (mkdir(f.data, 0700) < 0 || sqlite3_open(path, &db) != SQLITE_OK)
		return false;
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	bool good = sql(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL") &&
		    climb(db, version) && (version == 0 || add_rows(db));
	sqlite3_close(db);
	return good;
}

static bool copy(const char *name, const char *more)
{
	char from[200], to[200];

	snprintf(from, sizeof from, "%s/%s%s", f.data, name, more);
	snprintf(to, sizeof to, "%s/%s%s", looked_at, name, more);
	AUTO_FD in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_FD out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct stat st;
	if (in < 0)
		return errno == ENOENT && (unlink(to) == 0 || errno == ENOENT);
	return out >= 0 && fstat(in, &st) == 0 &&
	       sendfile(out, in, NULL, (size_t)st.st_size) == st.st_size;
}

/* Which step that file stands on; -1: on none, or a row is missing. Looks at a copy, made without
 * another process: there are thousands, and a fork is dear under sanitizers. */
static int file_stands_on(const char *name, int from)
{
	char path[200], text[TEXT_CAP];
	sqlite3 *db;

	db_path(looked_at, name, path);
	if (!copy(name, "") || !copy(name, "-wal") || sqlite3_open(path, &db) != SQLITE_OK)
		return -1;
	int v = number(db, "PRAGMA user_version");
	bool good = v >= from && v <= STEP_COUNT && dump(db, text) && strcmp(text, schema[v]) == 0;
	if (from > 0)
		good = good && number(db, "SELECT count(*) FROM outbox") == ROWS;
	sqlite3_close(db);
	return good ? v : -1;
}

static int stands_on(int from)
{
	return file_stands_on(DB_FILE, from);
}

static bool has_copy(void)
{
	char path[200];

	db_path(f.data, "before.db", path);
	return access(path, F_OK) == 0;
}

/* As the release before would find it. */
static bool may_go_back(int from)
{
	return has_copy() && file_stands_on("before.db", from) == from;
}

/* The next start: up to date, everything there, and in use. */
static bool up_to_date(int from)
{
	char key[STORE_KEY_CAP];
	struct outbox_counts n = { 0 };
	struct store *s = NULL;
	bool good = store_open(&f.options, &s) == ERR_OK && !store_report(s)->damaged &&
		    outbox_counts(s, &n) == ERR_OK;

	if (from > 0)
		good = good && n.in[OUTBOX_SEALED] == ROWS - 1 && n.in[OUTBOX_ACCEPTED] == 1 &&
		       n.bytes == 303 && n.oldest_unsent_s == 1;
	good = good && file_one(s, key) == ERR_OK && audit_verify(s, NULL, NULL) == ERR_OK;
	store_close(s);
	return good && stands_on(0) == STEP_COUNT;
}

/* What the outcome of a process was: 99 killed, 1 an error was said, 0 opened; 4: no fault came. */
static int open_with(enum fault_how how, long at, int code)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s = NULL;

		faults_set(FAULT_DISK, how, at, code);
		enum err e = store_open(&f.options, &s);
		_exit(!faults_fired() ? 4 : e == ERR_OK ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Sanitizers look at memory, not at the disk, and make each start several times as long. */
#define COARSER (FAULTS_IN_MEMORY ? 1 : 4)

/* Each step is cut at every call (under sanitizers: every few) from the release that stands on it,
 * and coarsely from those before; from the last two, all of them are, everywhere. */
static long next_place(int from, int v, enum fault_how how)
{
	if (from >= STEP_COUNT - 2)
		return how == FAULT_KILL ? 1 : 3;
	return (how == FAULT_KILL ? 1 : 3) * (v > from ? 5 : 1) * COARSER;
}

static void interrupted(int from, enum fault_how how, int code)
{
	long stride = 0;
	int came = 0, seen[STEP_COUNT + 1] = { 0 }, steps = 0;
	long at = 1;

	for (; came != 4; at += stride) {
		ok(make_old(from));
		came = open_with(how, at, code);
		int v = stands_on(from);
		if (v < 0 || came < 0 || !up_to_date(from)) {
			ok(!"between two steps, or a row is lost");
			printf("# from=%d how=%d at=%ld code=%d: %d, %d\n", from, how, at, code,
			       came, v);
			return;
		}
		seen[v]++;
		stride = next_place(from, v, how);
	}
	for (int v = 0; v <= STEP_COUNT; v++)
		steps += seen[v] > 0;
	printf("# from %d: %ld places, %d steps seen\n", from, at - 1 - stride, steps);
	ok(at > 10);
	/* the cuts really fell between the steps: all of them, or more than half */
	ok(how != FAULT_KILL || steps > (STEP_COUNT - from) / (COARSER > 1 ? 2 : 1));
}

static void every_older_release(void)
{
	for (int from = 0; from < STEP_COUNT; from++) {
		interrupted(from, FAULT_KILL, 0);
		interrupted(from, FAULT_ONCE, EIO);
		interrupted(from, FAULT_ON, ENOSPC);
	}
}

/* The next start of the trial, and its end. */
static bool is_proven(int from)
{
	struct store *s = NULL;
	bool good = store_open(&f.options, &s) == ERR_OK && may_go_back(from) &&
		    store_proven(s) == ERR_OK && !has_copy();

	store_close(s);
	return good && stands_on(from) == STEP_COUNT;
}

static void trial_interrupted(int from, enum fault_how how, int code)
{
	long stride = how == FAULT_KILL ? 1 : 3, at = 1;

	for (int came = 0; came != 4; at += stride) {
		ok(make_old(from));
		came = open_with(how, at, code);
		int v = stands_on(from);
		if (v < 0 || came < 0 || (v > from && !may_go_back(from)) || !is_proven(from)) {
			ok(!"no way back, or a row is lost");
			printf("# from=%d how=%d at=%ld code=%d: %d, %d\n", from, how, at, code,
			       came, v);
			return;
		}
	}
	printf("# trial from %d: %ld places\n", from, at - 1 - stride);
	ok(at > 10);
}

static void every_trial(void)
{
	f.options.on_trial = true;
	trial_interrupted(STEP_COUNT - 2, FAULT_KILL, 0);
	trial_interrupted(STEP_COUNT - 2, FAULT_ONCE, EIO);
	trial_interrupted(STEP_COUNT - 2, FAULT_ON, ENOSPC);
	ok(make_old(0));
	ok(is_proven(0));
	ok(make_old(STEP_COUNT));
	struct store *s = open_store(&f);
	ok(!has_copy()); /* nothing changes */
	store_close(s);
	f.options.on_trial = false;
}

int main(void)
{
	fixture_init(&f);
	in(&f, "look", looked_at);
	ok(mkdir(looked_at, 0700) == 0);
	learn_schemas();
	every_older_release();
	every_trial();
	fixture_finish(&f);
	return tap_done();
}
