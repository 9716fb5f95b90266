#include "firmware/core/audit_ctl.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"
#include "firmware/core/files.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_MS   (30u * 60 * 1000)
#define DAY_MS     (24u * 3600 * 1000)
#define AGAIN_MS   (60u * 60 * 1000)
#define SPREAD_MS  (60u * 60 * 1000) /* all kiosks of a province begin their day together */
#define PAUSE_MS   200u
#define KEEP_LINES 200000 /* about 40 MB; some 25,000 dossiers */
#define LIST_LINES 50
#define PORTION    500 /* lines walked at a time: a touch is answered in between */

static void round_later(struct core *c, uint32_t wait_ms);

static uint32_t some_of(uint32_t ms)
{
	uint32_t n = 0;

	(void)!getrandom(&n, sizeof n, GRND_NONBLOCK); /* then all at one time */
	return n % ms;
}

static void say_finding(struct ctl *t, const struct audit_finding *f)
{
	int64_t lines = f->last ? f->last - f->first + 1 : 0;

	switch (f->fault) {
	case AUDIT_WHOLE:
		ctl_say(t, "%jd lines, whole%s", (intmax_t)lines,
			f->first > 1 ? "; older ones were pruned, which a line says" : "");
		return;
	case AUDIT_MISSING:
		ctl_say(t, "line %jd is missing", (intmax_t)f->seq);
		return;
	case AUDIT_CHANGED:
		ctl_say(t, "line %jd was changed, or put in", (intmax_t)f->seq);
		return;
	case AUDIT_CUT:
		ctl_say(t, "the log was cut: it ends with line %jd, line %jd was confirmed",
			(intmax_t)f->last, (intmax_t)f->seq);
		return;
	case AUDIT_OTHER:
		ctl_say(t, "line %jd is not the one that was confirmed: the log was written anew",
			(intmax_t)f->seq);
		return;
	case AUDIT_UNPROVEN:
		ctl_say(t, "line %jd and all before it are missing, and no line says why",
			(intmax_t)f->seq);
		return;
	}
}

/* The first proof that lines are gone stays until a technician takes it. */
static void keep_proof(struct core *c, const struct audit_confirmed *proof, enum audit_fault fault)
{
	struct audit_confirmed had = { 0 };
	char subject[24], detail[24];
	enum err e = audit_confirmed_get(c->store, AUDIT_BROKEN_FILE, &had);

	audit_confirmed_finish(&had);
	if (e != ERR_NOT_FOUND)
		return;
	log_line(LOG_ERROR, "audit.broken", "line=%jd fault=%d", (intmax_t)proof->at.seq, fault);
	e = audit_confirmed_put(c->store, AUDIT_BROKEN_FILE, proof);
	(void)snprintf(subject, sizeof subject, "%jd", (intmax_t)proof->at.seq);
	(void)snprintf(detail, sizeof detail, "fault=%d", fault);
	if (e == ERR_OK)
		e = audit_add(c->store, "audit.broken", subject, detail);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "audit", "err=%s", err_name(e));
}

static void on_walk(void *data);

/* The log against what is kept of the province's word; walked() goes on. ERR_BUSY: it is walked
 * already. */
static enum err walk_begin(struct core *c, struct ctl *t, bool and_ask)
{
	struct audit_report *r = &c->report;

	if (r->walking)
		return ERR_BUSY;
	r->walk = (struct audit_walk){ 0 };
	enum err e = audit_confirmed_get(c->store, AUDIT_HEAD_FILE, &r->had);
	r->known = e == ERR_OK;
	if (e == ERR_BAD_DATA)
		log_line(LOG_ERROR, "audit.head_damaged", "file=%s: it is asked for again",
			 AUDIT_HEAD_FILE);
	if (e == ERR_BAD_DATA && t)
		ctl_say(t, "%s is not as it was written: ask the province", AUDIT_HEAD_FILE);
	if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_BAD_DATA)
		return e;
	if (r->known)
		r->walk.confirmed = r->had.at;
	r->walking = true;
	r->ctl = t ? t->id : 0;
	r->and_ask = and_ask;
	timer_set(c->child.loop, &r->step, 0, on_walk, c);
	return ERR_OK;
}

