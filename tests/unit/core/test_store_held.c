/* A store that others have their hands in: who else may open it, files without the right to them
 * or of somebody else, a disk that became read-only, a database of a newer release. It serves on,
 * or it says why not and changes nothing. */
#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

#define NOBODY 65534
#define MANY   4

#define STEP(number, sql) STEP_##number = number,
enum step_number {
#include "firmware/core/schema.def"
	STEPS_NOW_AND_ONE
};
#undef STEP
#define STEPS_NOW (STEPS_NOW_AND_ONE - 1)

static struct fixture f;
static char keys[MANY][STORE_KEY_CAP];

static void path_of(const char *name, char ret[200])
{
	snprintf(ret, 200, "%s/%s", f.data, name);
}

/* Nothing comes twice: neither what the parent still holds back, nor what the child says. */
static pid_t fork_mute(void)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
			_exit(99);
	}
	return pid;
}

/* With the last commits still in the journal, as a kill leaves it. */
static void fill(void)
{
	int pipes[2], status;

	remove_dir(f.data);
	ok(pipe(pipes) == 0);
	pid_t pid = fork_mute();
	if (pid == 0) {
		struct store *s = NULL;
		bool good = store_open(&f.options, &s) == ERR_OK;

		for (int i = 0; good && i < MANY; i++)
			good = file_one(s, keys[i]) == ERR_OK;
		_exit(!good || write(pipes[1], keys, sizeof keys) != sizeof keys);
	}
	close(pipes[1]);
	ok(read(pipes[0], keys, sizeof keys) == sizeof keys);
	close(pipes[0]);
	waitpid(pid, &status, 0);
	eq_int(status, 0);
}

static bool all_there(struct store *s)
{
	bool good = true;

	for (int i = 0; i < MANY; i++) {
		int fd = -1;

		good = good && outbox_open(s, keys[i], &fd) == ERR_OK;
		if (fd >= 0)
			close(fd);
	}
	return good;
}

static bool serves(void)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];
	enum err e = store_open(&f.options, &s);
	bool good = e == ERR_OK && all_there(s) && file_one(s, key) == ERR_OK;

	if (!good)
		printf("# open: %s\n", err_name(e));
	store_close(s);
	return good;
}

/* As a user who is not root, for whom rights count, and whose folder it is. */
static bool as_nobody(bool (*what)(void))
{
	int status;

	if (geteuid() == 0)
		ok(RUN(NULL, "chown", "-R", "65534:65534", f.dir) == 0);
	pid_t pid = fork_mute();
	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
			_exit(2);
		_exit(!what());
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static bool with_mode_0(const char *name)
{
	char path[200];

	path_of(name, path);
	return chmod(path, 0) == 0 && serves();
}

static bool rights_taken_away(void)
{
	static const char *const NAMES[] = { DB_FILE, DB_WAL, "device.secret", "outbox", "vault" };
	char path[PACKAGE_NAME_CAP + 200];
	bool good = true;

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && good; i++) {
		fill();
		good = with_mode_0(NAMES[i]);
		if (!good)
			printf("# %s\n", NAMES[i]);
	}
	fill();
	snprintf(path, sizeof path, "chmod 0 %s/outbox/*", f.data);
	return good && RUN(NULL, "sh", "-c", path) == 0 && serves();
}

/* Q18: nobody may read or write it, until the program gives itself the right. */
static void q18_no_right_to_its_own(void)
{
	ok(as_nobody(rights_taken_away));
}

/* Q18: somebody worked on it as root. What cannot be read is set aside, not deleted. */
static void q18_of_somebody_else(void)
{
	static const char *const NAMES[] = { DB_FILE, DB_WAL, "device.secret", "lock" };
	char path[200];

	if (geteuid() != 0) {
		tap_skip("only root gives files away");
		return;
	}
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		fill();
		ok(RUN(NULL, "chown", "-R", "65534:65534", f.dir) == 0);
		path_of(NAMES[i], path);
		bool lock = strcmp(NAMES[i], "lock") == 0;
		ok(chown(path, 0, 0) == 0 && chmod(path, lock ? 0444 : 0600) == 0);
		int status;
		pid_t pid = fork_mute();
		if (pid == 0) {
			if (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
				_exit(2);
			_exit(!serves());
		}
		waitpid(pid, &status, 0);
		eq_int(status, 0);
		if (i < 2) {
			path_of(i ? "damaged-1.wal" : "damaged-1.db", path);
			eq_int(access(path, F_OK), 0);
		}
	}
}

static void q18_folders_where_files_should_be(void)
{
	char path[200];

	fill();
	path_of(DB_FILE, path);
	ok(unlink(path) == 0 && mkdir(path, 0700) == 0);
	ok(serves());
	fill();
	path_of("device.secret", path);
	ok(unlink(path) == 0 && mkdir(path, 0700) == 0);
	ok(serves());
}

