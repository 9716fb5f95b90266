#include "firmware/core/copy_ctl.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MAX_ANCHORS (1 << 20)

/* The file of anchors, or nothing when none is set: then nobody is known. */
static enum err load_anchors(const char *path, int *ret_mem)
{
	AUTO_FD fd = path[0] ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	AUTO_FREE uint8_t *bytes = malloc(MAX_ANCHORS);
	size_t len = 0;
	ssize_t n = 0;

	if (!bytes)
		return ERR_NO_MEMORY;
	if (fd < 0)
		return path[0] ? err_of_errno() : mem_of("", 0, ret_mem);
	while (len < MAX_ANCHORS && (n = read(fd, bytes + len, MAX_ANCHORS - len)) > 0)
		len += (size_t)n;
	return n < 0 ? err_of_errno() : mem_of(bytes, len, ret_mem);
}

static void on_told(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct ctl *t = ctl_find(c, (uint32_t)strtoul(tag, NULL, 10));
	bool good = false;

	if (!t)
		return;
	if (answer && answer->type == MSG_PDF_TOLD) {
		good = answer->pdf_told.good != 0;
		ctl_say(t, "%s", answer->pdf_told.text);
		ctl_say(t, good ? "nothing speaks against this file"
				: "this file is NOT proven: read the lines above");
	} else {
		ctl_say(t, "%s",
			why == ERR_BAD_DATA ? "this is no PDF"
					    : err_text(why == ERR_OK ? ERR_BAD_MESSAGE : why));
	}
	ctl_end(t, good ? CTL_DONE : CTL_REFUSED);
}

static enum ctl_code verify(struct ctl *t)
{
	struct msg m = { .type = MSG_JOB_PDF,
			 .job_pdf = { .now_s = clock_wall_s(&t->core->child.clock),
				      .file = -1,
				      .anchors = -1 } };
	char tag[16];

	if (t->file < 0) {
		ctl_say(t, "no file came with the command");
		return CTL_USAGE;
	}
	enum err e = load_anchors(t->core->config.copy_anchor, &m.job_pdf.anchors);
	if (e == ERR_OK) {
		(void)snprintf(tag, sizeof tag, "%u", t->id);
		m.job_pdf.file = take_fd(&t->file);
		e = jobs_add(t->core, &m, on_told, 0, tag);
	}
	if (e != ERR_OK)
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_LATER : CTL_REFUSED;
}

enum ctl_code copy_command(struct ctl *t, const char *arg)
{
	if (strncmp(arg, "verify ", 7) == 0)
		return verify(t);
	ctl_say(t, "copy verify FILE.pdf   who signed it, is it as it was signed, what came after");
	return CTL_USAGE;
}
