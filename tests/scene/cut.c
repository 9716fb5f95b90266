#include "tests/scene/cut.h"

#include "firmware/base/auto.h"
#include "tests/scene/citizen.h"
#include "tests/scene/fact.h"
#include "tests/scene/history.h"
#include "tests/scene/staff.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ONE_IN       8     /* touches are followed by something */
#define MOST_US      60000 /* after the touch */
#define TROUBLE_LEFT 12    /* touches until the network is back */
#define BETWEEN_MS   61000 /* from one citizen to the next */
#define SETTLE_MS    60000
#define STEP_MS      5000

struct cut;

static void kill_program(struct cut *c, const char *name);
static void power_cut(struct cut *c, const char *rest);
static void kill_province(struct cut *c, const char *rest);
static void tell_province(struct cut *c, const char *line);

static const struct {
	const char *name;
	unsigned weight;
	void (*happen)(struct cut *c, const char *rest);
	const char *rest;
} CUTS[] = {
#define CUT(name, weight, what, rest) { #name, weight, what, rest },
#include "tests/scene/cut.def"
#undef CUT
};
#define CUT_COUNT (sizeof CUTS / sizeof *CUTS)

struct cut {
	struct world *world;
	uint64_t random;
	unsigned happened[CUT_COUNT];
	unsigned trouble_left; /* touches; 0: the way to the province is open */
	bool ended;            /* the kiosk itself did */
	FILE *out;
};

/* splitmix64 */
static uint64_t draw(struct cut *c, uint64_t below)
{
	uint64_t z = c->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

/* A parser lives for one job only, so often there is none to kill. */
static void kill_program(struct cut *c, const char *name)
{
	pid_t pid = world_find(c->world, role_by_name(name));

	if (pid > 0)
		kill(pid, SIGKILL);
}

static void power_cut(struct cut *c, const char *rest)
{
	(void)rest;
	c->ended |= !world_kiosk_lives(c->world);
	c->ended |= world_power_cut(c->world) != ERR_OK;
}

static void kill_province(struct cut *c, const char *rest)
{
	(void)rest;
	if (world_restart_province(c->world) != ERR_OK)
		fputs("the province did not start again\n", c->out);
	c->trouble_left = 0;
}

static void tell_province(struct cut *c, const char *line)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char path[WORLD_PATH];
	AUTO_FD sock = -1;

	world_path(c->world, "run/province.sock", path);
	if (!answer || line_connect(path, &sock) != ERR_OK ||
	    line_ask(sock, line, 10000, answer) != ERR_OK)
		fprintf(c->out, "the province does not answer to %s\n", line);
	if (strncmp(line, "net", 3) == 0)
		c->trouble_left = TROUBLE_LEFT;
}

static void let_it_happen(struct cut *c)
{
	uint64_t at = 0, all = 0;

	for (size_t i = 0; i < CUT_COUNT; i++)
		all += CUTS[i].weight;
	uint64_t drawn = draw(c, all);
	uint64_t us = draw(c, MOST_US);
	for (size_t i = 0; i < CUT_COUNT; i++) {
		at += CUTS[i].weight;
		if (drawn >= at)
			continue;
		/* not a wait for something: the moment itself is what is tried */
		(void)ppoll(NULL, 0, &(struct timespec){ .tv_nsec = (long)us * 1000 }, NULL);
		CUTS[i].happen(c, CUTS[i].rest);
		c->happened[i]++;
		return;
	}
}

static void meanwhile(void *data)
{
	struct cut *c = data;

	if (c->trouble_left > 0 && --c->trouble_left == 0)
		tell_province(c, "heal");
	if (draw(c, ONE_IN) == 0)
		let_it_happen(c);
}

