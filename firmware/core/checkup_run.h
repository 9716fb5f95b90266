/* Where a look at everything stands (checkup.h). For the storing half only. */
#ifndef CORE_CHECKUP_RUN_H
#define CORE_CHECKUP_RUN_H

#include "firmware/core/checkup.h"
#include "firmware/core/outbox.h"
#include <stdbool.h>
#include <stdint.h>

struct checkup {
	struct checkup_state state;
	bool files;     /* after the database */
	char table[64]; /* the one at work, or the last one */
	bool walking;   /* through its rows */
	int64_t row;    /* the last that was looked at, of the table or of the outbox */

	struct outbox_item item; /* whose file is being read */
	bool open;
	int fd;
	uint64_t at;
	struct evp_md_ctx_st *md;
};

/* What store_open() found no time for: the database only. */
void checkup_begin_rest(struct store *s);

#endif
