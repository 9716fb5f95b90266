/* The numbers of certified copies, BS-<kiosk>-<yyMMdd>-<seq>-<check> (day_code.h), and what became
 * of each. A number is given before anything is signed and never again: when no copy comes of it,
 * it stays unused. No personal data: a dossier's key, the paper's code, digests. */
#ifndef CORE_COPY_BOOK_H
#define CORE_COPY_BOOK_H

#include "firmware/base/copy.h"
#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdint.h>

enum copy_entry_state { ENTRY_GIVEN, ENTRY_MADE, ENTRY_DROPPED };

struct copy_entry {
	char number[COPY_NUMBER_CAP];
	enum copy_entry_state state; /* DROPPED: its pages changed before they were handed in */
	int64_t at_s;                /* given, or, once made, signed */
	char dossier[STORE_KEY_CAP], paper[64];
	uint16_t pages;
	uint8_t digest[COPY_DIGEST]; /* as in its code (copy.h); zeros until it is made */
	char hint[COPY_HINT_CAP];
};

/* The next number, durably taken. ERR_BAD_CONFIG: `kiosk` is not an id. */
enum err copy_book_give(struct store *s, const char *kiosk, const char *dossier, const char *paper,
			char ret_number[COPY_NUMBER_CAP]);

/* A copy was made under e->number; at_s, pages, digest and hint are kept. Part of the caller's
 * commit if there is one. */
enum err copy_book_made(struct store *s, const struct copy_entry *e);
enum err copy_book_dropped(struct store *s, const char *number);

/* ERR_BAD_DATA: no number of a copy, or mistyped; ERR_NOT_FOUND. Letters may be small. */
enum err copy_book_find(struct store *s, const char *number, struct copy_entry *ret);

/* After damage to the database nobody knows which numbers of `day` were given: those that follow
 * leave a gap. Called while it is mended. */
struct sqlite3;
enum err copy_book_leap(struct sqlite3 *db, uint32_t day);

/* "given", "made", "dropped". */
const char *copy_entry_state_name(enum copy_entry_state s);

#endif
