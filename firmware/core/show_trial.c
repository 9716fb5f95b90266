/* The parts of show.c for staff who try the machine, or have it set up again; and what is printed
 * there. */
#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/facts.h"
#include "firmware/base/setup.h"
#include "firmware/core/machine.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_CAP 128

static void report_path(char ret[PATH_MAX + 16])
{
	struct board_places b;

	board_places(getenv("KIOSK_SIM"), &b);
	snprintf(ret, PATH_MAX + 16, "%s/readiness", b.kept);
}

void show_staff_trial(struct view_writer *w, const struct core *c)
{
	const struct staff_trials *t = &c->visit.staff.trials;
	char path[PATH_MAX + 16];

	report_path(path);
	view_num(w, "visit", !visit_is_free(&c->visit));
	view_num(w, "err", t->why);
	view_num(w, "miss", t->miss);
	view_num(w, "missed", t->missed);
	view_num(w, "asks", t->asks ? t->now + 1 : 0);
	view_num(w, "readiness", access(path, R_OK) == 0);
	for (enum staff_trial i = 0; i < TRIALS; i++) {
		view_row(w, "trials");
		view_num(w, "state", t->state[i]);
	}
}

void show_staff_panel(struct view_writer *w, const struct core *c)
{
	view_num(w, "trial", c->visit.staff.trials.now);
	view_num(w, "at", c->visit.staff.trials.at);
}

void show_staff_setup(struct view_writer *w, const struct core *c)
{
	struct outbox_counts n = { 0 };

	(void)outbox_counts(c->store, &n); /* then none is told */
	view_num(w, "visit", !visit_is_free(&c->visit));
	view_num(w, "waiting",
		 n.in[OUTBOX_SEALED] + n.in[OUTBOX_SENDING] + n.in[OUTBOX_SENT] +
			 n.in[OUTBOX_QUARANTINED]);
}

/* "good 10.0.0.2/24", as kiosk-setup has written it. */
static void put_ready(struct view_writer *w)
{
	static const char *const STATES[] = { "unknown", "good", "bad", "empty" };
	char path[PATH_MAX + 16], line[WORDS_CAP];

	report_path(path);
	for (enum ready r = 0; r < READY_COUNT; r++) {
		int64_t state = 0;

		if (facts_get(path, ready_row(r)->id, line, sizeof line) != ERR_OK)
			continue;
		size_t len = strcspn(line, " ");
		for (int64_t i = 0; i < 4; i++)
			if (strlen(STATES[i]) == len && strncmp(STATES[i], line, len) == 0)
				state = i;
		view_row(w, "ready");
		view_text(w, "ready", ready_row(r)->id);
		view_num(w, "state", state);
		view_text(w, "more", line + len + (line[len] == ' '));
	}
}

static int64_t report_time(void)
{
	char path[PATH_MAX + 16], text[24];

	report_path(path);
	return facts_get(path, "TIME", text, sizeof text) == ERR_OK ? strtoll(text, NULL, 10) : 0;
}

enum err show_slip(struct core *c, int *ret_view)
{
	struct view_writer w = { 0 };
	bool report = c->visit.staff.trials.state[TRIAL_READINESS] == TRIED_BUSY;

	view_num(&w, "slip", report ? 2 : 1);
	view_num(&w, "dots", c->config.printer_dots);
	view_text(&w, "office", c->config.office_name);
	view_text(&w, "place", c->config.office_place);
	view_text(&w, "hotline", c->config.hotline);
	view_text(&w, "kiosk", c->config.kiosk_id);
	view_text(&w, "version", c->version.number);
	view_num(&w, "time_s", clock_now_s(&c->child.clock));
	if (report) {
		view_num(&w, "made_s", report_time());
		put_ready(&w);
		machine_show(&w, c, true);
	}
	return view_seal(&w, ret_view);
}
