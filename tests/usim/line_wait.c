/* Control lines that wait for a fact, and those about everything. */
#include "tests/usim/lines.h"
#include "tests/usim/status.h"

#include <stdio.h>
#include <string.h>

#define WAIT_S     10
#define MAX_WAIT_S 600

static bool printer_idle(const struct world *w, long n)
{
	(void)n;
	return printer_is_idle(&w->printer);
}

static bool receipts(const struct world *w, long n)
{
	return w->printer.receipts >= (unsigned)n;
}

static bool scans(const struct world *w, long n)
{
	return w->code.scans >= (unsigned)n && !w->code.usb.in[1].queue;
}

static bool apdus(const struct world *w, long n)
{
	return w->ccid.apdus >= (unsigned)n;
}

static bool pages(const struct world *w, long n)
{
	return w->scanner.pages >= (unsigned)n;
}

static bool feeder_empty(const struct world *w, long n)
{
	(void)n;
	return !w->scanner.sheet_count;
}

static const struct {
	const char *name;
	bool counted;
	bool (*wait)(const struct world *w, long n);
} FACTS[] = {
	{ "printer-idle", false, printer_idle },
	{ "receipts", true, receipts },
	{ "scans", true, scans },
	{ "apdus", true, apdus },
	{ "pages", true, pages },
	{ "feeder-empty", false, feeder_empty },
};

/* What follows the fact's name, or NULL. `printer idle` is `printer-idle`. */
static const char *after_name(const char *args, const char *name)
{
	for (; *name; name++, args++)
		if (*args != *name && !(*name == '-' && *args == ' '))
			return NULL;
	return *args == ' ' || !*args ? args : NULL;
}

/* The count, when there is one, and perhaps the seconds. */
static bool parse_numbers(char *args, bool counted, struct answer *ret)
{
	char *save = NULL, *word = strtok_r(args, " ", &save);
	long seconds = WAIT_S;

	if (counted) {
		if (!word || !line_number(word, 1000000, &ret->argument))
			return false;
		word = strtok_r(NULL, " ", &save);
	}
	if (word && !line_number(word, MAX_WAIT_S, &seconds))
		return false;
	ret->wait_ms = (uint32_t)seconds * 1000;
	return !word || !strtok_r(NULL, " ", &save);
}

void wait_line(struct world *w, const char *args, struct answer *ret)
{
	char words[256];

	(void)w;
	for (size_t i = 0; i < sizeof FACTS / sizeof FACTS[0]; i++) {
		const char *rest = after_name(args, FACTS[i].name);

		if (!rest)
			continue;
		snprintf(words, sizeof words, "%s", rest);
		if (!parse_numbers(words, FACTS[i].counted, ret))
			break;
		ret->wait = FACTS[i].wait;
		return;
	}
	answer_error(ret, "wait printer-idle | receipts N | scans N | apdus N | pages N | "
			  "feeder-empty, then perhaps SECONDS");
}

void status_line(struct world *w, const char *args, struct answer *ret)
{
	char text[sizeof ret->text];

	if (*args)
		return answer_error(ret, "status takes no words");
	status_json(w, text, sizeof text);
	answer_ok(ret, "%s", text);
}

void help_line(struct world *w, const char *args, struct answer *ret)
{
	size_t at = 0;

	(void)w, (void)args;
#define LINE(word, follows, fn, what)                                                \
	at += (size_t)snprintf(ret->text + at, sizeof ret->text - at, "%s%s %s: %s", \
			       at ? "; " : "", #word, follows, what);
#include "tests/usim/lines.def"
#undef LINE
	for (char *p = ret->text; *p; p++)
		*p = *p == '_' ? '-' : *p; /* as people type it: scan-file */
}
