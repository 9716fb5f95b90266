/* How often each slot was started without getting good, in a variable of the firmware: it is
 * counted before the root is opened, and before /data, which may be what fails. The other slot can
 * read it. Boards without UEFI have none; then nobody changes slots by itself.
 *
 *     u8 1, u8 tries[2], u8 state[2], u8 why[2], u8 0, u16 number[2]    little-endian
 */
#ifndef BOARD_TRIES_H
#define BOARD_TRIES_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIES_NAME  "MocuaTries-6d6f6375-6100-4000-8000-000000000002"
#define TRIES_BYTES 12
#define TRIES_MAX   3
#define NO_NUMBER   0xffff

#define WHY(name, vi, en) WHY_##name,
enum why {
#include "firmware/board/why.def"
	WHYS
};
#undef WHY

/* Static. Outside the table: of WHY_NONE. */
const char *why_name(enum why w);
const char *why_vi(enum why w);
const char *why_en(enum why w);

enum slot_state {
	SLOT_UNKNOWN, /* never written, half written, or rejected */
	SLOT_TRIAL,   /* written; has not been good yet */
	SLOT_GOOD,
};

struct tries {
	uint8_t tries[SLOTS];   /* starts since it was good last */
	uint8_t state[SLOTS];   /* enum slot_state */
	uint8_t why[SLOTS];     /* enum why it was left, until somebody has written it down */
	uint16_t number[SLOTS]; /* its boot entry; NO_NUMBER */
};

/* What is not in the agreed form counts as nothing known. */
struct tries tries_of(const uint8_t *bytes, size_t len);
void tries_bytes(const struct tries *t, uint8_t ret[TRIES_BYTES]);

/* ERR_NOT_FOUND: *ret is what nothing known means. ERR_IO. */
enum err tries_load(const struct board *b, struct tries *ret);
enum err tries_save(const struct board *b, const struct tries *t);

/* One more start of b->slot, first thing of all. True: it has failed too often, and the firmware
 * will start the other one next: reset the machine. */
enum err tries_count(const struct board *b, bool *ret_leave);

#endif
