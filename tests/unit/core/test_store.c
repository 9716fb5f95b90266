/* Opening the store: by one only, after a cut at any call, and after damage of any kind. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 60

static struct fixture f;
static char keys[MANY][STORE_KEY_CAP];

static void path_of(const char *name, char ret[160])
{
	snprintf(ret, 160, "%s/%s", f.data, name);
}

static void a_second_opener_is_refused(void)
{
	struct store *s = open_store(&f), *second = NULL;
	char path[160];

	ok(store_report(s)->fresh);
	eq_int(store_open(&f.options, &second), ERR_BUSY);
	ok(!second);
	pid_t pid = fork();
	if (pid == 0)
		_exit(store_open(&f.options, &second) == ERR_BUSY ? 0 : 1);
	int status;
	waitpid(pid, &status, 0);
	eq_int(status, 0);
	/* one that does not know of our lock is kept out by SQLite's */
	sqlite3 *other;
	path_of(DB_FILE, path);
	eq_int(sqlite3_open(path, &other), SQLITE_OK);
	eq_int(sqlite3_exec(other, "SELECT * FROM outbox", NULL, NULL, NULL), SQLITE_BUSY);
	sqlite3_close(other);
	store_close(s);
	s = open_store(&f);
	ok(!store_report(s)->fresh);
	ok(store_report(s)->checked);
	store_close(s);
}

static void settings_are_the_ones_measured(void)
{
	static const char *const WANT[][2] = {
		{ "journal_mode", "wal" },       { "synchronous", "2" },
		{ "locking_mode", "exclusive" }, { "mmap_size", "0" },
		{ "foreign_keys", "1" },         { "trusted_schema", "0" },
		{ "temp_store", "2" },           { "secure_delete", "1" },
		{ "cell_size_check", "1" },
	};
	struct store *s = open_store(&f);

	for (size_t i = 0; i < sizeof WANT / sizeof *WANT; i++) {
		sqlite3_stmt *st;
		char sql[64];

		snprintf(sql, sizeof sql, "PRAGMA %s", WANT[i][0]);
		sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
		/* a setting that says nothing is one this SQLite was built without */
		if (sqlite3_step(st) == SQLITE_ROW)
			eq_str((const char *)sqlite3_column_text(st, 0), WANT[i][1]);
		sqlite3_finalize(st);
	}
	store_close(s);
}

static void a_newer_database_is_refused(void)
{
	struct store *s = open_store(&f), *none = NULL;

	eq_int(sqlite3_exec(s->db, "PRAGMA user_version = 1000", NULL, NULL, NULL), SQLITE_OK);
	store_close(s);
	eq_int(store_open(&f.options, &none), ERR_NEWER);
	remove_dir(f.data);
}

