/* Whatever call fails while a package is made: there is a whole one and ERR_OK, or an error, no
 * file, and nothing of the citizen's left in memory. */
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

static struct fixture f;

static int files_in_outbox(struct store *s)
{
	int n = 0, fd = openat(store_outbox_fd(s), ".", O_RDONLY | O_DIRECTORY);
	DIR *dir = fdopendir(fd);

	for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
		n += e->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return n;
}

static bool make_with(struct store *s, const struct package_keys *keys, unsigned kind, long at)
{
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct package p;
	int before = files_in_outbox(s), fd = -1;

	if (store_new_key(s, key) != ERR_OK || receipt_code_next(s, "K01", code) != ERR_OK)
		return ok(!"the fixture"), false;
	struct dossier d = sample(key, code);
	faults_set(kind, FAULT_ONCE, at, ENOSPC);
	enum err e = package_make(&d, keys, store_outbox_fd(s), &p);
	bool fired = faults_fired();
	faults_off();
	bool good = e == ERR_OK ? outbox_add(s, &p, NULL) == ERR_OK &&
					  outbox_open(s, key, &fd) == ERR_OK
				: files_in_outbox(s) == before;
	if (fd >= 0)
		close(fd);
	/* a failed clean-up of an old name is no failure */
	if (!good || (fired && e == ERR_OK && kind != FAULT_NAME && kind != FAULT_MEMORY)) {
		ok(!"half a package");
		printf("# kind=%u at=%ld %s\n", kind, at, err_name(e));
	}
	return fired;
}

static void torture(struct store *s, const struct package_keys *keys, unsigned kind)
{
	long at = 1;

	while (make_with(s, keys, kind, at))
		at++;
	printf("# kind=%u: %ld places\n", kind, at - 1);
	ok(at > 1);
}

/* One life in a process of its own: OpenSSL 3.0 itself falls over where the context of a KDF
 * cannot be allocated. Then, as after any crash, nothing was claimed and the next start cleans up.
 * 0: no fault came, 1: it came, 2: it brought the process down, 3: a failed check. */
static int without_memory(const struct package_keys *keys, long at)
{
	struct store *s = NULL;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int bad = tap_bad;
		bool fired = store_open(&f.options, &s) == ERR_OK &&
			     make_with(s, keys, FAULT_MEMORY, at);

		store_close(s);
		_exit(tap_bad > bad ? 3 : fired);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (store_open(&f.options, &s) != ERR_OK)
		return 3;
	struct outbox_counts n;
	bool clean = outbox_counts(s, &n) == ERR_OK &&
		     (uint32_t)files_in_outbox(s) == n.in[OUTBOX_SEALED];
	store_close(s);
	return clean ? 2 : 3;
}

static void memory_torture(const struct package_keys *keys)
{
	int came[4] = { 0 };
	long at = 1;

	while (came[0] == 0 && came[3] == 0) {
		came[without_memory(keys, at)]++;
		at += 7; /* a prime: it meets every part of the way */
	}
	printf("# memory: %ld places, %d brought it down\n", at - 8, came[2]);
	eq_int(came[3], 0);
	ok(came[1] > 10 && came[2] < came[1] / 10);
}

int main(void)
{
	fixture_init(&f);
	struct package_keys *keys = make_keys(&f);
	struct store *s = open_store(&f);

	torture(s, keys, FAULT_SYNC);
	torture(s, keys, FAULT_WRITE);
	torture(s, keys, FAULT_NAME);
	store_close(s);
	if (FAULTS_IN_MEMORY)
		memory_torture(keys);
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
