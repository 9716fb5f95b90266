/* Who stands here, as their identity card says: by its printed code, which proves nothing, or by
 * its chip. Plain data; whoever owns it wipes it. */
#ifndef CORE_CARD_H
#define CORE_CARD_H

#include "firmware/base/chip.h"
#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stdbool.h>
#include <stdint.h>

/* As the screen has it (screens.def, IDENTITY). */
enum card_source { CARD_FROM_CODE, CARD_FROM_CHIP };

/* What both say. Dates are ddMMyyyy, birth with 00 for a day or month that nobody knows. */
struct card {
	char number[13], name[256], birth[9], address[1024], issued[9];
	uint8_t sex;    /* 0 not said, 1 male, 2 female */
	uint8_t fields; /* of the code: 7 or 11 */
	enum err doubt;
};

bool card_same(const struct card *a, const struct card *b);

/* What kiosk-parse read in the printed code. */
void card_take_facts(struct card *c, const struct msg_card_facts *f);

#define CARD_MARK_BYTES 32

/* What only the chip says: of the holder what a form may ask, the rest is dropped at once; and
 * what was found out about the chip. */
struct chip {
	struct card card;
	char expires[9], nationality[64], ethnicity[64], religion[64], home[512];
	char father[256], mother[256], spouse[256];
	bool endless; /* it has no date of expiry */

	/* SHA-256 of EF.DG13. Nobody knows it who has not read this very card. */
	uint8_t mark[CARD_MARK_BYTES];
	bool marked;

	int face; /* sealed memory, width x height x 3 bytes; -1: none */
	uint32_t face_width, face_height;

	enum chip_access access;
	enum chip_data data;
	enum chip_issuer issuer;
	enum chip_proof proof;
	enum verdict verdict;
	char signer[256];
	int64_t read_s;
};

#define CHIP_NOTHING ((struct chip){ .face = -1 })

void chip_take_facts(struct chip *c, const struct msg_chip_facts *f);

/* Takes over m's raw file. Without its mark when that cannot be read. */
void chip_take_more(struct chip *c, struct msg_chip_more *m);

/* Takes over the picture; one that has not the size it claims is no picture. */
void chip_take_face(struct chip *c, struct msg_chip_face *f);

/* The three answers and their one word; anything outside the tables counts as unchecked. */
void chip_take_verdict(struct chip *c, const struct msg_chip_done *d);

/* May its holder go on with this card? Not when it is altered or copied. */
bool chip_may_go_on(const struct chip *c);

/* Good enough to find what was left here with the same card: signed data, and a mark. By whom
 * they are signed is the verdict's to say. */
bool chip_is_proof(const struct chip *c);

/* `today` as yyyymmdd. */
bool chip_expired(const struct chip *c, int32_t today);

/* Closes and wipes. */
void chip_forget(struct chip *c);

/* Static words for staff, the log and the province: "PACE", "SIGNED", ...; "?" outside. */
const char *chip_access_word(enum chip_access a);
const char *chip_data_word(enum chip_data d);
const char *chip_issuer_word(enum chip_issuer i);
const char *chip_proof_word(enum chip_proof p);

#endif
