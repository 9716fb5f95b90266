/* Staff: dossiers by USB stick. "You may pull it out" is said only when kiosk-core says so. */
#include "firmware/base/board.h"
#include "firmware/base/staff.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/work.h"

#define MAX_BUNDLES 6

static void unreadable(struct flow *f, struct page *p, enum trouble t)
{
	const struct trouble_row *r = trouble_row(t);

	flow_banner(f, "stick", TONE_WARN, ICON_PROBLEM,
		    page_format(p, "%s: %s", r->code, r->what[p->language]), r->next[p->language]);
}

void work_stick(struct flow *f, struct page *p, const struct view *v)
{
	switch (view_get_num(v, "stick")) {
	case ERR_OK:
		flow_banner(f, "stick", TONE_OK, ICON_CHECK, say(p, WORD_STICK_HERE), "");
		return;
	case ERR_FIELD_CHOICE:
		flow_banner(f, "stick", TONE_WARN, ICON_PROBLEM, say(p, WORD_STICK_SEVERAL), "");
		return;
	case ERR_GONE:
		flow_banner(f, "stick", TONE_WARN, ICON_PROBLEM, say(p, WORD_STICK_UNSET), "");
		return;
	case ERR_DAMAGED:
		unreadable(f, p, TROUBLE_STICK_DAMAGED);
		return;
	case ERR_BAD_DATA:
		unreadable(f, p, TROUBLE_WRONG_STICK);
		return;
	default:
		flow_banner(f, "stick", TONE_WARN, ICON_PROBLEM, say(p, WORD_STICK_NONE), "");
	}
}

const char *work_stick_err(const struct page *p, int64_t err)
{
	switch (err) {
	case ERR_GONE:
		return say(p, WORD_STICK_PULLED);
	case ERR_NO_SPACE:
		return say(p, WORD_STICK_FULL);
	case ERR_DENIED:
		return say(p, WORD_STICK_LOCKED);
	case ERR_NOT_FOUND:
		return say(p, WORD_STICK_NONE);
	case ERR_FIELD_CHOICE:
		return say(p, WORD_STICK_SEVERAL);
	case ERR_OFFLINE:
		return say(p, WORD_STICK_NEEDS_LINK);
	case ERR_CANCELLED:
		return say(p, WORD_STICK_STOPPED);
	default:
		return work_link_err(p, err);
	}
}

void work_stick_ended(struct flow *f, struct page *p, const struct view *v, int64_t err)
{
	if (view_get_num(v, "end") == STICK_FAILED)
		flow_banner(f, "safe", TONE_ERROR, ICON_ERROR, say(p, WORD_STICK_UNSAFE),
			    work_stick_err(p, err));
	else if (view_get_num(v, "end") == STICK_WORN)
		flow_banner(f, "safe", TONE_ERROR, ICON_ERROR, say(p, WORD_STICK_WORN_OUT),
			    say(p, WORD_STICK_WORN_SUB));
	else if (view_get_num(v, "safe"))
		flow_banner(f, "safe", TONE_OK, ICON_CHECK, say(p, WORD_STICK_SAFE), "");
}

static void offer(struct flow *f, struct page *p, enum staff_deed deed)
{
	static const struct {
		const char *key;
		enum icon icon;
		enum word text, more;
	} OFFERS[STAFF_DEEDS] = {
		[STAFF_WRITE] = { "write", ICON_UPLOAD, WORD_STICK_WRITE, WORD_STICK_WRITE_SUB },
		[STAFF_VERIFY] = { "verify", ICON_EYE, WORD_STICK_VERIFY, WORD_STICK_VERIFY_SUB },
		[STAFF_FORWARD] = { "forward", ICON_SEND, WORD_STICK_FORWARD,
				    WORD_STICK_FORWARD_SUB },
		[STAFF_TAKE] = { "take", ICON_RESULT, WORD_STICK_TAKE, WORD_STICK_TAKE_SUB },
	};
	struct node *n = flow_row(f, OFFERS[deed].key, TONE_BLUE, OFFERS[deed].icon,
				  say(p, OFFERS[deed].text));

	n->more = say(p, OFFERS[deed].more);
	n->say = page_format(p, "%s. %s", n->text, n->more);
	n->deed.action = ACTION_PICK;
	n->deed.index = deed;
}

