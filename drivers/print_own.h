/* The inside of the receipt printer's driver, shared by print_escpos.c (what is printed when)
 * and print_line.c (bytes out, words in, questions). */
#ifndef DRIVERS_PRINT_OWN_H
#define DRIVERS_PRINT_OWN_H

#include "drivers/driver.h"
#include "drivers/escpos.h"
#include "drivers/usb.h"

#define PRINT_PIPE_BYTES 64

enum print_phase { IDLE, RESET, ASK, CLEAR, STRIP, CUT, CONFIRM, COOL, MEND };

struct printer {
	struct driver_host *host;
	struct usb *usb;
	const struct usb_facts *facts; /* NULL: none */
	enum print_phase phase;
	struct timer timer;
	struct escpos_state state;

	struct escpos_in in;
	int64_t in_ms; /* when the last bytes came */
	uint8_t in_failures;

	void (*asked)(struct printer *p);   /* what follows when all is answered */
	uint8_t questions, question, tries; /* bits left; the one that waits; how often asked */
	uint8_t mute, polls;
	bool deaf;         /* SOFT_RESET was refused: a strip may be open, so do not ask */
	bool unclear;      /* CLEAR before anything else */
	bool fragment;     /* a part of a receipt hangs from the printer */
	bool untold;       /* it does not answer GS r */
	bool confirmed;    /* it has answered GS r */
	size_t unfinished; /* bytes that it may still take for dots */

	bool busy, owed; /* a job runs; core wants to hear its end */
	uint32_t job;
	const void *bits;
	size_t bits_len;
	struct escpos_picture picture;
	uint32_t strip;

	bool flying; /* a transfer out has not ended; an answer to it may come before its end */
	uint8_t out_tries;
	size_t out_len, out_done;
	uint8_t out[ESCPOS_MAX_STRIP + PRINT_PIPE_BYTES];
};

/* Sends, at once or in pieces; then print_sent() or print_not_sent(). NULL: `out` is filled. */
void print_send(struct printer *p, enum print_phase phase, const void *bytes, size_t len);

/* A class request to the printer without data out. */
void print_control(struct printer *p, uint8_t type, uint8_t request, uint16_t len, usb_done_fn *fn);

/* Asks DLE EOT `first` to `last`; `asked` follows when p->state knows. A printer that answers
 * nothing at all, not even on the control pipe, is given up. */
void print_ask(struct printer *p, uint8_t first, uint8_t last, void (*asked)(struct printer *p));

/* The question was sent, or could not be. */
void print_question_sent(struct printer *p);
void print_unanswered(void *printer);

/* Begins to listen; goes on until the device is gone. */
void print_listen(struct printer *p);

void print_wait(struct printer *p, uint32_t ms, timer_fn *fn);

/* A transfer could not begin. When the device is gone, gone() comes soon. */
void print_begun(struct printer *p, enum err e);

/* ---- what print_line.c tells print_escpos.c ---- */

void print_sent(struct printer *p);
void print_not_sent(struct printer *p, enum err why);
void print_status_came(struct printer *p); /* p->state is new */
void print_confirmed(struct printer *p);   /* the answer to GS r came */

/* A fault that needs a person; heat and an unexplained pause pass by themselves. */
bool print_is_hard(enum err fault);

#endif
