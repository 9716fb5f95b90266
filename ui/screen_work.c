/* Staff: what there is to do, what waits, and whether both sides agree. */
#include "firmware/base/board.h"
#include "firmware/base/staff.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/work.h"

#define MAX_ROWS 16

static void waiting(struct flow *f, struct page *p, const struct view *v)
{
	long n = (long)view_get_num(v, "waiting"), held = (long)view_get_num(v, "held");
	const char *since = view_get_text(v, "since");

	if (n == 0 && held == 0)
		flow_banner(f, "waiting", TONE_OK, ICON_CHECK, say(p, WORD_WORK_NONE), "");
	else if (n > 0)
		flow_banner(f, "waiting", TONE_INFO, ICON_WAIT,
			    n == 1 ? filled(p, WORD_WORK_WAITING_ONE, since, NULL)
				   : filled(p, WORD_WORK_WAITING, page_format(p, "%ld", n), since),
			    "");
	if (held > 0)
		flow_banner(f, "held", TONE_ERROR, ICON_ERROR,
			    counted(p, WORD_WORK_HELD_ONE, WORD_WORK_HELD, held), "");
}

const char *work_link_err(const struct page *p, int64_t err)
{
	static const struct {
		enum err err;
		enum word words;
	} WORDS[] = {
		{ ERR_OFFLINE, WORD_LINK_OFFLINE },      { ERR_TIMEOUT, WORD_LINK_TIMEOUT },
		{ ERR_SERVER, WORD_LINK_SERVER },        { ERR_FORGED, WORD_LINK_FORGED },
		{ ERR_WRONG_CLOCK, WORD_LINK_CLOCK },    { ERR_BAD_DATA, WORD_LINK_BAD_DATA },
		{ ERR_BAD_MESSAGE, WORD_LINK_BAD_DATA }, { ERR_REFUSED, WORD_LINK_REFUSED },
		{ ERR_DAMAGED, WORD_LINK_DAMAGED },      { ERR_OUTDATED, WORD_LINK_OUTDATED },
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (WORDS[i].err == err)
			return say(p, WORDS[i].words);
	return say_err(p, err);
}

void work_state(struct flow *f, struct page *p, const struct view *v)
{
	int64_t link = view_get_num(v, "link");
	bool unheard = link == ERR_OFFLINE || link == ERR_TIMEOUT;

	waiting(f, p, v);
	if (link == ERR_OK)
		flow_banner(f, "link", TONE_OK, ICON_ONLINE, say(p, WORD_WORK_ONLINE), "");
	else
		flow_banner(f, "link", TONE_WARN, ICON_OFFLINE,
			    say(p, unheard ? WORD_WORK_OFFLINE : WORD_WORK_UNSENT),
			    work_link_err(p, link));
}

static void agreement(struct flow *f, struct page *p, const struct view *v)
{
	long open = (long)view_get_num(v, "open");
	const char *agreed = view_get_text(v, "agreed");
	const char *when =
		agreed[0] ? filled(p, WORD_WORK_AGREED, agreed, NULL) : say(p, WORD_WORK_NEVER);

	if (open > 0)
		flow_banner(f, "agreed", TONE_WARN, ICON_PROBLEM,
			    counted(p, WORD_WORK_OPEN_ONE, WORD_WORK_OPEN, open), when);
	else
		flow_banner(f, "agreed", agreed[0] ? TONE_OK : TONE_INFO,
			    agreed[0] ? ICON_CHECK : ICON_INFO, when, "");
}

void work_board(struct flow *f, struct page *p, const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "board"); i++) {
		const struct trouble_row *t =
			trouble_row(trouble_by_word(view_row_text(v, "board", i, "trouble")));
		const char *why = view_row_text(v, "board", i, "why");

		flow_banner(f, page_format(p, "board.%zu", i), TONE_WARN, ICON_WARNING,
			    page_format(p, "%s: %s", t->code, t->what[p->language]),
			    why[0] ? page_format(p, "%s %s: %s", t->next[p->language],
						 say(p, WORD_BOARD_WHY), why)
				   : t->next[p->language]);
	}
}

