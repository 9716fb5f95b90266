/* What is called safe to remove is on the stick, whole; whatever fails on the way, the same command
 * again makes it so, and no dossier is changed by it. */
#include "firmware/core/bundle_step.h"
#include "firmware/core/files.h"
#include "firmware/core/outbox_files.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/stick_desk.h"

#include <openssl/evp.h>

static struct fixture f;
static struct package_keys *keys;
static char stick[160];

/* They are syncs like any other. */
int syncfs(int fd)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_syncfs, fd);
}

int sync_file_range(int fd, off_t from, off_t len, unsigned how)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_sync_file_range, fd, from, len, how);
}

/* An empty store and an empty stick; `n` dossiers wait. */
static void prepare(struct desk_of_stick *d, int n)
{
	char key[STORE_KEY_CAP], dir[160];

	remove_dir(f.data);
	in(&f, "sticks", dir);
	remove_dir(dir);
	ok(mkdir(dir, 0700) == 0 && mkdir(stick, 0700) == 0);
	desk_open(d, &f, keys);
	while (n-- > 0)
		eq_int(file_one(d->c->store, key), ERR_OK);
}

/* The only bundle on the stick; -1: none. */
static int bundle_fd(void)
{
	char path[256], name[STICK_NAME_CAP];
	int fd = -1;

	snprintf(path, sizeof path, "%s/motcua", stick);
	return stick_pick(path, "", &fd, name) == ERR_OK ? fd : -1;
}

struct lying {
	int fd, packages, wrong, index, mark, others;
};

static bool lies_there(void *data, const char *name)
{
	struct lying *l = data;
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool sealed = strlen(name) == 12 && strcmp(name + 8, ".p7m") == 0;

	if (name[0] == '.')
		return true;
	l->packages += sealed;
	l->index += strcmp(name, BUNDLE_INDEX) == 0;
	l->mark += strcmp(name, BUNDLE_MARK) == 0;
	l->others += !sealed && strcmp(name, BUNDLE_INDEX) != 0 && strcmp(name, BUNDLE_MARK) != 0;
	if (sealed && (stick_get(l->fd, name, 100, &bytes, &len) != ERR_OK || len != 6 ||
		       memcmp(bytes, "sealed", 6) != 0))
		l->wrong++;
	free(bytes);
	return true;
}

static struct lying lying(void)
{
	struct lying l = { .fd = bundle_fd() };

	if (l.fd >= 0) {
		(void)stick_each(l.fd, lies_there, &l);
		close(l.fd);
	}
	return l;
}

static bool is_whole(int packages)
{
	struct lying l = lying();

	return l.packages == packages && l.wrong == 0 && l.index == 1 && l.mark == 0 &&
	       l.others == 0;
}

static bool is_safe(const struct desk_of_stick *d)
{
	return d->code == CTL_DONE && strstr(d->said, "safe to remove");
}

static unsigned waiting(struct desk_of_stick *d)
{
	struct outbox_counts n = { 0 };

	return outbox_counts(d->c->store, &n) == ERR_OK ? n.in[OUTBOX_SEALED] : 0;
}

static void written_and_again(void)
{
	struct desk_of_stick d;
	char key[STORE_KEY_CAP], since[80];

	prepare(&d, 3);
	eq_int(desk_run(&d, "write"), CTL_DONE);
	ok(is_safe(&d) && is_whole(3));
	ok(strstr(d.said, "3 dossiers"));
	eq_int(file_one(d.c->store, key), ERR_OK);
	bundle_since_text(d.c, key, since, sizeof since);
	eq_str(since, "");
	eq_int(desk_run(&d, "write usb"), CTL_DONE);
	ok(is_safe(&d) && is_whole(4));
	bundle_since_text(d.c, key, since, sizeof since);
	ok(strstr(since, "also on a stick since"));
	eq_int(waiting(&d), 4);
	desk_close(&d);
}

/* Answered by the network meanwhile: it need not lie on a stick. */
static void answered_meanwhile(void)
{
	struct desk_of_stick d;
	char manifest[65] = "", keys_of[2][STORE_KEY_CAP];

	memset(manifest, 'a', 64);
	prepare(&d, 0);
	for (int i = 0; i < 2; i++)
		eq_int(file_one(d.c->store, keys_of[i]), ERR_OK);
	eq_int(desk_run(&d, "write"), CTL_DONE);
	for (int i = 0; i < 2; i++) {
		struct outbox_answer a = { .accepted = true,
					   .key = keys_of[i],
					   .manifest = manifest,
					   .dossier_code = "000.00.06.H56-261121-0001",
					   .time_s = T0,
					   .bytes = "x",
					   .len = 1 };

		eq_int(outbox_answered(d.c->store, keys_of[i], &a), ERR_OK);
		eq_int(desk_run(&d, "write"), CTL_DONE);
		ok(is_safe(&d));
		ok(i == 0 ? is_whole(1) : bundle_fd() < 0);
	}
	ok(strstr(d.said, "nothing to write"));
	desk_close(&d);
}

