/* What opens a card's chip: typed from the card, or worked out from its printed code. A code says
 * neither the card's six digits nor its day of expiry: what is likely is tried, one after the
 * other (card_key.def). */
#ifndef CORE_CARD_KEY_H
#define CORE_CARD_KEY_H

#include "firmware/core/card.h"

#define CARD_KEY_CAP  23 /* nine of the number, yyMMdd of birth, yyMMdd of expiry */
#define CARD_KEYS_MAX 8

struct card_key {
	enum chip_key kind;
	char text[CARD_KEY_CAP];
};

/* Keys to try, likeliest first. */
struct card_keys {
	struct card_key all[CARD_KEYS_MAX];
	uint32_t count;
};

void card_keys_of_code(const struct card *code, struct card_keys *ret);

/* The card's six digits by the likeliest rule; "" when the number is not twelve digits. */
void card_key_can(const char *number, char ret_can[7]);

/* From what was typed. ERR_FIELD_EMPTY, ERR_FIELD_DIGITS. */
enum err card_key_of_can(const char *can, struct card_key *ret);

/* One of what is asked for beside the six digits. */
enum card_key_part { CARD_KEY_NUMBER, CARD_KEY_BIRTH, CARD_KEY_EXPIRY, CARD_KEY_PARTS };

/* The number in twelve digits or the nine of the document; dates as dd/mm/yyyy.
 * ERR_FIELD_EMPTY, ERR_FIELD_DIGITS, ERR_FIELD_DATE; why[] then has one for each part. */
enum err card_key_of_mrz(const char *const typed[CARD_KEY_PARTS], struct card_key *ret,
			 enum err why[CARD_KEY_PARTS]);

#endif
