#include "firmware/core/chip_job.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/anchor.h"
#include "firmware/core/chip_block.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static enum err copy_of(int kept, int *ret_fd)
{
	if (kept < 0)
		return mem_of("", 0, ret_fd);
	int fd = fcntl(kept, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return err_of_errno();
	*ret_fd = fd;
	return ERR_OK;
}

enum err chip_job_add(struct core *c, const struct chip_job *j, job_fn *done)
{
	const struct desk *d = &c->desk;
	struct msg m = { .type = MSG_JOB_CHIP,
			 .job_chip = { .key_kind = j->key->kind,
				       .wants = j->wants,
				       .max_answer = d->max_answer,
				       .block = chip_block(c->store, d->atr, d->atr_len),
				       .now_s = clock_now_s(&c->child.clock),
				       .anchors = -1,
				       .kept = -1 } };

	snprintf(m.job_chip.key, sizeof m.job_chip.key, "%s", j->key->text);
	enum err e = anchor_mem(c->store, &m.job_chip.anchors);
	if (e == ERR_OK)
		e = copy_of(j->kept, &m.job_chip.kept);
	if (e == ERR_OK)
		e = jobs_add(c, &m, done, j->visitor, j->tag);
	else
		msg_finish(&m);
	explicit_bzero(&m, sizeof m);
	return e;
}

void chip_job_learn(struct core *c, const struct msg_chip_done *d)
{
	enum err e = ERR_OK;

	/* of a session that broke it may only say how the card was moved */
	if (d->block > 0 && d->why == ERR_OK)
		e = chip_block_learn(c->store, c->desk.atr, c->desk.atr_len, d->block);
	if (e != ERR_OK)
		log_line(LOG_WARN, "chip.block", "err=%s", err_name(e));
}
