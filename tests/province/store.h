/* What the province knows, in DIR/province.db: dossiers by key, code counters by day, uploads. */
#ifndef PROVINCE_STORE_H
#define PROVINCE_STORE_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store; /* store_open() makes one */

struct dossier {
	char key[37], package_sha256[65], manifest_sha256[65], code[64];
	char kiosk[9], receipt[64], procedure[16], procedure_name[1025], name[257], handed_in[15];
	char folder[80]; /* under DIR/received */
	char reason[1001];
	char number[32], filer[32]; /* of its owner; of who stood at the kiosk */
	char supplement[64];        /* code of the dossier it adds papers to; its own is "" then */
	int64_t papers, bytes, received_at, due_at;
	bool accepted;
};

struct upload {
	char id[33], key[37], sha256[65];
	int64_t size;
	bool committed;
};

/* ERR_IO. */
enum err store_open(const char *dir, struct store **ret);
void store_close(struct store *s); /* NULL is allowed */

/* For the parts of the store in other files; NULL never. */
struct sqlite3 *store_db(struct store *s);

/* Which life this database has: 16 hexadecimal digits, another one when it came from a backup. */
enum err store_epoch(struct store *s, char ret[17]);

/* One transaction around several of the calls below. */
enum err store_begin(struct store *s);
enum err store_end(struct store *s, bool keep);

/* The next number of an agency's day (yyMMdd), from 1 on. */
enum err store_count_up(struct store *s, const char *agency, const char *day, int64_t *ret_n);

/* ERR_BUSY: the key is there already. */
enum err store_add(struct store *s, const struct dossier *d, const void *answer, size_t answer_len);

/* ERR_NOT_FOUND. *ret_answer is the caller's to free. */
enum err store_answer(struct store *s, const char *key, uint8_t **ret_answer, size_t *ret_len);

/* ERR_NOT_FOUND. */
enum err store_find(struct store *s, const char *key, struct dossier *ret);
enum err store_find_code(struct store *s, const char *code, struct dossier *ret);
enum err store_find_receipt(struct store *s, const char *receipt, struct dossier *ret);
enum err store_find_any(struct store *s, const char *code, struct dossier *ret); /* or by its key */

/* Calls fn for each, oldest first. */
typedef void store_fn(void *data, const struct dossier *d);
enum err store_each(struct store *s, store_fn *fn, void *data);

/* How many dossiers; -1 when the database fails. */
int64_t store_count(struct store *s);

/* A fee that a kiosk began, by its own reference. */
struct fee {
	char reference[64], dossier[64];
	int64_t amount, begun_at, expires_at, paid, paid_at, times;
	bool failed;
};

enum err store_fee_add(struct store *s, const struct fee *f); /* ERR_BUSY */
enum err store_fee_find(struct store *s, const char *reference,
			struct fee *ret); /* ERR_NOT_FOUND */
enum err store_fee_set(struct store *s, const struct fee *f);
enum err store_fee_newest(struct store *s, struct fee *ret); /* ERR_NOT_FOUND */

bool store_fee_paid(struct store *s, const struct dossier *d); /* one of its fees is */

/* What has become of a dossier since, as the control socket says it; all 0 and "" at first. */
struct progress {
	int64_t state; /* TrangThaiHoSo; 0: as it was answered */
	int64_t fee, due_at, new_due_at, sorry_at;
	char note[1001], sorry[1001];
};

enum err store_progress(struct store *s, const char *key, struct progress *ret);
enum err store_progress_set(struct store *s, const char *key, const struct progress *p);

/* Heads of the kiosks' audit logs: those that go on from the one before. */
struct head {
	char kiosk[9], sha256[65], source[8]; /* "package" or "query" */
	int64_t seq, at;
};
typedef void store_head_fn(void *data, const struct head *h);
enum err store_head_add(struct store *s, const struct head *h); /* an older one is left out */
enum err store_head_newest(struct store *s, const char *kiosk,
			   struct head *ret); /* ERR_NOT_FOUND */
enum err store_head_each(struct store *s, store_head_fn *fn, void *data);

enum err store_upload_add(struct store *s, const struct upload *u);
enum err store_upload_find(struct store *s, const char *id, struct upload *ret); /* ERR_NOT_FOUND */
enum err store_upload_done(struct store *s, const char *id);
enum err store_upload_delete(struct store *s, const char *id);
enum err store_upload_delete_open(struct store *s); /* all that are not committed */

#endif
