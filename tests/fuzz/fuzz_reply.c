/* zone: parse */
#include "firmware/parse/reply.h"

#include <stdlib.h>
#include <unistd.h>

#define NONCE "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The first byte: to which question the signed text replies. What is taken reads as a view. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct msg_reply_facts got = { .facts = -1 };
	struct msg_job_reply job = { .nonce = NONCE };
	struct view_writer w = { 0 };
	struct view v = { 0 };
	int fd = -1;

	if (len == 0)
		return 0;
	job.query = bytes[0] % QUERY_COUNT;
	enum err e = reply_read_text((struct blob){ bytes + 1, len - 1 }, &job, &got, &w);
	w.bad |= e != ERR_OK;
	if (view_seal(&w, &fd) != ERR_OK)
		return 0;
	if (view_open(fd, &v) != ERR_OK)
		abort();
	view_close(&v);
	close(fd);
	return 0;
}
