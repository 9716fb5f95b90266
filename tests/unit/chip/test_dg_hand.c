/* Saved files of a card at the command line, in a process of its own, sandbox locked. */
#include "firmware/parse/hand.h"
#include "tests/mrtd/mrtd.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAMES = 5 };

static const struct {
	const char *name;
	uint16_t id;
} FILES[NAMES] = {
	{ "com", 0x11e }, { "dg1", 0x101 }, { "dg2", 0x102 }, { "dg13", 0x10d }, { "face.ppm", 0 }
};

static char dir[] = "/tmp/kiosk-dg-XXXXXX", paths[NAMES][64];
static char said[65536], complained[4096];

static void save(const char *sample)
{
	struct mrtd_spec s;
	struct mrtd *m;
	char path[64];
	unsigned line;

	mrtd_spec_init(&s);
	(void)snprintf(path, sizeof path, "tests/mrtd/cards/%s.card", sample);
	if (mrtd_spec_load(&s, path, &line) != ERR_OK || mrtd_create(&s, NULL, NULL, &m) != ERR_OK)
		abort();
	for (int i = 0; i < NAMES; i++) {
		size_t len = 0;
		const uint8_t *bytes = FILES[i].id ? mrtd_file(m, FILES[i].id, true, &len) : NULL;
		int fd;

		(void)snprintf(paths[i], sizeof paths[i], "%s/%s", dir, FILES[i].name);
		fd = bytes ? open(paths[i], O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
		if (bytes && (fd < 0 || write(fd, bytes, len) != (ssize_t)len))
			abort();
		close(fd);
	}
	mrtd_destroy(m);
}

static void take(int fd, char *out, size_t cap)
{
	ssize_t n = pread(fd, out, cap - 1, 0);

	out[n > 0 ? n : 0] = '\0';
	close(fd);
}

static int run(const char *const args[])
{
	int out = memfd_create("out", 0), err = memfd_create("err", 0), status = -1, argc = 1;
	char *argv[12] = { (char *)(uintptr_t) "kiosk-parse" };

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
	take(out, said, sizeof said);
	take(err, complained, sizeof complained);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define RUN(...) run((const char *const[]){ "dg", __VA_ARGS__, NULL })

static const char *member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v) : "";
}

static void a_card(void)
{
	char head[16] = "";

	save("sample-02");
	eq_int(RUN("--json", paths[0], paths[1], paths[2], paths[3], "-o", paths[4]), 0);
	struct json_object *o = json_tokener_parse(said);
	eq_str(member(o, "number"), "079188000000");
	eq_str(member(o, "name"), "Công Tằng Tôn Nữ Hoàng Phương Thảo Nguyên");
	eq_str(member(o, "birth"), "09021988");
	eq_str(member(o, "groups"), "1 2 3 13 15");
	eq_str(member(o, "face"), "JPEG");
	eq_str(member(o, "doubts"), "");
	json_object_put(o);
	int fd = open(paths[4], O_RDONLY);
	off_t size = lseek(fd, 0, SEEK_END);
	ok(pread(fd, head, 15, 0) == 15);
	eq_str(head, "P6\n240 320\n255\n");
	eq_int(size, 15 + 240 * 320 * 3);
	close(fd);
}

static void bad_ones(void)
{
	eq_int(RUN(paths[1]), 0);
	ok(strstr(said, "CONG TANG TON NU HOANG PHUONG") && !strstr(said, "face"));
	eq_int(RUN("Makefile"), 0);
	ok(strstr(said, "?:"));
	eq_int(truncate(paths[2], 9000), 0);
	eq_int(RUN(paths[2]), 1);
	ok(strstr(complained, "DG2"));
	eq_int(RUN("/nowhere"), 1);
	eq_int(RUN("--json"), 2);
}

int main(void)
{
	if (!mkdtemp(dir))
		abort();
	a_card();
	bad_ones();
	for (int i = 0; i < NAMES; i++)
		unlink(paths[i]);
	rmdir(dir);
	return tap_done();
}
