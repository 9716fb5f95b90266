#include "tests/scene/mill.h"

#include "firmware/base/auto.h"
#include "tests/scene/blow.h"
#include "tests/scene/gone.h"
#include "tests/scene/history.h"
#include "tests/scene/line.h"
#include "tests/visitor/visitor.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>

#define BLOWS_IN_100 75     /* visits; about as many kills in 100 dossiers, often more than asked */
#define LOOK_MS      20     /* without news: the kiosk's clock goes on */
#define STEP_MS      1000   /* by so much */
#define AGAIN_MS     1500   /* without news: the visitor looks at the screen again */
#define VISIT_MS     300000 /* a visit that takes longer has come to a dead end */
#define BETWEEN_MS   4000   /* from one citizen to the next */
#define SETTLE_MS    240000
#define FIRST_MS     300 /* a visit takes about so long; then it is measured */

struct mill;

static bool kill_program(struct mill *m, const char *name);
static bool power_cut(struct mill *m, const char *name);
static bool kill_province(struct mill *m, const char *name);

static const struct {
	const char *name;
	unsigned weight;
	bool (*happen)(struct mill *m, const char *name);
} BLOWS[] = {
#define MILL(name, weight, what) { #name, weight, what },
#include "tests/scene/mill.def"
#undef MILL
};
#define BLOW_COUNT (sizeof BLOWS / sizeof *BLOWS)

static const struct {
	const char *name;
	unsigned percent;
	const char *line;
} TROUBLES[] = {
#define TROUBLE(name, percent, line) { #name, percent, line },
#include "tests/scene/mill_net.def"
#undef TROUBLE
};
#define TROUBLE_COUNT (sizeof TROUBLES / sizeof *TROUBLES)

struct mill {
	struct world *world;
	uint64_t random;
	unsigned happened[BLOW_COUNT], trouble[TROUBLE_COUNT], kills;
	int64_t usual_ms; /* of a visit */
	int screen, devices;
	bool served; /* the present visitor has their code */
	char news[512];
	size_t news_len;
	bool ended;
	FILE *out;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool kill_program(struct mill *m, const char *name)
{
	return blow_kill(m->world, name);
}

static bool power_cut(struct mill *m, const char *name)
{
	(void)name;
	m->ended |= !world_kiosk_lives(m->world);
	m->ended |= world_power_cut(m->world) != ERR_OK;
	return true;
}

static bool kill_province(struct mill *m, const char *name)
{
	(void)name;
	if (world_restart_province(m->world) != ERR_OK)
		fputs("the province did not start again\n", m->out);
	return true;
}

static void strike(struct mill *m)
{
	uint64_t at = 0, all = 0;

	for (size_t i = 0; i < BLOW_COUNT; i++)
		all += BLOWS[i].weight;
	uint64_t drawn = blow_draw(&m->random, all);
	for (size_t i = 0; i < BLOW_COUNT; i++) {
		at += BLOWS[i].weight;
		if (drawn >= at)
			continue;
		if (BLOWS[i].happen(m, BLOWS[i].name)) {
			m->happened[i]++;
			m->kills++;
		}
		return;
	}
}

static void trouble_the_net(struct mill *m)
{
	for (size_t i = 0; i < TROUBLE_COUNT; i++)
		if (blow_draw(&m->random, 100) < TROUBLES[i].percent) {
			blow_province(m->world, TROUBLES[i].line, m->out);
			m->trouble[i]++;
		}
}

static void hang_up(int *sock)
{
	if (*sock >= 0)
		close(*sock);
	*sock = -1;
}

static bool reach(struct mill *m, int *sock, const char *name)
{
	char path[WORLD_PATH];

	world_path(m->world, name, path);
	return *sock >= 0 || line_connect(path, sock) == ERR_OK;
}

static void order(struct mill *m, unsigned n)
{
	char line[32];

	snprintf(line, sizeof line, "visit %u %d", n, m->served);
	if (!reach(m, &m->screen, "run/ui.sock") || line_send(m->screen, line) != ERR_OK)
		hang_up(&m->screen);
}

static void show_card(struct mill *m, unsigned n)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char line[256], card[200];
	struct visitor v;

	visitor_init(&v, n);
	visitor_card(&v, card);
	snprintf(line, sizeof line, "scan %s", card);
	enum err e = answer && reach(m, &m->devices, "usim/usim.sock")
			     ? line_ask(m->devices, line, 2000, answer)
			     : ERR_GONE;
	if (e != ERR_OK && e != ERR_REFUSED) /* refused: the reader is not plugged in just now */
		hang_up(&m->devices);
}

/* True when the visitor has left. */
static bool hear(struct mill *m, struct testimony *t, const char *line)
{
	int confirmed, saved, served;
	char receipt[40], dossier[64];

	if (strcmp(line, "card") == 0)
		show_card(m, t->n);
	if (sscanf(line, "is %d %d %d %39s %63s", &confirmed, &saved, &served, receipt, dossier) ==
	    5) {
		m->served |= served;
		t->confirmed |= confirmed;
		t->told_saved |= saved;
		if (receipt[0] != '-')
			snprintf(t->receipt_code, sizeof t->receipt_code, "%s", receipt);
		if (dossier[0] != '-')
			snprintf(t->dossier_code, sizeof t->dossier_code, "%s", dossier);
	}
	return strncmp(line, "gone", 4) == 0;
}

