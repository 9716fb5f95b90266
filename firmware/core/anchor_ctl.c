#include "firmware/core/anchor_ctl.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/anchor.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_FILE    (32u << 20)
#define PAUSE_MS    20 /* for somebody to read what is in the socket */
#define TELL_BY_ONE 20 /* more than so many new ones are counted only */

static void day_of(int64_t s, char ret[16])
{
	struct tm t;
	time_t at = (time_t)s;

	if (s == 0 || !gmtime_r(&at, &t) || strftime(ret, 16, "%Y-%m-%d", &t) == 0)
		(void)snprintf(ret, 16, "-");
}

/* One line of a listing. */
struct line {
	char text[1024];
	size_t len;
};

static struct line plain_line(const struct anchor *a, int64_t now_s)
{
	char from[16], until[16], sha256[ANCHOR_HEX_CAP];
	struct line l = { 0 };

	day_of(a->from_s, from);
	day_of(a->until_s, until);
	hex_of(a->sha256, sizeof a->sha256, sha256);
	bool over = a->until_s != 0 && a->until_s < now_s;
	int n = snprintf(l.text, sizeof l.text, "%-4s %s..%s%s %s %s\n", anchor_kind_name(a->kind),
			 from, until, over ? " EXPIRED" : "", sha256, a->subject);
	l.len = n > 0 ? (size_t)n : 0;
	return l;
}

static struct line json_line(const struct anchor *a, bool first)
{
	struct json_object *o = json_object_new_object();
	char sha256[ANCHOR_HEX_CAP];
	struct line l = { 0 };

	hex_of(a->sha256, sizeof a->sha256, sha256);
	json_object_object_add(o, "kind", json_object_new_string(anchor_kind_name(a->kind)));
	json_object_object_add(o, "source", json_object_new_string(anchor_source_name(a->source)));
	json_object_object_add(o, "from", json_object_new_int64(a->from_s));
	json_object_object_add(o, "until", json_object_new_int64(a->until_s));
	json_object_object_add(o, "sha256", json_object_new_string(sha256));
	json_object_object_add(o, "subject", json_object_new_string(a->subject));
	int n = snprintf(l.text, sizeof l.text, "%s%s\n", first ? "[" : ",",
			 json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE));
	l.len = n > 0 ? (size_t)n : 0;
	json_object_put(o);
	return l;
}

/* What goes into one message. */
struct batch {
	const struct anchor_listing *listing;
	int64_t now_s;
	struct msg_say say;
	size_t len;
	uint32_t seen, taken;
	bool full;
};

static bool take_line(void *data, const struct anchor *a)
{
	struct batch *b = data;

	if (b->seen++ < b->listing->next)
		return true;
	struct line l = b->listing->json ? json_line(a, b->seen == 1) : plain_line(a, b->now_s);
	if (l.len >= sizeof l.text || l.len >= sizeof b->say.text - b->len) {
		b->full = true;
		return false;
	}
	memcpy(b->say.text + b->len, l.text, l.len + 1);
	b->len += l.len;
	b->taken++;
	return true;
}

static void end_listing(struct core *c, enum err e)
{
	struct ctl *t = ctl_find(c, c->anchors.id);

	timer_stop(c->child.loop, &c->anchors.turn);
	if (t && e == ERR_OK && c->anchors.json)
		ctl_say(t, c->anchors.next == 0 ? "[]" : "]");
	else if (t && e == ERR_OK && c->anchors.next == 0)
		ctl_say(t, "no anchors: no issuer is known, and no chip is called genuine");
	else if (t && e != ERR_OK)
		ctl_say(t, "%s", err_text(e));
	c->anchors.id = 0;
	if (t)
		ctl_end(t, e == ERR_OK ? CTL_DONE : CTL_REFUSED);
}

