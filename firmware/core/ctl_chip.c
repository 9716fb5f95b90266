/* `kioskctl chip`: a technician reads a card or asks the reader, while nobody stands at the kiosk.
 * Facts of the card go to the one who asked, and nowhere else. */
#include "firmware/core/ctl_chip.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/chip_job.h"
#include "firmware/core/files.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD_WAIT_MS  20000
#define PROBE_WAIT_MS 15000

static void on_chip(struct core *c, const char *tag, struct msg *m, enum err why);

/* One fact: at once as a line, or later in the object. */
static void tell(struct hand *h, struct ctl *t, const char *name, const char *text)
{
	if (!*text)
		return;
	if (h->json)
		json_object_object_add(h->json, name, json_object_new_string(text));
	else
		ctl_say(t, "%s %s", name, text);
}

static void tell_num(struct hand *h, struct ctl *t, const char *name, uint64_t n)
{
	if (h->json)
		json_object_object_add(h->json, name, json_object_new_int64((int64_t)n));
	else
		ctl_say(t, "%s %ju", name, (uintmax_t)n);
}

static void tell_date(struct hand *h, struct ctl *t, const char *name, const char *d)
{
	char text[11];

	if (strlen(d) != 8)
		return;
	snprintf(text, sizeof text, "%.2s/%.2s/%.4s", d, d + 2, d + 4);
	tell(h, t, name, text);
}

static void forget(struct core *c)
{
	struct hand *h = &c->hand;

	timer_stop(c->child.loop, &h->patience);
	jobs_cancel(c, on_chip);
	chip_forget(&h->chip);
	json_object_put(h->json);
	json_object_put(h->trace);
	h->json = h->trace = NULL;
	explicit_bzero(&h->key, sizeof h->key);
	h->id = 0;
	h->waits_for = HAND_NOTHING;
	guest_scrub(c);
}

static void end(struct core *c, enum ctl_code code)
{
	struct hand *h = &c->hand;
	struct ctl *t = ctl_find(c, h->id);

	if (t && h->json) {
		if (h->trace)
			json_object_object_add(h->json, "trace", json_object_get(h->trace));
		ctl_say_object(t, h->json);
	}
	forget(c);
	if (t)
		ctl_end(t, code);
}

static void fail(struct core *c, enum err why, const char *text)
{
	struct hand *h = &c->hand;
	struct ctl *t = ctl_find(c, h->id);

	if (t) {
		tell(h, t, "error", err_name(why));
		tell(h, t, "why", text ? text : err_text(why));
	}
	end(c, CTL_REFUSED);
}

static void on_left(struct ctl *t)
{
	forget(t->core);
}

static void tell_who(struct hand *h, struct ctl *t)
{
	static const char *const SEX[] = { "", "Nam", "Nữ" };
	const struct chip *p = &h->chip;

	tell(h, t, "number", p->card.number);
	tell(h, t, "name", p->card.name);
	tell_date(h, t, "birth", p->card.birth);
	tell(h, t, "sex", SEX[p->card.sex]);
	tell(h, t, "nationality", p->nationality);
	tell(h, t, "address", p->card.address);
	tell_date(h, t, "issued", p->card.issued);
	tell_date(h, t, "expires", p->endless ? "" : p->expires);
	tell(h, t, "ethnicity", p->ethnicity);
	tell(h, t, "religion", p->religion);
	tell(h, t, "home", p->home);
	tell(h, t, "father", p->father);
	tell(h, t, "mother", p->mother);
	tell(h, t, "spouse", p->spouse);
	tell(h, t, "doubt", p->card.doubt == ERR_OK ? "" : err_name(p->card.doubt));
	if (p->face < 0)
		return;
	tell_num(h, t, "face_width", p->face_width);
	tell_num(h, t, "face_height", p->face_height);
}

static void tell_proof(struct hand *h, struct ctl *t)
{
	const struct chip *p = &h->chip;

	tell(h, t, "access", chip_access_word(p->access));
	tell(h, t, "verdict", verdict_name(p->verdict));
	tell(h, t, "meaning", verdict_text(p->verdict));
	tell(h, t, "data", chip_data_word(p->data));
	tell(h, t, "issuer", chip_issuer_word(p->issuer));
	tell(h, t, "chip", chip_proof_word(p->proof));
	tell(h, t, "signer", p->signer);
}