static void place(struct flow *f, const char *key, enum icon icon, const char *text,
		  enum staff_place where)
{
	struct node *n = flow_row(f, key, TONE_BLUE, icon, text);

	n->deed.action = ACTION_PICK;
	n->deed.index = where;
}

void screen_STAFF_WORK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	const struct way check = { .key = "check_copy",
				   .text = say(p, WORD_CHECK_COPY),
				   .icon = ICON_SEARCH,
				   .tone = TONE_SECOND,
				   .action = ACTION_CHECK_COPY };

	frame_title(p, &body, say(p, WORD_WORK_TITLE), "");
	frame_actions(p, &body, (struct way[]){ way_back(p), check }, 2);
	work_state(&f, p, v);
	work_board(&f, p, v);
	agreement(&f, p, v);
	place(&f, "queue", ICON_LIST, say(p, WORD_WORK_QUEUE), STAFF_AT_QUEUE);
	place(&f, "stick", ICON_UPLOAD, say(p, WORD_WORK_STICK), STAFF_AT_STICK);
	place(&f, "machine", ICON_INFO, say(p, WORD_WORK_MACHINE), STAFF_AT_MACHINE);
	place(&f, "update", ICON_ARROW_DOWN, say(p, WORD_WORK_UPDATE), STAFF_AT_UPDATE);
	place(&f, "trial", ICON_TOUCH, say(p, WORD_WORK_TRIAL), STAFF_AT_TRIAL);
	place(&f, "setup", ICON_EDIT, say(p, WORD_WORK_SETUP), STAFF_AT_SETUP);
	flow_draw(p, &body, &f);
}

static void compared(struct flow *f, struct page *p, const struct view *v)
{
	long here = (long)view_get_num(v, "here"), there = (long)view_get_num(v, "there");

	if (view_get_num(v, "busy"))
		flow_add(f, "busy", NODE_PROGRESS, say(p, WORD_QUEUE_COMPARING), "")->value = -1;
	else if (view_get_num(v, "err"))
		flow_banner(f, "failed", TONE_WARN, ICON_PROBLEM, say(p, WORD_QUEUE_NOT_COMPARED),
			    work_link_err(p, view_get_num(v, "err")));
	if (!view_get_text(v, "compared")[0])
		return;
	const char *both = filled_num(p, WORD_QUEUE_BOTH, here, there);
	const char *differ = filled_num(p, WORD_QUEUE_DIFFER, (long)view_get_num(v, "differ"),
					(long)view_get_num(v, "again"));

	flow_fact(f, "compared", say(p, WORD_QUEUE_COMPARED), view_get_text(v, "compared"));
	flow_fact(f, "result", say(p, WORD_QUEUE_RESULT), page_format(p, "%s · %s", both, differ));
}

static void one_that_waits(struct flow *f, struct page *p, const struct view *v, size_t i)
{
	static const enum word STATES[] = { WORD_QUEUE_SEALED, WORD_QUEUE_SENDING, WORD_QUEUE_SENT,
					    WORD_QUEUE_HELD };
	int64_t state = view_row_num(v, "waits", i, "state");
	bool held = state == 3;
	const char *stick = view_row_text(v, "waits", i, "stick");
	const char *since = view_row_text(v, "waits", i, "since");
	const char *why = work_link_err(p, view_row_num(v, "waits", i, "err"));

	state = state >= 0 && state <= 3 ? state : 0;
	struct node *n =
		flow_row(f, page_format(p, "waits.%zu", i), held ? TONE_AMBER : TONE_BLUE,
			 held ? ICON_ERROR : ICON_WAIT, view_row_text(v, "waits", i, "code"));
	n->more = page_format(p, "%s · %s%s%s%s%s", filled(p, WORD_QUEUE_SINCE, since, NULL),
			      say(p, STATES[state]), stick[0] ? " · " : "",
			      stick[0] ? filled(p, WORD_QUEUE_ON_STICK, stick, NULL) : "",
			      why[0] ? "\n" : "", why);
	n->say = page_format(p, "%zu. %s, %s", i + 1, n->text, n->more);
}

