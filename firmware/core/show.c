/* Which view goes with the present screen. Its keys are those of screens.def. */
#include "firmware/base/log.h"
#include "firmware/base/view.h"
#include "firmware/core/board.h"
#include "firmware/core/checkup.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"
#include "firmware/core/machine.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

static void show_ready(struct view_writer *w, const struct core *c)
{
	view_num(w, "card", desk_state(c, ROLE_CARD));
	view_num(w, "code", desk_state(c, ROLE_CODE));
	view_num(w, "scan", desk_able(c, ROLE_SCAN));
	view_num(w, "print", desk_state(c, ROLE_PRINT));
}

static void show_attract(struct view_writer *w, const struct core *c)
{
	show_ready(w, c);
	view_num(w, "store", checkup_calls_staff(c->store));
	view_num(w, "held", board_holds(c));
	view_num(w, "trial", c->version.test_keys);
	machine_show(w, c, false);
}

static void show_pick(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t left = v->hit_total - v->hit_page * VISIT_HITS;

	view_text(w, "query", v->query);
	view_num(w, "total", v->hit_total);
	view_num(w, "page", v->hit_page);
	view_num(w, "pages", (v->hit_total + VISIT_HITS - 1) / VISIT_HITS);
	for (uint32_t i = 0; i < VISIT_HITS && i < left; i++) {
		const struct procedure *p = catalogue_at(v->catalogue, v->hits[i]);
		char limit[100], fee[100];

		limit_text(p, v->language, limit, sizeof limit);
		fee_text(p, v->language, fee, sizeof fee);
		view_row(w, "hits");
		view_text(w, "code", p->code);
		view_text(w, "name", show_name(p, v->language));
		view_text(w, "field", p->field);
		view_text(w, "limit", limit);
		view_text(w, "fee", fee);
		view_num(w, "common", p->common);
	}
}

/* "1 bản chính, 2 bản sao" */
static void count_text(const struct paper *p, enum language l, char *out, size_t cap)
{
	static const char *const ORIGINAL[] = { "bản chính", "original" };
	static const char *const COPY[] = { "bản sao", "copy" };
	bool both = p->originals > 0 && p->copies > 0;
	int n = 0;

	out[0] = '\0';
	if (p->originals > 0)
		n = snprintf(out, cap, "%u %s%s", p->originals, ORIGINAL[l], both ? ", " : "");
	if (p->copies > 0 && n >= 0 && (size_t)n < cap)
		snprintf(out + n, cap - (size_t)n, "%u %s", p->copies, COPY[l]);
}

static void show_checklist(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct procedure *p = v->procedure;

	show_terms(w, v);
	view_num(w, "err", v->why);
	view_num(w, "old", catalogue_is_old(c) && !v->supplement.on);
	show_asking(w, c);
	if (v->supplement.on) {
		view_num(w, "known", v->supplement.known);
		view_text(w, "asked", v->supplement.asked);
	}
	for (size_t i = 0; i < p->paper_count; i++) {
		char copies[64];

		if (!visit_wants_paper(p, i))
			continue;
		count_text(&p->papers[i], v->language, copies, sizeof copies);
		view_row(w, "papers");
		view_text(w, "name", show_paper_name(v, i));
		view_text(w, "code", p->papers[i].code);
		view_text(w, "copies", copies);
		view_num(w, "must", p->papers[i].kind == PAPER_SUBMIT);
		view_num(w, "have", v->have[i]);
		view_num(w, "kept_back", visit_pages_kept_back(v, i));
		const struct paper *reuse = visit_can_reuse(v, i);
		view_num(w, "reuse", reuse != NULL);
		if (reuse)
			view_text(w, "reuse_name", show_name_of(v, reuse));
		show_stored_facts(w, c, i);
	}
}

static void show_accepted_offline(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	char time[40], expected[12];
	bool sure;

	core_time_text(v->saved_s, v->language, time, sizeof time);
	view_text(w, "receipt_code", v->receipt_code);
	view_num(w, "another", v->identified);
	view_text(w, "time", time);
	view_num(w, "unsure", v->unsure);
	show_expected(c, v->procedure, v->saved_s, expected, &sure);
	view_text(w, "expected", expected);
	view_num(w, "sure", sure);
	view_num(w, "fee_later", v->procedure && v->procedure->fee_vnd > 0);
	view_num(w, "print", desk_state(c, ROLE_PRINT));
}

static void show_accepted(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	char time[40];

	core_time_text(v->answered_s, v->language, time, sizeof time);
	view_text(w, "time", time);
	if (v->due_s > 0) {
		core_time_text(v->due_s, v->language, time, sizeof time);
		view_text(w, "due", time);
	}
	view_text(w, "dossier_code", v->dossier_code);
	view_num(w, "another", v->identified);
	view_num(w, "print", desk_state(c, ROLE_PRINT));
	show_fee(w, c);
}

static void show_refused(struct view_writer *w, const struct core *c)
{
	view_text(w, "reason", c->visit.reason);
	view_text(w, "receipt_code", c->visit.receipt_code);
}

static void show_receipt_state(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;

	view_num(w, "state", v->state);
	view_num(w, "another", v->identified && v->state != 0);
	view_num(w, "err", v->why);
	view_text(w, "receipt_code", v->receipt_code);
	view_text(w, "dossier_code", v->dossier_code);
}