static void tell_figures(struct hand *h, struct ctl *t, const struct msg_chip_done *d)
{
	tell_num(h, t, "block", d->block);
	tell_num(h, t, "trips", d->trips);
	tell_num(h, t, "bytes_out", d->bytes_out);
	tell_num(h, t, "bytes_in", d->bytes_in);
	tell_num(h, t, "name_ms", d->name_ms);
	tell_num(h, t, "total_ms", d->total_ms);
	tell_num(h, t, "cpu_ms", d->cpu_ms);
}

static void ended(struct core *c, struct ctl *t, const struct msg_chip_done *d)
{
	struct hand *h = &c->hand;
	enum err why = d->why < ERR_COUNT ? d->why : ERR_BAD_DATA;

	chip_job_learn(c, d);
	chip_take_verdict(&h->chip, d);
	tell_who(h, t);
	if (h->key.kind != CHIP_KEY_NONE || why != ERR_OK)
		tell_proof(h, t);
	tell_figures(h, t, d);
	(void)audit_add(c->store, "staff.chip", why == ERR_OK ? verdict_name(h->chip.verdict) : "",
			err_name(why));
	if (why != ERR_OK)
		fail(c, why, NULL);
	else
		end(c, CTL_DONE);
}

static void tell_trace(struct hand *h, struct ctl *t, const char *line)
{
	if (!h->json) {
		ctl_say(t, "%s", line);
		return;
	}
	if (!h->trace)
		h->trace = json_object_new_array();
	if (h->trace)
		json_object_array_add(h->trace, json_object_new_string(line));
}

static void on_chip(struct core *c, const char *tag, struct msg *m, enum err why)
{
	struct hand *h = &c->hand;
	struct ctl *t = ctl_find(c, h->id);

	(void)tag;
	if (!t)
		return;
	if (!m) {
		fail(c, why, NULL);
		return;
	}
	switch (m->type) {
	case MSG_CHIP_FACTS:
		chip_take_facts(&h->chip, &m->chip_facts);
		break;
	case MSG_CHIP_MORE:
		chip_take_more(&h->chip, &m->chip_more);
		break;
	case MSG_CHIP_FACE:
		chip_take_face(&h->chip, &m->chip_face);
		break;
	case MSG_CHIP_TRACE:
		tell_trace(h, t, m->chip_trace.line);
		break;
	case MSG_CHIP_DONE:
		ended(c, t, &m->chip_done);
		break;
	case MSG_CHIP_STEP:
		break;
	default: /* and the job is over with it */
		fail(c, ERR_BAD_MESSAGE, NULL);
		break;
	}
}

static void start(struct core *c)
{
	struct hand *h = &c->hand;
	struct ctl *t = ctl_find(c, h->id);
	const struct chip_job j = {
		.key = &h->key, .wants = h->wants, .kept = -1, .visitor = 0, .tag = "hand"
	};
	char atr[2 * sizeof c->desk.atr + 1];

	timer_stop(c->child.loop, &h->patience);
	h->waits_for = HAND_NOTHING;
	hex_of(c->desk.atr, c->desk.atr_len, atr);
	tell(h, t, "atr", atr);
	tell_num(h, t, "max_answer", c->desk.max_answer);
	enum err e = chip_job_add(c, &j, on_chip);
	if (e != ERR_OK)
		fail(c, e, NULL);
}

static void on_patience(void *data)
{
	struct core *c = data;

	if (c->hand.waits_for == HAND_PROBE)
		fail(c, ERR_TIMEOUT, "the reader's program does not answer");
	else if (desk_state(c, ROLE_CARD) == ERR_GONE)
		fail(c, ERR_GONE, NULL);
	else
		fail(c, ERR_NO_CARD, NULL);
}

static void wait_for_card(struct core *c)
{
	struct hand *h = &c->hand;

	if (c->desk.card_in) {
		start(c);
		return;
	}
	h->waits_for = HAND_CARD;
	timer_set(c->child.loop, &h->patience, CARD_WAIT_MS, on_patience, c);
}

void ctl_chip_card(struct core *c)
{
	if (c->hand.waits_for == HAND_CARD)
		start(c);
}

