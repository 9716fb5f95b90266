#include "firmware/core/audit.h"

#include "firmware/core/db.h"
#include "firmware/core/files.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define DETAIL_CAP 256
#define HOUR_MS    (3600 * 1000)
#define WALK_LINES 10000

struct listing {
	audit_fn *fn;
	void *data;
};

static bool add_num(EVP_MD_CTX *md, uint64_t n)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(n >> (56 - 8 * i));
	return EVP_DigestUpdate(md, b, sizeof b) == 1;
}

/* With its length, so that two texts cannot trade characters. */
static bool add_text(EVP_MD_CTX *md, const char *text)
{
	size_t len = strlen(text);

	return add_num(md, len) && EVP_DigestUpdate(md, text, len) == 1;
}

/* SHA-256 of: hash before, seq, time, then the four texts. Numbers are 8 bytes, high first. */
static enum err hash_line(const struct audit_line *l, const uint8_t before[AUDIT_HASH_BYTES],
			  uint8_t ret_hash[AUDIT_HASH_BYTES])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 &&
		    EVP_DigestUpdate(md, before, AUDIT_HASH_BYTES) == 1 &&
		    add_num(md, (uint64_t)l->seq) && add_num(md, (uint64_t)l->time_s) &&
		    add_text(md, l->boot) && add_text(md, l->what) && add_text(md, l->subject) &&
		    add_text(md, l->detail) && EVP_DigestFinal_ex(md, ret_hash, NULL) == 1;

	EVP_MD_CTX_free(md);
	return good ? ERR_OK : ERR_NO_MEMORY;
}

static enum err read_point(struct store *s, enum statement what, const struct db_value *values,
			   struct audit_point *ret)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, what, values, &st);

	if (e != ERR_OK)
		return e;
	const void *hash = sqlite3_column_blob(st, 1);
	if (!hash || sqlite3_column_bytes(st, 1) != AUDIT_HASH_BYTES)
		return ERR_NO_MEMORY; /* the table lets no other be */
	ret->seq = sqlite3_column_int64(st, 0);
	memcpy(ret->hash, hash, AUDIT_HASH_BYTES);
	return ERR_OK;
}

enum err audit_anchor(struct store *s, struct audit_point *ret)
{
	struct audit_point none = { 0 };
	enum err e = read_point(s, SQL_AUDIT_ANCHOR, DB_NOTHING, &none);

	if (e == ERR_OK || e == ERR_NOT_FOUND)
		*ret = none;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err audit_at(struct store *s, int64_t seq, struct audit_point *ret)
{
	return read_point(s, SQL_AUDIT_AT, DB_VALUES(db_num(seq)), ret);
}

enum err audit_head(struct store *s, int64_t *ret_seq, uint8_t ret_hash[AUDIT_HASH_BYTES])
{
	struct audit_point p = { 0 };
	enum err e = read_point(s, SQL_AUDIT_LAST, DB_NOTHING, &p);

	if (e == ERR_NOT_FOUND)
		e = audit_anchor(s, &p);
	if (e != ERR_OK)
		return e;
	*ret_seq = p.seq;
	memcpy(ret_hash, p.hash, AUDIT_HASH_BYTES);
	return ERR_OK;
}

/* Lists of lines are written with tabs between. Keys have long runs of digits: they stay. */
static void one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

enum audit_note audit_paced(struct audit_pace *p, int64_t now_ms)
{
	if (p->count == 0 || now_ms - p->since_ms >= HOUR_MS)
		*p = (struct audit_pace){ .since_ms = now_ms };
	if (p->count > AUDIT_MOST_AN_HOUR)
		return AUDIT_NOTE_NOT;
	return p->count++ == AUDIT_MOST_AN_HOUR ? AUDIT_NOTE_LAST : AUDIT_NOTE;
}

enum err audit_add(struct store *s, const char *what, const char *subject, const char *detail)
{
	char clean[DETAIL_CAP], about[DETAIL_CAP];
	uint8_t before[AUDIT_HASH_BYTES];
	int64_t seq;
	enum err e = audit_head(s, &seq, before);

	if (e != ERR_OK)
		return e;
	(void)snprintf(clean, sizeof clean, "%s", detail);
	log_scrub(clean);
	(void)snprintf(about, sizeof about, "%s", subject);
	one_line(about);
	struct audit_line l = { .seq = seq + 1,
				.time_s = clock_now_s(s->options.clock),
				.boot = s->boot,
				.what = what,
				.subject = about,
				.detail = clean };
	e = hash_line(&l, before, l.hash);
	if (e != ERR_OK)
		return e;
	return db_run(s, SQL_AUDIT_ADD,
		      DB_VALUES(db_num(l.seq), db_num(l.time_s), db_text(l.boot), db_text(l.what),
				db_text(l.subject), db_text(l.detail),
				db_bytes(l.hash, sizeof l.hash)));
}

/* The texts live until the next step of `st`. */
static enum err read_line(struct sqlite3_stmt *st, struct audit_line *ret)
{
	const void *hash = sqlite3_column_blob(st, 6);
	struct audit_line l = {
		.seq = sqlite3_column_int64(st, 0),
		.time_s = sqlite3_column_int64(st, 1),
		.boot = (const char *)sqlite3_column_text(st, 2),
		.what = (const char *)sqlite3_column_text(st, 3),
		.subject = (const char *)sqlite3_column_text(st, 4),
		.detail = (const char *)sqlite3_column_text(st, 5),
	};

