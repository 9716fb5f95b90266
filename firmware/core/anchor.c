#include "firmware/core/anchor.h"

#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>

/* Room for the head of each in the kiosk's own form (anchors.h), with the longest subject. */
#define HEAD_BYTES 320

static bool hashes_to(const struct anchor *a)
{
	uint8_t hash[ANCHOR_SHA256];

	return EVP_Digest(a->der, a->der_len, hash, NULL, EVP_sha256(), NULL) == 1 &&
	       memcmp(hash, a->sha256, sizeof hash) == 0;
}

static enum err add_one(struct store *s, const struct anchor *a, struct anchor_change *change)
{
	char hex[ANCHOR_HEX_CAP];

	if (!hashes_to(a))
		return ERR_FORGED;
	hex_of(a->sha256, sizeof a->sha256, hex);
	enum err e = db_change(s, SQL_ANCHOR_ADD,
			       DB_VALUES(db_num(a->kind), db_num(a->source), db_num(a->from_s),
					 db_num(a->until_s), db_text(a->subject),
					 db_bytes(a->der, a->der_len), db_text(hex),
					 db_num(clock_now_s(s->options.clock))));
	if (e == ERR_NOT_FOUND) {
		change->known++;
		return ERR_OK;
	}
	change->added++;
	return e == ERR_OK ? audit_add(s, "anchor.added", hex, a->subject) : e;
}

/* What would not fit into a message to the parser any more is not taken up. */
static enum err check_room(struct store *s)
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_ANCHOR_COUNT, DB_NOTHING, &st);

	if (e != ERR_OK)
		return e;
	int64_t count = sqlite3_column_int64(st, 0);
	int64_t bytes = sqlite3_column_int64(st, 1) + count * HEAD_BYTES;
	return count > ANCHORS_MAX || bytes > ANCHORS_MAX_BYTES ? ERR_NO_SPACE : ERR_OK;
}

enum err anchor_add_all(struct store *s, const void *list, size_t len, struct anchor_change *ret)
{
	struct anchor_change change = { 0 };
	struct reader r = anchors_reader(list, len);
	struct anchor a;
	enum err e = anchors_check(list, len, NULL);

	if (e == ERR_OK)
		e = db_begin(s);
	if (e != ERR_OK)
		return e;
	while (e == ERR_OK && anchors_next(&r, &a) == ERR_OK)
		e = add_one(s, &a, &change);
	if (e == ERR_OK)
		e = check_room(s);
	e = db_end(s, e);
	if (e == ERR_OK)
		*ret = change;
	return e;
}

/* Its der lives until the next step of `st`. ERR_BAD_DATA: not what was put there. */
static enum err read_row(struct sqlite3_stmt *st, struct anchor *ret)
{
	struct anchor a = { .kind = (enum anchor_kind)sqlite3_column_int(st, 0),
			    .source = (enum anchor_source)sqlite3_column_int(st, 1),
			    .from_s = sqlite3_column_int64(st, 2),
			    .until_s = sqlite3_column_int64(st, 3),
			    .der = sqlite3_column_blob(st, 5),
			    .der_len = (size_t)sqlite3_column_bytes(st, 5) };
	char want[ANCHOR_HEX_CAP], have[ANCHOR_HEX_CAP];

	db_copy(st, 4, a.subject, sizeof a.subject);
	db_copy(st, 6, want, sizeof want);
	if (!a.der || EVP_Digest(a.der, a.der_len, a.sha256, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY; /* it is never NULL in the table */
	hex_of(a.sha256, sizeof a.sha256, have);
	if ((unsigned)a.kind >= ANCHOR_KINDS || (unsigned)a.source >= ANCHOR_SOURCES ||
	    strcmp(want, have) != 0)
		return ERR_BAD_DATA;
	*ret = a;
	return ERR_OK;
}

enum err anchor_list(struct store *s, anchor_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	struct anchor a;
	enum err e = db_first(s, SQL_ANCHOR_LIST, DB_NOTHING, &st);

	while (e == ERR_OK) {
		e = read_row(st, &a);
		if (e == ERR_OK && !fn(data, &a))
			return ERR_OK;
		/* a damaged row is no anchor; the others are still */
		if (e == ERR_OK || e == ERR_BAD_DATA)
			e = db_next(s, st);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Digits only, small; `end` is what comes right behind everything that begins so. */
static bool read_prefix(const char *text, char ret[ANCHOR_HEX_CAP],
			char ret_end[ANCHOR_HEX_CAP + 1])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || n == ANCHOR_HEX_CAP - 1)
			return false;
		ret[n++] = (char)tolower((unsigned char)*text);
	}
	memcpy(ret_end, ret, n);
	ret[n] = '\0';
	ret_end[n] = 'g';
	ret_end[n + 1] = '\0';
	return n >= ANCHOR_PREFIX;
}

static enum err find(struct store *s, const char *prefix, char ret_sha256[ANCHOR_HEX_CAP],
		     char ret_subject[ANCHOR_SUBJECT_CAP])
{
	char from[ANCHOR_HEX_CAP], end[ANCHOR_HEX_CAP + 1];
	AUTO_ROWS *st = NULL;

	if (!read_prefix(prefix, from, end))
		return ERR_NOT_FOUND;
	enum err e = db_first(s, SQL_ANCHOR_FIND, DB_VALUES(db_text(from), db_text(end)), &st);
	if (e != ERR_OK)
		return e;
	db_copy(st, 6, ret_sha256, ANCHOR_HEX_CAP);
	db_copy(st, 4, ret_subject, ANCHOR_SUBJECT_CAP);
	e = db_next(s, st);
	return e == ERR_OK ? ERR_FIELD_PAIR : e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err anchor_remove(struct store *s, const char *prefix, char ret_sha256[ANCHOR_HEX_CAP],
		       char ret_subject[ANCHOR_SUBJECT_CAP])
{
	char sha256[ANCHOR_HEX_CAP], subject[ANCHOR_SUBJECT_CAP];
	enum err e = find(s, prefix, sha256, subject);

	if (e == ERR_OK)
		e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = db_change(s, SQL_ANCHOR_REMOVE, DB_VALUES(db_text(sha256)));
	if (e == ERR_OK)
		e = audit_add(s, "anchor.removed", sha256, subject);
	e = db_end(s, e);
	if (e == ERR_OK) {
		memcpy(ret_sha256, sha256, sizeof sha256);
		memcpy(ret_subject, subject, sizeof subject);
	}
	return e;
}

struct collecting {
	struct anchors list;
	enum err e;
};

static bool collect(void *data, const struct anchor *a)
{
	struct collecting *c = data;

	c->e = anchors_add(&c->list, a);
	return c->e == ERR_OK;
}

enum err anchor_mem(struct store *s, int *ret_fd)
{
	struct collecting c = { .e = ERR_OK };
	enum err e = anchor_list(s, collect, &c);

	if (e == ERR_OK)
		e = c.e;
	if (e == ERR_OK)
		e = anchors_mem(&c.list, ret_fd);
	anchors_finish(&c.list);
	return e;
}
