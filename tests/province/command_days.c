/* Commands about what the province has of each day. */
#include "tests/province/call.h"
#include "tests/province/days.h"

static void say(struct call *c, const char *why)
{
	if (why)
		call_wrong(c, why);
	else
		call_fine(c);
}

void do_backup(struct call *c)
{
	say(c, days_backup(c->w) == ERR_OK ? NULL : "the copy could not be written");
}

void do_restore(struct call *c)
{
	say(c, days_restore(c->w) == ERR_OK ? NULL : "there is no copy, or it cannot be read");
}

void do_forget(struct call *c)
{
	say(c, days_forget(c->w, c->rest) == ERR_OK ? NULL : "no dossier of that key");
}

void do_days(struct call *c)
{
	say(c, days_fault(c->w, c->rest) ? NULL : "days what? See help");
}
