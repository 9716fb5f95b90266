/* A session with the chip of the card on the reader, as a job for kiosk-parse: for a citizen
 * (chip.c) or for a technician (ctl_chip.c). */
#ifndef CORE_CHIP_JOB_H
#define CORE_CHIP_JOB_H

#include "firmware/core/core.h"

/* Who it is for, and what they want. kept: of a session that was cut short, or -1. */
struct chip_job {
	const struct card_key *key;
	uint8_t wants; /* enum chip_want */
	int kept;
	uint32_t visitor; /* 0: nobody's */
	const char *tag;
};

/* `done` gets every message of the session (jobs_add). ERR_BUSY, ERR_NO_MEMORY, ERR_IO. */
enum err chip_job_add(struct core *c, const struct chip_job *j, job_fn *done);

/* What the session's end teaches about this type of card. */
void chip_job_learn(struct core *c, const struct msg_chip_done *d);

#endif
