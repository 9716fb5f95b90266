#include "firmware/parse/anchors_job.h"

#include "firmware/base/mem.h"
#include "firmware/parse/chip/import.h"

#include <string.h>

static enum err hand_over(const struct import *i, struct msg *ret)
{
	struct msg answer = { .type = MSG_ANCHORS_READ,
			      .anchors_read = { .count = (uint16_t)i->list.count,
						.refused = i->refused,
						.known = i->known,
						.anchors = -1 } };

	memcpy(answer.anchors_read.signer, i->signer, sizeof i->signer);
	enum err e = anchors_mem(&i->list, &answer.anchors_read.anchors);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

static enum err read_file(struct span file, const struct msg_job_anchors *j, struct msg *ret)
{
	struct import i = { 0 };
	struct span installed;
	const void *at;
	enum err e = mem_map(j->anchors, ANCHORS_MAX_BYTES, &at, &installed.len);

	if (e != ERR_OK)
		return e;
	installed.at = at;
	e = import_read(file, installed, j->now_s, &i);
	if (e == ERR_OK)
		e = hand_over(&i, ret);
	import_finish(&i);
	mem_unmap(at, installed.len);
	return e;
}

enum err anchors_job(const struct msg_job_anchors *j, struct msg *ret)
{
	struct span file;
	const void *at;
	enum err e = mem_map(j->file, IMPORT_MAX_BYTES, &at, &file.len);

	if (e != ERR_OK)
		return e;
	file.at = at;
	e = read_file(file, j, ret);
	mem_unmap(at, file.len);
	return e;
}