	if (!l.boot || !l.what || !l.subject || !l.detail || !hash ||
	    sqlite3_column_bytes(st, 6) != AUDIT_HASH_BYTES)
		return ERR_NO_MEMORY; /* none of them is NULL in the table */
	memcpy(l.hash, hash, AUDIT_HASH_BYTES);
	*ret = l;
	return ERR_OK;
}

static void note(struct audit_walk *w, enum audit_fault fault, int64_t seq)
{
	if (w->found.fault == AUDIT_WHOLE)
		w->found = (struct audit_finding){ fault, seq, w->found.first, w->found.last };
}

/* Is the line just passed the one that was confirmed, if it has its number? */
static void compare(struct audit_walk *w)
{
	const struct audit_point *c = &w->confirmed;

	if (c->seq > 0 && c->seq == w->at.seq && memcmp(c->hash, w->at.hash, AUDIT_HASH_BYTES) != 0)
		note(w, AUDIT_OTHER, c->seq);
}

static enum err pass(struct audit_walk *w, const struct audit_line *l)
{
	uint8_t hash[AUDIT_HASH_BYTES];
	char told[24];
	enum err e = hash_line(l, w->at.hash, hash);

	if (e != ERR_OK)
		return e;
	if (l->seq != w->at.seq + 1)
		note(w, l->seq > w->at.seq + 1 ? AUDIT_MISSING : AUDIT_CHANGED, w->at.seq + 1);
	else if (memcmp(hash, l->hash, sizeof hash) != 0)
		note(w, AUDIT_CHANGED, l->seq);
	if (w->found.fault != AUDIT_WHOLE)
		return ERR_OK;
	w->at.seq = w->found.last = l->seq;
	w->found.first = w->found.first ? w->found.first : l->seq;
	memcpy(w->at.hash, hash, sizeof hash);
	(void)snprintf(told, sizeof told, "%jd", (intmax_t)w->anchor.seq);
	w->pruning_told |= strcmp(l->what, "audit.pruned") == 0 && strcmp(l->subject, told) == 0;
	compare(w);
	return ERR_OK;
}

/* What is before the anchor should not be there: the first portion looks at that, too. */
static enum err walk(struct store *s, struct audit_walk *w, unsigned most, unsigned *ret_walked)
{
	AUTO_ROWS *st = NULL;
	struct audit_line l;
	int64_t from = w->begun ? w->at.seq : INT64_MIN;
	enum err e = db_first(s, SQL_AUDIT_FROM, DB_VALUES(db_num(from), db_num(most)), &st);

	w->begun = true;
	*ret_walked = 0;
	while (e == ERR_OK && w->found.fault == AUDIT_WHOLE) {
		++*ret_walked;
		e = read_line(st, &l);
		if (e == ERR_OK)
			e = pass(w, &l);
		if (e == ERR_OK)
			e = db_next(s, st);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void end_walk(struct audit_walk *w)
{
	const struct audit_point *c = &w->confirmed;

	if (w->anchor.seq > 0 && !w->pruning_told)
		note(w, AUDIT_UNPROVEN, w->anchor.seq);
	if (c->seq > 0 && c->seq < w->anchor.seq)
		note(w, AUDIT_UNPROVEN, w->anchor.seq);
	if (c->seq > w->at.seq)
		note(w, AUDIT_CUT, c->seq);
}

enum err audit_walk_on(struct store *s, struct audit_walk *w, unsigned most,
		       struct audit_finding *ret)
{
	struct audit_point anchor = { 0 };
	unsigned walked = 0;
	enum err e = audit_anchor(s, &anchor);

	if (!w->begun || anchor.seq != w->anchor.seq) {
		*w = (struct audit_walk){ .confirmed = w->confirmed,
					  .anchor = anchor,
					  .at = anchor };
		compare(w);
	}
	if (e == ERR_OK)
		e = walk(s, w, most, &walked);
	if (e != ERR_OK)
		return e;
	if (walked == most && w->found.fault == AUDIT_WHOLE)
		return ERR_BUSY;
	end_walk(w);
	*ret = w->found;
	return ERR_OK;
}

enum err audit_has(struct store *s, const struct audit_point *confirmed, struct audit_finding *ret)
{
	struct audit_finding f = { .seq = confirmed->seq };
	struct audit_point anchor = { 0 }, line = { 0 };
	uint8_t hash[AUDIT_HASH_BYTES];
	enum err e = audit_anchor(s, &anchor);

	if (e == ERR_OK)
		e = audit_head(s, &f.last, hash);
	if (e != ERR_OK)
		return e;
	f.first = anchor.seq + 1;
	e = confirmed->seq == anchor.seq ? ERR_OK : audit_at(s, confirmed->seq, &line);
	if (confirmed->seq == anchor.seq)
		line = anchor;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND)
		f.fault = confirmed->seq < anchor.seq ? AUDIT_UNPROVEN : AUDIT_CUT;
	else if (memcmp(line.hash, confirmed->hash, AUDIT_HASH_BYTES) != 0)
		f.fault = AUDIT_OTHER;
	*ret = f;
	return ERR_OK;
}

enum err audit_check(struct store *s, const struct audit_point *confirmed,
		     struct audit_finding *ret)
{
	struct audit_walk w = { 0 };
	enum err e = ERR_BUSY;

