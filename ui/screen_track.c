/* How far is my dossier? Its code is typed or shown; then in plain words how far it is. */
#include "firmware/base/track.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#include <string.h>

enum { PRINT_NOT_YET, PRINT_AT_WORK, PRINT_DONE, PRINT_FAILED };

#define MAX_PAPERS 30

static const char *fault_of(struct page *p, const struct view *v)
{
	long wait_s = (long)view_get_num(v, "wait_s");

	if (wait_s > 0)
		return filled_num(p, WORD_TRACK_CODE_WAIT, (wait_s + 59) / 60, 0);
	return view_get_num(v, "wrong") ? say(p, WORD_TRACK_CODE_WRONG) : "";
}

static void code_ways(struct page *p, struct rect *body)
{
	struct way ask = way_next(p, say(p, WORD_TRACK_CODE_ASK), ACTION_NEXT);

	ask.icon = ICON_SEARCH;
	frame_actions(p, body, (struct way[]){ way_back(p), ask }, 2);
}

void screen_TRACK_CODE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin_typing(p, v);
	bool typing = p->local->field != 0, reader = view_get_num(v, "code_reader") == ERR_OK;
	struct flow f = { .gap_mm = GAP_MM };
	const struct field_spec spec = { .key = "field.code",
					 .label = say(p, WORD_TRACK_CODE_LABEL),
					 .value = view_get_text(v, "value"),
					 .type = "code",
					 .help = typing ? "" : say(p, WORD_TRACK_CODE_HELP),
					 .error = fault_of(p, v),
					 .icon = ICON_RECEIPT,
					 .must = true,
					 .max = (int)view_get_num(v, "max"),
					 .action = ACTION_FIELD };

	if (!typing || is_portrait(p->metrics))
		frame_title(p, &body, say(p, WORD_TRACK_CODE_TITLE),
			    typing ? ""
				   : say(p, reader ? WORD_TRACK_CODE_SUB : WORD_TRACK_CODE_TYPE));
	code_ways(p, &body);
	page_field(p, &body, &spec);
	skip(p, &body, 6);
	if (typing)
		return;
	if (reader)
		flow_row(&f, "scan", TONE_BLUE, ICON_QR_SCAN, say(p, WORD_TRACK_CODE_SCAN));
	flow_banner(&f, "no_name", TONE_INFO, ICON_SHIELD, say(p, WORD_TRACK_CODE_NO_NAME), "");
	flow_draw(p, &body, &f);
}

/* One headline and what follows from it. */
struct says {
	enum tone tone;
	enum icon icon;
	enum word title, more;
	bool alone; /* no `more` */
};

static struct says of_progress(int64_t progress)
{
	static const struct says SAYS[PROGRESS_COUNT] = {
		[0] = { TONE_WARN, ICON_HELP, WORD_TRACK_STRANGE, WORD_CALL, true },
		[PROGRESS_FILED] = { TONE_INFO, ICON_WAIT, WORD_TRACK_FILED, WORD_TRACK_FILED_SUB,
				     false },
		[PROGRESS_RECEIVED] = { TONE_OK, ICON_CHECK_CIRCLE, WORD_TRACK_RECEIVED,
					WORD_TRACK_RECEIVED_SUB, false },
		[PROGRESS_REFUSED] = { TONE_ERROR, ICON_CANCEL, WORD_TRACK_REFUSED,
				       WORD_TRACK_REFUSED_SUB, false },
		[PROGRESS_AT_WORK] = { TONE_OK, ICON_WORK, WORD_TRACK_AT_WORK,
				       WORD_TRACK_RECEIVED_SUB, false },
		[PROGRESS_SUPPLEMENT] = { TONE_WARN, ICON_PAGES, WORD_TRACK_SUPPLEMENT,
					  WORD_TRACK_SUPPLEMENT_SUB, false },
		[PROGRESS_TO_PAY] = { TONE_WARN, ICON_PAY, WORD_TRACK_TO_PAY, WORD_TRACK_TO_PAY_SUB,
				      false },
		[PROGRESS_WITHDRAWN] = { TONE_INFO, ICON_UNDO, WORD_TRACK_WITHDRAWN,
					 WORD_TRACK_WITHDRAWN_SUB, false },
		[PROGRESS_STOPPED] = { TONE_ERROR, ICON_STOP_HAND, WORD_TRACK_STOPPED,
				       WORD_TRACK_REFUSED_SUB, false },
		[PROGRESS_READY] = { TONE_OK, ICON_RESULT, WORD_TRACK_READY, WORD_TRACK_READY_SUB,
				     false },
		[PROGRESS_HANDED_OUT] = { TONE_OK, ICON_CHECK_CIRCLE, WORD_TRACK_HANDED_OUT,
					  WORD_TRACK_HANDED_OUT_SUB, false },
	};

