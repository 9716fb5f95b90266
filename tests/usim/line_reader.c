/* Control lines of the chip reader. */
#include "tests/usim/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct number_word {
	const char *word;
	unsigned *to;
};

static bool set_number(const struct number_word *words, size_t count, const char *args)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(words[i].word);
		long value;

		if (strncmp(args, words[i].word, n) != 0 || args[n] != ' ')
			continue;
		if (!line_number(args + n + 1, 60000, &value))
			return false;
		*words[i].to = (unsigned)value;
		return true;
	}
	return false;
}

static bool set_count(struct ccid *c, const char *args)
{
	const struct number_word words[] = {
		{ "wait-more", &c->wait_more }, { "slow", &c->slow_ms },
		{ "first", &c->first_ms },      { "power-fails", &c->power_fails },
		{ "hang", &c->hang_at },        { "old", &c->old },
		{ "twice", &c->twice },         { "no-status", &c->no_status },
	};
	bool known = set_number(words, sizeof words / sizeof words[0], args);

	if (c->wait_more > 100)
		c->wait_more = 100;
	return known;
}

/* The card's end of T=1. */
static bool set_t1(struct t1end_faults *f, const char *args)
{
	const struct number_word words[] = {
		{ "bad-check", &f->bad_check },   { "lose", &f->lose }, { "miss", &f->miss },
		{ "hear-wrong", &f->hear_wrong }, { "wtx", &f->wtx },   { "ifs", &f->ifs },
	};
	const struct {
		const char *word;
		bool *to;
	} flags[] = { { "abort", &f->abort }, { "no-ifsd", &f->no_ifsd }, { "deaf", &f->deaf } };

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (strcmp(args, flags[i].word) == 0)
			return *flags[i].to = true;
	return set_number(words, sizeof words / sizeof words[0], args);
}

static bool set_error(struct ccid *c, const char *args)
{
	unsigned n, error;
	char end;

	if (sscanf(args, "error %4u %2x%c", &n, &error, &end) != 2)
		return false;
	c->error_at = n;
	c->error = (uint8_t)error;
	return true;
}

static bool set_reader(struct ccid *c, const char *args)
{
	if (strcmp(args + 1, "mute") == 0 && strchr("+-", args[0]))
		c->mute = args[0] == '+';
	else if (strcmp(args + 1, "broken") == 0 && strchr("+-", args[0]))
		ccid_break(c, args[0] == '+');
	else if (strcmp(args, "t0 silent") == 0)
		c->t0.silent_61 = true;
	else if (strcmp(args, "no-pps") == 0)
		c->no_pps = true;
	else if (strcmp(args, "mend") == 0)
		ccid_mend(c);
	else if (strncmp(args, "t1 ", 3) == 0)
		return set_t1(&c->t1.faults, args + 3);
	else
		return set_error(c, args) || set_count(c, args);
	return true;
}

/* The plug is pulled, another reader put in. */
static void be_line(struct world *w, const char *text, struct answer *ret)
{
	struct ccid_spec spec;

	if (!ccid_spec_of(text, &spec)) {
		answer_error(ret, "reader be extended|short|t1|t0|characters[,max=N]"
				  "[,ids=VVVV:PPPP][,no-notify][,contact][,crc][,two-readers]"
				  "[,two-slots][,stale][,volts=1..3][,zlp=never|always]");
		return;
	}
	world_unplug(w, &w->ccid.usb);
	world_lock(w);
	ccid_be(&w->ccid, &spec);
	world_unlock(w);
	enum err e = world_plug(w, &w->ccid.usb);
	if (e != ERR_OK)
		answer_error(ret, "%s", err_text(e));
}

void reader_line(struct world *w, const char *args, struct answer *ret)
{
	if (strncmp(args, "be ", 3) == 0)
		return be_line(w, args + 3, ret);
	world_lock(w);
	if (strcmp(args, "count") == 0)
		answer_ok(ret, "%u", w->ccid.commands);
	bool known = strcmp(args, "count") == 0 || (*args && set_reader(&w->ccid, args));
	world_unlock(w);
	if (!known)
		answer_error(ret, "reader +mute | -mute | +broken | -broken | wait-more 0..100 | "
				  "slow MS | first MS | power-fails N | error N HEX | hang N | "
				  "old N | twice N | no-status N | no-pps | t0 silent | "
				  "t1 bad-check|lose|miss|hear-wrong|wtx|ifs N | "
				  "t1 abort|no-ifsd|deaf | mend | count | be SPEC");
}
