/* The commands as a technician types them, each in a process of its own, sandbox locked. */
#include "firmware/parse/hand.h"
#include "tests/unit/parse/lane.h"
#include "tests/unit/parse/pictures.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define LETTER "tests/unit/parse/letter.png"
#define AN     "001090000000||Nguyễn Văn An|00001990|Nam|Huế|01082021"

static char said[65536], complained[4096];

static void take_text(int fd, char *out, size_t cap)
{
	ssize_t n = pread(fd, out, cap - 1, 0);

	out[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* Runs `kiosk-parse ARGS...`; what it wrote is in said and complained. */
static int run(const char *const args[])
{
	int out = memfd_create("out", 0), err = memfd_create("err", 0), status = -1;
	char *argv[12] = { (char *)(uintptr_t) "kiosk-parse" };
	int argc = 1;

	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)args[argc - 1];
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		status = hand_run(argc, argv);
		fflush(stdout);
		_exit(status);
	}
	waitpid(pid, &status, 0);
	take_text(out, said, sizeof said);
	take_text(err, complained, sizeof complained);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static void cards(void)
{
	eq_int(RUN("card-qr", AN), 0);
	ok(has(said, "Nguyễn Văn An") && has(said, "born        1990"));
	eq_int(RUN("card-qr", "--json", AN), 0);
	struct json_object *o = json_tokener_parse(said), *v = NULL;
	ok(json_object_object_get_ex(o, "birth", &v));
	eq_str(json_object_get_string(v), "00001990");
	json_object_put(o);
	eq_int(RUN("card-qr", "http://example.invalid"), 1);
	ok(has(complained, "NOT_CARD_QR") && said[0] == '\0');
}

static void pages(void)
{
	char path[] = "/tmp/kiosk-hand-XXXXXX", old[] = "old";
	int fd = mkstemp(path);
	char head[9] = "";

	ok(write(fd, old, 3) == 3);
	eq_int(RUN("digitize", "Makefile", "-o", path), 1);
	ok(has(complained, "BAD_PAGE"));
	eq_int(lseek(fd, 0, SEEK_END), 3);
	eq_int(RUN("digitize", LETTER, LETTER, "-o", path, "--dpi", "200"), 0);
	ok(has(said, "turned 0, ") && has(said, " words, kept as "));
	ok(pread(fd, head, 8, 0) == 8);
	eq_str(head, "%PDF-1.7");
	eq_int(RUN("digitize", LETTER, "-o", "/nowhere/x.pdf"), 1);
	ok(ftruncate(fd, 0) == 0);
	eq_int(RUN("digitize", "no.png", LETTER, "nowhere.png", "-o", path), 1);
	ok(has(complained, "nowhere.png: ") && has(complained, "no.png: "));
	ok(has(complained, "NOT_FOUND") && has(complained, "2 of 3 pages are not in it"));
	ok(pread(fd, head, 8, 0) == 8 && strcmp(head, "%PDF-1.7") == 0);
	eq_int(RUN("quality", "nowhere.png", LETTER), 1);
	ok(has(complained, "nowhere.png: ") && has(said, LETTER));
	eq_int(RUN("digitize", "nowhere.png", "-o", "/tmp/never.pdf"), 1);
	ok(access("/tmp/never.pdf", F_OK) != 0);
	close(fd);
	unlink(path);
}

/* Its header says how large it is; the rest need not be there. */
static void too_large(void)
{
	char path[] = "/tmp/kiosk-hand-XXXXXX";
	static const char line[] = "P5\n20000 20000\n255\n";
	int fd = mkstemp(path);

	ok(write(fd, line, sizeof line - 1) == sizeof line - 1);
	ok(ftruncate(fd, 1000) == 0);
	eq_int(RUN("quality", path), 1);
	ok(has(complained, "too large"));
	ok(ftruncate(fd, 400000000) == 0);
	eq_int(RUN("digitize", path, "-o", "/dev/null"), 1);
	ok(has(complained, "too large") && !has(complained, "no space"));
	eq_int(RUN("qr", path), 1);
	ok(has(complained, "too large"));
	close(fd);
	unlink(path);
}

static void codes(void)
{
	char path[] = "/tmp/kiosk-hand-XXXXXX", line[64];
	struct image i = blank_image(200, 200, 1, 255);
	int fd = mkstemp(path);

	draw_qr(&i, 40, 40, 4, "Thùy", 0);
	int n = snprintf(line, sizeof line, "P5\n200 200\n255\n");
	ok(write(fd, line, (size_t)n) == n && write(fd, i.pixels, 40000) == 40000);
	eq_int(RUN("qr", path), 0);
	eq_str(said, "QR Thùy\n");
	eq_int(RUN("qr", path, "--json"), 0);
	ok(has(said, "\"hex\":\"5468c3b979\""));
	ok(has(said, "\"way\":\"as-is\""));
	ok(has(said, "\"corners\":["));
	eq_int(RUN("qr", "nowhere.png", path, LETTER), 1); /* the others go on */
	ok(has(complained, "nowhere.png") && has(complained, "NOT_FOUND"));
	ok(has(complained, LETTER ": "));
	ok(has(said, ": QR Thùy\n"));
	ok(ftruncate(fd, 20000) == 0);
	eq_int(RUN("qr", path), 1);
	ok(has(complained, "BAD_PAGE") || has(complained, "NO_CODE"));
	eq_int(RUN("qr", LETTER), 1);
	ok(has(complained, "NO_CODE"));
	close(fd);
	unlink(path);
	image_free(&i);
}

static void wrong_use(void)
{
	eq_int(RUN("nonsense"), 2);
	ok(has(complained, "no command nonsense"));
	eq_int(RUN("qr"), 2);
	ok(has(complained, "qr needs something to read"));
	eq_int(RUN("digitize", LETTER), 2);
	ok(has(complained, "needs -o"));
	eq_int(RUN("card-qr", AN, AN), 2);
	ok(has(complained, "takes 1 at most, not 2"));
	eq_int(RUN("digitize", LETTER, "-o", "x", "--paper", "nonsense"), 2);
	ok(has(complained, "--paper does not know nonsense"));
	eq_int(RUN("digitize", "nowhere.png", "-o", "x", "--paper", "Giấy khai sinh"), 1);
	eq_int(RUN("digitize", LETTER, "-o", "x", "--dpi", "-3"), 2);
	eq_int(RUN("answer", LETTER), 2);
	ok(has(complained, "needs --anchor"));
	eq_int(RUN("qr", "--nonsense", LETTER), 2);
	ok(has(complained, "kiosk-parse card-qr TEXT"));
	eq_int(RUN("answer", LETTER, "--anchor", LETTER), 1);
	ok(has(complained, "BAD_CONFIG"));
}

int main(int argc, char **argv)
{
	(void)argc;
	with_one_thread(argv);
	cards();
	pages();
	too_large();
	codes();
	wrong_use();
	return tap_done();
}
