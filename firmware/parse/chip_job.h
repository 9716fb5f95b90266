/* The job JOB_CHIP: a session with an identity card through the driver of the chip reader, told
 * to core as it goes. It runs between two turns of the loop and turns it while it waits for the
 * card, so that core hanging up, or the reader going, is noticed at once. */
#ifndef PARSE_CHIP_JOB_H
#define PARSE_CHIP_JOB_H

#include "firmware/base/child.h"
#include "firmware/parse/chip/line.h"

struct chip_job {
	struct child *child;
	int64_t began_ms;
	struct timer deadline;
	uint32_t seq;
	bool over;      /* core has hung up, or we are to end */
	enum err state; /* of the command that is on its way: ERR_BUSY, or what became of it */
	uint8_t *answer;
	size_t cap, answer_len;
	uint8_t step, percent; /* told last */
};

/* Runs the session; not from within the loop. At its end core has CHIP_DONE, if it is still
 * there: why GONE when no reader was given. ERR_BAD_MESSAGE: the job makes no sense, and core has
 * heard nothing. */
enum err chip_job_run(struct chip_job *j, struct child *c, const struct msg_job_chip *job);

/* What the loop brings meanwhile; nothing happens when no session runs. */
void chip_job_message(struct chip_job *j, struct msg *m); /* of the reader's driver */
void chip_job_lost(struct chip_job *j, enum role who);

#endif