/* In a process of its own, with the folder mounted read-only. */
static int read_only(void)
{
	struct store *s = NULL;
	int status;
	pid_t pid = fork_mute();

	if (pid == 0) {
		if (unshare(CLONE_NEWNS) < 0 ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		    mount(f.data, f.data, NULL, MS_BIND, NULL) < 0 ||
		    mount(NULL, f.data, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0)
			_exit(77);
		_exit((int)store_open(&f.options, &s));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void q18_a_disk_that_is_read_only(void)
{
	fill();
	int e = read_only();
	if (e == 77) {
		tap_skip("no mounts here");
		return;
	}
	eq_int(e, ERR_IO);
	ok(strstr(store_why(ERR_IO), "read-only"));
	ok(serves());
}

static void contents_of(const char *name, uint8_t **ret, long *ret_len)
{
	char path[200];

	path_of(name, path);
	FILE *file = fopen(path, "re");
	*ret = NULL;
	*ret_len = -1;
	if (!file)
		return;
	fseek(file, 0, SEEK_END);
	*ret_len = ftell(file);
	rewind(file);
	*ret = malloc((size_t)*ret_len + 1);
	ok(fread(*ret, 1, (size_t)*ret_len, file) == (size_t)*ret_len);
	fclose(file);
}

static void set_version(int n)
{
	char path[200], sql[80];
	sqlite3 *db;

	path_of(DB_FILE, path);
	eq_int(sqlite3_open(path, &db), SQLITE_OK);
	(void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	snprintf(sql, sizeof sql, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = %d", n);
	eq_int(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* The release before is put back over a newer one's data. */
static void a_newer_database_stays_as_it_is(void)
{
	static const char *const NAMES[] = { DB_FILE, DB_WAL };
	struct store *s = NULL;
	uint8_t *before[2], *after[2];
	long len[2], len_after;

	fill();
	set_version(1000);
	for (int i = 0; i < 2; i++)
		contents_of(NAMES[i], &before[i], &len[i]);
	ok(len[0] > 0 && len[1] > 0);
	eq_int(store_open(&f.options, &s), ERR_NEWER);
	ok(strstr(store_why(ERR_NEWER), "newer release"));
	for (int i = 0; i < 2; i++) {
		contents_of(NAMES[i], &after[i], &len_after);
		ok(len_after == len[i] && after[i] && memcmp(before[i], after[i], len[i]) == 0);
		free(before[i]);
		free(after[i]);
	}
	set_version(STEPS_NOW);
	ok(serves());
}

/* Q18: the number of the step is damaged: too small, or one that no release had. */
static void q18_a_damaged_version(void)
{
	static const int NUMBERS[] = { 3, 0, -5, 10000, INT32_MAX };

	for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
		fill();
		set_version(NUMBERS[i]);
		ok(serves());
	}
}

/* Q18: each byte of the header that SQLite obeys; some of them say that nothing may be written. */
static void q18_a_damaged_header(void)
{
	char path[200];

	path_of(DB_FILE, path);
	for (off_t at = 16; at < 100; at++) {
		struct store *s = NULL;

		fill();
		s = open_store(&f); /* puts the journal into the file */
		store_close(s);
		int fd = open(path, O_RDWR | O_CLOEXEC);
		ok(pwrite(fd, "\x2b", 1, at) == 1);
		close(fd);
		bool newer = at >= 60 && at < 64; /* the number of the step */
		enum err e = newer ? store_open(&f.options, &s) : ERR_OK;
		if (newer)
			store_close(e == ERR_OK ? s : NULL);
		if (newer ? e != ERR_OK && e != ERR_NEWER : !serves())
			ok(!"serves"), printf("# byte %d\n", (int)at);
	}
}

/* The other process stands still at the n-th call of its start: recovery, mending, anything. */
static bool refused_at(long at, bool damaged)
{
	struct store *s = NULL;
	char path[200];
	int status;

	fill();
	path_of(DB_FILE, path);
	if (damaged)
		ok(truncate(path, 5000) == 0);
	pid_t pid = fork_mute();
	if (pid == 0) {
		faults_set(FAULT_DISK, FAULT_STOP, at, 0);
		_exit(store_open(&f.options, &s) != ERR_OK);
	}
	waitpid(pid, &status, WUNTRACED);
	if (!WIFSTOPPED(status))
		return false;
	eq_int(store_open(&f.options, &s), ERR_BUSY);
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	eq_int(status, 0);
	ok(serves());
	return true;
}

static void a_second_one_is_refused_in_the_middle_of_a_start(void)
{
	ok(strstr(store_why(ERR_BUSY), "another program"));
	for (int damaged = 0; damaged < 2; damaged++) {
		long at = 1;

		while (refused_at(at, damaged))
			at += damaged ? 5 : 1;
		printf("# damaged=%d: %ld places\n", damaged, at - 1);
		ok(at > 5);
	}
}

int main(void)
{
	fixture_init(&f);
	ok(chmod(f.dir, 0755) == 0);
	a_second_one_is_refused_in_the_middle_of_a_start();
	a_newer_database_stays_as_it_is();
	q18_a_damaged_version();
	q18_a_damaged_header();
	q18_folders_where_files_should_be();
	q18_a_disk_that_is_read_only();
	q18_no_right_to_its_own();
	q18_of_somebody_else();
	fixture_finish(&f);
	return tap_done();
}