static void say_walked(struct core *c, struct ctl *t, const struct audit_finding *f)
{
	const struct audit_report *r = &c->report;
	char time[40];

	say_finding(t, f);
	if (!r->known) {
		ctl_say(t, "nothing was confirmed by the province yet");
		return;
	}
	core_time_text(r->had.time_s, LANGUAGE_EN, time, sizeof time);
	ctl_say(t, "line %jd was confirmed by the province at %s", (intmax_t)r->had.at.seq, time);
}

static void told(struct core *c, struct ctl *t, enum err e, const struct audit_finding *f);
static void of_the_day(struct core *c, enum err e, const struct audit_finding *f);

static void walked(struct core *c, enum err e, const struct audit_finding *f)
{
	struct audit_report *r = &c->report;
	struct ctl *t = ctl_find(c, r->ctl);

	r->walking = false;
	if (e == ERR_OK && f->fault != AUDIT_WHOLE && r->known)
		keep_proof(c, &r->had, f->fault);
	if (e == ERR_OK && t)
		say_walked(c, t, f);
	audit_confirmed_finish(&r->had);
	if (r->ctl == 0)
		of_the_day(c, e, f);
	else if (t)
		told(c, t, e, f);
	care_mind(c);
}

static void on_walk(void *data)
{
	struct core *c = data;
	struct audit_finding f = { 0 };
	struct audit_report *r = &c->report;
	enum err e = audit_walk_on(c->store, &r->walk, PORTION, &f);

	if (e == ERR_BUSY)
		timer_set(c->child.loop, &r->step, r->ctl ? 0 : PAUSE_MS, on_walk, c);
	else
		walked(c, e, &f);
}

static bool was_broken(struct core *c, struct audit_confirmed *ret)
{
	return audit_confirmed_get(c->store, AUDIT_BROKEN_FILE, ret) != ERR_NOT_FOUND;
}

static bool say_broken(struct ctl *t)
{
	struct audit_confirmed b = { 0 };

	if (!was_broken(t->core, &b))
		return false;
	ctl_say(t, "BROKEN: the province had confirmed line %jd, which this log did not have;",
		(intmax_t)b.at.seq);
	ctl_say(t, "  its proof is in the file %s: export the log, and tell the province",
		AUDIT_BROKEN_FILE);
	audit_confirmed_finish(&b);
	return true;
}

void audit_status(struct ctl *t)
{
	(void)say_broken(t);
}

static bool read_hash(const char *hex, uint8_t ret[AUDIT_HASH_BYTES])
{
	long len = 0;
	unsigned char *bytes = OPENSSL_hexstr2buf(hex, &len);
	bool good = bytes && len == AUDIT_HASH_BYTES;

	if (good)
		memcpy(ret, bytes, AUDIT_HASH_BYTES);
	OPENSSL_free(bytes);
	return good;
}

static enum err note_confirmed(struct core *c, struct audit_confirmed *said,
			       struct audit_finding *ret)
{
	enum err e = audit_has(c->store, &said->at, ret);

	if (e != ERR_OK)
		return e;
	if (ret->fault == AUDIT_WHOLE)
		return audit_confirmed_put(c->store, AUDIT_HEAD_FILE, said);
	keep_proof(c, said, ret->fault);
	return ERR_FORGED;
}

/* The province's word: the newest head that it has of this kiosk, ours if all is well. */
static enum err take_reply(struct core *c, const struct query_end *end, struct audit_finding *ret)
{
	struct audit_confirmed said = { .time_s = end->time_s };
	const void *bytes;
	enum err e = mem_map(end->reply, OUTBOX_MAX_ANSWER, &bytes, &said.len);

