#include "firmware/parse/chip/pace.h"

#define MAX_ENTRIES 64 /* of a set; a card has a handful */

/* The more the better; what proves the chip at once comes first, then the stronger cipher. Curves
 * are quicker than numbers. */
static unsigned worth(const struct info *i)
{
	return (i->map == PACE_CAM ? 1000 : 0) + (unsigned)i->cipher * 100 + (i->curve ? 10 : 0) +
	       (i->map == PACE_GM ? 1 : 0);
}

/* The group an entry means: a standard one, or one that the card describes itself. */
static enum err group_of(struct span set, const struct info *wanted, struct group *ret)
{
	struct info i;

	if (wanted->id != INFO_NO_ID) {
		enum err e = group_standard(wanted->id, ret);
		if (e != ERR_NOT_FOUND)
			return e;
	}
	for (int n = 0; n < MAX_ENTRIES && infos_next(&set, &i) == ERR_OK; n++)
		if (i.kind == INFO_PACE_GROUP && i.id == wanted->id && i.curve == wanted->curve)
			return group_read(i.body, ret);
	return ERR_NOT_FOUND;
}

static enum err take(struct span set, const struct info *i, struct pace_offer *ret)
{
	AUTO_GROUP g = { 0 };
	enum err e = group_of(set, i, &g);

	if (e == ERR_NO_MEMORY)
		return e;
	/* 9303-11 wants a standard group for chip authentication mapping, and a prime that is 3
	 * modulo 4 for integrated mapping on curves */
	if (e != ERR_OK || g.curve != i->curve || (i->map == PACE_CAM && i->id == INFO_NO_ID) ||
	    (i->map == PACE_IM && g.curve && BN_mod_word(g.p, 4) != 3) ||
	    (i->map == PACE_IM && !g.q))
		return ERR_NOT_FOUND;
	*ret = (struct pace_offer){ *i, take_group(&g) };
	return ERR_OK;
}

enum err pace_choose(struct span card_access, unsigned n, struct pace_offer *ret)
{
	bool used[MAX_ENTRIES] = { false };
	struct span set;

	if (infos_open(card_access, &set) != ERR_OK)
		return ERR_NOT_FOUND;
	for (;;) {
		struct info best = { 0 }, i;
		struct span rest = set;
		int at = -1;

		for (int k = 0; k < MAX_ENTRIES && infos_next(&rest, &i) == ERR_OK; k++)
			if (!used[k] && i.kind == INFO_PACE &&
			    (at < 0 || worth(&i) > worth(&best))) {
				best = i;
				at = k;
			}
		if (at < 0)
			return ERR_NOT_FOUND;
		used[at] = true;
		enum err e = take(set, &best, ret);
		if (e != ERR_OK && e != ERR_NOT_FOUND)
			return e;
		if (e == ERR_OK && n-- == 0)
			return ERR_OK;
		if (e == ERR_OK)
			group_finish(&ret->group);
	}
}
