/* What reconciliations compared, found and did, for a clerk to read and to hand on: Vietnamese, and
 * English beside it. */
#ifndef CORE_RECONCILE_REPORT_H
#define CORE_RECONCILE_REPORT_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"

#include <stdio.h>

/* The last run, the table of days, and every difference that is kept; UTF-8. */
enum err reconcile_report_text(struct store *s, FILE *out);

/* One row for each difference, newest day first, below one row of headings; a day without one is no
 * row. RFC 4180, UTF-8 with its mark in front. Days are yyyy-mm-dd and moments yyyy-mm-dd hh:mm, by
 * Vietnam's time. A cell that would be taken for a formula begins with an apostrophe. */
enum err reconcile_report_csv(struct store *s, FILE *out);

/* An object: the `last` run; when both sides `agreed` (seconds since 1970; absent: never); how many
 * are `open`; `days`; and `differences`, each with what is in its row of the CSV. */
enum err reconcile_report_json(struct store *s, FILE *out);

#endif
