#include "firmware/core/audit.h"

#include "firmware/core/db.h"
#include "firmware/core/files.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define DETAIL_CAP 256

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

enum err audit_head(struct store *s, int64_t *ret_seq, uint8_t ret_hash[AUDIT_HASH_BYTES])
{
	AUTO_ROWS *st = NULL;
	enum err e = db_first(s, SQL_AUDIT_LAST, DB_NOTHING, &st);

	if (e == ERR_NOT_FOUND) {
		*ret_seq = 0;
		memset(ret_hash, 0, AUDIT_HASH_BYTES);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	const void *hash = sqlite3_column_blob(st, 1);
	if (!hash || sqlite3_column_bytes(st, 1) != AUDIT_HASH_BYTES)
		return ERR_NO_MEMORY;
	*ret_seq = sqlite3_column_int64(st, 0);
	memcpy(ret_hash, hash, AUDIT_HASH_BYTES);
	return ERR_OK;
}

enum err audit_add(struct store *s, const char *what, const char *subject, const char *detail)
{
	char clean[DETAIL_CAP];
	uint8_t before[AUDIT_HASH_BYTES];
	int64_t seq;
	enum err e = audit_head(s, &seq, before);

	if (e != ERR_OK)
		return e;
	(void)snprintf(clean, sizeof clean, "%s", detail);
	log_scrub(clean);
	struct audit_line l = { .seq = seq + 1,
				.time_s = clock_wall_s(s->options.clock),
				.boot = s->boot,
				.what = what,
				.subject = subject,
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

/* Is this line the one after number `seq` with hash `before`? Then `before` becomes its hash. */
static enum err follows(const struct audit_line *l, int64_t seq, uint8_t before[AUDIT_HASH_BYTES])
{
	uint8_t hash[AUDIT_HASH_BYTES];
	enum err e = hash_line(l, before, hash);

	if (e != ERR_OK)
		return e;
	if (l->seq != seq + 1 || memcmp(hash, l->hash, sizeof hash) != 0)
		return ERR_FORGED;
	memcpy(before, hash, sizeof hash);
	return ERR_OK;
}

enum err audit_verify(struct store *s, int64_t *ret_lines, int64_t *ret_bad_seq)
{
	uint8_t before[AUDIT_HASH_BYTES] = { 0 };
	AUTO_ROWS *st = NULL;
	struct audit_line l;
	int64_t seq = 0;

	enum err e = db_first(s, SQL_AUDIT_WALK, DB_NOTHING, &st);
	for (; e == ERR_OK; seq++) {
		e = read_line(st, &l);
		if (e == ERR_OK)
			e = follows(&l, seq, before);
		if (e == ERR_FORGED && ret_bad_seq)
			*ret_bad_seq = seq + 1;
		if (e != ERR_OK)
			return e;
		e = db_next(s, st);
	}
	if (e != ERR_NOT_FOUND)
		return e;
	if (ret_lines)
		*ret_lines = seq;
	return ERR_OK;
}

enum err audit_list(struct store *s, unsigned max, audit_fn *fn, void *data)
{
	AUTO_ROWS *st = NULL;
	struct audit_line l;
	enum err e = db_first(s, SQL_AUDIT_LIST, DB_VALUES(db_num(max)), &st);

	while (e == ERR_OK) {
		e = read_line(st, &l);
		if (e == ERR_OK && !fn(data, &l))
			return ERR_OK;
		if (e == ERR_OK)
			e = db_next(s, st);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