static void on_turn(void *data)
{
	struct core *c = data;
	struct anchor_listing *a = &c->anchors;
	struct ctl *t = ctl_find(c, a->id);
	struct batch b = { .listing = a, .now_s = clock_now_s(&c->child.clock) };
	enum err e = t ? anchor_list(c->store, take_line, &b) : ERR_CANCELLED;

	if (e == ERR_OK && b.taken > 0) {
		struct msg m = { .type = MSG_SAY, .say = b.say };

		m.say.text[b.len - 1] = '\0'; /* who shows it ends the line */
		e = msg_send(t->sock, ROLE_CORE, ROLE_CTL, &m);
	}
	if (e == ERR_OK)
		a->next += b.taken;
	if (e == ERR_BUSY || (e == ERR_OK && b.full && b.taken > 0))
		timer_set(c->child.loop, &a->turn, e == ERR_BUSY ? PAUSE_MS : 0, on_turn, c);
	else
		end_listing(c, e);
}

static void left_listing(struct ctl *t)
{
	timer_stop(t->core->child.loop, &t->core->anchors.turn);
	t->core->anchors.id = 0;
}

static enum ctl_code list(struct ctl *t, bool json)
{
	struct core *c = t->core;

	if (c->anchors.id != 0) {
		ctl_say(t, "somebody else is reading the list: try again");
		return CTL_REFUSED;
	}
	c->anchors = (struct anchor_listing){ .id = t->id, .json = json };
	t->left = left_listing;
	timer_set(c->child.loop, &c->anchors.turn, 0, on_turn, c);
	return CTL_LATER;
}

static enum ctl_code take_away(struct ctl *t, const char *prefix)
{
	char sha256[ANCHOR_HEX_CAP], subject[ANCHOR_SUBJECT_CAP];
	enum err e = anchor_remove(t->core->store, prefix, sha256, subject);

	if (e == ERR_OK)
		ctl_say(t, "removed %s %s", sha256, subject);
	else if (e == ERR_NOT_FOUND)
		ctl_say(t, "no anchor's SHA-256 begins so; give at least %d digits of it",
			ANCHOR_PREFIX);
	else if (e == ERR_FIELD_PAIR)
		ctl_say(t, "more than one begins so: give more digits");
	else
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

/* Of the file as it was brought; what its publisher says that it should be. */
static void say_hash(struct ctl *t, int file)
{
	uint8_t hash[ANCHOR_SHA256];
	char hex[ANCHOR_HEX_CAP];
	const void *at;
	size_t len;

	if (mem_map(file, MAX_FILE, &at, &len) != ERR_OK)
		return;
	if (EVP_Digest(at, len, hash, NULL, EVP_sha256(), NULL) == 1) {
		hex_of(hash, sizeof hash, hex);
		ctl_say(t, "file    SHA-256 %s", hex);
	}
	mem_unmap(at, len);
}

static enum ctl_code refuse_stranger(struct ctl *t, const struct msg_anchors_read *r)
{
	ctl_say(t, "signer  %s", r->signer);
	ctl_say(t,
		"Nothing was installed: no anchor of this kiosk stands behind that signature, so "
		"anybody may have made this list.");
	ctl_say(t, "Whoever made it decides whose cards the kiosk calls genuine. Compare the "
		   "fingerprints above with what the publisher says by another way: a letter, a "
		   "call, a second machine. Only then:");
	ctl_say(t, "  kioskctl anchors add FILE --trust-signer");
	return CTL_REFUSED;
}

static void say_each(struct ctl *t, const void *bytes, size_t len)
{
	struct reader r = anchors_reader(bytes, len);
	struct anchor a;

	while (anchors_next(&r, &a) == ERR_OK) {
		struct line l = plain_line(&a, 0);

		ctl_say(t, "%.*s", (int)l.len - 1, l.text);
	}
}

static enum ctl_code install(struct ctl *t, const struct msg_anchors_read *r, bool trusted)
{
	struct store *s = t->core->store;
	struct anchor_change change = { 0 };
	const void *at;
	size_t len;
	enum err e = mem_map(r->anchors, ANCHORS_MAX_BYTES, &at, &len);

