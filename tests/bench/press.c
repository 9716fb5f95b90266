/* From a press on the screen to changed pixels, through the X server: a window of kiosk-ui under
 * Xvfb, fingers by XTest, pixels read back from the server. Then how much it uses when idle.
 *
 *     build/bench/press BUILD_FOLDER [PRESSES]     needs DISPLAY */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/screens.h"
#include "firmware/base/view.h"
#include "tests/bench/bench.h"

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define PRESSES_MAX 2000
#define LOST_MS     500
#define IDLE_S      10

/* Of a primary button in the light theme: ui/colours.def. */
#define CALM    0x0A4590
#define PRESSED 0x083A7C

static const char CONF
[] = "office_name = Trung tâm Phục vụ hành chính công\n"
     "office_place = Xã Tân Thành, tỉnh Lâm Đồng\n"
     "agency_code = H36.19\nkiosk_id = BENCH\n"
     "province_url = https://localhost\n"
     "screen_width_px = 1080\nscreen_height_px = 1920\nscreen_full = 0\n";

struct bench {
	pid_t ui;
	int super, core;
	Display *x;
};

static bool start(struct bench *b, const char *folder)
{
	int super[2], core[2];
	char path[512], conf[] = "/tmp/kiosk-bench-XXXXXX";
	AUTO_FD fd = mkstemp(conf);

	if (fd < 0 || write(fd, CONF, sizeof CONF - 1) < 0 || msg_pair(super) != ERR_OK ||
	    msg_pair(core) != ERR_OK)
		return false;
	snprintf(path, sizeof path, "%s/bin/kiosk-ui", folder);
	b->ui = fork();
	if (b->ui == 0) {
		char number[12];
		int mine = fcntl(super[1], F_DUPFD, 10);
		snprintf(number, sizeof number, "%d", mine);
		setenv("KIOSK_SUPER_FD", number, 1);
		setenv("KIOSK_CONF", conf, 1);
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	close(super[1]);
	b->super = super[0];
	b->core = core[0];
	struct msg m = { .type = MSG_PEER, .peer = { ROLE_CORE, core[1] } };
	enum err e = msg_send(b->super, ROLE_SUPER, ROLE_UI, &m);
	close(core[1]);
	return e == ERR_OK;
}

static bool show(struct bench *b, enum screen screen, uint32_t turn)
{
	struct view_writer w = { 0 };
	struct msg m = { .type = MSG_SHOW,
			 .show = { .turn = turn, .screen = (uint16_t)screen, .view = -1 } };

	view_text(&w, "office", "Trung tâm Phục vụ hành chính công");
	view_text(&w, "place", "Xã Tân Thành, tỉnh Lâm Đồng");
	if (view_seal(&w, &m.show.view) != ERR_OK)
		return false;
	enum err e = msg_send(b->core, ROLE_CORE, ROLE_UI, &m);
	close(m.show.view);
	return e == ERR_OK;
}

static unsigned long pixel(struct bench *b, int x, int y)
{
	XImage *i = XGetImage(b->x, DefaultRootWindow(b->x), x, y, 1, 1, AllPlanes, ZPixmap);
	unsigned long p = i ? XGetPixel(i, 0, 0) & 0xffffff : 0;

	if (i)
		XDestroyImage(i);
	return p;
}

/* Until the pixel is `want`; milliseconds, or -1. */
static double until(struct bench *b, int x, int y, unsigned long want, double limit_ms)
{
	double from = bench_now_ms();

	while (bench_now_ms() - from < limit_ms)
		if (pixel(b, x, y) == want)
			return bench_now_ms() - from;
	return -1;
}

static void finger(struct bench *b, bool down)
{
	XTestFakeButtonEvent(b->x, 1, down, CurrentTime);
	XFlush(b->x);
}

/* Presses the dark-blue button at x, y and lets it go beside it, so that nothing happens. How
 * many presses were lost; each counts with the whole wait. */
static int measure(struct bench *b, int x, int y, int n, double *ms)
{
	int lost = 0;

	for (int i = 0; i < n; i++) {
		XTestFakeMotionEvent(b->x, 0, x + 3, y + 3, CurrentTime);
		XSync(b->x, False);
		finger(b, true);
		double took = until(b, x, y, PRESSED, LOST_MS);
		ms[i] = took >= 0 ? took : LOST_MS;
		lost += took < 0;
		XTestFakeMotionEvent(b->x, 0, 5, 900, CurrentTime);
		finger(b, false);
		until(b, x, y, CALM, LOST_MS);
	}
	return lost;
}

static long ticks(pid_t pid)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, sys = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "r");
	if (f) {
		size_t len = fread(text, 1, sizeof text - 1, f);
		text[len] = '\0';
		fclose(f);
	}
	const char *at = strrchr(text, ')');
	if (at)
		sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys);
	return (long)(user + sys);
}

static long status_kb(pid_t pid, const char *name)
{
	char path[64], line[256];
	long kb = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, name, strlen(name)) == 0)
			sscanf(line + strlen(name), ": %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

/* The start button of ATTRACT: the first dark-blue pixel going up the middle of the screen. */
static bool find_button(struct bench *b, int *ret_x, int *ret_y)
{
	double from = bench_now_ms();

	while (bench_now_ms() - from < 10000)
		for (int y = 1800; y > 300; y -= 8)
			if (pixel(b, 120, y) == CALM) {
				*ret_x = 120;
				*ret_y = y - 24;
				return true;
			}
	return false;
}

static int run(struct bench *b, int presses)
{
	static double ms[PRESSES_MAX];
	int x, y;
	double from = bench_now_ms();

	if (!show(b, SCREEN_ATTRACT, 1) || !find_button(b, &x, &y))
		return fprintf(stderr, "no screen\n"), 1;
	printf("first frame      %.0f ms after start\n", bench_now_ms() - from);
	/* a tap on what has just appeared does not count */
	until(b, 0, 0, 1, LOST_MS);
	int lost = measure(b, x, y, presses, ms);
	if (lost == presses)
		return fprintf(stderr, "no press was seen\n"), 1;
	size_t n = (size_t)presses;
	bench_row("press to pixel, p50", bench_percentile(ms, n, 50), "ms", 0);
	bench_row("press to pixel, p95", bench_percentile(ms, n, 95), "ms", 20);
	printf("press to pixel   max %.1f ms  lost %d of %d\n", ms[n - 1], lost, presses);
	long before = ticks(b->ui);
	poll(NULL, 0, IDLE_S * 1000);
	printf("idle             %.2f %% of a core\n",
	       100.0 * (double)(ticks(b->ui) - before) / (double)(sysconf(_SC_CLK_TCK) * IDLE_S));
	printf("resident         %.1f MB (%.1f MB of its own)\n",
	       (double)status_kb(b->ui, "VmRSS") / 1024,
	       (double)status_kb(b->ui, "RssAnon") / 1024);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench b = { .x = XOpenDisplay(NULL) };
	int presses = argc > 2 ? atoi(argv[2]) : 300;

	if (argc < 2 || !b.x || presses < 1 || presses > PRESSES_MAX)
		return fputs("usage: press BUILD_FOLDER [PRESSES]; needs DISPLAY\n", stderr), 2;
	if (!start(&b, argv[1]))
		return perror("press"), 1;
	int status = run(&b, presses);
	kill(b.ui, SIGTERM);
	waitpid(b.ui, NULL, 0);
	return status;
}