	if (e != ERR_OK)
		return e;
	said.at.seq = view_get_num(end->facts, "seq");
	memcpy(said.nonce, end->nonce, sizeof said.nonce);
	if (!read_hash(view_get_text(end->facts, "sha256"), said.at.hash) ||
	    said.at.seq < c->report.asked.seq) {
		e = ERR_BAD_DATA; /* it was told of ours just now */
	} else {
		said.reply = (uint8_t *)(uintptr_t)bytes;
		e = note_confirmed(c, &said, ret);
	}
	mem_unmap(bytes, said.len);
	return e;
}

static void say_reply(struct ctl *t, enum err e, const struct audit_finding *f)
{
	if (e == ERR_OK)
		ctl_say(t, "the province has the same line %jd as its newest",
			(intmax_t)t->core->report.asked.seq);
	else if (e == ERR_FORGED && f->fault != AUDIT_WHOLE)
		say_finding(t, f);
	else
		ctl_say(t, "the province could not be asked: %s", err_text(e));
}

static void on_head(struct core *c, uint32_t number, const struct query_end *end)
{
	struct audit_finding f = { 0 };
	struct ctl *t = ctl_find(c, number);
	enum err e = end->why == ERR_OK ? take_reply(c, end, &f) : end->why;

	if (e == ERR_OK)
		log_line(LOG_INFO, "audit.confirmed", "line=%jd", (intmax_t)c->report.asked.seq);
	round_later(c, e == ERR_OK ? DAY_MS - some_of(SPREAD_MS) : AGAIN_MS);
	if (t) {
		say_reply(t, e, &f);
		ctl_end(t, e == ERR_OK && !say_broken(t) ? CTL_DONE : CTL_REFUSED);
	}
	c->report.asked = (struct audit_point){ 0 };
	care_mind(c);
}

static char *in_base64(const uint8_t *bytes, size_t len)
{
	char *text = malloc(4 * (len / 3 + 1) + 1);

	if (text)
		(void)EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
	return text;
}

static enum err ask(struct core *c, uint32_t number)
{
	AUTO_FREE uint8_t *der = NULL;
	AUTO_FREE char *text = NULL;
	char sha256[AUDIT_HEX_CAP];
	size_t len = 0;
	struct audit_claim claim = { .kiosk = c->config.kiosk_id,
				     .time_s = clock_now_s(&c->child.clock) };
	enum err e = c->report.asked.seq ? ERR_BUSY
					 : audit_head(c->store, &claim.head.seq, claim.head.hash);

	if (e == ERR_OK)
		e = claim.head.seq ? audit_sign(c->keys, &claim, &der, &len) : ERR_NOT_FOUND;
	text = e == ERR_OK ? in_base64(der, len) : NULL;
	if (!text)
		return e == ERR_OK ? ERR_NO_MEMORY : e;
	hex_of(claim.head.hash, AUDIT_HASH_BYTES, sha256);
	struct json_object *body = json_object_new_object();
	if (body) {
		json_object_object_add(body, "kiosk", json_object_new_string(claim.kiosk));
		json_object_object_add(body, "seq", json_object_new_int64(claim.head.seq));
		json_object_object_add(body, "sha256", json_object_new_string(sha256));
		json_object_object_add(body, "head", json_object_new_string(text));
	}
	e = query_ask(c, QUERY_HEAD, body, on_head, 0, number);
	if (e == ERR_OK)
		c->report.asked = claim.head;
	return e;
}

static void on_more(void *data);

/* In portions, and never before somebody. */
static void prune(struct core *c)
{
	struct audit_confirmed had = { 0 };
	int64_t lines = 0;
	enum err e = audit_confirmed_get(c->store, AUDIT_HEAD_FILE, &had);

	if (e == ERR_OK)
		e = audit_prune(c->store, KEEP_LINES, &had.at, &lines);
	audit_confirmed_finish(&had);
	if (lines > 0)
		log_line(LOG_INFO, "audit.pruned", "lines=%jd", (intmax_t)lines);
	if (lines == AUDIT_PRUNE_MOST)
		timer_set(c->child.loop, &c->report.more, PAUSE_MS, on_more, c);
}

static void on_more(void *data)
{
	struct core *c = data;

	if (c->visit.at == SCREEN_ATTRACT)
		prune(c);
	care_mind(c);
}

