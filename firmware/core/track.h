/* How far a dossier is, for whoever has its code: from the province, and from the outbox of this
 * kiosk when that knows more or nobody else can be asked. A code proves nothing about who holds it:
 * no name and no paper's content is ever told. */
#ifndef CORE_TRACK_H
#define CORE_TRACK_H

#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/track.h"
#include "firmware/core/outbox.h"
#include "firmware/core/supplement.h"
#include "firmware/core/track_code.h"
#include <stdbool.h>
#include <stdint.h>

#define TRACK_MISSES    5 /* unknown codes, then a pause: so that nobody tries them all */
#define TRACK_PAUSE_MS  120000u
#define TRACK_FORGET_MS 600000u /* without another one, those before do not count any more */

struct core;

/* What the province has said. Times are Unix seconds, 0 not known. */
struct standing {
	char code[64], procedure[1201], procedure_code[32], unit[301], note[1001];
	char sorry[1001], sorry_no[64]; /* Form 04 */
	char asked_id[64], asked[1001],
		papers[2001]; /* a supplement that is waited for; papers one a line */
	int64_t progress;     /* enum track_progress */
	int64_t received_s, due_s, ready_s, asked_s, sorry_s, new_due_s;
	int64_t fee_vnd; /* all that is not paid yet */
	int64_t time_s;  /* of this answer, by the province's clock */
};

struct track {
	enum track_state state;
	enum err why; /* the province could not be asked */
	char asked[TRACK_CODE_CAP];
	enum track_code code;
	bool here; /* it is in the outbox: */
	struct outbox_item item;
	struct standing said;    /* TOLD */
	char fee[STORE_KEY_CAP]; /* the payment on PAY, or "" */
	enum err fee_why;        /* it could not be begun */
	uint32_t number;         /* of the question at work */

	/* not the visitor's, but the kiosk's: */
	uint32_t misses;
	int64_t missed_ms, free_ms; /* monotonic */
	struct timer over;          /* of the pause */
};

/* Asks for what track_code_read() gave; state says at once what is known, and TRACK_TOLD follows
 * when that was ASKS. ERR_BUSY: the pause. */
enum err track_ask(struct core *c, const char *code);
enum err track_again(struct core *c); /* for the same code */

/* Seconds of the pause that are left; 0: ask. */
uint32_t track_wait_s(const struct core *c);

/* Begins the fee of the dossier that was asked for, or finds the one that was begun, and watches
 * it; PAY_NEWS tells what becomes of it. */
void track_pay(struct core *c);

/* Can papers be added to the dossier that was asked for? Yes when the province asks for some, or
 * when it cannot be asked and the dossier may be there; not while some wait here for an answer. */
bool track_may_supply(const struct core *c);

/* What became of papers that were added to it here: the newest, or those whose slip it is.
 * *ret_item is theirs unless nothing was. */
enum track_added track_added(const struct core *c, struct outbox_item *ret_item);

/* What is asked for, as far as it is known. ERR_DENIED: not track_may_supply(). */
enum err track_supplement(const struct core *c, struct supplement *ret);

void track_forget(struct core *c); /* the visitor has left */

#endif
