/* One session with an identity card's chip, from the first command to the last answer: open it,
 * read who it is, check what was signed and by whom, have the chip prove itself, the face.
 *
 *   OPEN   access (PACE, CAM, BAC)
 *   READ   DG1, DG13: the facts, told before anything is proven; EF.SOD
 *   CHECK  SOD against the anchors, each file against the SOD, DG14/DG15, chip or active
 *          authentication
 *   FACE   DG2
 *
 * Only files whose hash the SOD lists count; one that it lists and the card withholds, or one
 * that it does not list, is altered data. A proof of the chip counts when the file with its key
 * is signed. After BAC it is UNCHECKED instead of ORIGINAL when the signed DG14 offers PACE and
 * EF.CardAccess, which is not signed, offered none: a downgrade, or that file could not be read.
 * Nothing of an earlier session is believed: a kept file is taken when the SOD of the card that
 * lies there now has its hash. */
#ifndef PARSE_CHIP_CHIP_H
#define PARSE_CHIP_CHIP_H

#include "firmware/base/chip.h"
#include "firmware/base/msg.h"
#include "firmware/parse/chip/line.h"
#include "firmware/parse/chip/tlv.h"

/* A session ends by itself after this time and hands out what it has; the parser's own life
 * (role.def) is longer. */
#define CHIP_MAX_MS 25000

#define CHIP_MAX_KEPT 196608

struct chip_ask {
	enum chip_key key_kind;
	const char *key;
	unsigned wants;      /* enum chip_want */
	uint16_t block;      /* that this type of card took last time; 0: not known */
	int64_t now_s;       /* for certificates; seconds since 1970 */
	struct span anchors; /* anchors.h */
	struct span kept;    /* what an earlier session handed out, or empty */
};

/* Whom the session tells. `now_ms` is required, the others may be NULL. What is pointed at lives
 * as long as the call. */
struct chip_ears {
	int64_t (*now_ms)(void *data); /* any clock that does not jump */
	void (*step)(void *data, enum chip_step step, unsigned percent);
	void (*facts)(void *data, const struct msg_chip_facts *f);
	/* m->raw is not set; `raw` is EF.DG13 as read */
	void (*more)(void *data, const struct msg_chip_more *m, struct span raw);
	/* rgb: width x height x 3 bytes, rows from above */
	void (*face)(void *data, uint32_t width, uint32_t height, const uint8_t *rgb);
	void (*trace)(void *data, const char *line); /* never data of the card */
	void *data;
};

/* `done` is CHIP_DONE but for kept (-1). why: ERR_OK also when the verdict is bad;
 * ERR_CARD_MOVED, ERR_CARD_MUTE, ERR_TIMEOUT: `kept` has what was read; ERR_WRONG_KEY,
 * ERR_KEY_KIND, ERR_BAD_CARD; ERR_FORGED: the chip did not keep up secure messaging; ERR_GONE:
 * the reader; ERR_CANCELLED. `kept` is the caller's to free with chip_end_finish(). */
struct chip_end {
	struct msg_chip_done done;
	uint8_t *kept;
	size_t kept_len;
};

/* Runs a session to its end; always fills *ret. */
void chip_run(const struct line *line, const struct chip_ask *ask, const struct chip_ears *ears,
	      struct chip_end *ret);

/* Wipes and frees; accepts a zeroed one. */
void chip_end_finish(struct chip_end *e);

#endif
