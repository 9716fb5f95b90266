/* Papers that the state already has of who stands here, so that nobody brings them again: looked up
 * in the background, when the chip of their card is genuine and they allow it, and used by
 * reference. All of it lives in memory as long as the person is here. */
#ifndef CORE_PAPERS_H
#define CORE_PAPERS_H

#include "firmware/base/err.h"
#include "firmware/base/papers.h"
#include "firmware/base/screens.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORED_MAX_BYTES (12u << 20) /* of one; as query.def has it */
#define STORED_HASH_CAP  65

struct core;
struct procedure;
struct visit;
struct view;

/* One of them. Times are Unix seconds; until_s 0: it has no end. */
struct stored_paper {
	char id[64], title[301], sign[64], issuer[301], path[201];
	char sha256[STORED_HASH_CAP];
	int64_t given_s, until_s, bytes;
	bool revoked, altered;
};

/* One that is looked at. */
struct stored_seen {
	size_t paper; /* its place in the procedure */
	enum stored_look look;
	enum err why;    /* of FAILED */
	uint32_t number; /* of the question at work */
	uint32_t page, pages;
	int image; /* of the present page, sealed memory, 8-bit RGB; -1: none */
	uint32_t width, height;
	int file; /* the paper, sealed memory; -1: none */
};

struct papers {
	enum papers_state state; /* ASKS, TOLD, UNKNOWN, or anything else for "not asked" */
	const struct procedure *procedure; /* that it was asked for, */
	bool for_other;                    /* and in which role */
	enum language language;            /* in which they were asked */
	uint32_t number;                   /* of the question at work */
	int64_t allowed_s;
	int64_t told_s;          /* by the province's clock */
	struct stored_paper *of; /* of each paper of the procedure; NULL: nothing was told */
	struct stored_seen seen;
};

/* How far it is, for the visit as it stands. */
enum papers_state papers_state(const struct core *c);

/* The person allows it: asks the province; PAPERS_TOLD follows. Without `allow` all that was told
 * goes, and nobody asks any more. */
void papers_find(struct core *c, bool allow);

/* What there is for that paper of the procedure; papers_of() is NULL with NONE. */
enum stored papers_stored(const struct core *c, size_t paper);
const struct stored_paper *papers_of(const struct core *c, size_t paper);

/* What the person is asked, and agrees to by touching; the same words go into the manifest. */
const char *papers_question(enum language l);

/* The present list as the province gave it; for tests. ERR_NO_MEMORY; ERR_FORGED: it is of somebody
 * else than `number`. */
enum err papers_take(struct papers *p, const struct visit *v, const struct view *facts);

void papers_link(struct core *c); /* the link came or went */
void papers_init(struct papers *p);
void papers_forget(struct core *c); /* they have left */

/* stored.c: fetches one, for a person who wants to look at it; PAPER_TOLD follows. */
void stored_see(struct core *c, size_t paper);
void stored_turn(struct core *c, uint32_t page); /* to another page of it */
void stored_leave(struct core *c);               /* they have looked */

/* Is `file` the one that was named? Its size and its SHA-256 say so. */
bool stored_is_it(const struct stored_paper *p, const uint8_t *file, size_t len);

#endif
