/* Commands about lists of procedures. */
#include "tests/province/call.h"
#include "tests/province/catalogue.h"

#include <stdint.h>
#include <string.h>

void do_publish(struct call *c)
{
	char file[128];
	int64_t n = 0, days = 0;
	bool read = call_word(c, file, sizeof file) && call_number(c, &n) && n > 0;
	bool past = *c->rest == '-';

	c->rest += past;
	if (!read || strstr(file, "..") || (*c->rest && !call_one_number(c, 36500, &days)))
		call_wrong(c, "publish FILE NUMBER [DAYS]");
	else if (catalogue_publish(c->w, file, n, past ? -days : days))
		call_fine(c);
	else
		call_wrong(c, "that is no list, or it cannot be written");
}

void do_next_key(struct call *c)
{
	if (*c->rest && !strstr(c->rest, "..") && catalogue_next_key(c->w, c->rest))
		call_fine(c);
	else
		call_wrong(c, "no such key");
}

void do_replay(struct call *c)
{
	c->w->fault.catalogue_replay = 0;
	if (!*c->rest || call_one_number(c, INT32_MAX, &c->w->fault.catalogue_replay))
		call_fine(c);
}

void do_mix(struct call *c)
{
	c->w->fault.catalogue_mix = 0;
	if (!*c->rest || call_one_number(c, INT32_MAX, &c->w->fault.catalogue_mix))
		call_fine(c);
}
