#include "firmware/board/pending.h"

#include "firmware/base/clock.h"
#include "firmware/board/notes.h"

#include <stdio.h>
#include <string.h>

bool pending_get(const struct board *b, struct pending *ret)
{
	struct pending p = { 0 };
	char from[4], to[4], state[16], permit[4];

	notes_get(b, BOARD_PENDING, "FROM", from, sizeof from);
	notes_get(b, BOARD_PENDING, "TO", to, sizeof to);
	notes_get(b, BOARD_PENDING, "VERSION", p.version, sizeof p.version);
	notes_get(b, BOARD_PENDING, "STATE", state, sizeof state);
	notes_get(b, BOARD_PENDING, "PERMIT", permit, sizeof permit);
	p.from = slot_of(from);
	p.to = slot_of(to);
	p.written = strcmp(state, "written") == 0;
	p.permitted = strcmp(permit, "1") == 0;
	if (p.from == SLOTS || p.to != slot_other(p.from))
		return false;
	*ret = p;
	return true;
}

static long long now_s(void)
{
	return clock_wall_s(&(struct clock){ 0 });
}

enum err pending_put(const struct board *b, const struct pending *p)
{
	char lines[256];

	snprintf(lines, sizeof lines,
		 "FROM=%s\nTO=%s\nVERSION=%s\nSTATE=%s\nPERMIT=%d\nTIME=%lld\n", slot_name(p->from),
		 slot_name(p->to), p->version, p->written ? "written" : "writing", p->permitted,
		 now_s());
	return notes_put(b, BOARD_PENDING, lines);
}

enum err pending_drop(const struct board *b)
{
	return notes_drop(b, BOARD_PENDING);
}

enum err rollback_put(const struct board *b, enum slot from, const char *version, enum why why)
{
	char lines[512];

	snprintf(lines, sizeof lines,
		 "FROM=%s\nTO=%s\nVERSION=%s\nWHY=%s\nREASON=%s\nREASON_VI=%s\nTIME=%lld\n",
		 slot_name(from), slot_name(slot_other(from)), version, why_name(why), why_en(why),
		 why_vi(why), now_s());
	return notes_put(b, BOARD_ROLLBACK, lines);
}

void slots_get(const struct board *b, struct slots *ret)
{
	char first[4];

	notes_get(b, BOARD_SLOTS, "FIRST", first, sizeof first);
	notes_get(b, BOARD_SLOTS, "VERSION_A", ret->version[SLOT_A], sizeof ret->version[SLOT_A]);
	notes_get(b, BOARD_SLOTS, "VERSION_B", ret->version[SLOT_B], sizeof ret->version[SLOT_B]);
	notes_get(b, BOARD_SLOTS, "BEST", ret->best, sizeof ret->best);
	ret->first = slot_of(first);
}

enum err slots_put(const struct board *b, const struct slots *s)
{
	char lines[256];

	snprintf(lines, sizeof lines, "FIRST=%s\nVERSION_A=%s\nVERSION_B=%s\nBEST=%s\n",
		 s->first == SLOTS ? "" : slot_name(s->first), s->version[SLOT_A],
		 s->version[SLOT_B], s->best);
	return notes_put(b, BOARD_SLOTS, lines);
}
