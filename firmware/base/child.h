/* What every program started by the supervisor has in common: its clock and loop, the socket
 * to the supervisor, and its peers, which come and go as programs are restarted.
 *
 *     struct child c;
 *     if (child_init(&c, ROLE_SYNC, &HANDLERS, &my_state) != ERR_OK) return 1;
 *     return child_run(&c);
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/base/role.h"
#include <stdbool.h>

struct child_handlers {
	/* Required. A checked message. Descriptors that are not taken are closed afterwards. */
	void (*message)(void *data, enum role from, struct msg *m);

	/* Optional. A peer has come or gone. One that comes back is a new program; that the old
	 * one has gone is always said before, and after the last message it sent. */
	void (*peer)(void *data, enum role who, bool here);

	/* Optional. `who` sent something malformed; its socket is closed already. NULL: the
	 * program ends, and the supervisor starts it anew. */
	void (*malformed)(void *data, enum role who);
};

struct child {
	enum role me;
	struct clock clock;
	struct loop *loop;
	const struct child_handlers *handlers;
	void *data;
	bool failed;
	struct child_peer {
		struct child *child;
		int sock; /* -1: not here */
	} peers[ROLE_COUNT];
};

/* True when the supervisor started this program (KIOSK_SUPER_FD is set), false by hand. */
bool child_is_supervised(void);

/* Opens the log and the loop, and waits for nobody: peers come as messages. SIGTERM stops the
 * loop. `c` must not move afterwards. ERR_BAD_CONFIG when not supervised. */
enum err child_init(struct child *c, enum role me, const struct child_handlers *h, void *data);
void child_finish(struct child *c);

/* Runs until SIGTERM or until the supervisor is gone. Returns the exit status. */
int child_run(struct child *c);

bool child_has(const struct child *c, enum role who);

/* ERR_GONE when the peer is not here; else as msg_send. A peer whose queue is full
 * is treated as one that sent something malformed. */
enum err child_send(struct child *c, enum role to, const struct msg *m);

/* Takes over `sock` as the way to `who`; an earlier one is closed. */
enum err child_meet(struct child *c, enum role who, int sock);

/* Closes the way to `who`, without calling peer(). */
void child_drop(struct child *c, enum role who);

#endif
