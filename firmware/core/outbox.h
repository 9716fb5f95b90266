/* Dossiers on their way to the province. One row each, by the key made before the first send.
 *
 *                             ┌──────── outbox_failed, or the program ended ────────┐
 *                             ▼                                                     │
 *     outbox_add ────────► SEALED ── outbox_sending ──► SENDING ── outbox_sent ──► SENT
 *                             │ ▲                          │                        │
 *      will never do, 5 times │ │ outbox_again             └── outbox_answered ─────┤
 *                             ▼ │                                                   ▼
 *                         QUARANTINED             PURGED ◄── outbox_purge ── ACCEPTED | REFUSED
 *
 * Only outbox_answered(), with an answer whose signature was checked, ends a dossier; no failure
 * of any kind ever deletes one. All waiting is by the monotonic clock and begins anew at start. */
#ifndef CORE_OUTBOX_H
#define CORE_OUTBOX_H

#include "firmware/base/err.h"
#include "firmware/core/package.h"
#include "firmware/core/store.h"
#include "firmware/core/vault.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_UPLOAD_CAP 512
#define OUTBOX_CODE_CAP   64
#define OUTBOX_REASON_CAP 1024
#define OUTBOX_MAX_ANSWER (64u << 10)

#define OUTBOX_LEASE_MS      600000u /* a sender that shows nothing for so long is stuck */
#define OUTBOX_MAX_PERMANENT 5u      /* permanent errors in a row before quarantine */

enum outbox_state {
	OUTBOX_SEALED,      /* saved here, waits */
	OUTBOX_SENDING,     /* kiosk-sync has it */
	OUTBOX_SENT,        /* the province has all of it; its answer is not verified yet */
	OUTBOX_ACCEPTED,    /* with the province's dossier code */
	OUTBOX_REFUSED,     /* with the province's reason */
	OUTBOX_QUARANTINED, /* keeps failing by its own fault; for staff */
	OUTBOX_PURGED,      /* answered long ago; the package file is deleted */
	OUTBOX_STATES
};

/* Static: "sealed", ...; "?" outside. */
const char *outbox_state_name(enum outbox_state state);

struct outbox_item {
	char key[STORE_KEY_CAP];
	char receipt_code[RECEIPT_CODE_CAP];
	char procedure[32];
	char supplement[OUTBOX_CODE_CAP]; /* code of the dossier it adds papers to; "": its own */
	char manifest[PACKAGE_HASH_CAP];
	char sha256[PACKAGE_HASH_CAP];
	uint64_t bytes;
	enum outbox_state state;
	int64_t added_s;                    /* wall clock; 0: not yet, or not known */
	int64_t answered_s;                 /* by the province's clock */
	int64_t due_s;                      /* when the result is promised; 0: not said */
	uint32_t tries;                     /* sends begun since the last answer or release */
	enum err last_error;                /* why the last one failed */
	uint16_t last_http;                 /* its HTTP status, or 0 */
	char upload[OUTBOX_UPLOAD_CAP];     /* where an interrupted upload goes on, or "" */
	char dossier_code[OUTBOX_CODE_CAP]; /* of the province, or "" */
	char reason[OUTBOX_REASON_CAP];     /* of a refusal, of a hold, of a denial; or "" */
};

/* package_make() into the outbox. The reserve of the disk is given up for it when that is needed.
 * ERR_IO: store_failed() is true now. */
enum err outbox_make(struct store *s, const struct dossier *d, const struct package_keys *keys,
		     struct package *ret_package);

/* One commit: the row, the audit line, today's counter, the receipt code, and the end of the
 * visit's key row (vault may be NULL). After ERR_OK the dossier is handed in and the citizen may
 * be told "saved", and vault_end() comes next. After any error nothing was claimed, the vault is
 * as it was, and the package is deleted: make it anew to try again. (After ERR_IO with
 * store_failed() it is the next start that finds out and cleans up.)
 * ERR_OK also when the very same package was added before. ERR_DENIED: that key or receipt code
 * has another package. ERR_NO_SPACE, ERR_IO. */
enum err outbox_add(struct store *s, const struct package *p, const struct vault *vault);

/* The same for several that came together, in one commit and by one sync. Each has its own result;
 * one that is refused does not keep the others. What is returned is the commit's: if it is not
 * ERR_OK, it is every result, and nothing was claimed. */
struct outbox_add {
	const struct package *package;
	const struct vault *vault; /* or NULL */
	enum err result;
};
enum err outbox_add_all(struct store *s, struct outbox_add *adds, size_t n);

/* The newest dossier that this person handed in and was not told of to the end, because the kiosk
 * stopped in between: show it instead of letting them hand it in once more. Expensive (cipher.h).
 * ERR_NOT_FOUND: there is none. */
enum err outbox_untold(struct store *s, const char *number, struct outbox_item *ret_item);

/* They know: from now on nothing on the kiosk leads from the person to the dossier. Harmless when
 * repeated. outbox_purge() does it for those who never came back. */
enum err outbox_told(struct store *s, const char *key);

