/* Lists of procedures: numbers that never go back, keys that hand over, and every call of the disk
 * that fails, or is the program's last, while a list is kept.
 * torture-wraps: fsync fdatasync write renameat mkdirat */
#include "firmware/core/catalogue_book.h"
#include "tests/tap.h"
#include "tests/unit/core/fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#define LIST(number, version)                                                                    \
	"{\"number\":" #number ",\"procedures\":[{\"code\":\"1.001193\",\"name\":\"Khai sinh\"," \
	"\"papers\":[]}],\"version\":\"" version "\",\"expires_s\":1795300000}"

#define DIED 99

static struct fixture f;
static long fails_at, calls; /* 0: never */
static bool for_ever, dies;

static bool fails(void)
{
	calls++;
	if (fails_at == 0 || calls < fails_at || (calls > fails_at && !for_ever))
		return false;
	if (dies)
		_exit(DIED);
	errno = EIO;
	return true;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return fails() ? -1 : __real_fsync(fd);
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	return fails() ? -1 : __real_fdatasync(fd);
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	return fd > 2 && fails() ? -1 : __real_write(fd, bytes, len);
}

int __real_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b);
int __wrap_renameat(int from, const char *a, int to, const char *b)
{
	return fails() ? -1 : __real_renameat(from, a, to, b);
}

int __real_mkdirat(int dir, const char *name, mode_t mode);
int __wrap_mkdirat(int dir, const char *name, mode_t mode);
int __wrap_mkdirat(int dir, const char *name, mode_t mode)
{
	return fails() ? -1 : __real_mkdirat(dir, name, mode);
}

