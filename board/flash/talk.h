/* The person in front of the machine: one or more terminals, a screen and a serial line. All of
 * them show the same; a line may come from any. Every sentence stands there in both languages. */
#ifndef FLASH_TALK_H
#define FLASH_TALK_H

#include "board/flash/say.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALK_MAX      4
#define TALK_LINE_CAP 160

struct talk {
	size_t count;
	struct terminal {
		int in, out;
		bool is_tty, closed;
		unsigned columns;
		char text[TALK_LINE_CAP]; /* typed, but not yet a line */
		size_t len;
	} at[TALK_MAX];
	/* of the progress that is shown */
	enum say what;
	int64_t began_ms, shown_ms;
	unsigned shown_percent;
	bool line_open;
};

/* Of standard input and output. */
void talk_init(struct talk *t);

/* A terminal by its device, instead of the standard ones for the first. false: there is none. */
bool talk_add(struct talk *t, const char *device);
void talk_finish(struct talk *t);

/* A sentence, in both languages, with its code where it is one that says why not; then `detail`,
 * which may be NULL. */
void talk_say(struct talk *t, enum say s, const char *detail);

/* A line of facts, as it is. */
void talk_line(struct talk *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum talk_answer { TALK_LINE, TALK_TIMEOUT, TALK_CLOSED };

/* Asks, and waits for a line, without blanks at its ends. wait_s 0: for ever; else a countdown is
 * shown from the last typed letter on, with `then` as its words. TALK_CLOSED: nobody is there. */
enum talk_answer talk_ask(struct talk *t, enum say question, unsigned wait_s, enum say then,
			  char ret[TALK_LINE_CAP]);

/* Until a line is typed, or `fact` is true: it is looked at twice a second. */
typedef bool talk_fact(void *data);
void talk_wait(struct talk *t, talk_fact *fact, void *data);

/* How far it is. The time left is reckoned from what was done since `what` of the first call. */
void talk_progress(struct talk *t, enum say what, uint64_t done, uint64_t total);

enum talk_end { TALK_GOOD, TALK_BAD, TALK_REFUSED };

/* Clears the screens and fills them with the colour of the end, under which all that follows
 * stands. */
void talk_end(struct talk *t, enum talk_end end);

#endif