static bool visit(struct cut *c, unsigned n, struct testimony *ret)
{
	AUTO_FREE struct citizen *who = malloc(sizeof *who);

	if (!who)
		return false;
	citizen_init(who, c->world, n);
	who->scans = draw(c, 4) == 0;
	who->prints = draw(c, 4) == 0;
	who->leaves = draw(c, 6) == 0;
	who->meanwhile = meanwhile;
	who->data = c;
	bool good = citizen_visit(who);
	if (!good)
		fprintf(c->out, "visit %u: %s\n", n, who->why);
	*ret = (struct testimony){ .n = n,
				   .confirmed = who->confirmed,
				   .told_saved = who->told_saved };
	snprintf(ret->receipt_code, sizeof ret->receipt_code, "%s", who->receipt_code);
	snprintf(ret->dossier_code, sizeof ret->dossier_code, "%s", who->dossier_code);
	citizen_finish(who);
	c->ended |= !world_kiosk_lives(c->world);
	return good;
}

static bool is_settled(const struct cut *c, char answer[LINE_CAP])
{
	return staff_ask(c->world, "status", answer) == ERR_OK &&
	       strstr(answer, "outbox sealed 0\n") && strstr(answer, "outbox sending 0\n") &&
	       strstr(answer, "outbox sent 0\n");
}

/* Peace: everything that waits is sent. False: it is not, after hours of the kiosk's clock. */
static bool settle(struct cut *c)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	bool settled = false;
	struct fact f;

	tell_province(c, "heal");
	fact_begin(&f, c->world, SETTLE_MS);
	do {
		settled = answer && is_settled(c, answer);
		if (!settled)
			world_advance(c->world, STEP_MS);
	} while (!settled && fact_changed(&f));
	fact_end(&f);
	if (settled)
		return true;
	fprintf(c->out, "what waits is not sent:\n%s", answer ? answer : "");
	return false;
}

static bool audit_is_whole(const struct cut *c)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);

	if (answer && staff_ask(c->world, "audit", answer) == ERR_OK && strstr(answer, "whole"))
		return true;
	fprintf(c->out, "audit: %s\n", answer ? answer : "");
	return false;
}

static void print_table(const struct cut *c, unsigned visits, unsigned confirmed,
			const struct verdict *v)
{
	fprintf(c->out, "%-20s %u\n%-20s %u\n", "visits", visits, "handed in", confirmed);
	for (size_t i = 0; i < CUT_COUNT; i++)
		fprintf(c->out, "  %-18s %u\n", CUTS[i].name, c->happened[i]);
	fprintf(c->out, "%-20s %u\n%-20s %u\n%-20s %u\n", "called saved", v->saved, "in the outbox",
		v->in_outbox, "at the province", v->at_province);
	fprintf(c->out, "%-20s %u\n%-20s %u\n%-20s %u\n%-20s %u\n", "lost", v->lost, "doubled",
		v->doubled, "not confirmed", v->unconfirmed, "differing", v->differing);
}

static bool play_all(struct cut *c, struct testimony *all, unsigned visits, unsigned *confirmed)
{
	bool good = true;

	for (unsigned i = 0; i < visits && !c->ended; i++) {
		good &= visit(c, i + 1, &all[i]);
		*confirmed += all[i].confirmed;
		world_advance(c->world, BETWEEN_MS);
	}
	return good;
}

bool cut_play(struct world *w, uint64_t seed, unsigned visits, FILE *out)
{
	struct cut c = { .world = w, .random = seed, .out = out };
	AUTO_FREE struct testimony *all = calloc(visits ? visits : 1, sizeof *all);
	struct verdict v = { 0 };
	unsigned confirmed = 0;

	if (!all)
		return false;
	bool good = play_all(&c, all, visits, &confirmed);
	good &= settle(&c) && audit_is_whole(&c);
	if (c.ended)
		fputs("the kiosk itself ended\n", out);
	world_stop_kiosk(w, SIGTERM);
	good &= history_check(w, all, visits, &v, out);
	print_table(&c, visits, confirmed, &v);
	return good && !c.ended && !v.lost && !v.doubled && !v.unconfirmed && !v.differing;
}