static void those_that_wait(struct flow *f, struct page *p, const struct view *v)
{
	size_t count = view_rows(v, "waits");
	uint32_t page = (uint32_t)view_get_num(v, "page") & 0xffffff;
	uint32_t pages = (uint32_t)view_get_num(v, "pages") & 0xffffff;

	if (count > 0)
		flow_heading(f, "waits", say(p, WORD_QUEUE_WAITS));
	for (size_t i = 0; i < count && i < MAX_ROWS; i++)
		one_that_waits(f, p, v, i);
	if (pages < 2)
		return;
	uint32_t next = page + 1 < pages ? page + 1 : 0;
	struct node *n = flow_row(f, "more", TONE_BLUE, ICON_MORE,
				  filled_num(p, WORD_QUEUE_MORE, (long)next + 1, (long)pages));
	n->deed.action = ACTION_MORE;
	n->deed.index = next;
}

static void differences(struct flow *f, struct page *p, const struct view *v)
{
	size_t count = view_rows(v, "finds");

	if (count > 0)
		flow_heading(f, "finds", say(p, WORD_QUEUE_FINDS));
	for (size_t i = 0; i < count && i < MAX_ROWS; i++) {
		struct node *n =
			flow_row(f, page_format(p, "finds.%zu", i), TONE_AMBER, ICON_PROBLEM,
				 page_format(p, "%s · %s", view_row_text(v, "finds", i, "code"),
					     view_row_text(v, "finds", i, "day")));

		n->more = page_format(p, "%s\n%s", view_row_text(v, "finds", i, "words"),
				      view_row_text(v, "finds", i, "done"));
		n->say = page_format(p, "%zu. %s, %s", i + 1, n->text, n->more);
	}
}

static void report(struct flow *f, struct page *p, const struct view *v)
{
	int64_t state = view_get_num(v, "state");

	if (state == 1)
		flow_add(f, "report", NODE_PROGRESS, say(p, WORD_QUEUE_REPORTING), "")->value = -1;
	if (state != 2)
		return;
	if (view_get_num(v, "end") == STICK_DONE)
		flow_banner(f, "report", TONE_OK, ICON_CHECK, say(p, WORD_QUEUE_REPORTED), "");
	work_stick_ended(f, p, v, view_get_num(v, "stick_err"));
}

struct way work_way(const struct page *p, const char *key, enum word w, enum icon icon,
		    enum staff_deed deed)
{
	return (struct way){ .key = key,
			     .text = say(p, w),
			     .icon = icon,
			     .tone = TONE_SECOND,
			     .action = ACTION_PICK,
			     .index = deed };
}

void screen_STAFF_QUEUE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	struct way ways[] = {
		way_back(p),
		work_way(p, "report", WORD_QUEUE_REPORT, ICON_UPLOAD, STAFF_REPORT),
		work_way(p, "compare", WORD_QUEUE_COMPARE, ICON_RETRY, STAFF_COMPARE),
	};

	ways[2].tone = TONE_PRIMARY;
	if (view_get_num(v, "stick") != ERR_OK || view_get_num(v, "state") == 1)
		ways[1].text = NULL;
	if (view_get_num(v, "busy"))
		ways[2].text = NULL;
	frame_title(p, &body, say(p, WORD_WORK_QUEUE), "");
	frame_actions(p, &body, ways, 3);
	report(&f, p, v);
	work_state(&f, p, v);
	agreement(&f, p, v);
	compared(&f, p, v);
	differences(&f, p, v);
	those_that_wait(&f, p, v);
	flow_draw(p, &body, &f);
}
