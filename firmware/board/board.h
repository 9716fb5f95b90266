/* What all of kiosk-board needs to know: which slot runs, which software it is, and where files
 * lie. Tests put another folder in front of every path. */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "firmware/base/err.h"
#include "firmware/base/version.h"
#include <limits.h>

/* A slot is a boot partition with the file that firmware starts, and the root that this trusts. */
enum slot { SLOT_A, SLOT_B, SLOTS };

struct board {
	const char *root; /* in front of every path; "" on a kiosk */
	enum slot slot;   /* that runs */
	struct version version;
};

#define BOARD_SLOT     "/run/kiosk-board/slot"
#define BOARD_ASSETS   "/usr/share/kiosk"
#define BOARD_ANCHOR   "/usr/share/kiosk/update-ca.pem"
#define BOARD_CONFIG   "/data/etc/kiosk.conf"
#define BOARD_KEPT     "/data/board"
#define BOARD_PENDING  "/data/board/pending"  /* an update that is under way: pending.h */
#define BOARD_ROLLBACK "/data/board/rollback" /* the last way back from one */
#define BOARD_SLOTS    "/data/board/slots"    /* what was good in which slot */
#define BOARD_HEALTH   "/data/board/health"   /* of this start, or the last */
#define BOARD_UPDATE   "/data/board/update"   /* bundles that came by the network */
#define BOARD_TROUBLE  "/run/kiosk-board/trouble"
#define BOARD_UNPROVEN "/run/kiosk-board/unproven" /* an update is on trial: core/unproven.h */
#define BOARD_STICK    "/run/kiosk-board/stick"
#define BOARD_LOCK     "/run/kiosk-board/update.lock"

/* Finds out which slot runs. `root` must outlive it. ERR_NOT_FOUND: the start did not say so. */
enum err board_open(const char *root, struct board *ret);

/* root + path. ERR_NO_SPACE: longer than any path. */
enum err board_path(const struct board *b, const char *path, char ret_path[PATH_MAX]);

/* "A" or "B". */
const char *slot_name(enum slot s);
/* SLOTS when it is none. */
enum slot slot_of(const char *name);
enum slot slot_other(enum slot s);

#endif
