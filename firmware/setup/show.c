/* The views of SCREEN_SETUP and SCREEN_BOARD; their keys are those of screens.def. */
#include "firmware/base/view.h"
#include "firmware/setup/check.h"
#include "firmware/setup/setup.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define UTC_7_S (7 * 3600)

static void show_head(const struct setup *s, struct view_writer *w)
{
	view_text(w, "office", s->kept.of[ASK_office_name]);
	view_text(w, "place", s->kept.of[ASK_office_place]);
}

static void show_notes(const struct setup *s, struct view_writer *w)
{
	char text[480];

	for (size_t i = 0; i < s->note_count; i++) {
		const struct told *t = &s->notes[i];

		const char *words = t->words[s->language] ? t->words[s->language] : "";
		/* what a program or a server said of it is English */
		const char *more = words[0] && s->language == LANGUAGE_VI ? "" : t->more;

		snprintf(text, sizeof text, "%s%s%s%s%s", words, words[0] && more[0] ? " " : "",
			 more, t->fault ? ": " : "", fault_row(t->fault)->words[s->language]);
		view_row(w, "notes");
		view_text(w, "note", note_row(t->note)->id);
		view_text(w, "more", text);
	}
}

static bool is_asked(const struct setup *s, enum ask a)
{
	struct answers now = s->kept;

	if (ask_row(a)->step != s->at || a == ASK_fingerprint)
		return false;
	if (a == ASK_enrol_code)
		return strcmp(s->kept.of[ASK_way], "network") == 0;
	memcpy(now.of[ASK_network], s->typed[ASK_network], ANSWER_CAP);
	return check_asked(a, &now);
}

/* Not while it is at work: what is touched then would be lost. */
static void show_asks(const struct setup *s, struct view_writer *w)
{
	for (enum ask a = 0; !s->busy && a < ASK_COUNT; a++) {
		if (!is_asked(s, a))
			continue;
		view_row(w, "asks");
		view_text(w, "ask", ask_row(a)->id);
		view_text(w, "value", s->typed[a]);
		view_text(w, "fault", fault_row(s->faults[a])->id);
	}
}

static void show_report(const struct setup *s, struct view_writer *w)
{
	for (enum ready r = 0; s->at == SETUP_READY && r < READY_COUNT; r++) {
		view_row(w, "ready");
		view_text(w, "ready", ready_row(r)->id);
		view_num(w, "state", s->ready[r].state);
		view_text(w, "more",
			  s->ready[r].why != ERR_OK && s->language == LANGUAGE_VI
				  ? err_text_vi(s->ready[r].why)
				  : s->ready[r].more);
	}
}

/* Where it could not be done; a recovery key that was not seen may be left for another time. */
static bool can_again(const struct setup *s)
{
	return !s->busy && (!s->ready_to_go || (s->at == SETUP_RECOVERY && !s->recovery[0]));
}

static void show_moment(const struct setup *s, struct view_writer *w)
{
	time_t at = (time_t)(clock_wall_s(&s->child.clock) + UTC_7_S);
	struct tm t;
	char text[40];

	if (!gmtime_r(&at, &t))
		return;
	snprintf(text, sizeof text, "%02d/%02d/%04d %02d:%02d", t.tm_mday, t.tm_mon + 1,
		 t.tm_year + 1900, t.tm_hour, t.tm_min);
	view_text(w, "now", text);
}

enum err show_step(const struct setup *s, int *ret_view)
{
	struct view_writer w = { 0 };
	char groups[96];

	show_head(s, &w);
	view_text(&w, "step", step_row(s->at)->id);
	view_num(&w, "number", s->at + 1);
	view_num(&w, "numbers", SETUP_STEPS);
	view_num(&w, "kind", s->kind);
	view_num(&w, "busy", s->busy);
	view_num(&w, "go", s->ready_to_go && !s->busy);
	view_num(&w, "back", s->at > SETUP_START && (!s->busy || way_waits(s)));
	view_num(&w, "skip", step_can_skip(s) && !s->busy);
	view_num(&w, "again", can_again(s));
	if (s->at == SETUP_CLOCK)
		show_moment(s, &w);
	if (s->at == SETUP_TRUST && s->site.fingerprint[0]) {
		site_groups(s->site.fingerprint, groups, sizeof groups);
		view_text(&w, "fingerprint", groups);
	}
	if (s->at == SETUP_RECOVERY)
		view_text(&w, "qr", s->recovery);
	show_notes(s, &w);
	show_asks(s, &w);
	show_report(s, &w);
	return view_seal(&w, ret_view);
}

enum err show_board(const struct setup *s, int *ret_view)
{
	struct view_writer w = { 0 };
	const struct trouble_told *first = &s->troubles[0];

	show_head(s, &w);
	view_num(&w, "kind", s->kind);
	view_text(&w, "trouble", trouble_row(first->trouble)->word);
	view_text(&w, "why", first->why);
	view_num(&w, "busy", s->busy);
	view_num(&w, "key", first->trouble == TROUBLE_SEALED);
	view_text(&w, "value", s->recover);
	view_text(&w, "note", note_row(s->board_note)->id);
	for (size_t i = 1; i < s->trouble_count; i++) {
		view_row(&w, "more");
		view_text(&w, "trouble", trouble_row(s->troubles[i].trouble)->word);
	}
	return view_seal(&w, ret_view);
}
