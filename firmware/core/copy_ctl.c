#include "firmware/core/copy_ctl.h"

#include "firmware/base/auto.h"
#include "firmware/core/copy_job.h"

#include <stdio.h>
#include <string.h>

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
	char tag[16];

	if (t->file < 0) {
		ctl_say(t, "no file came with the command");
		return CTL_USAGE;
	}
	(void)snprintf(tag, sizeof tag, "%u", t->id);
	enum err e = copy_job(t->core, take_fd(&t->file), certify_now(t->core), on_told, tag);
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