/* All lines that have come. True when the visitor has left; *ret_any: there were some. */
static bool read_news(struct mill *m, struct testimony *t, bool *ret_any)
{
	char *end;
	bool gone = false;
	ssize_t n = read(m->screen, m->news + m->news_len, sizeof m->news - 1 - m->news_len);

	*ret_any = n > 0;
	if (n <= 0) {
		hang_up(&m->screen);
		m->news_len = 0;
		return false;
	}
	m->news_len += (size_t)n;
	while ((end = memchr(m->news, '\n', m->news_len))) {
		*end = '\0';
		gone |= hear(m, t, m->news);
		m->news_len -= (size_t)(end + 1 - m->news);
		memmove(m->news, end + 1, m->news_len);
	}
	return gone;
}

/* True when the visitor has left. */
static bool wait_for_news(struct mill *m, struct testimony *t, int64_t *last_ms)
{
	struct pollfd p = { .fd = m->screen, .events = POLLIN };
	bool any = false, gone = false;

	if (poll(&p, 1, LOOK_MS) > 0)
		gone = read_news(m, t, &any);
	else
		world_advance(m->world, STEP_MS);
	if (any)
		*last_ms = now_ms();
	if (m->screen < 0 || now_ms() - *last_ms > AGAIN_MS) {
		order(m, t->n);
		*last_ms = now_ms();
	}
	return gone;
}

static bool visit(struct mill *m, unsigned n, struct testimony *t)
{
	int64_t begun = now_ms(), last = begun, blow = INT64_MAX;
	bool gone = false;

	*t = (struct testimony){ .n = n };
	m->served = false;
	trouble_the_net(m);
	if (blow_draw(&m->random, 100) < BLOWS_IN_100)
		blow = begun + (int64_t)blow_draw(&m->random, (uint64_t)m->usual_ms + 1);
	order(m, n);
	while (!gone && !m->ended && now_ms() - begun < VISIT_MS) {
		gone = wait_for_news(m, t, &last);
		if (now_ms() < blow)
			continue;
		strike(m);
		blow = INT64_MAX;
	}
	if (gone && blow != INT64_MAX) { /* after the visit, while it is sent */
		strike(m);
		return true;
	}
	m->usual_ms = gone ? (7 * m->usual_ms + now_ms() - begun) / 8 : m->usual_ms;
	if (!gone)
		fprintf(m->out, "visit %u came to no end\n", n);
	m->ended |= !world_kiosk_lives(m->world);
	return gone;
}

static void print_table(const struct mill *m, unsigned visits, unsigned confirmed,
			const struct verdict *v)
{
	const struct {
		const char *name;
		unsigned n;
	} ROWS[] = { { "called saved", v->saved },
		     { "in the outbox", v->in_outbox },
		     { "at the province", v->at_province },
		     { "lost", v->lost },
		     { "doubled", v->doubled },
		     { "not confirmed", v->unconfirmed },
		     { "differing", v->differing } };

	fprintf(m->out, "%-20s %u\n%-20s %u\n%-20s %u\n", "visits", visits, "handed in", confirmed,
		"kills", m->kills);
	for (size_t i = 0; i < BLOW_COUNT; i++)
		fprintf(m->out, "  %-18s %u\n", BLOWS[i].name, m->happened[i]);
	for (size_t i = 0; i < TROUBLE_COUNT; i++)
		fprintf(m->out, "  %-18s %u\n", TROUBLES[i].name, m->trouble[i]);
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		fprintf(m->out, "%-20s %u\n", ROWS[i].name, ROWS[i].n);
}

bool mill_play(struct world *w, uint64_t seed, unsigned visits, FILE *out)
{
	struct mill m = { .world = w,
			  .random = seed,
			  .usual_ms = FIRST_MS,
			  .screen = -1,
			  .devices = -1,
			  .out = out };
	AUTO_FREE struct testimony *all = calloc(visits ? visits : 1, sizeof *all);
	struct verdict v = { 0 };
	unsigned confirmed = 0;
	bool good = all != NULL;

	for (unsigned i = 0; good && i < visits && !m.ended; i++) {
		good &= visit(&m, i + 1, &all[i]);
		confirmed += all[i].confirmed;
		world_advance(w, BETWEEN_MS);
	}
	hang_up(&m.screen);
	hang_up(&m.devices);
	good &= blow_settle(w, SETTLE_MS, out) && blow_audit_is_whole(w, out);
	if (m.ended)
		fputs("the kiosk itself ended\n", out);
	good &= gone_visitors(w, visits, out);
	world_stop_kiosk(w, SIGTERM);
	good = good && history_check(w, all, visits, &v, out);
	print_table(&m, visits, confirmed, &v);
	return good && !m.ended && !v.lost && !v.doubled && !v.unconfirmed && !v.differing;
}

/* A copy: the supervisor looks for the others where it lies itself. */
static bool copy_program(const struct world *w, const char *name)
{
	char from[WORLD_PATH + 64], to[WORLD_PATH + 64];
	bool screen = strcmp(name, "kiosk-ui") == 0;

	snprintf(from, sizeof from, "%s/%s", w->bin, screen ? "scene" : name);
	snprintf(to, sizeof to, "%s/%s", w->kiosk_bin, name);
	AUTO_FD in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_FD out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	ssize_t n = in < 0 || out < 0 ? -1 : 1;
	while (n > 0)
		n = sendfile(out, in, NULL, 1 << 20);
	return n == 0;
}

bool mill_programs(struct world *w)
{
	bool good = true;

	world_path(w, "programs", w->kiosk_bin);
	if (!world_beside_me(w) || (mkdir(w->kiosk_bin, 0755) < 0 && errno != EEXIST))
		return false;
	DIR *d = opendir(w->bin);
	for (struct dirent *e = d ? readdir(d) : NULL; e && good; e = readdir(d))
		if (strncmp(e->d_name, "kiosk", 5) == 0)
			good = copy_program(w, e->d_name);
	if (d)
		closedir(d);
	return d && good;
}
