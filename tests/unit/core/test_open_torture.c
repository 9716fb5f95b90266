/* Whatever call fails while the store opens, on a sound database and on a damaged one: it opens or
 * says why, and the next start finds all dossiers. */
#include "firmware/core/audit.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define MANY 5

static struct fixture f;
static char keys[MANY][STORE_KEY_CAP];
static char copy[160]; /* of the store as it is before each start */

static bool all_there(struct store *s)
{
	for (int i = 0; i < MANY; i++) {
		int fd = -1;

		if (outbox_open(s, keys[i], &fd) != ERR_OK)
			return false;
		close(fd);
	}
	return true;
}

static void make_master(bool damaged)
{
	struct store *s = NULL;
	char path[160], stray[200];
	struct package p;

	remove_dir(f.data);
	s = open_store(&f);
	for (int i = 0; i < MANY; i++)
		eq_int(file_one(s, keys[i]), ERR_OK);
	eq_int(outbox_sending(s, keys[0]), ERR_OK);
	eq_int(fake_package(s, &p), ERR_OK); /* unclaimed: the start deletes it */
	store_close(s);
	snprintf(stray, sizeof stray, "%s/outbox/half.new", f.data);
	close(open(stray, O_CREAT | O_WRONLY, 0600));
	snprintf(path, sizeof path, "%s/kiosk.db", f.data);
	int fd = open(path, O_RDWR);
	if (damaged)
		ok(pwrite(fd, "junk", 4, 4096) == 4);
	close(fd);
	remove_dir(copy);
	eq_int(RUN(NULL, "cp", "-a", f.data, copy), 0);
}

static bool restore(void)
{
	remove_dir(f.data);
	return RUN(NULL, "cp", "-a", copy, f.data) == 0;
}

/* In a process of its own, which ends right after. 1: the fault came, 2: it served wrongly. */
static int open_with(unsigned kind, long at, int code)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s = NULL;

		faults_set(kind, FAULT_ONCE, at, code);
		enum err e = store_open(&f.options, &s);
		bool fired = faults_fired();
		faults_off();
		bool good = e != ERR_OK || all_there(s) || store_report(s)->unreadable > 0;
		_exit(good ? fired : 2);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static bool next_start(void)
{
	struct store *s = NULL;
	char key[STORE_KEY_CAP];
	bool good = store_open(&f.options, &s) == ERR_OK && all_there(s) &&
		    file_one(s, key) == ERR_OK && audit_verify(s, NULL, NULL) == ERR_OK;

	store_close(s);
	return good;
}

static void torture(unsigned kind, long stride, int code)
{
	long at = 1;
	int came = 1;

	for (; came == 1; at += stride) {
		if (!restore())
			ok(!"the fixture");
		came = open_with(kind, at, code);
		if (came > 1 || !next_start()) {
			ok(!"not all there");
			printf("# kind=%u at=%ld code=%d: %d\n", kind, at, code, came);
		}
	}
	printf("# kind=%u: %ld places\n", kind, at - 1 - stride);
	eq_int(came, 0);
}

int main(void)
{
	fixture_init(&f);
	in(&f, "copy", copy);
	for (int damaged = 0; damaged < 2; damaged++) {
		make_master(damaged);
		torture(FAULT_SYNC, 1, EIO);
		torture(FAULT_WRITE, 2, EIO);
		torture(FAULT_WRITE, 3, ENOSPC);
		torture(FAULT_NAME, 1, EIO);
		torture(FAULT_OPEN, 1, EMFILE);
		if (FAULTS_IN_MEMORY)
			torture(FAULT_MEMORY, 97, 0);
	}
	fixture_finish(&f);
	return tap_done();
}