	if (confirmed)
		w.confirmed = *confirmed;
	while (e == ERR_BUSY)
		e = audit_walk_on(s, &w, WALK_LINES, ret);
	return e;
}

enum err audit_verify(struct store *s, int64_t *ret_lines, int64_t *ret_bad_seq)
{
	struct audit_finding f;
	enum err e = audit_check(s, NULL, &f);

	if (e != ERR_OK)
		return e;
	if (f.fault != AUDIT_WHOLE) {
		if (ret_bad_seq)
			*ret_bad_seq = f.seq;
		return ERR_FORGED;
	}
	if (ret_lines)
		*ret_lines = f.last ? f.last - f.first + 1 : 0;
	return ERR_OK;
}

static enum err prune_to(struct store *s, int64_t to, int64_t lines)
{
	char subject[24], detail[48];
	struct audit_point p;
	enum err e = audit_at(s, to, &p);

	(void)snprintf(subject, sizeof subject, "%jd", (intmax_t)to);
	(void)snprintf(detail, sizeof detail, "lines=%jd", (intmax_t)lines);
	if (e == ERR_OK)
		e = db_run(s, SQL_AUDIT_PRUNE, DB_VALUES(db_num(to)));
	if (e == ERR_OK)
		e = db_run(s, SQL_AUDIT_BEGIN_AT,
			   DB_VALUES(db_num(to), db_bytes(p.hash, sizeof p.hash)));
	return e == ERR_OK ? audit_add(s, "audit.pruned", subject, detail) : e;
}

enum err audit_prune(struct store *s, int64_t keep, const struct audit_point *confirmed,
		     int64_t *ret_pruned)
{
	struct audit_point anchor = { 0 }, line = { 0 };
	uint8_t hash[AUDIT_HASH_BYTES];
	int64_t last;
	enum err e = audit_head(s, &last, hash);

	if (e == ERR_OK)
		e = audit_anchor(s, &anchor);
	if (e != ERR_OK)
		return e;
	int64_t to = last - keep;
	to = to > confirmed->seq ? confirmed->seq : to;
	to = to - anchor.seq > AUDIT_PRUNE_MOST ? anchor.seq + AUDIT_PRUNE_MOST : to;
	int64_t lines = to > anchor.seq ? to - anchor.seq : 0;
	if (lines == 0) {
		*ret_pruned = 0;
		return ERR_OK;
	}
	e = audit_at(s, confirmed->seq, &line);
	if (e == ERR_NOT_FOUND ||
	    (e == ERR_OK && memcmp(line.hash, confirmed->hash, AUDIT_HASH_BYTES) != 0))
		return ERR_FORGED;
	if (e == ERR_OK)
		e = db_begin(s);
	if (e == ERR_OK)
		e = db_end(s, prune_to(s, to, lines));
	if (e == ERR_OK)
		*ret_pruned = lines;
	return e;
}

/* The line that told of the pruning may be among those that went. */
enum err audit_restart(struct store *s)
{
	struct audit_finding f = { 0 };
	struct audit_point anchor = { 0 };
	char subject[24];
	enum err e = audit_check(s, NULL, &f);

	if (e == ERR_OK && (f.fault == AUDIT_MISSING || f.fault == AUDIT_CHANGED)) {
		e = db_run(s, SQL_AUDIT_CUT, DB_VALUES(db_num(f.seq)));
		if (e == ERR_OK)
			e = audit_check(s, NULL, &f);
	}
	if (e != ERR_OK || f.fault != AUDIT_UNPROVEN)
		return e;
	e = audit_anchor(s, &anchor);
	(void)snprintf(subject, sizeof subject, "%jd", (intmax_t)anchor.seq);
	return e == ERR_OK ? audit_add(s, "audit.pruned", subject, "told again") : e;
}

static enum err each(struct store *s, enum statement what, const struct db_value *values,
		     struct listing *to)
{
	AUTO_ROWS *st = NULL;
	struct audit_line l;
	enum err e = db_first(s, what, values, &st);

	while (e == ERR_OK) {
		e = read_line(st, &l);
		if (e == ERR_OK && !to->fn(to->data, &l))
			return ERR_OK;
		if (e == ERR_OK)
			e = db_next(s, st);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err audit_list(struct store *s, unsigned max, audit_fn *fn, void *data)
{
	return each(s, SQL_AUDIT_LIST, DB_VALUES(db_num(max)), &(struct listing){ fn, data });
}

enum err audit_each(struct store *s, audit_fn *fn, void *data)
{
	return each(s, SQL_AUDIT_WALK, DB_NOTHING, &(struct listing){ fn, data });
}