static void offers(struct flow *f, struct page *p, const struct view *v)
{
	work_state(f, p, v);
	work_stick(f, p, v);
	if (view_get_num(v, "stick") != ERR_OK)
		return;
	for (enum staff_deed d = STAFF_WRITE; d <= STAFF_TAKE; d++)
		offer(f, p, d);
}

static void at_work(struct flow *f, struct page *p, const struct view *v)
{
	static const enum word WORDS[STAFF_DEEDS] = { [STAFF_WRITE] = WORD_STICK_WRITES,
						      [STAFF_VERIFY] = WORD_STICK_VERIFIES,
						      [STAFF_FORWARD] = WORD_STICK_FORWARDS,
						      [STAFF_TAKE] = WORD_STICK_TAKES };
	int64_t deed = view_get_num(v, "deed");
	long done = (long)view_get_num(v, "done"), of = (long)view_get_num(v, "of");
	enum word w = deed >= STAFF_WRITE && deed <= STAFF_TAKE ? WORDS[deed] : WORD_STICK_VERIFIES;

	flow_banner(f, "leave_in", TONE_WARN, ICON_STOP_HAND, say(p, WORD_STICK_LEAVE_IN), "");
	struct node *n = flow_add(f, "progress", NODE_PROGRESS, say(p, w), "");
	n->value = of > 0 && done <= of ? (int)(100 * done / of) : -1;
	if (of > 0)
		flow_fact(f, "count", say(p, w), filled_num(p, WORD_STICK_COUNT, done, of));
}

static void told(struct flow *f, struct page *p, const char *key, enum word w, long n)
{
	if (n > 0)
		flow_banner(f, key, TONE_WARN, ICON_PROBLEM, filled_num(p, w, n, 0), "");
}

static void noted(struct flow *f, struct page *p, const char *key, enum word w, long n)
{
	if (n > 0)
		flow_banner(f, key, TONE_INFO, ICON_INFO, filled_num(p, w, n, 0), "");
}

static void wrote(struct flow *f, struct page *p, const struct view *v)
{
	long n = (long)view_get_num(v, "done");

	if (n > 0)
		flow_banner(f, "done", TONE_OK, ICON_CHECK,
			    filled(p, WORD_STICK_WROTE, page_format(p, "%ld", n),
				   view_get_text(v, "mb")),
			    "");
	told(f, p, "no_room", WORD_STICK_NOT_ON_IT, (long)view_get_num(v, "no_room"));
	told(f, p, "failed", WORD_STICK_DAMAGED, (long)view_get_num(v, "failed"));
}

static void forwarded(struct flow *f, struct page *p, const struct view *v)
{
	long missing = (long)view_get_num(v, "missing"), wrong = (long)view_get_num(v, "wrong");

	flow_banner(f, "done", TONE_INFO, ICON_SEND,
		    filled_num(p, WORD_STICK_SENT_ON, (long)view_get_num(v, "done"),
			       (long)view_get_num(v, "refused")),
		    say(p, WORD_STICK_CARRY_BACK));
	noted(f, p, "had", WORD_STICK_HAD, (long)view_get_num(v, "had"));
	noted(f, p, "own", WORD_STICK_OWN, (long)view_get_num(v, "own"));
	told(f, p, "not_sent", WORD_STICK_NOT_SENT, missing + wrong);
	told(f, p, "failed", WORD_STICK_NOT_TAKEN, (long)view_get_num(v, "failed"));
}

static void took(struct flow *f, struct page *p, const struct view *v)
{
	flow_banner(f, "done", TONE_INFO, ICON_RESULT,
		    filled_num(p, WORD_STICK_TOOK, (long)view_get_num(v, "done"),
			       (long)view_get_num(v, "refused")),
		    "");
	told(f, p, "missing", WORD_STICK_NO_ANSWER, (long)view_get_num(v, "missing"));
	told(f, p, "wrong", WORD_STICK_BAD_ANSWER, (long)view_get_num(v, "wrong"));
}