/* A package of many steps: what lies on the stick is the outbox's file, byte for byte. */
static void large(void)
{
	enum { LEN = 5 * STICK_CHUNK + 4097 };
	struct desk_of_stick d;
	struct package p;
	struct outbox_item item;
	char name[OUTBOX_FILE_CAP];
	uint8_t *bytes = malloc(LEN), *back = NULL;
	size_t len = 0;
	int fd = -1;

	for (size_t i = 0; i < LEN; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	prepare(&d, 0);
	eq_int(fake_package(d.c->store, &p), ERR_OK);
	outbox_unclaimed(p.name, name);
	struct iovec part = { bytes, LEN };
	eq_int(files_write(store_outbox_fd(d.c->store), name, &part, 1), ERR_OK);
	uint8_t hash[FILES_HASH_BYTES];
	EVP_Digest(bytes, LEN, hash, NULL, EVP_sha256(), NULL);
	hex_of(hash, sizeof hash, p.sha256);
	p.bytes = LEN;
	eq_int(outbox_add(d.c->store, &p, NULL), ERR_OK);
	eq_int(desk_run(&d, "write"), CTL_DONE);
	ok(is_safe(&d));
	eq_int(outbox_get(d.c->store, p.key, &item), ERR_OK);
	struct bundle_item row;
	eq_int(bundle_row_next(d.c->store, d.c->bundle.id, 0, &row), ERR_OK);
	char file[BUNDLE_NAME_CAP];
	bundle_file_name(row.row.name, BUNDLE_PACKAGE, file);
	fd = bundle_fd();
	eq_int(stick_get(fd, file, LEN, &back, &len), ERR_OK);
	ok(len == LEN && memcmp(back, bytes, LEN) == 0);
	eq_int(stick_get(fd, file, LEN - 1, &back, &len), ERR_BAD_DATA);
	close(fd);
	free(back);
	free(bytes);
	desk_close(&d);
}

/* As far as where everything is written, and nothing was read again. */
static void until_written(struct desk_of_stick *d)
{
	desk_begin(d, "write");
	timer_stop(d->c->child.loop, &d->c->bundle.next); /* the loop may take several at once */
	while (lying().index == 0 && d->c->bundle.step(d->c) == ERR_OK)
		;
	bundle_on(d->c);
}

static int spoil_fd;

static bool spoil(void *data, const char *name)
{
	const char *by = data;
	int fd = strstr(name, ".p7m") ? openat(spoil_fd, name, O_WRONLY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		ok(write(fd, by, strlen(by)) > 0);
		close(fd);
	}
	return true;
}

/* The stick forgets, or lies: once it is mended, and then no more. */
static void reads_otherwise(void)
{
	struct desk_of_stick d;

	prepare(&d, 3);
	until_written(&d);
	spoil_fd = bundle_fd();
	ok(stick_each(spoil_fd, spoil, (void *)(uintptr_t) "S") == ERR_OK);
	desk_end(&d);
	ok(is_safe(&d) && is_whole(3)); /* written once more */

	desk_begin(&d, "write");
	timer_stop(d.c->child.loop, &d.c->bundle.next);
	while (d.c->bundle.work != BUNDLE_IDLE && d.c->bundle.step(d.c) == ERR_OK)
		(void)stick_each(spoil_fd, spoil, (void *)(uintptr_t) "S");
	desk_end(&d);
	close(spoil_fd);
	eq_int(d.code, CTL_REFUSED);
	ok(strstr(d.said, "does not give back") && !strstr(d.said, "safe to remove"));
	eq_int(waiting(&d), 3);
	struct bundle_item i = { 0 };
	while (bundle_row_next(d.c->store, d.c->bundle.id, i.row.name, &i) == ERR_OK)
		eq_int(i.written_s, 0); /* it is not said of them that they are on a stick */
	desk_close(&d);
}

static void hostile(void)
{
	static const char *const BAD[] = { "../data", ".hidden", "none", "a/b" };
	struct desk_of_stick d;
	char path[300], to[200];

	prepare(&d, 1);
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		snprintf(path, sizeof path, "write %s", BAD[i]);
		eq_int(desk_run(&d, path), CTL_REFUSED);
	}
	/* our own data behind a link */
	snprintf(path, sizeof path, "%s/motcua", stick);
	in(&f, "data", to);
	ok(symlink(to, path) == 0);
	eq_int(desk_run(&d, "write"), CTL_REFUSED);
	eq_int(desk_run(&d, "take"), CTL_REFUSED);
	eq_int(desk_run(&d, "verify"), CTL_REFUSED);
	ok(unlink(path) == 0);
	eq_int(desk_run(&d, "verify"), CTL_REFUSED);
	ok(strstr(d.said, "no bundle"));

	/* what is no bundle of ours stays as it is */
	ok(mkdir(path, 0700) == 0);
	snprintf(path, sizeof path, "%s/motcua/0badf00d", stick);
	ok(symlink(to, path) == 0);
	eq_int(desk_run(&d, "verify"), CTL_REFUSED);
	eq_int(desk_run(&d, "write"), CTL_DONE);
	ok(is_safe(&d) && unlink(path) == 0 && is_whole(1));

	/* a second stick: which one is meant? */
	snprintf(path, sizeof path, "%s/../second", stick);
	ok(mkdir(path, 0700) == 0);
	eq_int(desk_run(&d, "write"), CTL_REFUSED);
	eq_int(desk_run(&d, "write second"), CTL_DONE);
	d.c->config.stick_dir[0] = '\0';
	eq_int(desk_run(&d, "write"), CTL_REFUSED);
	eq_int(desk_run(&d, "wrote"), CTL_USAGE);
	desk_close(&d);
}

