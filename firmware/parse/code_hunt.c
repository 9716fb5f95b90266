#include "firmware/parse/code_look.h"

enum err code_hunt_look(struct code_hunt *h, struct code_finder *f, const struct gray *g,
			struct codes *ret)
{
	h->looks++;
	return code_find(f, g, h->looks % 2 == 0, ret);
}
