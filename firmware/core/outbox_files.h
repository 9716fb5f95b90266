/* The package files of the outbox and their names. For the storing half only.
 *
 *     <key>_<receipt code>_<manifest hash>.p7m        claimed: its row was committed
 *     <key>_<receipt code>_<manifest hash>.p7m.new    made, or claimed a moment before a cut
 *
 * A name says all that a lost row would, so that a dossier survives its database. */
#ifndef CORE_OUTBOX_FILES_H
#define CORE_OUTBOX_FILES_H

#include "firmware/base/err.h"
#include "firmware/core/outbox.h"
#include "firmware/core/package.h"
#include "firmware/core/store.h"
#include <stdbool.h>

#define OUTBOX_FILE_CAP (PACKAGE_NAME_CAP + 8)

/* The name before it is claimed. */
void outbox_unclaimed(const char *name, char ret_name[OUTBOX_FILE_CAP]);

/* Fills p->name from key, code and manifest. ERR_BAD_DATA: one of them has not the right shape. */
enum err outbox_name(struct package *p);

/* The reverse, for a name without ".new". False: that is no package's name. */
bool outbox_parse_name(const char *name, struct package *ret_package);

/* The row stands: the file takes its claimed name. Best effort; outbox_start() does it too. */
void outbox_claim(struct store *s, const struct package *p);

/* There will be no row: the file goes, if it was not claimed. */
void outbox_disclaim(struct store *s, const struct package *p);

/* Opens the file under either name. ERR_NOT_FOUND. */
enum err outbox_open_file(struct store *s, const char *name, int *ret_fd);

/* The same for a row, whose file must be there. ERR_DAMAGED: it is missing, or cannot be read. */
enum err outbox_file_open(struct store *s, const struct outbox_item *item, int *ret_fd);

/* Is it what the row says, length and hash? ERR_DAMAGED: no, or the disk does not give it. */
enum err outbox_file_check(const struct outbox_item *item, int fd);

/* Deletes the file under either name; no error when there is none. */
enum err outbox_remove_file(struct store *s, const char *name);

/* At start: what was being sent goes back to waiting; claimed files whose row was lost get a new
 * one; what nobody claims is deleted. Fills report.interrupted, .adopted and .removed. */
enum err outbox_start(struct store *s);

#endif