static void bad_folders(void)
{
	struct store_options o = f.options;
	struct store *s = NULL;
	char path[160];

	o.dir = "";
	eq_int(store_open(&o, &s), ERR_BAD_CONFIG);
	o.dir = "/nonexistent/kiosk/data";
	ok(store_open(&o, &s) != ERR_OK);
	in(&f, "file", path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	o.dir = path;
	ok(store_open(&o, &s) != ERR_OK);
	ok(!s);
}

/* First start, killed at the n-th call that changes the disk; then again, to the end. */
static void a_first_start_cut_anywhere(void)
{
	char key[STORE_KEY_CAP];
	int status = 0, cuts = 0;

	for (long at = 1;; at++) {
		struct store *s = NULL;

		remove_dir(f.data);
		pid_t pid = fork();
		if (pid == 0) {
			faults_set(FAULT_DISK, FAULT_KILL, at, 0);
			_exit(store_open(&f.options, &s) == ERR_OK ? 0 : 1);
		}
		waitpid(pid, &status, 0);
		if (WEXITSTATUS(status) != 99)
			break;
		cuts++;
		if (store_open(&f.options, &s) != ERR_OK || file_one(s, key) != ERR_OK ||
		    store_report(s)->damaged)
			ok(!"it does not serve"), printf("# at=%ld\n", at);
		store_close(s);
	}
	eq_int(WEXITSTATUS(status), 0);
	printf("# %d cuts\n", cuts);
	ok(cuts > 20);
}

/* A store with MANY dossiers; `journal` leaves them in the WAL, as a kill does. */
static void fill(bool journal)
{
	int status;

	remove_dir(f.data);
	int pipes[2];
	if (pipe(pipes) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0) {
		struct store *s = NULL;
		bool good = store_open(&f.options, &s) == ERR_OK;

		for (int i = 0; good && i < MANY; i++)
			good = file_one(s, keys[i]) == ERR_OK;
		good = good && write(pipes[1], keys, sizeof keys) == sizeof keys;
		if (!journal)
			store_close(s);
		_exit(!good);
	}
	close(pipes[1]);
	ok(read(pipes[0], keys, sizeof keys) == sizeof keys);
	close(pipes[0]);
	waitpid(pid, &status, 0);
	eq_int(status, 0);
}

static int missing(struct store *s)
{
	int n = 0;

	for (int i = 0; i < MANY; i++) {
		int fd = -1;

		n += outbox_open(s, keys[i], &fd) != ERR_OK;
		if (fd >= 0)
			close(fd);
	}
	return n;
}

/* Opens what was damaged: all dossiers are there, the chain holds, and it serves. */
static bool serves(const char *what, long at)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];
	enum err e = store_open(&f.options, &s);
	bool good = e == ERR_OK && missing(s) == 0 && file_one(s, key) == ERR_OK &&
		    audit_verify(s, NULL, NULL) == ERR_OK && store_check(s) == ERR_OK;

	if (!good)
		printf("# %s at %ld: %s, %d missing\n", what, at, err_name(e), s ? missing(s) : -1);
	store_close(s);
	return good;
}

static void flip(const char *name, off_t at, size_t len)
{
	uint8_t bytes[4096];
	char path[160];

	path_of(name, path);
	int fd = open(path, O_RDWR);
	ssize_t n = pread(fd, bytes, len, at);
	for (ssize_t i = 0; i < n; i++)
		bytes[i] ^= 0xa5;
	if (n > 0 && pwrite(fd, bytes, (size_t)n, at) != n)
		ok(!"flip");
	close(fd);
}

