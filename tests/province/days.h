/* What the province has of each day, for reconciliation; its database as it was yesterday. A day is
 * counted since 1970 in Asia/Ho_Chi_Minh, and is that of received_at. */
#ifndef PROVINCE_DAYS_H
#define PROVINCE_DAYS_H

#include "firmware/base/err.h"
#include "tests/province/world.h"

#include <stdbool.h>
#include <stdint.h>

int64_t days_of(int64_t at_s);

/* The keys of that kiosk's day that come after `after`, in their order. Stops when fn says so. */
typedef bool days_fn(void *data, const char *key);
enum err days_keys(struct world *w, const char *kiosk, int64_t day, const char *after, days_fn *fn,
		   void *data);

enum err days_backup(struct world *w);  /* a copy beside the database */
enum err days_restore(struct world *w); /* back to it, in another life. ERR_NOT_FOUND: no copy */
enum err days_forget(struct world *w, const char *key); /* ERR_NOT_FOUND */

/* By the word of command.def. False: there is none. */
bool days_fault(struct world *w, const char *word);

#endif
