#include "firmware/board/start.h"

#include "firmware/base/log.h"
#include "firmware/board/efi.h"
#include "firmware/board/entries.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/prove.h"
#include "firmware/board/tries.h"

#include <stdio.h>
#include <string.h>

#define LOST "/data/board/entries.lost" /* they were, and the good slot was asked for already */

struct start {
	const struct board *board;
	struct tries tries;
	struct slots slots;
	bool lost, again;
};

/* A half-written or rejected slot is nobody's fallback. */
static void forget(struct start *s, enum slot slot)
{
	s->tries.state[slot] = SLOT_UNKNOWN;
	s->tries.why[slot] = WHY_NONE;
	s->slots.version[slot][0] = '\0';
}

static enum err go_over(struct start *s, enum slot to)
{
	uint16_t number = s->tries.number[to];

	if (number == NO_NUMBER)
		return ERR_GONE;
	s->again = true;
	return efi_put_numbers(s->board, "BootNext-" EFI_GLOBAL, &number, 1);
}

static enum err back(struct start *s, enum slot from, const char *version, enum why why)
{
	log_line(LOG_ERROR, "rollback", "from=%s version=%s why=%s: %s", slot_name(from), version,
		 why_name(why), why_en(why));
	return rollback_put(s->board, from, version, why);
}

/* The old slot runs although an update was begun. */
static enum err not_there_yet(struct start *s, const struct pending *p)
{
	enum why why = s->tries.why[p->to];

	if (p->written && why == WHY_NONE && s->tries.tries[p->to] < TRIES_MAX &&
	    go_over(s, p->to) == ERR_OK) {
		log_line(LOG_WARN, "update.again", "slot=%s tries=%u", slot_name(p->to),
			 s->tries.tries[p->to]);
		return ERR_OK;
	}
	s->again = false;
	if (!p->written)
		why = WHY_CUT;
	else if (why == WHY_NONE)
		why = s->tries.tries[p->to] > 0 ? WHY_NOT_UP : WHY_FIRMWARE;
	forget(s, p->to);
	enum err e = back(s, p->to, p->version, why);
	if (e == ERR_OK)
		e = slots_put(s->board, &s->slots);
	return e == ERR_OK ? pending_drop(s->board) : e;
}

/* The slot that was good last is not the one that runs. */
static enum err other_was_first(struct start *s)
{
	const struct board *b = s->board;
	enum slot other = slot_other(b->slot);
	enum why why = s->tries.why[other];

	if (s->lost && !notes_there(b, LOST) && notes_put(b, LOST, "") == ERR_OK)
		return go_over(s, other);
	s->tries.why[other] = WHY_NONE;
	return back(s, other, s->slots.version[other], why == WHY_NONE ? WHY_FIRMWARE : why);
}

static enum err order(struct start *s, bool trial)
{
	const struct board *b = s->board;
	enum slot me = b->slot, other = slot_other(me), want[SLOTS];
	struct order now = entries_now(b, s->tries.number);
	size_t n = 0;

	/* it was never proven, and there is one that was */
	trial |= s->tries.state[me] != SLOT_GOOD && s->tries.state[other] == SLOT_GOOD;
	if (trial || (now.first == other && now.in[me]))
		want[n++] = other;
	if (!trial)
		want[n++] = me;
	if (n < SLOTS && !trial && (now.in[other] || s->tries.state[other] == SLOT_GOOD) &&
	    s->tries.state[other] != SLOT_TRIAL)
		want[n++] = other;
	return entries_order(b, s->tries.number, want, n);
}

/* Firmware remembers a slot that was good, and the notes, which are there, do not: the disk was
 * flashed since, which leaves slot B empty. */
static void forget_unnoted(struct start *s)
{
	enum slot other = slot_other(s->board->slot);

	if (other == SLOT_B && notes_there(s->board, BOARD_KEPT) &&
	    s->tries.state[other] == SLOT_GOOD && !s->slots.version[other][0])
		forget(s, other);
}

/* After a dead battery the notes on /data are all that is known; this start is counted by then. */
static enum err load(struct start *s)
{
	enum err e = tries_load(s->board, &s->tries);

	slots_get(s->board, &s->slots);
	if (e != ERR_NOT_FOUND && e != ERR_OK)
		return e;
	forget_unnoted(s);
	for (enum slot i = 0; i < SLOTS; i++)
		if (s->tries.state[i] != SLOT_UNKNOWN)
			return ERR_OK;
	for (enum slot i = 0; i < SLOTS; i++)
		s->tries.state[i] = s->slots.version[i][0] ? SLOT_GOOD : SLOT_UNKNOWN;
	return ERR_OK;
}

/* As long as no later update was good. */
static void tell(const struct board *b)
{
	char why[128], version[48], words[200];

	notes_get(b, BOARD_ROLLBACK, "REASON", why, sizeof why);
	notes_get(b, BOARD_ROLLBACK, "VERSION", version, sizeof version);
	if (!why[0])
		return;
	snprintf(words, sizeof words, "%s was left: %s", version, why);
	notes_trouble(b, "UPDATE_FAILED", words);
}

enum err start_decide(const struct board *b, bool *ret_again)
{
	struct start s = { .board = b };
	struct pending p;
	bool under_way = pending_get(b, &p), trial = under_way && p.to == b->slot;
	enum err e = prove_tell(b);

	if (e == ERR_OK)
		e = load(&s);
	if (e == ERR_OK)
		e = entries_make(b, s.tries.number, &s.lost);
	if (e != ERR_OK)
		return e;
	if (under_way && !trial)
		e = not_there_yet(&s, &p);
	else if (!under_way && s.slots.first == slot_other(b->slot))
		e = other_was_first(&s);
	enum err saved = tries_save(b, &s.tries), ordered = order(&s, trial);
	if (e == ERR_OK)
		e = saved != ERR_OK ? saved : ordered;
	if (!s.again)
		tell(b);
	if (e == ERR_OK)
		*ret_again = s.again;
	return e;
}
