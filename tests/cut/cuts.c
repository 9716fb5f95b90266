#include "tests/cut/play.h"

#define ON_ONE_DISK 20  /* cuts */
#define MOST_LATER  700 /* requests to the drive until the next cut: the time of a few visits */
#define LIES_AFTER  500 /* a lie can only be seen when something was promised */

/* Any moment of a visit, and of what is between visits. */
static enum err one_cut(struct play *p)
{
	char order[RIG_ORDER];

	p->rig.cut_at = p->rig.drive.requests + 1 + (p->deaf ? LIES_AFTER : 0) +
			lot_draw(&p->lot, MOST_LATER);
	snprintf(order, sizeof order, "file %u 3 2", p->book.next);
	enum err e = play_boot(p, order);
	if (!p->rig.was_cut)
		return e == ERR_OK ? ERR_TIMEOUT : e;
	drive_cut(&p->rig.drive, &p->lot);
	return ERR_OK;
}

void play_cuts(struct play *p, struct play_result *ret)
{
	unsigned on_one_disk = p->deaf ? 1 : ON_ONE_DISK;
	enum err e = ERR_OK;

	for (unsigned i = 0; i < p->count && e == ERR_OK; i++) {
		if (i % on_one_disk == 0)
			e = play_new_disk(p);
		if (e == ERR_OK)
			e = one_cut(p);
		ret->boots++;
		ret->played += e == ERR_OK;
		if (e == ERR_OK && (i + 1 == p->count || (i + 1) % on_one_disk == 0)) {
			p->rig.cut_at = 0;
			e = play_boot(p, "look");
			ret->boots++;
		}
	}
	ret->broken = e != ERR_OK;
}
