#include "firmware/core/copy_job.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_ANCHORS (1 << 20)

/* Behind what is there already; "" is no file. */
static enum err append_file(const char *path, uint8_t *bytes, size_t *len)
{
	AUTO_FD fd = path[0] ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = 0;

	if (fd < 0)
		return path[0] ? err_of_errno() : ERR_OK;
	while (*len < MAX_ANCHORS && (n = read(fd, bytes + *len, MAX_ANCHORS - *len)) > 0)
		*len += (size_t)n;
	return n < 0 ? err_of_errno() : ERR_OK;
}

static enum err load_anchors(const struct config *f, int *ret_mem)
{
	AUTO_FREE uint8_t *bytes = malloc(MAX_ANCHORS);
	size_t len = 0;

	if (!bytes)
		return ERR_NO_MEMORY;
	enum err e = append_file(f->sign_cert, bytes, &len);
	if (e == ERR_OK && len < MAX_ANCHORS)
		bytes[len++] = '\n';
	if (e == ERR_OK)
		e = append_file(f->copy_anchor, bytes, &len);
	return e == ERR_OK ? mem_of(bytes, len, ret_mem) : e;
}

enum err copy_job(struct core *c, int file, int64_t now_s, job_fn *done, const char *tag)
{
	struct msg m = { .type = MSG_JOB_PDF,
			 .job_pdf = { .now_s = now_s, .file = file, .anchors = -1 } };
	enum err e = load_anchors(&c->config, &m.job_pdf.anchors);

	if (e == ERR_OK)
		return jobs_add(c, &m, done, 0, tag);
	close(file);
	return e;
}
