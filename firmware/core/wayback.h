/* The way back of the database from a release that is on trial (base/board.h, `unproven`). Such a
 * release may bring the schema to a newer step, which the one before it cannot read; so a copy is
 * kept before its first step.
 *
 * As long as the copy is there nothing is accepted from anybody, nothing is sent, and nothing that
 * anybody waits for is deleted (unproven.h). So nothing is lost when an older release takes it, at
 * whatever moment, and the copy goes, durably, before the first visit begins. A release that fails
 * after that is not left by its data: the older one says ERR_NEWER, and waits for a newer.
 *
 *     DIR/before.db     the copy, whole; empty when there was no database
 *     DIR/before.back   the same, chosen by an older release: it takes the database's place, also
 *                       when the power is cut
 *     DIR/went-back     until the audit log says so
 */
#ifndef CORE_WAYBACK_H
#define CORE_WAYBACK_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"

/* Before the schema is brought up to date, in a trial: the copy is there when a step is to come. A
 * trial that was cut between two steps has its copy already. ERR_NO_SPACE, ERR_IO, ERR_BAD_DATA:
 * the database stays as it is. */
enum err wayback_keep(struct store *s);

/* Out of a trial: the copy is gone, durably. */
enum err wayback_drop(struct store *s);

/* The database is a newer release's, and closed: the copy is the database now. ERR_NOT_FOUND: there
 * is none that this release can read. */
enum err wayback_take(struct store *s);

/* Goes on with that when it was cut off. Before the database is opened. */
enum err wayback_resume(struct store *s);

/* Tells the audit log of it, once. Fills report.went_back. */
enum err wayback_tell(struct store *s);

#endif