static off_t size_of(const char *name)
{
	struct stat st;
	char path[160];

	path_of(name, path);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* Q18: bytes of each page of the database turn, one page at a time. */
static void q18_every_page_in_turn(void)
{
	unsigned set_aside = 0;
	bool all = true;

	fill(false);
	off_t pages = size_of(DB_FILE) / 4096;
	for (off_t page = 0; page < pages; page++) {
		fill(false);
		flip(DB_FILE, page * 4096 + (page ? 0 : 16), 300);
		all = all && serves("page", page);
		char path[160];
		path_of("damaged-1.db", path);
		set_aside += access(path, F_OK) == 0;
	}
	ok(all);
	printf("# %d pages, set aside %u times\n", (int)pages, set_aside);
	ok(set_aside > 0 && pages > 5);
}

static void q18_truncated_gone_or_junk(void)
{
	char path[160];

	path_of(DB_FILE, path);
	fill(false);
	ok(truncate(path, size_of(DB_FILE) / 2 / 4096 * 4096) == 0 && serves("half", 0));
	fill(false);
	ok(truncate(path, 1000) == 0 && serves("a piece", 0));
	fill(false);
	ok(truncate(path, 0) == 0 && serves("empty", 0));
	fill(false);
	ok(unlink(path) == 0 && serves("gone", 0));
	fill(false);
	flip(DB_FILE, 0, 4096);
	ok(serves("no header", 0));
	fill(true);
	ok(truncate(path, 0) == 0 && serves("empty, with a journal", 0));
	fill(true);
	ok(unlink(path) == 0 && serves("gone, with a journal", 0));
}

/* SQLite silently leaves out what follows a broken place of its journal: the claimed files tell. */
static void q18_a_broken_journal(void)
{
	bool all = true;
	long adopted = 0;

	for (int i = 0; i < 8; i++) {
		struct store *s = NULL;

		fill(true);
		off_t size = size_of(DB_WAL);
		flip(DB_WAL, size * i / 8 + 40, 16);
		all = all && store_open(&f.options, &s) == ERR_OK && missing(s) == 0;
		adopted += s ? store_report(s)->adopted : 0;
		store_close(s);
		all = all && serves("journal", i);
	}
	ok(all);
	ok(adopted > 0);
}

/* Mending itself is cut at any call: the next start goes on with it. */
static void q18_mending_cut_anywhere(void)
{
	int status = 0, cuts = 0;

	for (long at = 1;; at++) {
		struct store *s = NULL;

		fill(true);
		flip(DB_FILE, 0, 100);
		pid_t pid = fork();
		if (pid == 0) {
			faults_set(FAULT_DISK, FAULT_KILL, at, 0);
			_exit(store_open(&f.options, &s) == ERR_OK ? 0 : 1);
		}
		waitpid(pid, &status, 0);
		if (WEXITSTATUS(status) != 99)
			break;
		cuts++;
		if (!serves("mending cut", at))
			ok(!"lost");
	}
	eq_int(WEXITSTATUS(status), 0);
	printf("# %d cuts\n", cuts);
	ok(cuts > 20);
}

/* Again and again: each time it serves, and the disk does not fill with what was set aside. */
static void q18_damaged_every_day(void)
{
	char name[32];
	bool all = true;

	fill(false);
	for (int day = 1; day <= 8; day++) {
		flip(DB_FILE, 4096, 300);
		all = all && serves("day", day);
	}
	ok(all);
	for (int n = 1; n <= 6; n++) {
		snprintf(name, sizeof name, "damaged-%d.db", n);
		ok((size_of(name) > 0) == (n <= 5));
	}
	struct store *s = open_store(&f);
	eq_int(store_drop_aside(s), 4);
	eq_int(store_drop_aside(s), 0);
	ok(size_of("damaged-1.db") > 0 && size_of("damaged-2.db") < 0);
	store_close(s);
}

/* Damage met while serving: no more writes, and the next start looks at all of it. */
static void damage_met_while_serving(void)
{
	struct store *s = NULL;
	char path[160], key[STORE_KEY_CAP];

	fill(false);
	s = open_store(&f);
	eq_int(db_result(s, SQLITE_CORRUPT), ERR_IO);
	ok(store_failed(s));
	eq_int(file_one(s, key), ERR_IO);
	store_close(s);
	path_of(DB_SUSPECT, path);
	ok(access(path, F_OK) == 0);
	ok(serves("suspect", 0));
	ok(access(path, F_OK) < 0);
}

static void a_backup_opens(void)
{
	char path[160];
	sqlite3 *db;
	struct store *s = NULL;

	fill(false);
	s = open_store(&f);
	in(&f, "backup.db", path);
	eq_int(store_backup(s, path), ERR_OK);
	eq_int(store_backup(s, path), ERR_OK);
	eq_int(sqlite3_open(path, &db), SQLITE_OK);
	eq_int(sqlite3_exec(db, "SELECT * FROM outbox", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	a_second_opener_is_refused();
	settings_are_the_ones_measured();
	a_newer_database_is_refused();
	bad_folders();
	a_first_start_cut_anywhere();
	q18_every_page_in_turn();
	q18_truncated_gone_or_junk();
	q18_a_broken_journal();
	q18_mending_cut_anywhere();
	q18_damaged_every_day();
	damage_met_while_serving();
	a_backup_opens();
	fixture_finish(&f);
	return tap_done();
}
