#include "tests/cut/play.h"

#include <string.h>

struct full {
	struct play_result *result;
	unsigned touch;
};

/* Who has begun gets to the end, or hears in words that nothing was handed in. */
static void hear(struct play *p, const char *line)
{
	struct full *f = p->more;

	if (strncmp(line, "visit ", 6) != 0)
		return;
	f->result->finished += p->book.saved;
	f->result->turned_away += !p->book.saved && p->book.away != ERR_OK;
}

static bool next_touch(struct play *p)
{
	struct full *f = p->more;

	if (f->touch == p->count)
		return false;
	/* nobody comes again: who was turned away may have given up */
	snprintf(p->rig.order, sizeof p->rig.order, "fill %u %u\n", 1000 + f->touch, f->touch + 1);
	f->touch++;
	return true;
}

void play_full(struct play *p, struct play_result *ret)
{
	struct full f = { .result = ret, .touch = 1 };
	enum err e = play_new_disk(p);

	p->more = &f;
	p->heard = hear;
	p->next = next_touch;
	if (e == ERR_OK)
		e = play_boot(p, "fill 1000 1");
	p->heard = NULL;
	p->next = NULL;
	p->visits_left = 1;
	if (e == ERR_OK) /* and with room again, the next one is served */
		e = play_boot(p, "file 2000 0 1");
	if (e == ERR_OK && !p->book.saved)
		e = ERR_NO_SPACE;
	if (e == ERR_OK)
		e = play_boot(p, "look");
	ret->boots = 3;
	ret->played = f.touch;
	ret->broken = e != ERR_OK || ret->finished + ret->turned_away != p->count;
}
