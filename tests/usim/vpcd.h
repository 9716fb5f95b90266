/* The vpcd protocol, by which card emulators ("vicc") and readers ("vpcd") talk over TCP: two
 * bytes of length, big-endian, and so many bytes; one byte alone is a command of the reader: 00
 * off, 01 on, 02 reset, 04 the ATR is wanted; else it is an APDU, and an answer comes back. Here
 * always on 127.0.0.1, one write a message. */
#ifndef TESTS_USIM_VPCD_H
#define TESTS_USIM_VPCD_H

#include "firmware/base/loop.h"
#include "tests/usim/card.h"

/* Our card for somebody's reader. */
struct vicc;

/* Connects to the reader at `port`, or waits there for one. `card` is the caller's and must stay.
 * ERR_GONE: nobody listens; ERR_BUSY: the port is taken. */
enum err vicc_open(struct loop *l, struct card *card, int port, bool wait, struct vicc **ret);
void vicc_close(struct vicc *v); /* NULL is allowed */
bool vicc_is_connected(const struct vicc *v);

/* Somebody's card for our reader. */
struct vpcd;

struct vpcd_events {
	/* In the loop's thread: a card came, or went (NULL) and must not be used any more. */
	void (*card)(void *data, struct card *card);
	/* Held while the card is asked, by whoever calls it, and while it comes and goes. */
	void (*lock)(void *data);
	void (*unlock)(void *data);
	void *data;
};

/* Listens at `port`; serves one emulator at a time. ERR_BUSY. */
enum err vpcd_open(struct loop *l, int port, const struct vpcd_events *events, struct vpcd **ret);
void vpcd_close(struct vpcd *v); /* without the lock; NULL is allowed */

#endif