	return SAYS[progress > 0 && progress < PROGRESS_COUNT ? progress : 0];
}

static struct says of_sent(int64_t sent)
{
	static const struct says SAYS[SENT_COUNT] = {
		[SENT_NOT_YET] = { TONE_WARN, ICON_OFFLINE, WORD_TRACK_WAITS, WORD_TRACK_WAITS_SUB,
				   false },
		[SENT_ON_ITS_WAY] = { TONE_INFO, ICON_UPLOAD, WORD_TRACK_ON_ITS_WAY,
				      WORD_TRACK_UNANSWERED_SUB, false },
		[SENT_UNANSWERED] = { TONE_INFO, ICON_WAIT, WORD_TRACK_UNANSWERED,
				      WORD_TRACK_UNANSWERED_SUB, false },
		[SENT_STAFF] = { TONE_ERROR, ICON_PROBLEM, WORD_TRACK_STAFF, WORD_TRACK_STAFF_SUB,
				 false },
		[SENT_ACCEPTED] = { TONE_INFO, ICON_OFFLINE, WORD_TRACK_WAS_RECEIVED,
				    WORD_TRACK_CANNOT_SUB, true },
		[SENT_REFUSED] = { TONE_WARN, ICON_OFFLINE, WORD_TRACK_WAS_REFUSED,
				   WORD_TRACK_REFUSED_SUB, false },
	};

	return SAYS[sent > 0 && sent < SENT_COUNT ? sent : 0];
}

static struct says headline(const struct view *v)
{
	int64_t state = view_get_num(v, "state");

	if (state == TRACK_TOLD)
		return of_progress(view_get_num(v, "progress"));
	if (state == TRACK_HERE && view_get_num(v, "err") == ERR_NOT_FOUND)
		return (struct says){ TONE_ERROR, ICON_PROBLEM, WORD_TRACK_NOT_THERE, WORD_CALL,
				      true };
	if (state == TRACK_HERE)
		return of_sent(view_get_num(v, "sent"));
	if (state == TRACK_UNKNOWN)
		return (struct says){ TONE_WARN, ICON_SEARCH, WORD_TRACK_UNKNOWN,
				      WORD_TRACK_UNKNOWN_SUB, false };
	return (struct says){ TONE_WARN, ICON_OFFLINE, WORD_TRACK_CANNOT, WORD_TRACK_CANNOT_SUB,
			      false };
}

/* What is on the slip is not what it is called now. */
static void add_code(struct flow *f, struct page *p, const struct view *v)
{
	int64_t code = view_get_num(v, "code");

	if (code == CODE_FORMER)
		flow_banner(f, "former", TONE_WARN, ICON_INFO,
			    filled(p, WORD_TRACK_FORMER, view_get_text(v, "asked"), NULL),
			    view_get_text(v, "dossier_code")[0] ? say(p, WORD_TRACK_FORMER_SUB)
								: "");
	else if (code == CODE_SHARED)
		flow_banner(f, "shared", TONE_WARN, ICON_INFO, say(p, WORD_TRACK_SHARED),
			    say(p, WORD_TRACK_SHARED_SUB));
}

/* Lateness is said as plainly as the rest. */
static void add_lateness(struct flow *f, struct page *p, const struct view *v)
{
	long late = (long)view_get_num(v, "late");
	bool sorry = view_get_text(v, "sorry")[0], prints = view_get_num(v, "form") == 4;

	if (!view_get_num(v, "over"))
		return;
	flow_banner(f, "late", TONE_WARN, ICON_CLOCK,
		    late > 0 ? filled_num(p, WORD_TRACK_LATE, late, 0)
			     : say(p, WORD_TRACK_LATE_SHORT),
		    prints  ? say(p, WORD_TRACK_LATE_SORRY)
		    : sorry ? ""
			    : say(p, WORD_TRACK_LATE_NO_WORD));
}

static void add_times(struct flow *f, struct page *p, const struct view *v)
{
	long left = (long)view_get_num(v, "left");

	flow_fact(f, "due", say(p, WORD_TRACK_DUE), view_get_text(v, "due"));
	if (view_has(v, "left"))
		flow_fact(f, "left", say(p, WORD_TRACK_DAYS),
			  left > 0 ? filled_num(p, WORD_TRACK_LEFT, left, 0)
				   : say(p, WORD_TRACK_TODAY));
	flow_fact(f, "new_due", say(p, WORD_TRACK_NEW_DUE), view_get_text(v, "new_due"));
	flow_fact(f, "why_late", say(p, WORD_TRACK_WHY_LATE), view_get_text(v, "sorry"));
	flow_fact(f, "saved", say(p, WORD_TRACK_SAVED), view_get_text(v, "saved"));
	flow_fact(f, "received", say(p, WORD_ACCEPTED_TIME), view_get_text(v, "received"));
}

