#include "tests/tap.h"
#include "tests/usim/control.h"
#include "tests/usim/lines.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "/tmp/test_control.XXXXXX";

static bool says(struct world *w, const char *line, const char *want)
{
	static struct answer a;

	control_line(w, line, &a);
	bool same = strncmp(a.text, want, strlen(want)) == 0 && !a.error;
	if (!same)
		printf("# %s: %s%s\n", line, a.error ? "error " : "", a.text);
	return same;
}

static bool refuses(struct world *w, const char *line)
{
	static struct answer a;

	control_line(w, line, &a);
	return a.error && a.text[0];
}

static void lines_change_the_devices(struct world *w)
{
	ok(says(w, "card in", ""));
	ok(w->ccid.card != NULL);
	ok(says(w, "card out", ""));
	ok(says(w, "reader slow 20", ""));
	eq_int(w->ccid.slow_ms, 20);
	ok(says(w, "printer +cover", ""));
	eq_int(w->printer.state, PRINTER_COVER);
	ok(says(w, "printer -cover", ""));
	ok(says(w, "printer paper-left 12", ""));
	eq_int(w->printer.lines_left, 12);
	ok(says(w, "finger 1 0.5 0.25", "") && w->fingers.at[1].down);
	ok(says(w, "finger 1 up", "") && !w->fingers.at[1].down);
	ok(refuses(w, "finger 5 0 0") && refuses(w, "finger 0 1.5 0") && refuses(w, "finger 0 u"));
	ok(refuses(w, "stranger cat"));
	ok(says(w, "scan xin chào", ""));
	ok(says(w, "scan-hex 00ff", ""));
	eq_int(w->code.scans, 2);
	ok(says(w, "scanner +jam", ""));
	ok(w->scanner.jam);
	ok(says(w, "unplug code", ""));
	ok(!w->code.usb.attached);
	ok(refuses(w, "scan x"));
	ok(says(w, "plug code", ""));
	ok(says(w, "status", "{\"ccid\":{"));
	ok(refuses(w, "printer last"));
	ok(says(w, "help", "card in [NAME] | out | "));
}

static void malformed_lines(struct world *w)
{
	static const char *const lines[] = {
		"",
		" ",
		"nonsense",
		"card",
		"card  in",
		"card in ",
		"CARD in",
		"reader",
		"reader +",
		"reader slow",
		"reader slow -1",
		"reader slow 99999999999999999999",
		"printer",
		"printer +",
		"printer +smoke",
		"printer cover",
		"printer paper-left x",
		"scan-hex 0",
		"scan-hex zz",
		"scan-file /nowhere",
		"unplug",
		"unplug toaster",
		"plug ccid printer",
		"feeder",
		"feeder add",
		"feeder add ",
		"feeder add /nowhere",
		"feeder file /no where",
		"glass /nowhere",
		"scanner",
		"scanner jam-at",
		"scanner slow 1 2",
		"wait",
		"wait receipts",
		"wait printer-idle soon",
		"wait receipts 1 2 3",
		"wait receipts1",
		"wait printer",
		"status x",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		ok(refuses(w, lines[i]));
		if (!refuses(w, lines[i]))
			printf("# accepted: \"%s\"\n", lines[i]);
	}
}

/* What the demo's panel sends. @CARD and @PAPERS are filled in there. */
static void the_panel_speaks_our_language(struct world *w)
{
	enum { USIM, PROVINCE };
	static const struct {
		int to;
		const char *lines[2];
	} buttons[] = {
#define SECTION(columns, name, english, count, counted)
#define CARD_PLACE(height)
#define BUTTON(name, english, to, line, undo, state) { to, { line, undo } },
#include "tests/panel/buttons.def"
#undef SECTION
#undef CARD_PLACE
#undef BUTTON
	};

	for (size_t i = 0; i < 2 * sizeof buttons / sizeof buttons[0]; i++) {
		const char *line = buttons[i / 2].lines[i % 2];

		if (buttons[i / 2].to == USIM && line && !strchr(line, '@'))
			ok(says(w, line, ""));
	}
}

static int connect_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	eq_int(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

/* Turns the loop until the client has got a line, at most a second. */
static const char *get_line(struct world *w, int fd)
{
	static char text[20000];
	size_t n = 0;
	int64_t until = loop_now_ms(w->loop) + 1000;

	while (loop_now_ms(w->loop) < until && (!n || text[n - 1] != '\n')) {
		ssize_t got;

		if (loop_turn(w->loop, 10) != ERR_OK)
			break;
		got = recv(fd, text + n, sizeof text - 1 - n, MSG_DONTWAIT);
		if (got > 0)
			n += (size_t)got;
	}
	text[n] = '\0';
	return text;
}

/* Nothing is under way in the loop that could bring the client a line. */
static bool is_quiet(struct world *w, int fd)
{
	char byte;

	for (int i = 0; i < 10; i++)
		if (loop_turn(w->loop, 0) != ERR_OK)
			return false;
	return recv(fd, &byte, 1, MSG_DONTWAIT) < 0;
}

static void a_line_may_wait_for_a_fact(struct world *w, const char *path)
{
	int waits = connect_to(path), other = connect_to(path);
	static const char line[] = "wait scans 4\nwait scans 1\n";

	ok(send(waits, line, strlen(line), 0) > 0);
	ok(is_quiet(w, waits));
	ok(send(other, "scan a\nscan b\n", 14, 0) > 0);
	eq_str(get_line(w, other), "ok\nok\n");
	/* the reports are still in the scanner: nobody has fetched them */
	ok(is_quiet(w, waits));
	world_lock(w);
	usb_unplug(&w->code.usb);
	usb_plug(&w->code.usb);
	world_unlock(w);
	eq_str(get_line(w, waits), "ok\nok\n");
	ok(send(waits, "wait printer idle 1\n", 20, 0) > 0);
	eq_str(get_line(w, waits), "ok\n");
	ok(send(waits, "wait receipts 9 0\n", 18, 0) > 0);
	eq_str(get_line(w, waits), "error it did not become so in time\n");
	close(waits);
	close(other);
}

int main(void)
{
	struct clock clock = { 0 };
	struct loop *loop;
	struct control *control;
	struct world *w = calloc(1, sizeof *w);
	char path[64], receipts[64];

	ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/sock", dir);
	snprintf(receipts, sizeof receipts, "%s/receipts", dir);
	eq_int(loop_create(&clock, &loop), ERR_OK);
	eq_int(world_init(w, loop, dir, CCID_EXTENDED), ERR_OK);
	eq_int(control_open(w, path, &control), ERR_OK);
	lines_change_the_devices(w);
	malformed_lines(w);
	the_panel_speaks_our_language(w);
	a_line_may_wait_for_a_fact(w, path);
	control_close(control);
	world_finish(w);
	loop_destroy(loop);
	free(w);
	eq_int(rmdir(receipts), 0);
	eq_int(rmdir(dir), 0);
	return tap_done();
}
