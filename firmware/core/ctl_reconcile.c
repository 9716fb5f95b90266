/* kioskctl reconcile, and its line of kioskctl status. */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"
#include "firmware/core/reconcile_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum ctl_code say_report(struct ctl *t, enum err (*report)(struct store *, FILE *))
{
	AUTO_FREE char *text = NULL;
	AUTO_FD fd = -1;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	enum err e = out ? report(t->core->store, out) : ERR_NO_MEMORY;
	if (out && fclose(out) != 0)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = mem_of(text, len, &fd);
	if (e == ERR_OK)
		ctl_say_file(t, fd);
	else
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

void reconcile_told(struct ctl *t, const struct reconcile_run *run)
{
	uint32_t standing = 0;

	if (run->error != ERR_OK) {
		ctl_say(t, "error %s: %s", err_name(run->error), err_text(run->error));
		ctl_end(t, CTL_REFUSED);
		return;
	}
	(void)reconcile_standing(t->core->store, &standing); /* it stands in the report */
	ctl_say(t, "%u ngày, kiosk %u hồ sơ, tỉnh %u hồ sơ: %u ngày khác nhau, gửi lại %u",
		run->days, run->ours, run->theirs, run->differ, run->again);
	ctl_say(t, "%u days, %u dossiers here, %u there: %u days differ, %u sent again", run->days,
		run->ours, run->theirs, run->differ, run->again);
	if (standing > 0)
		ctl_say(t, "%u điều cần xem / to look at: kioskctl reconcile report", standing);
	ctl_end(t, CTL_DONE);
}

static enum ctl_code now(struct ctl *t)
{
	enum err e = reconcile_now(t->core, t->id);

	if (e == ERR_OK)
		return CTL_LATER; /* or it has ended already */
	ctl_say(t, "error %s: %s", err_name(e), err_text(e));
	return CTL_REFUSED;
}

/* What follows `word` at the beginning of a line; NULL: another word stands there. */
static const char *after(const char *line, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(line, word, len) != 0 || (line[len] != '\0' && line[len] != ' '))
		return NULL;
	return line + len + (line[len] == ' ');
}

enum ctl_code reconcile_command(struct ctl *t, const char *arg)
{
	if (strcmp(arg, "now") == 0)
		return now(t);
	const char *form = after(arg, "report") ?: arg;
	if (strcmp(form, "") == 0)
		return say_report(t, reconcile_report_text);
	if (after(form, "--csv"))
		return say_report(t, reconcile_report_csv);
	if (after(form, "--json"))
		return say_report(t, reconcile_report_json);
	ctl_say(t, "reconcile now          compare with the province");
	ctl_say(t, "reconcile              what was compared, found and done; or reconcile report");
	ctl_say(t, "reconcile --csv FILE   the differences as a table, a row for each");
	ctl_say(t, "reconcile --json FILE  the same, and the days, for a program");
	return CTL_USAGE;
}

void reconcile_status(struct ctl *t)
{
	struct store *s = t->core->store;
	struct reconcile_run run;
	char agreed[64] = "never agreed", time[40];
	uint32_t open = 0;
	enum err e = reconcile_standing(s, &open);

	if (e == ERR_OK)
		e = reconcile_last(s, true, &run);
	if (e == ERR_NOT_FOUND && open == 0) {
		ctl_say(t, "reconcile never yet");
		return;
	}
	if (e != ERR_OK && e != ERR_NOT_FOUND) {
		ctl_say(t, "reconcile %s", err_text(e));
		return;
	}
	if (reconcile_last_agreed(s, &run) == ERR_OK) {
		core_time_text(run.ended_s, LANGUAGE_EN, time, sizeof time);
		(void)snprintf(agreed, sizeof agreed, "last agreed %s", time);
	}
	ctl_say(t, "reconcile %s, differences open: %u", agreed, open);
}
