/* Fees and the province: asks what pay.h wants to know, one question at a time, whenever there is
 * a link. */
#ifndef CORE_PAY_ASK_H
#define CORE_PAY_ASK_H

#include "firmware/base/loop.h"
#include "firmware/base/view.h"
#include "firmware/core/pay.h"

struct core;

struct payments {
	struct timer next;
	char asked[STORE_KEY_CAP];   /* the fee that is asked about, or "" */
	char watched[STORE_KEY_CAP]; /* its payer stands there, or "" */
	bool starts;                 /* the question at work is a START */
};

void pay_ask_poke(struct core *c);   /* there may be something to ask */
void pay_ask_resume(struct core *c); /* after a start, and when the link is back */

/* From now on this fee is asked about first and often; "" ends it. */
void pay_ask_watch(struct core *c, const char *key);

/* Replies to PAY and PAID (query.def) about the fee `item`, at time_s of the province. The payee's
 * texts are copied. ERR_BAD_DATA: they are about another fee, or too long for ours. */
enum err pay_read_start(const struct view *facts, const struct pay_item *item,
			struct pay_started *ret, struct pay_payee *ret_payee);
enum err pay_read_poll(const struct view *facts, const struct pay_item *item, int64_t time_s,
		       struct pay_polled *ret);

#endif
