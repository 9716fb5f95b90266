/* What kiosk-setup may not do itself: the board's script `setup` does it, each time started anew
 * for one line of words, of which the first names the deed and its socket. It says lines
 * NAME=value and at last "ok", or "fail WORD". */
#ifndef SETUP_HELPER_H
#define SETUP_HELPER_H

#include "firmware/base/loop.h"

#include <stdbool.h>
#include <stddef.h>

#define HELPER_TEXT 8192

#define HELPER_GONE "gone"

/* `text`: its lines; `why`: "" when it went well, else its word, or HELPER_GONE. */
typedef void helper_fn(void *data, const char *why, const char *text);

struct helper {
	struct loop *loop;
	const char *dir; /* of its sockets */
	int sock;        /* -1: not at work */
	struct timer limit;
	helper_fn *fn;
	void *data;
	size_t len;
	char text[HELPER_TEXT];
};

void helper_init(struct helper *h, struct loop *loop, const char *dir);

/* One at a time: what is at work is given up. `fn` is called once, never from in here. */
void helper_ask(struct helper *h, helper_fn *fn, void *data, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Somebody waits for its answer. */
bool helper_at_work(const struct helper *h);

/* Nothing is called any more. */
void helper_stop(struct helper *h);

/* The value of a line; "" when there is none. Cut to `cap`. */
void helper_value(const char *text, const char *name, char *ret, size_t cap);

#endif
