/* Commands about a kiosk's certificate and version, and the way to here. */
#include "tests/province/call.h"
#include "tests/province/proxy.h"

#include <string.h>

void do_renew(struct call *c)
{
	static const char *const HOW[] = { "good", "strange", "rogue" };
	unsigned how = 0;

	while (how < 3 && strcmp(c->rest, HOW[how]) != 0)
		how++;
	if (how == 3) {
		call_wrong(c, "good, strange or rogue");
		return;
	}
	c->w->fault.renew = (enum renew)how;
	call_fine(c);
}

void do_enrol(struct call *c)
{
	struct fault *f = &c->w->fault;
	bool forged = strcmp(c->rest, "forged") == 0;

	f->enrols = true;
	if (strcmp(c->rest, "free") == 0)
		f->enrol_taken[0] = '\0';
	else if (strncmp(c->rest, "taken ", 6) == 0)
		snprintf(f->enrol_taken, sizeof f->enrol_taken, "%.8s", c->rest + 6);
	else if (forged || strcmp(c->rest, "good") == 0)
		f->site_forged = forged;
	else if (snprintf(f->enrol_code, sizeof f->enrol_code, "%s", c->rest) >=
		 (int)sizeof f->enrol_code) {
		call_wrong(c, "a code of at most 31 letters");
		return;
	}
	call_fine(c);
}

void do_proxy(struct call *c)
{
	static const char *const HOW[] = { "good", "refuse", "hang" };
	struct world *w = c->w;
	unsigned how = 0;

	while (how < 3 && *c->rest && strcmp(c->rest, HOW[how]) != 0)
		how++;
	if (how == 3 || (!w->proxy && proxy_start(w->loop, &w->proxy) != ERR_OK)) {
		call_wrong(c, how == 3 ? "good, refuse or hang" : "there is no proxy");
		return;
	}
	if (*c->rest)
		proxy_do(w->proxy, (enum proxy_how)how);
	fprintf(c->out, "ok http://127.0.0.1:%u %u\n", proxy_port(w->proxy), proxy_count(w->proxy));
}

void do_flip(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, 100000, &n))
		return;
	c->w->fault.flips = (unsigned)n;
	call_fine(c);
}

void do_checksum(struct call *c)
{
	static const char *const HOW[] = { "good", "strict", "never" };
	unsigned how = 0;

	while (how < 3 && strcmp(c->rest, HOW[how]) != 0)
		how++;
	if (how == 3) {
		call_wrong(c, "good, strict or never");
		return;
	}
	c->w->fault.sums = (enum sums)how;
	call_fine(c);
}

void do_oldest(struct call *c)
{
	int64_t n;

	if (!call_one_number(c, 1000000, &n))
		return;
	c->w->fault.oldest = n;
	call_fine(c);
}

void do_software(struct call *c)
{
	fprintf(c->out, "ok %s\n", c->w->software);
}
