#include "firmware/board/prove.h"

#include "firmware/base/auto.h"
#include "firmware/base/clock.h"
#include "firmware/base/log.h"
#include "firmware/board/entries.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/release.h"
#include "firmware/board/run.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define STEADY    3 /* good answers in a row: a program that keeps dying looks well in between */
#define PAUSE_MS  3000
#define LEAVE_S   120 /* for the one who may be at the screen when a trial has failed */
#define RESTART_S 60

bool prove_is_trial(const struct board *b)
{
	enum slot other = slot_other(b->slot);
	struct pending p;
	struct tries t;

	if (pending_get(b, &p) && p.to == b->slot)
		return true;
	return tries_load(b, &t) == ERR_OK && t.state[b->slot] != SLOT_GOOD &&
	       t.state[other] == SLOT_GOOD;
}

enum err prove_tell(const struct board *b)
{
	return prove_is_trial(b) ? notes_put(b, BOARD_UNPROVEN, "") : notes_drop(b, BOARD_UNPROVEN);
}

static bool unit_runs(const struct board *b, const char *unit)
{
	int code = 1;

	return run(b, (const char *[]){ "systemctl", "is-active", "--quiet", unit, NULL }, 30, NULL,
		   NULL, &code) == ERR_OK &&
	       code == 0;
}

/* A kiosk that nobody has set up shows how to do that, and has no core. */
static void health_unset(const struct board *b, struct health *ret)
{
	bool runs = unit_runs(b, "kiosk.service");

	*ret = (struct health){ .why = runs ? WHY_NONE : WHY_CORE };
	snprintf(ret->words, sizeof ret->words, "not set up; kiosk.service %s",
		 runs ? "runs" : "does not run");
}

void prove_health(const struct board *b, struct health *ret)
{
	if (!notes_there(b, BOARD_KEPT)) {
		*ret = (struct health){ .why = WHY_DATA, .words = "/data is not open" };
		return;
	}
	if (!notes_there(b, BOARD_CONFIG))
		health_unset(b, ret);
	else if (kiosk_health(b, ret) != ERR_OK)
		snprintf(ret->words, sizeof ret->words, "core does not answer");
}

static void write_health(const struct board *b, const struct health *h)
{
	char lines[1024];

	snprintf(lines, sizeof lines,
		 "HEALTH=%s\nSLOT=%s\nVERSION=%s\nWHY=%s\nWORDS=%s\nTIME=%lld\n",
		 h->why == WHY_NONE ? "good" : "bad", slot_name(b->slot), b->version.number,
		 why_name(h->why), h->words, (long long)clock_wall_s(&(struct clock){ 0 }));
	if (notes_there(b, BOARD_KEPT) && notes_put(b, BOARD_HEALTH, lines) != ERR_OK)
		log_line(LOG_ERROR, "health", "%s cannot be written", BOARD_HEALTH);
}

/* The notes of what is good: never lower than before, but where a technician has signed for it. */
static enum err note_good(const struct board *b, const struct pending *p)
{
	bool permitted = p && p->permitted;
	struct slots s;

	slots_get(b, &s);
	if (permitted || release_older(s.best, b->version.number))
		memcpy(s.best, b->version.number, sizeof s.best);
	memcpy(s.version[b->slot], b->version.number, sizeof s.version[b->slot]);
	s.first = b->slot;
	return slots_put(b, &s);
}

static enum err order_good(const struct board *b)
{
	const enum slot want[SLOTS] = { b->slot, slot_other(b->slot) };
	struct tries t;
	enum err e = tries_load(b, &t);

	if (e != ERR_OK)
		return e;
	t.tries[b->slot] = 0;
	/* the other, however often it was started, is left as soon again */
	if (t.tries[want[1]] > TRIES_MAX)
		t.tries[want[1]] = TRIES_MAX;
	t.why[b->slot] = WHY_NONE;
	t.state[b->slot] = SLOT_GOOD;
	e = tries_save(b, &t);
	if (e != ERR_OK)
		return e;
	return entries_order(b, t.number, want, t.state[want[1]] == SLOT_GOOD ? 2 : 1);
}

enum err prove_good(const struct board *b)
{
	struct pending p;
	bool under_way = pending_get(b, &p) && p.to == b->slot;
	enum err e = note_good(b, under_way ? &p : NULL);

	if (e == ERR_OK)
		e = order_good(b);
	if (e == ERR_NOT_FOUND) /* no UEFI: somebody else chooses the slot */
		e = ERR_OK;
	if (e == ERR_OK)
		e = notes_drop(b, "/data/board/entries.lost");
	if (e == ERR_OK && under_way)
		e = notes_drop(b, BOARD_ROLLBACK); /* of an earlier one: that is mended now */
	if (e == ERR_OK && under_way)
		e = pending_drop(b);
	if (e == ERR_OK)
		e = notes_drop(b, BOARD_UNPROVEN);
	log_line(e == ERR_OK ? LOG_INFO : LOG_ERROR, "slot.good", "slot=%s version=%s err=%s",
		 slot_name(b->slot), b->version.number, err_name(e));
	return e;
}

/* Not "reboot": that asks logind first, which is not there, and it says so. */
enum err prove_restart(const struct board *b)
{
	static const char *const ASK[] = {
		"systemctl", "--no-block",    "--job-mode=replace-irreversibly",
		"start",     "reboot.target", NULL
	};
	int code = 0;
	enum err e = run(b, ASK, RESTART_S, NULL, NULL, &code);

	if (e == ERR_OK && code == 0)
		return ERR_OK;
	return run(b, (const char *[]){ "systemctl", "reboot", "--force", NULL }, RESTART_S, NULL,
		   NULL, &code);
}

/* The reason goes to the firmware's variable, for /data may be what failed. */
static enum err leave(const struct board *b, const struct health *h)
{
	struct tries t;
	AUTO_FD hold = -1;
	int kept = -1;
	enum err e = tries_load(b, &t);

	log_line(LOG_ERROR, "trial.failed", "slot=%s version=%s why=%s: %s", slot_name(b->slot),
		 b->version.number, why_name(h->why), h->words);
	if (e == ERR_OK) {
		t.why[b->slot] = (uint8_t)h->why;
		e = tries_save(b, &t);
	}
	if (e != ERR_OK)
		log_line(LOG_ERROR, "trial.failed", "the reason is not kept: %s", err_text(e));
	(void)kiosk_hold(b, LEAVE_S, &kept); /* else whoever is there has had time */
	hold = kept;
	return prove_restart(b);
}

static bool is_steady(const struct health *h, unsigned *good)
{
	*good = h->why == WHY_NONE ? *good + 1 : 0;
	return *good == STEADY;
}

enum err prove(const struct board *b, uint32_t limit_s)
{
	int64_t until_ms = clock_mono_ms(&(struct clock){ 0 }) + limit_s * 1000ll;
	bool trial = prove_is_trial(b);
	struct health h;
	unsigned good = 0;

	while (clock_mono_ms(&(struct clock){ 0 }) < until_ms) {
		prove_health(b, &h);
		if (is_steady(&h, &good)) {
			write_health(b, &h);
			return prove_good(b);
		}
		(void)poll(NULL, 0, PAUSE_MS);
	}
	prove_health(b, &h);
	if (h.why == WHY_NONE)
		h.why = WHY_CORE; /* well now, but never for long */
	write_health(b, &h);
	return trial ? leave(b, &h) : ERR_TIMEOUT;
}
