/* Setting a damaged database aside and saving from it what can be read. For store_open() only.
 *
 * The damaged files stay under their names (and get a second one as DIR/damaged-N.db) until the
 * new database stands complete beside them. Then a mark says so, the new one takes the name, and
 * the mark stays until the outbox has taken up again what only its files tell of. So a cut at any
 * moment leaves the damaged one, to be mended anew, or the new one and the mark. */
#ifndef CORE_MEND_H
#define CORE_MEND_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"

/* Goes on with a mending that was cut off: then report.damaged is true. Before the database is
 * opened. */
enum err mend_resume(struct store *s);

/* Makes a new database from what the damaged one still gives, in its place. The connection is
 * closed before. Fills report.damaged, .set_aside and .recovered. */
enum err mend_damaged(struct store *s);

/* Deletes what was set aside, but number `keep` (0: none is kept). How many. */
unsigned mend_drop_aside(struct store *s, int keep);

/* The outbox has settled its files: takes the mark away. */
enum err mend_done(struct store *s);

#endif
