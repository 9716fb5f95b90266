/* A person who files one dossier, as the messages of the screen see them: what is shown comes in,
 * what they touch goes out. For proofs that need thousands of dossiers and no pictures; the whole
 * way over screen and devices is tests/scene/citizen.h. */
#ifndef VISITOR_VISITOR_H
#define VISITOR_VISITOR_H

#include "firmware/base/msg.h"
#include "firmware/base/screens.h"
#include "firmware/base/view.h"
#include <stdbool.h>

#define VISITOR_MAX_ACTS 24

struct visitor {
	unsigned n;  /* who: number, card and telephone are made of it */
	bool scans;  /* brings a paper */
	bool prints; /* wants a receipt */

	/* what they did and were told */
	bool confirmed, told_saved; /* "saved", whether or not with a code */
	bool served;                /* they have their code, or the province's */
	bool left;
	enum err turned_away; /* a screen said that nothing can be handed in now */
	char receipt_code[40], dossier_code[64];
};

/* What a person does at a screen. */
enum visitor_does {
	VISITOR_WAITS,
	VISITOR_TOUCHES,    /* `acts`, one after the other */
	VISITOR_SHOWS_CARD, /* its code, to the code reader: visitor_card() */
	VISITOR_LAYS_PAPER, /* one sheet into the scanner, then `acts` */
	VISITOR_GOES,       /* the visit is over: served, or turned away */
};

struct visitor_acts {
	struct msg_act all[VISITOR_MAX_ACTS];
	unsigned count;
};

void visitor_init(struct visitor *v, unsigned n);

/* `view` belongs to `shown`, whose descriptor stays the caller's. */
enum visitor_does visitor_see(struct visitor *v, const struct msg_show *shown,
			      const struct view *view, struct visitor_acts *ret_acts);

/* What the code on their card says, and their telephone number. */
void visitor_card(const struct visitor *v, char out[200]);
void visitor_number(unsigned n, char out[13]);
void visitor_phone(unsigned n, char out[11]);

#endif