/* Where papers are taken with a camera only, nobody looks for a scanner. */
static const char *device_name(const struct core *c)
{
	enum role r = c->visit.device;

	if (r == ROLE_SCAN && strcmp(c->config.scanner, "none") == 0)
		return "camera";
	return r < ROLE_COUNT ? role_name(r) : "";
}

static void show_over(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	char time[40];

	core_time_text(clock_now_s(&c->child.clock), v->language, time, sizeof time);
	view_num(w, "under", v->under);
	view_num(w, "left_s", v->left_s);
	view_num(w, "err", v->why);
	view_text(w, "device", device_name(c));
	view_text(w, "time", time);
	view_text(w, "hotline", c->config.hotline);
	view_num(w, "menu", certify_may(c) == ERR_OK);
}

static void show_sending(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t of = 0;

	for (uint32_t i = 0; i < v->page_count; i++)
		of += visit_counts(v, &v->pages[i]);
	view_num(w, "state", v->state);
	view_num(w, "busy", visit_busy(v));
	view_num(w, "pages", of);
	view_text(w, "receipt_code", v->receipt_code);
}

static void show_thanks(struct view_writer *w, const struct core *c)
{
	view_num(w, "handed_in", c->visit.left_saved);
	view_num(w, "printed", c->visit.left_printed);
	view_num(w, "left", c->desk.left == LEFT_SOME);
}

static void nothing(struct view_writer *w, const struct core *c)
{
	(void)w, (void)c;
}

typedef void part_fn(struct view_writer *w, const struct core *c);

static part_fn *part_of(enum screen s)
{
	static part_fn *const PARTS[SCREEN_COUNT] = {
		[SCREEN_ATTRACT] = show_attract,
		[SCREEN_HOME] = show_ready,
		[SCREEN_IDENTIFY] = show_identify,
		[SCREEN_CARD_KEY] = show_card_key,
		[SCREEN_CHIP] = show_chip,
		[SCREEN_IDENTITY] = show_identity,
		[SCREEN_PICK] = show_pick,
		[SCREEN_CHECKLIST] = show_checklist,
		[SCREEN_STORED] = show_stored,
		[SCREEN_SCAN] = show_scan,
		[SCREEN_PAGE] = show_page,
		[SCREEN_PAGES] = show_pages,
		[SCREEN_FORM] = show_form,
		[SCREEN_FORM_ERRORS] = show_errors,
		[SCREEN_REVIEW] = show_review,
		[SCREEN_CONFIRM] = show_confirm,
		[SCREEN_SENDING] = show_sending,
		[SCREEN_ACCEPTED] = show_accepted,
		[SCREEN_REFUSED] = show_refused,
		[SCREEN_RECEIPT] = show_receipt_state,
		[SCREEN_TIMEOUT] = show_over,
		[SCREEN_LEAVE] = show_over,
		[SCREEN_FAULT] = show_over,
		[SCREEN_STAFF] = show_over,
		[SCREEN_LANGUAGE] = show_over,
		[SCREEN_STAFF_PIN] = show_staff_pin,
		[SCREEN_CERTIFY] = show_certify,
		[SCREEN_COMPARE] = show_compare,
		[SCREEN_TOKEN_PIN] = show_token_pin,
		[SCREEN_COPY_CHECK] = show_copy_check,
		[SCREEN_STAFF_WORK] = show_staff_work,
		[SCREEN_STAFF_QUEUE] = show_staff_queue,
		[SCREEN_STAFF_STICK] = show_staff_stick,
		[SCREEN_STAFF_MACHINE] = show_staff_machine,
		[SCREEN_STAFF_UPDATE] = show_staff_update,
		[SCREEN_STAFF_TRIAL] = show_staff_trial,
		[SCREEN_STAFF_PANEL] = show_staff_panel,
		[SCREEN_STAFF_SETUP] = show_staff_setup,
		[SCREEN_TRACK_CODE] = show_track_code,
		[SCREEN_TRACK] = show_track,
		[SCREEN_PAY] = show_pay,
		[SCREEN_ACCEPTED_OFFLINE] = show_accepted_offline,
		[SCREEN_THANKS] = show_thanks,
	};

	return s < SCREEN_COUNT && PARTS[s] ? PARTS[s] : nothing;
}

void show_screen(struct core *c)
{
	const struct visit *v = &c->visit;
	struct view_writer w = { 0 };
	struct msg m = { .type = MSG_SHOW,
			 .show = { .turn = v->turn,
				   .screen = v->at,
				   .language = v->language,
				   .look = v->look,
				   .view = -1 } };

	desk_watch(c);
	if (!child_has(&c->child, ROLE_UI))
		return;
	view_text(&w, "office", c->config.office_name);
	view_text(&w, "place", c->config.office_place);
	view_num(&w, "online", c->sender.link_up);
	if (v->procedure) {
		view_text(&w, "procedure", show_service(v));
		view_text(&w, "code", v->procedure->code);
	}
	if (v->supplement.on)
		view_text(&w, "supplement", v->supplement.code);
	part_of(v->at)(&w, c);
	enum err e = view_seal(&w, &m.show.view);
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_UI, &m);
	if (e != ERR_OK)
		log_line(LOG_WARN, "show", "screen=%s err=%s", screen_name(v->at), err_name(e));
	msg_finish(&m);
}
