/* What the panel knows and does, without a window. */
#ifndef TESTS_PANEL_MODEL_H
#define TESTS_PANEL_MODEL_H

#include "tests/panel/board.h"
#include "tests/panel/link.h"

struct model {
	struct link usim, province, kiosk;
	const char *papers; /* folder of sample papers */
	bool connected;     /* usim answers */
	bool net_down;      /* as far as the panel has done it */
	char status[16384]; /* usim's */
	char names[512];    /* of the identity cards there are, with spaces between them */
	unsigned chosen;    /* which of them */
	char card[8192];    /* what is printed on it: `card about`, or "" */
	bool turned;        /* its back is seen */
	char screen[64];    /* what the kiosk shows, or "" */
	char note[256];     /* what the last press was answered; "" when all is well */
	char receipt[4096]; /* path of the newest picture, or "" */
};

/* Asks everyone how things are. True when something is different from before. */
bool model_refresh(struct model *m);

/* The chosen card's name, or "". */
void model_card_name(const struct model *m, char *ret, size_t size);
unsigned model_card_count(const struct model *m);

/* Another card: so many further, or back. */
void model_choose(struct model *m, int step);

/* Sends what the item stands for. */
void model_press(struct model *m, const struct item *i);

/* A file that was dropped on the window: a sheet for the feeder. */
void model_drop(struct model *m, const char *file);

/* True when the item's state is so, and the button lit. */
bool model_is_lit(const struct model *m, const struct item *i);

#endif