static void of_the_day(struct core *c, enum err e, const struct audit_finding *f)
{
	if (e == ERR_OK && f->fault == AUDIT_WHOLE)
		prune(c);
	if (e == ERR_OK && c->report.asked.seq == 0)
		e = ask(c, 0);
	if (e != ERR_OK || f->fault != AUDIT_WHOLE)
		log_line(LOG_ERROR, "audit", "err=%s fault=%d line=%jd", err_name(e), f->fault,
			 (intmax_t)f->seq);
}

/* Not while somebody stands there. */
static void on_round(void *data)
{
	struct core *c = data;

	round_later(c, AGAIN_MS);
	if (c->visit.at != SCREEN_ATTRACT || !c->sender.link_up || c->report.asked.seq)
		return;
	enum err e = walk_begin(c, NULL, false);
	if (e != ERR_OK && e != ERR_BUSY)
		log_line(LOG_ERROR, "audit", "err=%s", err_name(e));
	care_mind(c);
}

static void round_later(struct core *c, uint32_t wait_ms)
{
	timer_set(c->child.loop, &c->report.next, wait_ms, on_round, c);
}

void audit_report_begin(struct core *c)
{
	round_later(c, FIRST_MS + some_of(SPREAD_MS));
}

static void told(struct core *c, struct ctl *t, enum err e, const struct audit_finding *f)
{
	if (e != ERR_OK)
		ctl_say(t, "error %s: %s", err_name(e), err_text(e));
	if (e == ERR_OK && c->report.and_ask) {
		e = ask(c, t->id);
		if (e == ERR_OK && f->fault == AUDIT_WHOLE)
			return; /* on_head() ends it */
		if (e != ERR_OK)
			ctl_say(t, "the province could not be asked: %s", err_text(e));
	}
	bool broken = say_broken(t);
	ctl_end(t, e == ERR_OK && f->fault == AUDIT_WHOLE && !broken ? CTL_DONE : CTL_REFUSED);
}

static enum ctl_code do_check(struct ctl *t, bool and_ask)
{
	enum err e = walk_begin(t->core, t, and_ask);

	if (e == ERR_BUSY)
		ctl_say(t, "the log is being checked already: try again in a minute");
	else if (e != ERR_OK)
		ctl_say(t, "error %s: %s", err_name(e), err_text(e));
	return e == ERR_OK ? CTL_LATER : CTL_REFUSED;
}

static bool say_line(void *data, const struct audit_line *l)
{
	char stamp[LOCAL_STAMP_CAP];

	local_stamp(l->time_s, stamp);
	ctl_say(data, "%jd %s %s %s %s", (intmax_t)l->seq, stamp, l->what,
		*l->subject ? l->subject : "-", l->detail);
	return true;
}

static enum ctl_code do_export(struct ctl *t)
{
	AUTO_FD fd = -1;
	struct core *c = t->core;
	enum err e = audit_add(c->store, "staff.audit_export", "", "");

	if (e == ERR_OK)
		e = audit_export(c->store, c->keys, c->config.kiosk_id, &fd);
	if (e == ERR_OK)
		ctl_say_file(t, fd);
	ctl_say(t, "%s",
		e == ERR_OK ? "a tar; README.txt in it says how to check it" : err_text(e));
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

enum ctl_code audit_command(struct ctl *t, const char *arg)
{
	if (!*arg)
		return do_check(t, false);
	if (strcmp(arg, "verify") == 0)
		return do_check(t, true);
	if (strcmp(arg, "list") == 0)
		return audit_list(t->core->store, LIST_LINES, say_line, t) == ERR_OK ? CTL_DONE
										     : CTL_REFUSED;
	if (strncmp(arg, "export ", 7) == 0)
		return do_export(t);
	ctl_say(t, "audit               check the log against what the province has confirmed");
	ctl_say(t, "audit verify        the same, and ask the province what it has");
	ctl_say(t, "audit list          the last %d lines", LIST_LINES);
	ctl_say(t, "audit export FILE   all of it for an inspector: a tar, see README.txt in it");
	return CTL_USAGE;
}