static const char *bundle_state(struct page *p, const struct view *v, size_t i)
{
	long missing = (long)view_row_num(v, "bundles", i, "missing");
	long wrong = (long)view_row_num(v, "bundles", i, "wrong");
	const char *answers = filled_num(p, WORD_STICK_ANSWERS,
					 (long)view_row_num(v, "bundles", i, "answers"), 0);

	if (missing + wrong > 0)
		return filled_num(p, WORD_STICK_NOT_WHOLE, missing, wrong);
	if (!view_row_num(v, "bundles", i, "whole"))
		return say(p, WORD_STICK_UNFINISHED);
	return answers;
}

static void bundle_row(struct flow *f, struct page *p, const struct view *v, size_t i)
{
	int64_t err = view_row_num(v, "bundles", i, "err");
	long n = (long)view_row_num(v, "bundles", i, "dossiers");
	bool good = err == ERR_OK && view_row_num(v, "bundles", i, "whole") &&
		    !view_row_num(v, "bundles", i, "missing") &&
		    !view_row_num(v, "bundles", i, "wrong");
	struct node *row =
		flow_row(f, page_format(p, "bundles.%zu", i), good ? TONE_GREEN : TONE_AMBER,
			 good ? ICON_CHECK : ICON_PROBLEM,
			 err ? say(p, WORD_STICK_UNKNOWN)
			     : filled(p, WORD_STICK_OF, view_row_text(v, "bundles", i, "kiosk"),
				      page_format(p, "%ld", n)));

	row->more = err == ERR_FORGED ? say(p, WORD_STICK_FOREIGN)
		    : err             ? say(p, WORD_STICK_BROKEN)
				      : bundle_state(p, v, i);
	row->say = page_format(p, "%zu. %s, %s", i + 1, row->text, row->more);
}

static void verified(struct flow *f, struct page *p, const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "bundles") && i < MAX_BUNDLES; i++)
		bundle_row(f, p, v, i);
	noted(f, p, "more", WORD_STICK_MORE, (long)view_get_num(v, "more"));
}

static void ended(struct flow *f, struct page *p, const struct view *v)
{
	static const enum word ENDS[STICK_ENDS] = { [STICK_NOTHING] = WORD_STICK_NO_WAITING,
						    [STICK_NO_ROOM] = WORD_STICK_FULL,
						    [STICK_EMPTY] = WORD_STICK_EMPTY,
						    [STICK_STRANGE] = WORD_STICK_STRANGE };
	int64_t end = view_get_num(v, "end"), deed = view_get_num(v, "deed");

	work_stick_ended(f, p, v, view_get_num(v, "err"));
	if (end == STICK_NOTHING || end == STICK_NO_ROOM || end == STICK_EMPTY ||
	    end == STICK_STRANGE)
		flow_banner(f, "end", TONE_INFO, ICON_INFO, say(p, ENDS[end]), "");
	else if (end == STICK_DONE && deed == STAFF_WRITE)
		wrote(f, p, v);
	else if (end == STICK_DONE && deed == STAFF_FORWARD)
		forwarded(f, p, v);
	else if (end == STICK_DONE && deed == STAFF_TAKE)
		took(f, p, v);
	else if (deed == STAFF_VERIFY)
		verified(f, p, v);
}

void screen_STAFF_STICK(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	int64_t state = view_get_num(v, "state");
	struct way back = way_back(p), other = way_next(p, NULL, ACTION_PICK);

	if (state == 1) {
		back.text = say(p, WORD_STICK_STOP);
		back.icon = ICON_CLOSE;
	}
	other.text = state == 2 ? say(p, WORD_STICK_OTHER) : NULL;
	frame_title(p, &body, say(p, WORD_WORK_STICK), "");
	frame_actions(p, &body, (struct way[]){ back, other }, 2);
	if (state == 1)
		at_work(&f, p, v);
	else if (state == 2)
		ended(&f, p, v);
	else
		offers(&f, p, v);
	flow_draw(p, &body, &f);
}
