/* What is counted a day: visits begun, left, handed in, answered; by procedure, step or error. */
#ifndef CORE_COUNTER_H
#define CORE_COUNTER_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

/* One more of `what` (fixed text, "visit.begun") for `subject` (procedure code, step, error name,
 * or ""), today. Outside a commit of the store it is a commit of its own. */
enum err counter_add(struct store *s, const char *what, const char *subject);

/* Sum over all subjects of one local day (yyMMdd as a number). */
enum err counter_get(struct store *s, const char *what, uint32_t day, uint64_t *ret_n);

typedef bool counter_fn(void *data, const char *what, const char *subject, uint64_t n);
enum err counter_list(struct store *s, uint32_t day, counter_fn *fn, void *data);

/* Local day of a moment (seconds since 1970), as yyMMdd. */
uint32_t local_day(int64_t wall_s);

/* The next time that clocks show this hour. */
int64_t local_next(int64_t wall_s, int hour);

/* A moment as the portal writes it: yyyyMMddHHmmss in Asia/Ho_Chi_Minh (UTC+7, no summer time). */
#define LOCAL_STAMP_CAP 15
void local_stamp(int64_t wall_s, char ret_text[LOCAL_STAMP_CAP]);

#endif
