/* From the card seen by the reader to the name on the screen, through the whole kiosk: reader,
 * driver, locked parser, core, screen. The simulated card takes no time of its own; a real one adds
 * what its field carries (see the bytes in the bench `chip`).
 *
 *     scene --dir DIR --hold "build/bench/name DIR" tests/bench/attract.txt */
#include "tests/bench/bench.h"
#include "tests/scene/line.h"

#include <stdbool.h>
#include <string.h>

#define ROUNDS  15
#define WAIT_MS 10000
#define CARD    "sample-01"

static const char GREETING[] = "Xin chào", VERDICT[] = "Đọc được chip";

struct desk {
	int screen, devices;
	char seen[LINE_CAP];
};

static bool tell(int sock, const char *line)
{
	static char answer[LINE_CAP];

	return line_ask(sock, line, WAIT_MS, answer) == ERR_OK;
}

/* Until one of two texts is on the screen; `or` may be NULL. */
static bool see(struct desk *d, const char *text, const char * or)
{
	double until = bench_now_ms() + WAIT_MS;

	while (bench_now_ms() < until) {
		if (line_ask_body(d->screen, "dump", WAIT_MS, d->seen) != ERR_OK)
			return false;
		if (strstr(d->seen, text) || (or &&strstr(d->seen, or)))
			return true;
	}
	fprintf(stderr, "name: waited for %s, but there is %.*s\n", text,
		(int)strcspn(d->seen, "\n"), d->seen);
	return false;
}

static bool is_at(struct desk *d, const char *screen)
{
	char text[64];

	snprintf(text, sizeof text, "{\"screen\":\"%s\"", screen);
	return see(d, text, NULL);
}

/* One reading by a card whose code was shown before: nobody has to type. */
static bool read_once(struct desk *d, double *ret_name_ms, double *ret_verdict_ms)
{
	if (!is_at(d, "IDENTIFY") || !see(d, "\"chip.waiting\"", NULL) ||
	    !tell(d->devices, "card show-qr " CARD) || !is_at(d, "IDENTITY"))
		return false;
	double began = bench_now_ms();
	if (!tell(d->devices, "card in " CARD) || !see(d, GREETING, VERDICT))
		return false;
	*ret_name_ms = bench_now_ms() - began;
	if (!see(d, VERDICT, NULL))
		return false;
	*ret_verdict_ms = bench_now_ms() - began;
	return tell(d->devices, "card out") && tell(d->screen, "tap not_me");
}

static bool reach(struct desk *d, const char *dir)
{
	char path[256];

	snprintf(path, sizeof path, "%s/run/ui.sock", dir);
	if (line_connect(path, &d->screen) != ERR_OK)
		return false;
	snprintf(path, sizeof path, "%s/usim/usim.sock", dir);
	return line_connect(path, &d->devices) == ERR_OK;
}

int main(int argc, char **argv)
{
	static struct desk d;
	double name_ms[ROUNDS], verdict_ms[ROUNDS];
	bool good = argc == 2 && reach(&d, argv[1]) && tell(d.screen, "tap start") &&
		    is_at(&d, "HOME") && tell(d.screen, "tap file");

	for (int i = 0; good && i < ROUNDS; i++) {
		good = read_once(&d, &name_ms[i], &verdict_ms[i]);
		if (good)
			printf("name %.1f ms, verdict and face %.1f ms\n", name_ms[i],
			       verdict_ms[i]);
	}
	if (!good)
		return 1;
	bench_row("card seen to name shown, median", bench_percentile(name_ms, ROUNDS, 50), "ms",
		  0);
	bench_row("card seen to verdict and face, median", bench_percentile(verdict_ms, ROUNDS, 50),
		  "ms", 0);
	return 0;
}
