/* The proofs: each plays with machines of its own and says what became of what they promised. */
#ifndef CUT_PLAY_H
#define CUT_PLAY_H

#include "tests/cut/book.h"
#include "tests/cut/rig.h"

#include <stdint.h>

struct play {
	const char *dir; /* vmlinuz, initrd, disk.img */
	uint64_t seed;
	unsigned count; /* cuts */
	bool deaf;      /* the drive ignores flushes */
	bool talks;     /* every line of the machine is told */
	FILE *out;

	struct rig rig;
	struct book book;
	struct lot lot;
	unsigned played;
};

/* What came of one lane; plain, so that it goes through a pipe. */
struct play_result {
	struct book_counts counts;
	unsigned played, boots;
	uint64_t requests, flushes;
	bool broken; /* the proof itself did not work */
};

typedef void play_fn(struct play *p, struct play_result *ret);

/* Power cuts, one after the other on one disk; at the next start all must be there. */
void play_cuts(struct play *p, struct play_result *ret);

/* For these: a new disk and a machine at it; one order from switching on until off or cut. */
enum err play_new_disk(struct play *p);
enum err play_boot(struct play *p, const char *order);

#endif
