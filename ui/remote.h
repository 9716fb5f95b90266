/* Remote control of the screen, for scenes and tests. It exists only when the supervisor hands
 * over a listening socket, which it does in the simulation and never on a board.
 *
 * A client sends lines and gets one answer for each, in order: `ok ...` or `error ...`.
 *
 *     screen               ok NAME TURN
 *     wait SCREEN          answers when that screen is shown
 *     wait-text TEXT       answers when that text is anywhere on the screen
 *     tap NAME             a control by its key or its spoken name, at its centre
 *     tap-at X Y
 *     type TEXT            into the field that is open, as from a real keyboard
 *     key NAME             up down left right tab back-tab enter escape (or back)
 *                          backspace help
 *     dump                 ok BYTES, then so many bytes of JSON
 *     shot [FILE]          ok FILE; without a file: ok BYTES, then so many bytes of PNG
 *
 * A wait has no end of its own: who waits closes the connection when it has had enough. */
#ifndef UI_REMOTE_H
#define UI_REMOTE_H

#include "firmware/base/loop.h"
#include "ui/app.h"

#define REMOTE_CLIENTS    4
#define REMOTE_LINE_BYTES 1024

struct remote_client {
	struct remote *remote;
	int sock; /* -1: free */
	char line[REMOTE_LINE_BYTES];
	size_t len;
};

struct remote {
	struct app *app;
	struct loop *loop;
	int listener;
	bool busy;
	struct remote_client clients[REMOTE_CLIENTS];
};

void remote_init(struct remote *r, struct app *a, struct loop *l);
void remote_finish(struct remote *r); /* accepts a zeroed remote */

/* Takes over the listening socket. */
void remote_listen(struct remote *r, int sock);

/* To be called when the screen has been painted: carries out what was waiting for that. */
void remote_settle(struct remote *r);

#endif