/* Links, pipes and folders where packages and answers should be. */
static void hostile_files(void)
{
	static const char *const NAMES[] = { "link", "pipe", "folder", "long" };
	struct stick_in i = { .fd = -1 };
	uint8_t *bytes = NULL;
	size_t len = 0;
	char path[240];

	for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++) {
		snprintf(path, sizeof path, "%s/%s", stick, NAMES[n]);
		if (n == 0)
			ok(symlink("/etc/passwd", path) == 0);
		else if (n == 1)
			ok(mkfifo(path, 0600) == 0);
		else if (n == 2)
			ok(mkdir(path, 0700) == 0);
		else
			ok(truncate(path, 1) < 0 && close(creat(path, 0600)) == 0 &&
			   truncate(path, 1 << 20) == 0);
	}
	int fd = open(stick, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t n = 0; n < sizeof NAMES / sizeof *NAMES; n++)
		eq_int(stick_in_open(fd, NAMES[n], 1000, &i), ERR_BAD_DATA);
	eq_int(stick_in_open(fd, "none", 1000, &i), ERR_NOT_FOUND);
	eq_int(stick_get(fd, "link", 1000, &bytes, &len), ERR_BAD_DATA);
	eq_int(stick_put(fd, "folder", "x", 1), ERR_BAD_DATA);
	eq_int(stick_put(fd, "link", "x", 1), ERR_OK); /* the link itself is replaced */
	eq_int(stick_get(fd, "link", 1000, &bytes, &len), ERR_OK);
	eq_int(len, 1);
	free(bytes);
	close(fd);
}

/* Everything that was waiting waits still, and the same command once more makes it whole. */
static bool recovers(struct desk_of_stick *d)
{
	desk_close(d);
	desk_open(d, &f, keys);
	return desk_run(d, "write") == CTL_DONE && is_safe(d) && is_whole(2) && waiting(d) == 2;
}

static void each_call_fails(unsigned kind, enum fault_how how, int code)
{
	bool again = true;
	long at = 0, bad = 0;

	while (again && at < 2000) {
		struct desk_of_stick d;

		prepare(&d, 2);
		faults_set(kind, how, ++at, code);
		int end = desk_run(&d, "write");
		again = faults_fired();
		faults_off();
		/* what it said must be true */
		bad += is_safe(&d) && !is_whole(2);
		bad += end == -1;
		bad += !recovers(&d);
		desk_close(&d);
	}
	eq_int(bad, 0);
	ok(at > 10 && !again);
	printf("# %ld places\n", at);
}

static void killed_at_each_call(void)
{
	bool again = true;
	long at = 0, bad = 0;

	while (again && at < 2000) {
		struct desk_of_stick d;
		int status = 0;

		prepare(&d, 2);
		desk_close(&d);
		at++;
		fflush(stdout); /* else the child says once more what was said before it */
		pid_t pid = fork();
		if (pid == 0) {
			if (!freopen("/dev/null", "w", stdout))
				_exit(1);
			desk_open(&d, &f, keys);
			faults_set(FAULT_DISK, FAULT_KILL, at, 0);
			desk_run(&d, "write");
			_exit(is_safe(&d) && is_whole(2) ? 0 : 1);
		}
		bad += waitpid(pid, &status, 0) != pid || !WIFEXITED(status);
		again = WEXITSTATUS(status) == 99;
		bad += !again && WEXITSTATUS(status) != 0;
		desk_open(&d, &f, keys);
		bad += !recovers(&d);
		desk_close(&d);
	}
	eq_int(bad, 0);
	ok(at > 10 && !again);
	printf("# %ld places\n", at);
}

int main(void)
{
	fixture_init(&f);
	keys = make_keys(&f);
	in(&f, "sticks/usb", stick);
	written_and_again();
	answered_meanwhile();
	large();
	reads_otherwise();
	hostile();
	hostile_files();
	each_call_fails(FAULT_DISK, FAULT_ONCE, 0);
	each_call_fails(FAULT_WRITE, FAULT_ONCE, ENOSPC);
	each_call_fails(FAULT_DISK, FAULT_ON, EIO);
	killed_at_each_call();
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