static void add_papers(struct flow *f, struct page *p, const struct view *v)
{
	size_t n = view_rows(v, "papers");

	if (n == 0)
		return;
	flow_heading(f, "papers", say(p, WORD_TRACK_PAPERS));
	for (size_t i = 0; i < n && i < MAX_PAPERS; i++)
		flow_row(f, page_format(p, "papers.%zu", i), TONE_AMBER, ICON_PAGE,
			 page_format(p, "%zu. %s", i + 1, view_row_text(v, "papers", i, "name")));
	if (view_get_num(v, "added") == ADDED_WAITS)
		return; /* they were brought */
	flow_banner(f, "bring", TONE_INFO, ICON_INFO,
		    say(p, view_get_num(v, "supply") ? WORD_TRACK_SUPPLY_HERE : WORD_TRACK_BRING),
		    "");
}

/* What became of papers that were added here; a refusal matters as long as papers are asked for. */
static void add_added(struct flow *f, struct page *p, const struct view *v)
{
	bool slip = view_get_text(v, "slip_of")[0];
	bool asked = view_get_num(v, "progress") == PROGRESS_SUPPLEMENT;

	switch (view_get_num(v, "added")) {
	case ADDED_WAITS:
		flow_banner(f, "added", TONE_WARN, ICON_UPLOAD, say(p, WORD_TRACK_SUPPLY_WAITS),
			    say(p, WORD_TRACK_UNANSWERED_SUB));
		break;
	case ADDED_TAKEN:
		if (slip)
			flow_banner(f, "added", TONE_OK, ICON_CHECK_CIRCLE,
				    say(p, WORD_SUPPLY_ACCEPTED), "");
		break;
	case ADDED_REFUSED:
		if (slip || asked)
			flow_banner(f, "added", TONE_ERROR, ICON_CANCEL,
				    say(p, WORD_SUPPLY_REFUSED), view_get_text(v, "added_why"));
		break;
	default:
		break;
	}
}

/* Papers that were added, or can be added although the province cannot be asked. */
static void add_supply(struct flow *f, struct page *p, const struct view *v)
{
	const char *to = view_get_text(v, "slip_of");

	if (to[0])
		flow_banner(f, "slip_of", TONE_INFO, ICON_INFO,
			    filled(p, WORD_TRACK_SUPPLY_SLIP, to, NULL), "");
	add_added(f, p, v);
	if (view_get_num(v, "supply") && view_get_num(v, "state") != TRACK_TOLD)
		flow_banner(f, "blind", TONE_INFO, ICON_PAGES, say(p, WORD_TRACK_SUPPLY_BLIND), "");
}

static void add_fee(struct flow *f, struct page *p, const struct view *v)
{
	char money[WORDS_CAP];
	int64_t fee = view_get_num(v, "fee");

	if (view_get_num(v, "paying") == 1)
		flow_banner(f, "paying", TONE_WARN, ICON_PAY, say(p, WORD_PAY_PENDING), "");
	if (fee > 0)
		flow_fact(f, "fee", say(p, WORD_TRACK_FEE),
			  page_format(p, "%s", words_money(money, sizeof money, fee)));
	else if (view_get_num(v, "progress") == PROGRESS_TO_PAY)
		flow_banner(f, "fee", TONE_INFO, ICON_PAY, say(p, WORD_TRACK_FEE_COUNTER), "");
}

static bool printer_works(const struct view *v)
{
	int64_t e = view_get_num(v, "print");

	return e == ERR_OK || e == ERR_PAPER_LOW;
}

static void add_print(struct flow *f, struct page *p, const struct view *v)
{
	if (view_get_num(v, "form") && !printer_works(v))
		flow_banner(f, "printer", TONE_WARN, ICON_PRINT, say(p, WORD_TRACK_PRINT_BAD), "");
	switch (view_get_num(v, "printing")) {
	case PRINT_AT_WORK:
		flow_add(f, "printing", NODE_PROGRESS, say(p, WORD_RECEIPT_PRINTING), "")->value =
			-1;
		break;
	case PRINT_DONE:
		flow_banner(f, "printed", TONE_OK, ICON_PRINT, say(p, WORD_TRACK_PRINTED), "");
		break;
	case PRINT_FAILED:
		flow_banner(f, "not_printed", TONE_WARN, ICON_PRINT, say(p, WORD_TRACK_NOT_PRINTED),
			    say_err(p, view_get_num(v, "print_err")));
		break;
	default:
		break;
	}
}

