#include "tests/scene/cards.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"
#include "tests/scene/line.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_US      250000 /* from one event to the next */
#define LOOK_MS      2000
#define LAST_MS      300000 /* for the last card, when all is mended */
#define SOUND_CARD   "sample-01"
#define CARD_COUNT   7
#define WRONG_ONE    4 /* one key in so many is wrong */
#define TOUCHES_EACH 3 /* by the person, between two events */
#define THANKS_S     20

struct cards;

static void device(struct cards *c, const char *line);
static void kill_program(struct cards *c, const char *name);

static const struct {
	const char *name;
	unsigned weight;
	void (*happen)(struct cards *c, const char *rest);
	unsigned most;
	const char *rest;
} CARDS[] = {
#define CARD(name, weight, what, most, rest) { #name, weight, what, most, rest },
#include "tests/scene/cards.def"
#undef CARD
};
#define KINDS (sizeof CARDS / sizeof *CARDS)

struct cards {
	struct world *world;
	uint64_t random;
	int screen, devices; /* sockets; -1: not connected */
	unsigned happened[KINDS];
	char lies[16]; /* the card that was laid down last */
	bool ended;    /* the kiosk itself did, or its devices */
	FILE *out;
	char seen[LINE_CAP];
};

/* splitmix64 */
static uint64_t draw(struct cards *c, uint64_t below)
{
	uint64_t z = c->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

static void ask(struct cards *c, int *sock, const char *name, const char *line)
{
	AUTO_FREE char *answer = malloc(LINE_CAP);
	char path[WORLD_PATH];

	world_path(c->world, name, path);
	if (!answer || (*sock < 0 && line_connect(path, sock) != ERR_OK))
		return;
	enum err e = line_ask(*sock, line, LOOK_MS, answer);
	if (e == ERR_OK || e == ERR_REFUSED)
		return;
	close(*sock);
	*sock = -1;
}

/* What is refused is so for a reason: there is no card that could be lifted, and the like. */
static void device(struct cards *c, const char *line)
{
	ask(c, &c->devices, "usim/usim.sock", line);
	if (c->devices < 0) {
		fprintf(c->out, "the devices do not answer to %s\n", line);
		c->ended = true;
	}
}

static void kill_program(struct cards *c, const char *name)
{
	pid_t pid = world_find(c->world, role_by_name(name));

	if (pid > 0)
		kill(pid, SIGKILL);
}

static void at_screen(struct cards *c, const char *line)
{
	ask(c, &c->screen, "run/ui.sock", line);
}

static bool look(struct cards *c)
{
	char path[WORLD_PATH];

	world_path(c->world, "run/ui.sock", path);
	if (c->screen < 0 && line_connect(path, &c->screen) != ERR_OK)
		return false;
	if (line_ask_body(c->screen, "dump", LOOK_MS, c->seen) == ERR_OK)
		return true;
	close(c->screen);
	c->screen = -1;
	return false;
}

static bool is_on(const struct cards *c, const char *screen)
{
	char start[64];

	snprintf(start, sizeof start, "{\"screen\":\"%s\"", screen);
	return strncmp(c->seen, start, strlen(start)) == 0;
}

static void show_code(struct cards *c, const char *card)
{
	char line[64];

	snprintf(line, sizeof line, "card show-qr %s", card);
	device(c, line);
}

static void give_key(struct cards *c)
{
	if (draw(c, WRONG_ONE) > 0) {
		show_code(c, c->lies);
		return;
	}
	at_screen(c, "tap field.can");
	at_screen(c, "type 111111");
	at_screen(c, "tap next");
}

/* What a person does on which screen; a screen that is not here is waited out. */
static void act(struct cards *c)
{
	static const struct {
		const char *screen, *line;
	} TOUCHES[] = {
		{ "ATTRACT", "tap start" }, { "HOME", "tap file" },  { "TIMEOUT", "tap stay" },
		{ "FAULT", "tap stay" },    { "STAFF", "tap stay" }, { "LEAVE", "tap leave" },
		{ "LANGUAGE", "tap next" },
	};

	if (is_on(c, "CARD_KEY"))
		give_key(c);
	else if (is_on(c, "THANKS"))
		world_advance(c->world, THANKS_S * 1000);
	else if (is_on(c, "CHIP") && draw(c, 10) == 0)
		at_screen(c, draw(c, 2) ? "tap again" : "tap back");
	else if (is_on(c, "IDENTITY")) /* a card that was refused cannot be somebody else's */
		at_screen(c, strstr(c->seen, "\"not_me\"") ? "tap not_me" : "tap bar.leave");
	for (size_t i = 0; i < sizeof TOUCHES / sizeof *TOUCHES; i++)
		if (is_on(c, TOUCHES[i].screen))
			at_screen(c, TOUCHES[i].line);
}

static void draw_card(struct cards *c, char ret[16])
{
	snprintf(ret, 16, "sample-%02u", 1 + (unsigned)draw(c, CARD_COUNT));
}

static void let_it_happen(struct cards *c)
{
	uint64_t at = 0, all = 0;
	char card[16], line[128];
	size_t i = 0;

	for (size_t k = 0; k < KINDS; k++)
		all += CARDS[k].weight;
	uint64_t drawn = draw(c, all);
	while ((at += CARDS[i].weight) <= drawn)
		i++;
	draw_card(c, card);
	unsigned number = 1 + (unsigned)draw(c, CARDS[i].most ? CARDS[i].most : 1);
	const char *rest = CARDS[i].rest, *mark = strchr(rest, '%');
	int head = mark ? (int)(mark - rest) : (int)strlen(rest);
	if (mark && mark[1] == 's' && CARDS[i].name[0] == 'l')
		memcpy(c->lies, card, sizeof card);
	if (mark && mark[1] == 's')
		snprintf(line, sizeof line, "%.*s%s%s", head, rest, card, mark + 2);
	else if (mark)
		snprintf(line, sizeof line, "%.*s%u%s", head, rest, number, mark + 2);
	else
		snprintf(line, sizeof line, "%s", rest);
	CARDS[i].happen(c, line);
	c->happened[i]++;
}

static void live(struct cards *c, unsigned events)
{
	for (unsigned n = 0; n < events && !c->ended; n++) {
		long us = (long)draw(c, MOST_US);

		let_it_happen(c);
		/* not a wait for something: the moment itself is what is tried */
		(void)ppoll(NULL, 0, &(struct timespec){ .tv_nsec = us * 1000 }, NULL);
		for (int i = 0; i < TOUCHES_EACH && look(c); i++)
			act(c);
		c->ended |= !world_kiosk_lives(c->world);
	}
}

/* How often a line with both texts is in the log. */
static unsigned count_log(const struct cards *c, const char *text, const char *and)
{
	char path[WORLD_PATH], line[1024];
	unsigned n = 0;

	world_path(c->world, "kiosk.log", path);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		n += strstr(line, text) && strstr(line, and);
	if (f)
		(void)fclose(f);
	return n;
}

static void mend(struct cards *c)
{
	static const char *const LINES[] = { "card fault none", "card out",       "reader mend",
					     "reader -mute",    "reader -broken", "plug ccid" };

	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
		device(c, LINES[i]);
}

/* All is mended: somebody comes with a sound card. */
static bool next_card_is_read(struct cards *c)
{
	unsigned before = count_log(c, "chip.read verdict=", "");
	bool laid = false, read = false;
	struct fact f;

	mend(c);
	fact_begin(&f, c->world, LAST_MS);
	do {
		if (!look(c))
			continue;
		if (!laid && is_on(c, "IDENTIFY")) {
			device(c, "card in " SOUND_CARD);
			laid = true;
		}
		read = laid && count_log(c, "chip.read verdict=", "") > before &&
		       is_on(c, "IDENTITY");
		if (read)
			break;
		if (is_on(c, "CARD_KEY") && laid)
			show_code(c, SOUND_CARD);
		else if (is_on(c, "CARD_KEY") || (is_on(c, "CHIP") && !laid))
			at_screen(c, "tap back");
		else if (!is_on(c, "CHIP"))
			act(c);
	} while (fact_changed(&f) && !c->ended);
	fact_end(&f);
	if (!read)
		fprintf(c->out, "the last card was not read; the screen is %.*s\n",
			(int)strcspn(c->seen, "\n"), c->seen);
	return read;
}

/* Deaths that were not ours. */
static unsigned deaths(const struct cards *c)
{
	char path[WORLD_PATH], line[1024];
	unsigned n = 0;

	world_path(c->world, "kiosk.log", path);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		bool died = strstr(line, "program.died") || strstr(line, "parser.died");
		bool ours = strstr(line, "signal 9") || strstr(line, "core died");

		if ((died && !ours) || strstr(line, "Sanitizer") || strstr(line, "runtime error")) {
			fprintf(c->out, "%s", line);
			n++;
		}
	}
	if (f)
		(void)fclose(f);
	return n;
}

bool cards_play(struct world *w, uint64_t seed, unsigned events, FILE *out)
{
	AUTO_FREE struct cards *c = calloc(1, sizeof *c);

	if (!c)
		return false;
	*c = (struct cards){ .world = w,
			     .random = seed,
			     .screen = -1,
			     .devices = -1,
			     .lies = SOUND_CARD,
			     .out = out };
	live(c, events);
	bool read = !c->ended && next_card_is_read(c);
	unsigned died = deaths(c);
	for (size_t i = 0; i < KINDS; i++)
		fprintf(out, "  %-18s %u\n", CARDS[i].name, c->happened[i]);
	fprintf(out, "%-20s %u\n%-20s %u\n%-20s %u\n%-20s %s\n", "events", events, "cards read",
		count_log(c, "chip.read verdict=", ""), "died by themselves", died, "next card",
		read ? "read" : "not read");
	if (c->screen >= 0)
		close(c->screen);
	if (c->devices >= 0)
		close(c->devices);
	return read && died == 0 && !c->ended;
}
