/* Updates from a server: core keeps what the server wants of this kiosk (an action there), gives it
 * a file where citizens' papers have room enough, orders the board to install it, and has the
 * server told how it ended, also when that is two restarts later.
 *
 *     offered ─► FETCH ─► WAIT ─► GIVEN ─► ENDED ─► told
 *                  └───────┴── cancelled ──┘ ▲
 *                                            └ refused, failed, went back, or proven good
 *
 * Files in the board's folder `update`: `order` (what stands here), ACTION.part, ACTION.raucb, and
 * `wanted`, the order to the board, which tells in `taken` beside the folder what came of it. */
#ifndef CORE_UPDATE_H
#define CORE_UPDATE_H

#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/base/update.h"
#include "firmware/core/ctl.h"

#define UPDATE_MAX_BYTES (1ll << 30)

struct core;

enum update_step {
	UPDATE_NONE,
	UPDATE_FETCH,
	UPDATE_WAIT,
	UPDATE_GIVEN,
	UPDATE_ENDED,
	UPDATE_STEPS
};

struct update {
	enum update_step step;
	char action[UPDATE_ACTION_CAP], version[UPDATE_VERSION_CAP], sha256[65];
	int64_t size;
	enum update_word word;          /* of ENDED */
	char words[256], words_vi[256]; /* how it ended: the server is told it, and staff read it */
	bool install, told, no_room; /* now; the server knows the end; there was none last time */
	int64_t asked_s;             /* the last question to the server; 0: none yet */
	struct msg_update_polled polled;
	struct timer look;
};

/* Once, when the program begins. */
void update_begin(struct core *c);
void update_peer(struct core *c);                   /* kiosk-sync is there */
void update_message(struct core *c, struct msg *m); /* its UPDATE_... */

/* store_may_begin(); for a citizen's visit what was fetched, or is, goes when the disk is full. */
enum err update_may_begin(struct core *c);

/* What the server gave is installed now, and not at its hour. ERR_NOT_FOUND: nothing waits. */
enum err update_now(struct core *c);

/* An order to the board's programs, a file in its folder `update` that they may read. */
enum err update_order(const char *name, const char *lines);

/* kioskctl update status */
enum ctl_code update_command(struct ctl *t, const char *arg);

#endif
