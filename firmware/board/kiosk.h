/* What the board asks of kiosk-core, by the socket that kioskctl uses. */
#ifndef BOARD_KIOSK_H
#define BOARD_KIOSK_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include "firmware/board/board.h"
#include "firmware/board/tries.h"

#define KIOSK_CTL "/run/kiosk/ctl"

struct health {
	enum why why;    /* WHY_NONE: it is well */
	char words[512]; /* what core says of each part, separated by "; " */
};

/* "core ok", "screen ok", "devices bad: print keeps dying": a line for each part, the word that
 * follows its name decides. Adds to `h`. */
void health_line(struct health *h, const char *line);

/* Called with each thing that core says: MSG_SAY, or MSG_SAY_FILE, whose memory goes with it unless
 * the descriptor is taken. */
typedef void kiosk_fn(void *data, struct msg *m);

/* A command as kioskctl gives it. ERR_OK: it has ended, with *ret_code. ERR_GONE: core does not
 * answer. ERR_TIMEOUT. */
enum err kiosk_ask(const struct board *b, const char *line, uint32_t limit_s, kiosk_fn *fn,
		   void *data, uint8_t *ret_code);

/* Asks how the kiosk is. ERR_GONE: core does not answer; then ret->why is WHY_CORE. */
enum err kiosk_health(const struct board *b, struct health *ret);

/* From the moment nobody is at the screen, no visit begins, until *ret_hold is closed; the screen
 * says that the kiosk is being looked after. Asks again when core dies meanwhile. ERR_TIMEOUT:
 * somebody is still there. ERR_DENIED: it will not, or too many ask. ERR_GONE: nobody listens, or
 * who does hangs up at once for two minutes, so nobody is served. */
enum err kiosk_hold(const struct board *b, uint32_t wait_s, int *ret_hold);

#endif
