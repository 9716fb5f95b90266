/* Looking at everything the store keeps, in portions so small that nobody who touches the screen
 * waits: the rows of the database with their indexes (db_walk.c), then each package file against
 * the length and SHA-256 of its row, read from the disk and not from memory. A package that fails
 * is held back (outbox_damaged) and never sent.
 *
 *     store_open() ─ its check did not fit ─► TABLES ─► KEYS ─► at rest
 *     checkup_begin() ──────────────────────► TABLES ─► KEYS ─► FILES ─► at rest
 *
 * The last results stay in the database, until the next ones or until staff have seen them. */
#ifndef CORE_CHECKUP_H
#define CORE_CHECKUP_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

#define CHECKUP_ROWS 100 /* looked at between two looks at the clock */

enum checkup_phase { CHECKUP_REST, CHECKUP_TABLES, CHECKUP_KEYS, CHECKUP_FILES };

struct checkup_state {
	enum checkup_phase phase;
	uint64_t slices;             /* of CHECKUP_ROWS rows */
	uint64_t seen, bad;          /* files, so far or in the last run of this program */
	char bad_key[STORE_KEY_CAP]; /* the last dossier that was held back, or "" */
};

/* Begins anew, with everything. */
void checkup_begin(struct store *s);

/* One portion of about that time; a single read of the disk may take longer.
 * ERR_BUSY: there is more to do. ERR_OK: at rest. ERR_BAD_DATA: the database is damaged;
 * store_failed() is true now and the next store_open() mends it. ERR_IO, ERR_NO_SPACE: the result
 * could not be kept. */
enum err checkup_step(struct store *s, uint32_t budget_ms);

struct checkup_state checkup_state(const struct store *s);

/* What came of the last one: DATABASE (pages seen), FILES (packages seen, damaged), MENDED (rows
 * and packages that were saved when a damaged database was set aside), DISK (the start after the
 * disk had refused something, and the program had ended for it). */
#define CHECKUP_DATABASE "database"
#define CHECKUP_FILE     "files"
#define CHECKUP_MENDED   "mended"
#define CHECKUP_DISK     "disk"

struct checkup_result {
	int64_t ended_s;
	uint64_t seen, bad;
};

/* ERR_NOT_FOUND: never, or staff have seen it. */
enum err checkup_last(struct store *s, const char *what, struct checkup_result *ret_result);
enum err checkup_note(struct store *s, const char *what, const struct checkup_result *r);

/* Is there something that staff should look at? */
bool checkup_calls_staff(struct store *s);

/* They have. */
enum err checkup_seen(struct store *s);

/* store_close()'s. */
void checkup_finish(struct store *s);

#endif
