#include "tests/scene/cut.h"

#include "firmware/base/auto.h"
#include "tests/scene/blow.h"
#include "tests/scene/citizen.h"
#include "tests/scene/gone.h"
#include "tests/scene/history.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ONE_IN       8     /* touches are followed by something */
#define MOST_US      60000 /* after the touch */
#define TROUBLE_LEFT 12    /* touches until the network is back */
#define BETWEEN_MS   61000 /* from one citizen to the next */
#define SETTLE_MS    300000

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

static uint64_t draw(struct cut *c, uint64_t below)
{
	return blow_draw(&c->random, below);
}

static void kill_program(struct cut *c, const char *name)
{
	(void)blow_kill(c->world, name);
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
	blow_province(c->world, line, c->out);
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
	good &= blow_settle(w, SETTLE_MS, out) && blow_audit_is_whole(w, out);
	if (c.ended)
		fputs("the kiosk itself ended\n", out);
	good &= gone_visitors(w, visits, out);
	world_stop_kiosk(w, SIGTERM);
	good &= history_check(w, all, visits, &v, out);
	print_table(&c, visits, confirmed, &v);
	return good && !c.ended && !v.lost && !v.doubled && !v.unconfirmed && !v.differing;
}