	if (e == ERR_OK) {
		e = anchor_add_all(s, at, len, &change);
		if (e == ERR_OK && r->count <= TELL_BY_ONE)
			say_each(t, at, len);
		mem_unmap(at, len);
	}
	if (e != ERR_OK) {
		ctl_say(t, "nothing was installed: %s", err_text(e));
		return CTL_REFUSED;
	}
	if (r->signer[0] && change.added > 0)
		(void)audit_add(s, "anchor.list", r->known ? "known" : "trusted by hand",
				r->signer);
	if (r->signer[0])
		ctl_say(t, "signer  %s%s", r->signer,
			trusted && !r->known ? " (by your word)" : "");
	ctl_say(t,
		"%u installed, %u were there already, %u refused (no CA, expired, malformed, or a "
		"CRL by nobody known)",
		change.added, change.known, r->refused);
	log_line(LOG_INFO, "anchors", "added=%u known=%u refused=%u", change.added, change.known,
		 r->refused);
	return change.added + change.known > 0 ? CTL_DONE : CTL_REFUSED;
}

/* tag: the command's number, and 1 behind it when the signer is to be trusted. Who has hung up
 * meanwhile gets nothing installed: nobody would have read what it was. */
static void on_read(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	char *rest;
	uint32_t id = (uint32_t)strtoul(tag, &rest, 10);
	bool trusted = strcmp(rest, " 1") == 0;
	struct ctl *t = ctl_find(c, id);
	enum ctl_code code = CTL_REFUSED;

	if (!t)
		return;
	if (!answer || answer->type != MSG_ANCHORS_READ)
		ctl_say(t, "nothing was installed: %s",
			why == ERR_BAD_DATA ? "no certificate, CRL or master list is in this file"
			: why == ERR_FORGED ? "the master list's signature does not fit it"
					    : err_text(why == ERR_OK ? ERR_BAD_MESSAGE : why));
	else if (answer->anchors_read.signer[0] && !answer->anchors_read.known && !trusted)
		code = refuse_stranger(t, &answer->anchors_read);
	else
		code = install(t, &answer->anchors_read, trusted);
	ctl_end(t, code);
}

static enum ctl_code add(struct ctl *t, bool trusted)
{
	struct msg m = { .type = MSG_JOB_ANCHORS,
			 .job_anchors = { .now_s = clock_now_s(&t->core->child.clock),
					  .file = -1,
					  .anchors = -1 } };
	char tag[24];

	if (t->file < 0) {
		ctl_say(t, "no file came with the command");
		return CTL_USAGE;
	}
	say_hash(t, t->file);
	enum err e = anchor_mem(t->core->store, &m.job_anchors.anchors);
	if (e == ERR_OK) {
		(void)snprintf(tag, sizeof tag, "%u %d", t->id, trusted);
		m.job_anchors.file = take_fd(&t->file);
		e = jobs_add(t->core, &m, on_read, 0, tag);
	}
	if (e != ERR_OK)
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_LATER : CTL_REFUSED;
}

static bool has_word(const char *arg, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(arg, word); at; at = strstr(at + 1, word))
		if (at[-1] == ' ' && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

enum ctl_code anchor_command(struct ctl *t, const char *arg)
{
	if (strcmp(arg, "list") == 0 || strcmp(arg, "list --json") == 0)
		return list(t, arg[4] != '\0');
	if (strncmp(arg, "add ", 4) == 0)
		return add(t, has_word(arg, "--trust-signer"));
	if (strncmp(arg, "remove ", 7) == 0)
		return take_away(t, arg + 7);
	ctl_say(t, "anchors list [--json]");
	ctl_say(t,
		"anchors add FILE [--trust-signer]   certificate, CRL (PEM or DER), master list");
	ctl_say(t,
		"anchors remove FINGERPRINT          the first %d digits of the SHA-256, or more",
		ANCHOR_PREFIX);
	return CTL_USAGE;
}
