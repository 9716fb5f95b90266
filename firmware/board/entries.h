/* The firmware's boot entries of both slots. Firmware may have deleted them, or knows none after a
 * dead battery, so they are looked after at every start. Entries of others are left, behind ours.
 */
#ifndef BOARD_ENTRIES_H
#define BOARD_ENTRIES_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a slot's entry is called; rauc.conf knows them by it. */
const char *entries_name(enum slot s);

/* Makes each slot's one entry what it must be: wrong ones and second ones go, missing ones are
 * made by efibootmgr. ret_number: of each; NO_NUMBER where it could not be made. *ret_lost: there
 * was none of either. ERR_NOT_FOUND: there is no UEFI. */
enum err entries_make(const struct board *b, uint16_t ret_number[SLOTS], bool *ret_lost);

/* The order in which firmware tries: ours in `want`, then those of others as they stood. Slots
 * that are not in `want` are not tried. Written only when it differs. */
enum err entries_order(const struct board *b, const uint16_t number[SLOTS], const enum slot *want,
		       size_t count);

/* Whether a slot is among those that are tried, and comes first of ours. */
struct order {
	bool in[SLOTS];
	enum slot first; /* SLOTS: neither */
};
struct order entries_now(const struct board *b, const uint16_t number[SLOTS]);

#endif
