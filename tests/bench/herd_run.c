/* 300 kiosks at once against the stand-in province, each its own kiosk-sync: the first answers are
 * 503, connections are cut and answers lost; failures wait as core's pace says. Every dossier must
 * be there once. */
#include "firmware/core/pace.h"
#include "tests/bench/bench.h"
#include "tests/unit/sync/world.h"

#include <sys/resource.h>

#define CLIENTS   300
#define SPREAD_MS 3000u /* instead of a minute */
#define LIMIT_MS  300000

struct client {
	struct parcel parcel;
	struct pace pace;
	pid_t pid; /* 0: waits */
	bool done;
	unsigned tries;
};

static uint64_t dice(void)
{
	return (uint64_t)rand() << 31 ^ (uint64_t)rand();
}

static void begin(struct world *w, struct client *c)
{
	const char *const argv[] = { "kiosk-sync",  "send",       c->parcel.path,          "--key",
				     c->parcel.key, "--manifest", c->parcel.pack.manifest, NULL };
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	c->pid = world_spawn(w, argv, quiet);
	close(quiet);
	c->tries++;
}

static void end(struct client *all, pid_t pid, int status)
{
	for (unsigned i = 0; i < CLIENTS; i++) {
		if (all[i].pid != pid)
			continue;
		all[i].pid = 0;
		all[i].done = status == 0;
		if (!all[i].done)
			pace_failed(&all[i].pace, world_now_ms(), 1, dice());
	}
}

static unsigned turn(struct world *w, struct client *all)
{
	unsigned left = 0;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		end(all, pid, status);
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct client *c = &all[i];

		left += !c->done;
		if (!c->done && c->pid == 0 &&
		    pace_from_ms(&c->pace, PACE_BACKLOG) <= world_now_ms())
			begin(w, c);
	}
	return left;
}

int main(void)
{
	struct client *all = calloc(CLIENTS, sizeof *all);
	unsigned tries = 0, left = CLIENTS;
	struct rusage used;
	struct world w;

	if (!all)
		return 1;
	srand(1);
	world_init(&w);
	for (unsigned i = 0; i < CLIENTS; i++)
		all[i].parcel = parcel_make(&w, 4000);
	world_say(&w, "retry-after 1");
	world_say(&w, "fail 60 503");
	world_say(&w, "drop-answer 30");
	for (unsigned i = 0; i < CLIENTS; i++)
		pace_link_up(&all[i].pace, world_now_ms(), SPREAD_MS, dice());
	double began_ms = bench_now_ms();
	while (left > 0 && bench_now_ms() - began_ms < LIMIT_MS) {
		left = turn(&w, all);
		poll(NULL, 0, 5);
	}
	double took_ms = bench_now_ms() - began_ms;
	getrusage(RUSAGE_CHILDREN, &used);
	for (unsigned i = 0; i < CLIENTS; i++)
		tries += all[i].tries;
	printf("%u clients, %u not done, %u sends, %jd dossiers, %.1f s\n", CLIENTS, left, tries,
	       (intmax_t)world_count(&w), took_ms / 1000);
	bench_wrong("300 real clients: dossiers missing or doubled",
		    left + (unsigned)llabs(world_count(&w) - CLIENTS), CLIENTS);
	bench_row("300 real clients: sends for each dossier", (double)tries / CLIENTS, "", 0);
	bench_row("300 real clients: processor time of each send",
		  ((double)used.ru_utime.tv_sec * 1e3 + (double)used.ru_utime.tv_usec / 1e3 +
		   (double)used.ru_stime.tv_sec * 1e3 + (double)used.ru_stime.tv_usec / 1e3) /
			  tries,
		  "ms", 0);
	free(all);
	world_finish(&w);
	return left > 0;
}
