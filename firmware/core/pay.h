/* Fees paid by a transfer, one row each, by the key made before the province is first asked.
 *
 *     pay_begin ──► MADE ── pay_asking ──► ASKED ── pay_started ──► PENDING ──┐
 *                    ▲                      │ ▲                      │        │ pay_polled
 *                    └─ key not known there ┘ └── (any failure) ─────┘        ▼
 *                                                          PAID ◄── FAILED | EXPIRED
 *
 * Only the province's word ends a payment. No answer, an error and "pending" are never "failed";
 * what stopped at any step goes on by asking what became of this key, never by a new one. Money
 * that comes late, twice, or in another amount is told as such, and is for staff (PAY_TROUBLE_*).
 * What is closed is asked about again until it is three days old; what is still open, until the
 * province answers. Nothing here is personal. */
#ifndef CORE_PAY_H
#define CORE_PAY_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

#define PAY_TEXT_CAP 64
#define PAY_MAX_VND  499999999

#define PAY_WATCHED_MS 3000u     /* between polls while the payer stands there */
#define PAY_POLL_MS    60000u    /* while it is open and nobody waits */
#define PAY_CAP_MS     600000u   /* limit of the growing pause after failures */
#define PAY_AGAIN_MS   1800000u  /* first look again at what is closed; doubles, */
#define PAY_DAY_MS     43200000u /* to this */
#define PAY_OPEN_S     259200    /* three days: nothing closed is asked about after that */

enum pay_state {
	PAY_MADE,    /* the key is kept; nobody was asked */
	PAY_ASKED,   /* the province may know of it */
	PAY_PENDING, /* it does, and nothing is certain yet */
	PAY_PAID,
	PAY_FAILED,  /* by the province's word; a late payment can still turn it to PAID */
	PAY_EXPIRED, /* the same */
	PAY_STATES
};

/* When a fee is taken: HinhThucThu of the portal. */
enum pay_when { PAY_AT_RECEPTION = 1, PAY_AT_SUPPLEMENT = 2, PAY_AT_RESULT = 4 };

/* What staff must look at; bits of pay_item.trouble. */
enum {
	PAY_TROUBLE_LATE = 1,   /* paid after it had failed or expired */
	PAY_TROUBLE_DOUBLE = 2, /* more than one transfer, or another row of this fee is paid too */
	PAY_TROUBLE_SHORT = 4,  /* less than the fee */
	PAY_TROUBLE_OVER = 8,   /* more than the fee */
	PAY_TROUBLE_TAKEN = 16, /* the province took back that it was paid */
	PAY_TROUBLE_STRANGE = 32 /* it started another amount than was asked */
};

/* Static: "made", ...; "?" outside. */
const char *pay_state_name(enum pay_state state);

/* Whom the money goes to, as the province says it; for vietqr_make(). */
struct pay_payee {
	char bin[8], account[20], name[101], purpose[51];
};

struct pay_item {
	char key[STORE_KEY_CAP];    /* Idempotency-Key of every ask */
	char dossier[PAY_TEXT_CAP]; /* its key in the outbox, or its code at the province */
	enum pay_when when;
	int64_t amount_vnd;
	enum pay_state state;
	int64_t made_s;               /* wall clock */
	char reference[PAY_TEXT_CAP]; /* MaThamChieu as the province repeats it, or "" */
	struct pay_payee payee;
	int64_t expires_s;         /* as the province said; 0: it did not. Only a word to show */
	int64_t paid_vnd, paid_s;  /* what came in all, and when, by the province's clock */
	uint32_t transfers, tries; /* tries: asks without an answer in a row */
	uint32_t trouble;
	enum err last_error;
};

/* Makes the row of a fee, durable, before anybody is asked; the same fee of a dossier (`when`)
 * gives the row that is open or paid already. ERR_FIELD_RANGE: no amount between 1 and
 * PAY_MAX_VND; ERR_DENIED: the open or paid one is of another amount; ERR_NO_SPACE, ERR_IO. */
enum err pay_begin(struct store *s, const char *dossier, enum pay_when when, int64_t amount_vnd,
		   struct pay_item *ret_item);

enum pay_ask {
	PAY_START, /* POST with this key; call pay_asking() before, pay_started() after */
	PAY_POLL,  /* what became of this key? */
};

/* The next thing to ask. `watched` is the key whose payer stands there, or NULL: it goes first.
 * ERR_NOT_FOUND: nothing now; *ret_wait_ms is the time until something is, or UINT32_MAX. */
enum err pay_next(struct store *s, const char *watched, struct pay_item *ret_item,
		  enum pay_ask *ret_ask, uint32_t *ret_wait_ms);

/* Before the first byte of a START goes out. ERR_DENIED: its state is past that. */
enum err pay_asking(struct store *s, const char *key);

/* The province knows of it now. ERR_BAD_DATA: a payee of a wrong shape; nothing is changed. */
struct pay_started {
	const char *reference;
	const struct pay_payee *payee;
	int64_t amount_vnd, expires_s;
};
enum err pay_started(struct store *s, const char *key, const struct pay_started *a);

/* TrangThaiGD and what else a poll can say. */
enum pay_word {
	PAY_SAYS_PAID = 1,
	PAY_SAYS_PENDING = 3,
	PAY_SAYS_FAILED = 4,
	PAY_SAYS_EXPIRED,
	PAY_SAYS_UNKNOWN, /* this key was never started there */
};
struct pay_polled {
	enum pay_word word;
	int64_t paid_vnd, paid_s; /* in all so far */
	uint32_t transfers;
};

/* Harmless when repeated, in any order of answers. ERR_BAD_DATA: an answer that contradicts
 * itself; nothing is changed. */
enum err pay_polled(struct store *s, const char *key, const struct pay_polled *a);

/* No answer came: asked again later, at the earliest after retry_after_s. Changes no state. */
enum err pay_unanswered(struct store *s, const char *key, enum err why, uint32_t retry_after_s);

/* After a start of the program, or when the link is back: everything open is due now. */
enum err pay_resume(struct store *s);

enum err pay_get(struct store *s, const char *key, struct pay_item *ret_item);

/* What the payer's bank reads (vietqr.h). ERR_DENIED: nothing is to be paid, or the province
 * started something else than was asked; ERR_NO_SPACE. */
enum err pay_code(const struct pay_item *i, char *ret_text, size_t cap);

/* How a fee of a dossier stands: the paid row if there is one, else the open one, else the newest.
 * ERR_NOT_FOUND: never begun. */
enum err pay_of(struct store *s, const char *dossier, enum pay_when when,
		struct pay_item *ret_item);

/* What staff must look at, newest first, at most `max`. Stops when fn gives false. */
typedef bool pay_fn(void *data, const struct pay_item *item);
enum err pay_troubles(struct store *s, unsigned max, pay_fn *fn, void *data);

/* Forgets what was closed without trouble more than retention_s (at least PAY_OPEN_S) ago. */
enum err pay_purge(struct store *s, int64_t retention_s);

#endif
