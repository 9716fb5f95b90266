#include "firmware/board/kiosk.h"
#include "firmware/board/trial.h"

#include <string.h>

#define HEALTH_S 20
#define PROBE_S  60
#define SCAN_S   200

/* "printer ok..." or "province bad: ...": core's words (firmware/core/board.h). */
static void on_part(void *data, struct msg *m)
{
	char name[24] = "", state[8] = "";
	int used = 0;

	if (m->type != MSG_SAY ||
	    sscanf(m->say.text, "%23[a-z] %7[a-z]%n", name, state, &used) != 2)
		return;
	const char *words = m->say.text + used;
	rows_say(data, "test", name, strcmp(state, "ok") == 0 ? "ok" : "bad", "%s",
		 words + strspn(words, ": "));
}

struct said {
	char first[160], why[160]; /* lines */
};

static void on_line(void *data, struct msg *m)
{
	struct said *s = data;

	if (m->type != MSG_SAY)
		return;
	if (!s->first[0])
		snprintf(s->first, sizeof s->first, "%.159s", m->say.text);
	if (strncmp(m->say.text, "why ", 4) == 0)
		snprintf(s->why, sizeof s->why, "%.155s", m->say.text + 4);
}

static void try_by_hand(const struct board *b, const char *name, const char *line, uint32_t limit_s,
			struct rows *r)
{
	struct said s = { 0 };
	uint8_t code = 0;
	enum err e = kiosk_ask(b, line, limit_s, on_line, &s, &code);
	/* a citizen is there; a feeder without paper is as well as one that was not asked */
	bool busy =
		strncmp(s.first, "not now", 7) == 0 || strcmp(s.first, "error FEEDER_EMPTY") == 0;

	if (e != ERR_OK)
		rows_say(r, "test", name, "bad", "%s", err_text(e));
	else if (code == 0)
		rows_say(r, "test", name, "ok", "%s", s.first);
	else
		rows_say(r, "test", name, busy ? "unknown" : "bad", "%s",
			 s.why[0] ? s.why : s.first);
}

void trial_kiosk(const struct board *b, struct rows *r)
{
	uint8_t code = 0;

	if (kiosk_ask(b, "board health", HEALTH_S, on_part, r, &code) != ERR_OK) {
		rows_say(r, "test", "core", "bad", "the kiosk does not answer: does it run?");
		return;
	}
	try_by_hand(b, "reader", "chip probe", PROBE_S, r);
	try_by_hand(b, "scanner", "scan -", SCAN_S, r);
}
