/* A release that was on trial has gone back, and its database is of a newer step. The one before
 * takes the copy that was kept for it, whatever is cut or fails meanwhile, and says so; without one
 * it changes nothing. */
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 4

static struct fixture f;
static char keys[MANY][STORE_KEY_CAP], master[160];

static void path_of(const char *name, char ret[200])
{
	snprintf(ret, 200, "%s/%s", f.data, name);
}

static bool is_there(const char *name)
{
	char path[200];

	path_of(name, path);
	return access(path, F_OK) == 0;
}

/* What a newer release does to it: a commit in the journal that this one must never see. */
static void make_newer(const char *name, const char *sql)
{
	char path[200];
	sqlite3 *db;

	path_of(name, path);
	eq_int(sqlite3_open(path, &db), SQLITE_OK);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	eq_int(sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = 1000", NULL,
			    NULL, NULL),
	       SQLITE_OK);
	eq_int(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* The trial of a newer release, as it leaves the folder: its copy is made by this one. */
static void make_master(void)
{
	struct store *s;
	char path[200];

	remove_dir(f.data);
	s = open_store(&f);
	for (int i = 0; i < MANY; i++)
		eq_int(file_one(s, keys[i]), ERR_OK);
	path_of("before.db", path);
	eq_int(store_backup(s, path), ERR_OK);
	store_close(s);
	make_newer(DB_FILE, "CREATE TABLE new_one (a); DROP TABLE outbox");
	ok(is_there(DB_WAL));
	remove_dir(master);
	eq_int(RUN(NULL, "cp", "-a", f.data, master), 0);
}

static bool restore(void)
{
	remove_dir(f.data);
	return RUN(NULL, "cp", "-a", master, f.data) == 0;
}

static bool all_there(struct store *s)
{
	struct outbox_counts n = { 0 };
	int fd = -1;

	for (int i = 0; i < MANY; i++) {
		if (outbox_open(s, keys[i], &fd) != ERR_OK)
			return false;
		close(fd);
	}
	return outbox_counts(s, &n) == ERR_OK && n.in[OUTBOX_SEALED] == MANY;
}

static bool told(struct store *s)
{
	sqlite3_stmt *st;
	bool found = sqlite3_prepare_v2(s->db, "SELECT 1 FROM audit WHERE what = 'store.went_back'",
					-1, &st, NULL) == SQLITE_OK &&
		     sqlite3_step(st) == SQLITE_ROW;

	sqlite3_finalize(st);
	return found;
}

static bool serves(bool first)
{
	struct store *s = NULL;
	bool good = store_open(&f.options, &s) == ERR_OK && all_there(s) && told(s) &&
		    !store_report(s)->damaged && audit_verify(s, NULL, NULL) == ERR_OK;

	good = good && (!first || store_report(s)->went_back);
	store_close(s);
	return good && !is_there("before.db") && !is_there("before.back") && !is_there("went-back");
}

static void takes_the_copy(void)
{
	make_master();
	ok(serves(true));
	struct store *s = open_store(&f);
	ok(!store_report(s)->went_back && all_there(s)); /* once */
	store_close(s);
}

static int open_with(enum fault_how how, unsigned kind, long at, int code)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s = NULL;

		faults_set(kind, how, at, code);
		enum err e = store_open(&f.options, &s);
		_exit(!faults_fired() ? 4 : e == ERR_OK ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void interrupted(enum fault_how how, unsigned kind, int code)
{
	long at = 1;

	for (int came = 0; came != 4; at++) {
		ok(restore());
		came = open_with(how, kind, at, code);
		if (came < 0 || !serves(false)) {
			ok(!"a dossier is lost, or nobody was told");
			printf("# how=%d kind=%u at=%ld code=%d: %d\n", how, kind, at, code, came);
			return;
		}
	}
	printf("# how=%d kind=%u: %ld places\n", how, kind, at - 2);
	ok(at > 10);
}

/* A trial of its own that was never proven, and its power was cut; then this release stays. */
static void is_refused_without_one(void)
{
	struct store *s = NULL;
	char path[200];

	ok(restore());
	path_of("before.db", path);
	ok(unlink(path) == 0);
	eq_int(store_open(&f.options, &s), ERR_NEWER);
	ok(is_there(DB_WAL));

	ok(restore()); /* the copy itself is newer than we are */
	make_newer("before.db", "CREATE TABLE other (a)");
	eq_int(store_open(&f.options, &s), ERR_NEWER);
	ok(is_there("before.db") && is_there(DB_WAL));

	ok(restore()); /* half of it */
	ok(truncate(path, 40) == 0);
	eq_int(store_open(&f.options, &s), ERR_NEWER);
}

/* Permitted by a technician: an older release on trial finds a newer one's data, and goes back. */
static void a_trial_takes_nothing(void)
{
	struct store *s = NULL;

	ok(restore());
	f.options.on_trial = true;
	eq_int(store_open(&f.options, &s), ERR_NEWER);
	ok(is_there("before.db") && is_there(DB_WAL));
	f.options.on_trial = false;
}

/* Mending is for who stays: the damaged database is found again as it was. */
static void a_trial_mends_nothing(void)
{
	struct store *s = NULL;
	char path[200];

	ok(restore());
	path_of(DB_WAL, path);
	ok(unlink(path) == 0);
	path_of(DB_FILE, path);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ok(pwrite(fd, "junk junk junk junk", 19, 0) == 19);
	close(fd);
	f.options.on_trial = true;
	eq_int(store_open(&f.options, &s), ERR_IO);
	ok(!is_there("damaged-1.db"));
	f.options.on_trial = false;
	ok(serves(true)); /* and there is better than what mending finds */
}

/* The kiosk had no database before the trial: there is none to go back to, and one begins. */
static void nothing_before(void)
{
	struct store *s;

	remove_dir(f.data);
	f.options.on_trial = true;
	s = open_store(&f);
	ok(is_there("before.db"));
	store_close(s);
	f.options.on_trial = false;
	make_newer(DB_FILE, "DROP TABLE outbox");
	s = open_store(&f);
	ok(store_report(s)->fresh && store_report(s)->went_back && told(s));
	store_close(s);
}

/* What was kept for a trial that ended well has no meaning, and what came since stays. */
static void a_start_that_is_no_trial_drops_it(void)
{
	struct store *s;
	char path[200], key[STORE_KEY_CAP];

	remove_dir(f.data);
	s = open_store(&f);
	path_of("before.db", path);
	eq_int(store_backup(s, path), ERR_OK);
	store_close(s);
	s = open_store(&f);
	ok(!is_there("before.db"));
	eq_int(file_one(s, key), ERR_OK);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	in(&f, "master", master);
	takes_the_copy();
	interrupted(FAULT_KILL, FAULT_DISK, 0);
	interrupted(FAULT_ONCE, FAULT_SYNC, EIO);
	interrupted(FAULT_ONCE, FAULT_NAME, EIO);
	interrupted(FAULT_ONCE, FAULT_WRITE, EIO);
	interrupted(FAULT_ONCE, FAULT_WRITE, ENOSPC);
	is_refused_without_one();
	a_trial_takes_nothing();
	a_trial_mends_nothing();
	nothing_before();
	a_start_that_is_no_trial_drops_it();
	fixture_finish(&f);
	return tap_done();
}