static void put_file(const char *name, const char *text)
{
	char path[160];

	in(&f, name, path);
	FILE *out = fopen(path, "we");
	ok(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* The signature of NAME.json by that key; malloc'ed. */
static uint8_t *sign(const char *text, const char *by, size_t *ret_len)
{
	char key[160], cert[160], at[160], out[160], file[40];
	uint8_t *bytes = malloc(8192);

	put_file("signed", text);
	in(&f, "signed", at);
	in(&f, "signature", out);
	snprintf(file, sizeof file, "%s.key", by);
	in(&f, file, key);
	snprintf(file, sizeof file, "%s.pem", by);
	in(&f, file, cert);
	ok(RUN(NULL, "openssl", "cms", "-sign", "-binary", "-in", at, "-signer", cert, "-inkey",
	       key, "-outform", "DER", "-out", out) == 0);
	FILE *in = fopen(out, "re");
	*ret_len = in ? fread(bytes, 1, 8192, in) : 0;
	if (in)
		(void)fclose(in);
	return bytes;
}

static void open_book(struct catalogue_book *b)
{
	char anchor[160], assets[160];

	in(&f, "own.pem", anchor);
	in(&f, "assets", assets);
	eq_int(catalogue_book_open(&(struct catalogue_places){ assets, anchor, f.data }, b),
	       ERR_OK);
}

static enum err take(struct catalogue_book *b, const char *text, const char *by)
{
	size_t len;
	uint8_t *cms = sign(text, by, &len);
	enum err e = catalogue_book_take(b, text, strlen(text), cms, len, T0);

	free(cms);
	return e;
}

static int64_t number(const struct catalogue_book *b)
{
	return catalogue_number(catalogue_book_now(b));
}

static void forward_only(void)
{
	struct catalogue_book b;

	open_book(&b);
	eq_int(number(&b), 2);
	ok(catalogue_book_find(&b, "shipped") != NULL);
	eq_int(take(&b, LIST(1, "old"), "own"), ERR_REFUSED);
	eq_int(take(&b, LIST(2, "same"), "own"), ERR_REFUSED);
	eq_int(take(&b, LIST(3, "three"), "other"), ERR_FORGED);
	eq_int(take(&b, LIST(3, "three"), "own"), ERR_OK);
	eq_int(take(&b, LIST(4, "four"), "own"), ERR_OK);
	eq_int(take(&b, LIST(3, "three"), "own"), ERR_REFUSED);
	eq_int(number(&b), 4);
	ok(catalogue_book_find(&b, "three") != NULL);
	ok(!catalogue_book_is_old(&b, 1795300000));
	ok(catalogue_book_is_old(&b, 1795300001));
	catalogue_book_close(&b);
	open_book(&b);
	eq_int(number(&b), 4);
	ok(catalogue_book_find(&b, "three") != NULL && catalogue_book_find(&b, "shipped") != NULL);
	ok(catalogue_book_find(&b, "old") == NULL);
	catalogue_book_close(&b);
}

static void keys_hand_over(void)
{
	struct catalogue_book b;
	char pem[160], key[160], cert[160], out[160];
	uint8_t cms[8192];

	in(&f, "other.pem", pem);
	in(&f, "own.key", key);
	in(&f, "own.pem", cert);
	in(&f, "statement", out);
	ok(RUN(NULL, "openssl", "cms", "-sign", "-binary", "-nodetach", "-in", pem, "-signer", cert,
	       "-inkey", key, "-outform", "DER", "-out", out) == 0);
	FILE *in = fopen(out, "re");
	size_t len = in ? fread(cms, 1, sizeof cms, in) : 0;
	if (in)
		(void)fclose(in);
	open_book(&b);
	eq_int(take(&b, LIST(2147483647, "end"), "own"), ERR_OK);
	eq_int(catalogue_book_take_key(&b, cms, len / 2), ERR_FORGED);
	eq_int(catalogue_book_take_key(&b, cms, len), ERR_OK);
	eq_int(catalogue_book_take_key(&b, cms, len), ERR_FORGED);
	eq_int(take(&b, LIST(5, "five"), "own"), ERR_REFUSED);
	eq_int(take(&b, LIST(1, "new"), "other"), ERR_OK);
	catalogue_book_close(&b);
	open_book(&b);
	eq_int(b.keys.count, 2);
	eq_int(number(&b), 1);
	eq_int(take(&b, LIST(1, "again"), "other"), ERR_REFUSED);
	catalogue_book_close(&b);
}

static void start_anew(void)
{
	remove_dir(f.data);
	ok(mkdir(f.data, 0700) == 0);
}

/* One call fails, or that and all that follow: then there is the old list or the new one, and
 * nothing that was in use is gone back from. */
static void every_call_fails(const uint8_t *cms, size_t len, const char *text)
{
	bool more = true;
	long steps = 0;

	for (long at = 1; more && at < 100; at++) {
		struct catalogue_book b;

		start_anew();
		open_book(&b);
		calls = 0;
		fails_at = at;
		enum err e = catalogue_book_take(&b, text, strlen(text), cms, len, T0);
		fails_at = 0;
		more = calls >= at;
		steps = at;
		eq_int(e, more ? ERR_IO : ERR_OK);
		eq_int(number(&b), e == ERR_OK ? 3 : 2);
		catalogue_book_close(&b);
		open_book(&b); /* the power was cut, or not */
		ok(number(&b) == 3 || number(&b) == 2);
		ok(!catalogue_book_is_behind(&b));
		eq_int(number(&b) == 3 ? ERR_OK
				       : catalogue_book_take(&b, text, strlen(text), cms, len, T0),
		       ERR_OK);
		eq_int(number(&b), 3);
		catalogue_book_close(&b);
	}
	ok(steps > 6);
	printf("# %ld calls\n", steps);
}

/* In a process of its own, which ends at that call: its exit code. */
static int take_and_die(long at, const uint8_t *cms, size_t len, const char *text)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		struct catalogue_book b;

		open_book(&b);
		calls = 0;
		fails_at = at;
		_exit((int)catalogue_book_take(&b, text, strlen(text), cms, len, T0));
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Killed before each call: the old list is there or the new one, whole, and it can come again. */
static void every_call_is_the_last(const uint8_t *cms, size_t len, const char *text)
{
	int code = DIED, olds = 0, news = 0;

	for (long at = 1; code == DIED && at < 100; at++) {
		struct catalogue_book b;

		start_anew();
		code = take_and_die(at, cms, len, text);
		open_book(&b);
		ok(!catalogue_book_is_behind(&b));
		olds += number(&b) == 2;
		news += number(&b) == 3;
		if (number(&b) != 3)
			eq_int(catalogue_book_take(&b, text, strlen(text), cms, len, T0), ERR_OK);
		eq_int(number(&b), 3);
		catalogue_book_close(&b);
	}
	eq_int(code, ERR_OK);
	ok(olds > 2 && news > 2);
	printf("# the old one %d times, the new one %d times\n", olds, news);
}

static void torture(void)
{
	const char *text = LIST(3, "three");
	size_t len;
	uint8_t *cms = sign(text, "own", &len);

	for_ever = false;
	every_call_fails(cms, len, text);
	for_ever = true;
	every_call_fails(cms, len, text);
	dies = true;
	every_call_is_the_last(cms, len, text);
	free(cms);
}

static void damaged(void)
{
	static const char *const BAD[] = { "", "MCC1", "MCC1\xff\xff\xff\xff", "MCC1\1",
					   "junk junk junk" };
	struct catalogue_book b;

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		start_anew();
		open_book(&b);
		catalogue_book_close(&b);
		put_file("data/catalogue/list", BAD[i]);
		put_file("data/catalogue/before", BAD[i]);
		put_file("data/catalogue/keys", BAD[i]);
		put_file("data/catalogue/floor", BAD[i]);
		open_book(&b);
		eq_int(number(&b), 2);
		ok(!catalogue_book_is_behind(&b));
		catalogue_book_close(&b);
	}
}

int main(void)
{
	char dir[160];
	uint8_t *cms;
	size_t len;

	fixture_init(&f);
	ok(make_cert(&f, "own", "/CN=own") == 0 && make_cert(&f, "other", "/CN=other") == 0);
	in(&f, "assets", dir);
	ok(mkdir(dir, 0700) == 0 && mkdir(f.data, 0700) == 0);
	put_file("assets/catalogue.json", LIST(2, "shipped"));
	cms = sign(LIST(2, "shipped"), "own", &len);
	in(&f, "assets/catalogue.json.p7s", dir);
	FILE *out = fopen(dir, "we");
	ok(out && fwrite(cms, 1, len, out) == len && fclose(out) == 0);
	free(cms);
	forward_only();
	start_anew();
	keys_hand_over();
	torture();
	damaged();
	fixture_finish(&f);
	return tap_done();
}