static struct way print_way(const struct page *p, const struct view *v)
{
	static const enum word WAYS[] = { [2] = WORD_TRACK_PRINT_2,
					  [3] = WORD_TRACK_PRINT_3,
					  [4] = WORD_TRACK_PRINT_4,
					  [5] = WORD_TRACK_PRINT_5 };
	int64_t form = view_get_num(v, "form");
	bool works = printer_works(v);

	return (struct way){ .key = "print",
			     .text = form >= 2 && form <= 5 && works ? say(p, WAYS[form]) : NULL,
			     .icon = ICON_PRINT,
			     .tone = TONE_PRIMARY,
			     .action = ACTION_PRINT };
}

/* The strong one is what helps most: papers, pay, print, ask again, or go. */
static void track_ways(struct page *p, struct rect *body, const struct view *v)
{
	int64_t state = view_get_num(v, "state");
	bool pays = view_get_num(v, "pay"), asks = state == TRACK_CANNOT || state == TRACK_HERE;
	struct way print = print_way(p, v);
	bool supplies = view_get_num(v, "supply"), told = supplies && state == TRACK_TOLD;
	struct way pay = { .key = "pay",
			   .text = pays ? say(p, WORD_PAY_WAY) : NULL,
			   .icon = ICON_PAY,
			   .tone = TONE_PRIMARY,
			   .action = ACTION_PAY };
	const struct way again = { .key = "again",
				   .text = asks ? say(p, WORD_TRACK_AGAIN) : NULL,
				   .icon = ICON_RETRY,
				   .tone = TONE_SECOND,
				   .action = ACTION_AGAIN };
	const struct way supply = { .key = "supply",
				    .text = supplies ? say(p, WORD_TRACK_SUPPLY) : NULL,
				    .icon = ICON_PAGES,
				    .tone = state == TRACK_TOLD ? TONE_PRIMARY : TONE_SECOND,
				    .action = ACTION_SUPPLEMENT };
	struct way other = { .key = "back",
			     .text = say(p, WORD_TRACK_OTHER),
			     .icon = ICON_BACK,
			     .tone = TONE_SECOND,
			     .action = ACTION_BACK };
	struct way finish = { .key = "finish",
			      .text = say(p, WORD_RECEIPT_FINISH),
			      .icon = ICON_CHECK,
			      .tone = print.text || pay.text || told ? TONE_SECOND : TONE_PRIMARY,
			      .action = ACTION_FINISH };

	if (pay.text || told)
		print.tone = TONE_SECOND;
	if (told)
		pay.tone = TONE_SECOND;
	frame_actions(p, body, (struct way[]){ other, again, finish, print, pay, supply }, 6);
}

void screen_TRACK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const char *code = view_get_text(v, "dossier_code");
	struct says says = headline(v);

	frame_title(p, &body,
		    filled(p, WORD_TRACK_TITLE, code[0] ? code : view_get_text(v, "asked"), NULL),
		    "");
	track_ways(p, &body, v);
	if (view_get_num(v, "state") == TRACK_ASKS) {
		flow_add(&f, "progress", NODE_PROGRESS, say(p, WORD_TRACK_ASKS), "")->value = -1;
		flow_draw(p, &body, &f);
		return;
	}
	flow_banner(&f, "state", says.tone, says.icon, say(p, says.title),
		    says.alone || view_get_num(v, "over") ? "" : say(p, says.more));
	if (view_get_num(v, "state") == TRACK_UNKNOWN &&
	    strncmp(view_get_text(v, "asked"), "TAM-", 4) == 0)
		flow_banner(&f, "slip", TONE_INFO, ICON_INFO, say(p, WORD_TRACK_UNKNOWN_SLIP), "");
	add_code(&f, p, v);
	add_supply(&f, p, v);
	add_print(&f, p, v);
	add_lateness(&f, p, v);
	flow_fact(&f, "reason", say(p, WORD_TRACK_REASON), view_get_text(v, "reason"));
	add_times(&f, p, v);
	add_fee(&f, p, v);
	add_papers(&f, p, v);
	flow_fact(&f, "asked_on", say(p, WORD_TRACK_ASKED_ON), view_get_text(v, "asked_on"));
	flow_fact(&f, "service", say(p, WORD_TRACK_SERVICE), view_get_text(v, "service"));
	flow_fact(&f, "unit", say(p, WORD_TRACK_UNIT), view_get_text(v, "unit"));
	flow_fact(&f, "time", say(p, WORD_TRACK_TIME), view_get_text(v, "time"));
	flow_large_facts(p, &f, body);
	flow_draw(p, &body, &f);
}
