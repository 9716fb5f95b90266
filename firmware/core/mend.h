/* Setting a damaged database aside and saving from it what can be read. For store_open() only.
 *
 * The damaged files stay under their names (and get a second as DIR/damaged-N.db) until the new
 * database stands complete beside them; a mark then says "swap", and the swap is finished by
 * whoever opens the store next. So a cut at any moment leaves the damaged or the new one. */
#ifndef CORE_MEND_H
#define CORE_MEND_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"

/* Finishes a swap that was cut off; nothing happens when there was none. */
enum err mend_finish(struct store *s);

/* Makes a new database from what the damaged one still gives, in its place. The connection is
 * closed before. Fills report.set_aside and .recovered. */
enum err mend_damaged(struct store *s);

#endif
