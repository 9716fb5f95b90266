/* Rows of what reconciliations have found. For the storing half only, inside a commit. */
#ifndef CORE_RECONCILE_ROW_H
#define CORE_RECONCILE_ROW_H

#include "firmware/base/err.h"
#include "firmware/core/reconcile.h"

/* In place of what was known of that day; differences of it that were not met again are over. */
enum err reconcile_note_day(struct store *s, const struct reconcile_day *day);

/* A new row, or the one that stands for it was met again. Of the find: day, key, what, found_s,
 * was, code. */
enum err reconcile_note_find(struct store *s, const struct reconcile_find *find);

#endif