/* The one to send now. `prefer` is the key of the citizen who stands there, or NULL. A dossier
 * that waits after a failure never keeps the others waiting.
 * ERR_NOT_FOUND: nothing is due; *ret_wait_ms is the time until something is, or UINT32_MAX.
 * ERR_BUSY: one is being sent. ERR_TIMEOUT: *ret_item is being sent and its sender has shown
 * nothing for OUTBOX_LEASE_MS: tell it to stop and call outbox_failed(). */
enum err outbox_next(struct store *s, const char *prefer, struct outbox_item *ret_item,
		     uint32_t *ret_wait_ms);

/* Opens the package for reading and checks its hash; the caller closes. ERR_DAMAGED: the file is
 * missing, altered or cannot be read; the dossier is quarantined now, unless it was answered. */
enum err outbox_open(struct store *s, const char *key, int *ret_fd);

/* Its package was found damaged: quarantined, unless it was answered. */
enum err outbox_damaged(struct store *s, const char *key);

/* What happens to the one that is sent. Each is durable on ERR_OK, harmless when repeated, and
 * ERR_NOT_FOUND for an unknown key. ERR_DENIED: not in a state where that can happen (an
 * answered one stays answered). */
enum err outbox_sending(struct store *s, const char *key);
enum err outbox_upload_at(struct store *s, const char *key, const char *upload);
enum err outbox_sent(struct store *s, const char *key);

struct outbox_failure {
	enum err why;
	uint16_t http;          /* status, 0: none came */
	uint32_t retry_after_s; /* as the server asked; 0: it did not */
	const char *detail;     /* the province's words, for staff; NULL: none */
};

/* Back to SEALED with a pause of its own, and when it is not its own fault one for the whole kiosk
 * (pace.h). A status that says "this dossier will never do" counts towards
 * quarantine; all others (network, 5xx, 401, 403, 408, 409, 423, 425, 429, 460) never do. */
enum err outbox_failed(struct store *s, const char *key, const struct outbox_failure *f);

/* It is stopped for one that is more urgent: back to SEALED, due at once, and no failure. */
enum err outbox_yield(struct store *s, const char *key);

/* An answer whose signature kiosk-parse has verified. */
struct outbox_answer {
	bool accepted;
	const char *key, *manifest; /* as the province wrote them */
	const char *dossier_code;   /* accepted: not "" */
	const char *reason;         /* refused */
	int64_t time_s, due_s;
	const void *bytes; /* the signed answer itself, kept as proof */
	size_t len;
};

/* ERR_FORGED: key or manifest hash is not this dossier's, or it was answered otherwise before;
 * nothing is changed. */
enum err outbox_answered(struct store *s, const char *key, const struct outbox_answer *a);

/* The link is there again: what waits is due after one random pause of at most spread_ms, and
 * after what the server asked for; see pace.h. */
enum err outbox_link_up(struct store *s, uint32_t spread_ms);

/* Send it (again), by staff or because the province lost it: QUARANTINED or ACCEPTED becomes
 * SEALED under the same key. ERR_DENIED: the package is deleted already. */
enum err outbox_again(struct store *s, const char *key);

/* Deletes the packages of what was answered more than retention_s ago and was seen at the province
 * by a reconciliation since (reconcile.h), each with an audit line that has the package's hash.
 * ret_count may be NULL. */
enum err outbox_purge(struct store *s, int64_t retention_s, unsigned *ret_count);

enum err outbox_get(struct store *s, const char *key, struct outbox_item *ret_item);

/* By receipt code or dossier code, as a citizen or clerk types it. A supplement is found by its
 * receipt code only: the dossier code is that of the dossier. */
enum err outbox_find(struct store *s, const char *code, struct outbox_item *ret_item);

/* What a dossier goes by in the tables of this kiosk, from any of its codes or the slip of a
 * supplement to it: its key when it is in the outbox, else the code. */
void outbox_dossier(struct store *s, const char *code, char ret_name[OUTBOX_CODE_CAP]);

/* The newest supplement to the dossier of that code. ERR_NOT_FOUND. */
enum err outbox_supplement(struct store *s, const char *code, struct outbox_item *ret_item);

/* Newest first, at most `max`. Stops when fn gives false. */
typedef bool outbox_fn(void *data, const struct outbox_item *item);
enum err outbox_list(struct store *s, unsigned max, outbox_fn *fn, void *data);

/* Those that are not answered, from the `from`th on: first what is held back, then what waits, each
 * the oldest first. */
enum err outbox_waiting(struct store *s, unsigned from, unsigned max, outbox_fn *fn, void *data);

struct outbox_counts {
	uint32_t in[OUTBOX_STATES];
	uint64_t bytes;          /* of all packages that are kept */
	int64_t oldest_unsent_s; /* when the oldest one that waits was added; 0: none waits */
};
/* Costs the same however many there are. */
enum err outbox_counts(struct store *s, struct outbox_counts *ret_counts);

/* The signed answer, malloc'ed for the caller. ERR_NOT_FOUND: none, or purged. */
enum err outbox_proof(struct store *s, const char *key, uint8_t **ret_bytes, size_t *ret_len);

#endif
