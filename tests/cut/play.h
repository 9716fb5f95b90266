/* The proofs: each plays with machines of its own and says what became of what they promised. */
#ifndef CUT_PLAY_H
#define CUT_PLAY_H

#include "tests/cut/book.h"
#include "tests/cut/rig.h"

#include <stdint.h>

struct play {
	const char *dir; /* vmlinuz, initrd, disk.img */
	uint64_t seed;
	unsigned count; /* cuts, states, failures, touches */
	unsigned first; /* the number of the first of them among those of all lanes */
	bool deaf;      /* the drive ignores flushes */
	bool talks;     /* every line of the machine is told */
	FILE *out;

	struct rig rig;
	struct book book;
	struct lot lot;
	unsigned played;
	unsigned visits_left; /* of the present order; 0: no end */
	/* An order is carried out: gives the next one to rig.order. False: the machine is switched
	 * off. NULL: one order a life. */
	bool (*next)(struct play *p);
	void (*heard)(struct play *p, const char *line); /* a line; may be NULL */
	/* The machine itself has stopped, as one in an emulator may on a busy computer, and will
	 * be switched on again. NULL: then its power has gone like any other time. */
	void (*stalled)(struct play *p);
	unsigned stalls;
	void *more; /* of the proof's own */
};

/* What came of one lane; plain, so that it goes through a pipe. */
struct play_result {
	struct book_counts counts;
	unsigned played, boots;
	unsigned stalls, stopped, finished, turned_away; /* programs, visits, people */
	unsigned steps;         /* at which something became durable, of recorded runs */
	unsigned requests_each; /* of the visits in which one fails: so many failures are all */
	uint64_t requests, flushes;
	bool broken; /* the proof itself did not work */
};

typedef void play_fn(struct play *p, struct play_result *ret);

/* Power cuts, one after the other on one disk; at the next start all must be there. */
void play_cuts(struct play *p, struct play_result *ret);

/* One run recorded; then the disk as it may be at every flush, and with any part of the writes
 * between two of them, mounted and looked at. */
void play_orders(struct play *p, struct play_result *ret);

/* Every write and every flush of what people file fails once, or from then on: the program ends,
 * and nothing is lost. */
void play_errors(struct play *p, struct play_result *ret);

/* The disk becomes full at every touch of a visit. */
void play_full(struct play *p, struct play_result *ret);

/* For these: a new disk and a machine at it; `order` and what follows from switching on until
 * off or cut. */
enum err play_new_disk(struct play *p);
enum err play_boot(struct play *p, const char *text);

#endif
