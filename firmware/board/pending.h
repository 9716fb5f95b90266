/* The update that is under way, and the last way back from one: what the next start goes by.
 *
 *     install ─► WRITING ─► WRITTEN ─► the new slot starts ─► proven ─► gone
 *                   │          │ ◄─────── power cut ──┘ └─ rejected ─► the old slot: rollback
 *                   └─ power cut ─► the old slot: rollback, nothing was changed */
#ifndef BOARD_PENDING_H
#define BOARD_PENDING_H

#include "firmware/base/err.h"
#include "firmware/board/board.h"
#include "firmware/board/tries.h"
#include <stdbool.h>

struct pending {
	enum slot from, to;
	char version[48];
	bool written;   /* all of it, and the firmware was told */
	bool permitted; /* it is older, and a technician has signed for that */
};

/* False: there is none. */
bool pending_get(const struct board *b, struct pending *ret);
enum err pending_put(const struct board *b, const struct pending *p);
enum err pending_drop(const struct board *b);

/* Writes down that `from` was left for the slot that runs, for whoever asks why. */
enum err rollback_put(const struct board *b, enum slot from, const char *version, enum why why);

/* What was good in which slot. */
struct slots {
	enum slot first;         /* the last one that was proven; SLOTS: none yet */
	char version[SLOTS][48]; /* that was proven there; "" */
	char best[48];           /* no older one is taken: of all that were proven; "" */
};

void slots_get(const struct board *b, struct slots *ret);
enum err slots_put(const struct board *b, const struct slots *s);

#endif
