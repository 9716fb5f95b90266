/* The kiosk's memory: one SQLite database and the folders beside it. One process has it, by one
 * connection, exclusively (SQLite 3.40 can damage a WAL that two connections use). WAL with
 * synchronous=FULL: what a function here has answered ERR_OK to survives a power cut.
 *
 *     DIR/kiosk.db        outbox, visit keys, counters, anchors, audit (schema.def, statements.def)
 *     DIR/outbox/         sealed packages (outbox.h)
 *     DIR/vault/          encrypted pages and form of unfinished visits (vault.h)
 *     DIR/device.secret   32 random bytes, made at first start; part of every visit's key
 *     DIR/reserve         room that is given up when the disk is full (disk.h)
 *     DIR/damaged-N.db    databases that were damaged, for a technician
 *     DIR/before.db       as it was before a release that is on trial changed it (wayback.h)
 *     DIR/lock            held while the store is open
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include "firmware/core/disk.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_KEY_CAP  37 /* a UUID and NUL */
#define STORE_BOOT_CAP 9  /* id of one run of the program, and NUL */

struct store; /* store_open() makes one */

/* Fills `len` bytes that nobody can guess. */
typedef enum err random_fn(void *data, void *bytes, size_t len);

struct store_options {
	const char *dir;           /* made when missing; its parent must be there */
	const struct clock *clock; /* must outlive the store */
	random_fn *random;         /* NULL: the kernel's */
	void *random_data;
	uint32_t check_budget_ms;         /* for the check at start; 0: as long as it takes */
	uint64_t max_bytes;               /* of the database; 0: 1 GiB */
	const struct disk_limits *limits; /* NULL: DISK_LIMITS */
	unsigned work_log2;               /* of guessing whose visit it is (cipher.h); 0: 14 */
	bool on_trial; /* this release is, and may go back: wayback.h, until store_proven() */
};

/* What store_open() found, for the log and the staff menu. */
struct store_report {
	bool fresh;   /* there was no database */
	bool checked; /* the check at start fitted in its budget; else checkup_step() goes on */
	bool damaged; /* the old database was set aside and a new one begun */
	char set_aside[24];   /* "damaged-3", or "" */
	uint32_t recovered;   /* rows saved from the damaged one */
	uint32_t adopted;     /* packages whose row was lost, taken up again from their file */
	uint32_t unreadable;  /* such packages that could not be; they stay for the next start */
	uint32_t removed;     /* files that belonged to nothing and were deleted */
	uint32_t interrupted; /* dossiers that were being sent when the program ended */
	bool went_back;       /* a newer release's database was left for the copy before it */
};

/* Opens, checks, mends and brings the schema up to date; the kiosk can serve after ERR_OK
 * whatever was found. ERR_BUSY: another process has it open. ERR_NEWER: made by a newer
 * release, which has kept no copy for this one; nothing was changed. ERR_NO_SPACE, ERR_DENIED,
 * ERR_IO (in a trial also for damage, which is left to the release that was good),
 * ERR_NO_MEMORY. */
enum err store_open(const struct store_options *options, struct store **ret_store);

/* The trial has ended well: there is no way back any more, durably, and citizens may come. ERR_IO:
 * then store_failed() is true. */
enum err store_proven(struct store *s);

/* What an error of store_open() means, in words for the log. Static. */
const char *store_why(enum err e);
void store_close(struct store *s); /* after its vaults; NULL is allowed */

const struct store_report *store_report(const struct store *s);

/* True after a write failed in a way that leaves it open what is on the disk, or after damage
 * was met. Every later write gives ERR_IO. End the program: the next store_open() looks at the
 * disk again and mends it. */
bool store_failed(const struct store *s);

/* May a new visit begin? ERR_NO_SPACE: disk, database or outbox have no room for one, though those
 * that run can end. ERR_IO: after store_failed(). */
enum err store_may_begin(struct store *s);

struct store_room {
	uint64_t database_bytes, max_database_bytes;
	uint64_t package_bytes, max_package_bytes; /* of the outbox */
};
enum err store_room(struct store *s, struct store_room *ret_room);

/* All of checkup.h at once, however long it takes. ERR_BAD_DATA: there is damage, store_failed() is
 * true now, and the next store_open() mends it. */
enum err store_check(struct store *s);

/* The disk is short: deletes the databases that were set aside, but the first. How many. */
unsigned store_drop_aside(struct store *s);

/* A consistent copy of the database at `path`, durable; an old file of that name is replaced. */
enum err store_backup(struct store *s, const char *path);

/* A new random UUID, version 4: the key of a dossier. */
enum err store_new_key(struct store *s, char ret_key[STORE_KEY_CAP]);

const struct clock *store_clock(const struct store *s);

/* The data folder; it stays the store's. */
int store_folder(const struct store *s);
const char *store_boot(const struct store *s); /* id of this run, for logs and audit */

/* Room on the disk; for disk_may_begin() and disk_rest(). Writing here asks for room by itself. */
struct disk *store_disk(struct store *s);

/* The folder packages are made in (package_make); stays the store's. */
int store_outbox_fd(const struct store *s);

#endif
