#include "firmware/core/machine.h"

#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/held.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN 3 /* troubles that are told here only */

/* What the board tells, and what is known here only. */
static size_t troubles(const struct core *c, struct trouble_told all[TROUBLES_MAX + OWN])
{
	struct board_places places;

	board_places(getenv("KIOSK_SIM"), &places);
	size_t n = board_troubles(&places, all);
	if (c->held)
		all[n++] = (struct trouble_told){ TROUBLE_DATA_NEWER, HELD_WHY };
	if (c->version.test_keys)
		all[n++] = (struct trouble_told){ .trouble = TROUBLE_TEST_KEYS };
	if (c->renew.ends_s > 0 && certify_now(c) > c->renew.ends_s)
		all[n++] = (struct trouble_told){ .trouble = TROUBLE_CERT_EXPIRED };
	return n;
}

void machine_show(struct view_writer *w, const struct core *c, bool for_staff)
{
	struct trouble_told all[TROUBLES_MAX + OWN];
	size_t n = troubles(c, all);

	for (size_t i = 0; i < n; i++) {
		if (!for_staff && trouble_row(all[i].trouble)->holds == TROUBLE_STAFF)
			continue;
		view_row(w, "board");
		view_text(w, "trouble", trouble_row(all[i].trouble)->word);
		view_text(w, "why", for_staff ? all[i].why : "");
	}
}

void machine_show_held(struct view_writer *w, const struct core *c)
{
	struct trouble_told all[TROUBLES_MAX + OWN];
	size_t n = troubles(c, all);

	for (size_t i = 0; i < n; i++) {
		const struct trouble_row *r = trouble_row(all[i].trouble);

		if (all[i].trouble == TROUBLE_DATA_NEWER || r->holds == TROUBLE_STAFF)
			continue;
		view_row(w, "more");
		view_text(w, "trouble", r->word);
	}
}

void machine_status(struct ctl *t)
{
	struct trouble_told all[TROUBLES_MAX + OWN];
	size_t n = troubles(t->core, all);

	for (size_t i = 0; i < n; i++) {
		const struct trouble_row *r = trouble_row(all[i].trouble);

		ctl_say(t, "board %s %s: %s %s %s", r->code, r->word, r->what[LANGUAGE_EN],
			r->next[LANGUAGE_EN], all[i].why);
	}
}

enum err machine_begin_setup(struct core *c)
{
	struct msg m = { .type = MSG_RESTART, .restart = { .role = ROLE_SETUP } };

	(void)audit_add(c->store, "staff.setup", "", "");
	return child_send(&c->child, ROLE_SUPER, &m);
}

enum ctl_code machine_setup(struct ctl *t, const char *arg)
{
	struct core *c = t->core;

	if (arg[0]) {
		ctl_say(t, "this kiosk is set up: `kioskctl setup` first, then the file");
		return CTL_USAGE;
	}
	if (c->visit.at != SCREEN_ATTRACT) {
		ctl_say(t, "somebody is being served; try again when they have left");
		return CTL_REFUSED;
	}
	ctl_say(t, "the set-up begins at the screen");
	return machine_begin_setup(c) == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

int64_t machine_told_at(const struct board_places *b, const char *name)
{
	char path[PATH_MAX + 16];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", b->run, name);
	if (stat(path, &st) < 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

void machine_want_logs(struct core *c)
{
	char path[PATH_MAX + 16];
	struct board_places places;

	board_places(getenv("KIOSK_SIM"), &places);
	snprintf(path, sizeof path, "%s/logs.wanted", c->config.data_dir);
	c->desk_of_staff.logs.asked = true;
	c->desk_of_staff.logs.before = machine_told_at(&places, "logs");
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "1\n", 2) != 2)
		log_line(LOG_ERROR, "logs", "err=%s", err_name(err_of_errno()));
	else
		(void)audit_add(c->store, "staff.logs", "", "");
}
