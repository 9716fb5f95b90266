/* The headers of an answer that mean something to us; all others are dropped as they come. */
#ifndef SYNC_HEADERS_H
#define SYNC_HEADERS_H

#include "firmware/sync/address.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RETRY_AFTER_MAX_S 86400u

struct headers {
	char location[ADDRESS_MAX_BYTES]; /* "" when absent or too long */
	char type[64];                    /* Content-Type, lower case, without parameters */
	int64_t offset, length; /* Upload-Offset, Upload-Length; -1 when absent or wrong */
	uint32_t retry_after_s; /* at most RETRY_AFTER_MAX_S; 0 when absent or wrong */
};

/* Nothing known yet. */
void headers_init(struct headers *h);

/* Takes one raw header line, with or without its line end, of any bytes. `now_s` is what a date
 * in Retry-After is counted from. A status line begins a new answer and resets. */
void headers_take(struct headers *h, const char *line, size_t len, int64_t now_s);

#endif