void ctl_chip_probed(struct core *c, const char *text)
{
	struct hand *h = &c->hand;
	struct ctl *t = ctl_find(c, h->id);

	if (h->waits_for != HAND_PROBE || !t)
		return;
	tell(h, t, "reader", text);
	timer_stop(c->child.loop, &h->patience);
	h->waits_for = HAND_NOTHING;
	if (c->desk.card_in) {
		start(c);
		return;
	}
	tell(h, t, "card",
	     desk_state(c, ROLE_CARD) == ERR_GONE ? "not seen: no reader answers"
						  : "none lies on the reader");
	end(c, CTL_DONE);
}

void ctl_chip_stop(struct core *c)
{
	if (c->hand.id != 0)
		fail(c, ERR_CANCELLED, "a citizen has come, the reader is theirs");
}

static void probe(struct core *c)
{
	struct hand *h = &c->hand;
	struct msg m = { .type = MSG_PROBE };
	enum err e = child_send(&c->child, ROLE_CARD, &m);

	if (e != ERR_OK) {
		fail(c, e, NULL);
		return;
	}
	h->waits_for = HAND_PROBE;
	timer_set(c->child.loop, &h->patience, PROBE_WAIT_MS, on_patience, c);
}

/* NUMBER,YYMMDD,YYMMDD as the key's own form; false: it is not that. */
static bool mrz_key(const char *word, struct card_key *ret)
{
	size_t n = strcspn(word, ",");

	if ((n != 9 && n != 12) || strlen(word) != n + 14 || word[n + 7] != ',')
		return false;
	ret->kind = CHIP_KEY_MRZ;
	snprintf(ret->text, sizeof ret->text, "%.9s%.6s%.6s", word + n - 9, word + n + 1,
		 word + n + 8);
	return strspn(ret->text, "0123456789") == 21;
}

/* One option and its value; false: there is no such thing. */
static bool take_option(struct hand *h, const char *word, char **rest)
{
	if (strcmp(word, "--json") == 0) {
		if (!h->json)
			h->json = json_object_new_object();
		return h->json != NULL;
	}
	if (strcmp(word, "--trace") == 0) {
		h->wants |= CHIP_WANT_TRACE;
		return true;
	}
	const char *value = strsep(rest, " ");
	if (value && strcmp(word, "--can") == 0)
		return card_key_of_can(value, &h->key) == ERR_OK;
	return value && strcmp(word, "--mrz") == 0 && mrz_key(value, &h->key);
}

static enum ctl_code usage(struct core *c, struct ctl *t)
{
	forget(c);
	ctl_say(t, "chip read [--can SIX-DIGITS | --mrz NUMBER,YYMMDD,YYMMDD] [--json] [--trace]");
	ctl_say(t, "chip probe [--json] [--trace]");
	return CTL_USAGE;
}

/* Does the work of one command, whose words are at `rest`. */
static enum ctl_code take(struct core *c, struct ctl *t, char *rest)
{
	struct hand *h = &c->hand;
	const char *what = strsep(&rest, " ");
	bool probes = strcmp(what, "probe") == 0;

	if (!probes && strcmp(what, "read") != 0)
		return usage(c, t);
	h->wants = probes ? 0 : CHIP_WANT_FACE;
	for (const char *word; (word = strsep(&rest, " "));)
		if (!take_option(h, word, &rest) || (probes && h->key.kind != CHIP_KEY_NONE))
			return usage(c, t);
	h->id = t->id;
	t->left = on_left;
	if (probes)
		probe(c);
	else
		wait_for_card(c);
	return CTL_LATER;
}

enum ctl_code ctl_chip(struct ctl *t, const char *arg)
{
	struct core *c = t->core;
	char words[256];

	if (c->visit.at != SCREEN_ATTRACT) {
		ctl_say(t, "not now: a citizen is at the kiosk, and the reader is theirs");
		return CTL_REFUSED;
	}
	if (c->hand.id != 0) {
		ctl_say(t, "not now: somebody else is reading a card by hand");
		return CTL_REFUSED;
	}
	if (strlen(arg) >= sizeof words)
		return usage(c, t);
	snprintf(words, sizeof words, "%s", arg);
	enum ctl_code code = take(c, t, words);
	explicit_bzero(words, sizeof words);
	return code;
}
