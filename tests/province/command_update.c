/* Commands about the update server. */
#include "tests/province/call.h"

#include <string.h>

static bool set_fault(struct ddi *d, const char *word)
{
	static const char *const WORDS[DDI_FAULTS] = { "good",    "hash",    "tenant",
						       "host",    "endless", "missing",
						       "cut",     "page",    "lost" };

	for (unsigned i = 0; i < DDI_FAULTS; i++)
		if (strcmp(WORDS[i], word) == 0) {
			d->fault = (enum ddi_fault)i;
			return true;
		}
	return false;
}

static bool offer(struct call *c)
{
	char file[512], version[48];

	return call_word(c, file, sizeof file) && call_word(c, version, sizeof version) &&
	       ddi_offer(&c->w->ddi, file, version);
}

static bool set(struct call *c, const char *what)
{
	struct ddi *d = &c->w->ddi;
	char word[sizeof d->token - 20];

	if (strcmp(what, "offer") == 0)
		return offer(c);
	if (strcmp(what, "cancel") == 0)
		return d->cancels = d->open;
	if (strcmp(what, "end") == 0) {
		d->open = false;
		return true;
	}
	if (!call_word(c, word, sizeof word))
		return false;
	if (strcmp(what, "install") == 0)
		d->later = strcmp(word, "later") == 0;
	else if (strcmp(what, "sleep") == 0)
		snprintf(d->sleep, sizeof d->sleep, "%.8s", word);
	else if (strcmp(what, "token") == 0)
		snprintf(d->token, sizeof d->token, "GatewayToken %s", word);
	else
		return strcmp(what, "fault") == 0 && set_fault(d, word);
	return true;
}

void do_update(struct call *c)
{
	const struct ddi *d = &c->w->ddi;
	char what[16];

	if (!call_word(c, what, sizeof what)) {
		for (size_t i = 0; i < d->said_count; i++)
			fprintf(c->out, "%s\n", d->said[i]);
		fprintf(c->out, "ok action %u %s, went on %u times\n", d->action,
			d->open ? "open" : "closed", d->ranges);
	} else if (set(c, what)) {
		call_fine(c);
	} else {
		call_wrong(c, "update offer FILE VERSION|cancel|end|install now|later|sleep "
			      "HH:MM:SS|token TOKEN|fault WORD");
	}
}
