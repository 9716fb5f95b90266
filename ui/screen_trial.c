/* Staff: the machine is tried, a part at a time; and what is known before it is set up again. */
#include "firmware/base/staff.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/work.h"

static const struct {
	const char *key;
	enum icon icon;
	enum word text, how, asks;
	enum staff_deed deed;
} ROWS[TRIALS] = {
	[TRIAL_PRINT] = { "print", ICON_PRINT, WORD_TRIAL_PRINT, WORD_TRIAL_PRINT_HOW,
			  WORD_TRIAL_PRINT_ASKS, STAFF_TRY_PRINT },
	[TRIAL_SOUND] = { "sound", ICON_SPEECH, WORD_TRIAL_SOUND, WORD_TRIAL_SOUND_HOW,
			  WORD_TRIAL_SOUND_ASKS, STAFF_TRY_SOUND },
	[TRIAL_TOUCH] = { "touch", ICON_TOUCH, WORD_TRIAL_TOUCH, WORD_TRIAL_TOUCH_HOW, 0,
			  STAFF_TRY_TOUCH },
	[TRIAL_COLOURS] = { "colours", ICON_CONTRAST, WORD_TRIAL_COLOURS, WORD_TRIAL_COLOURS_HOW,
			    WORD_TRIAL_COLOURS_ASKS, STAFF_TRY_COLOURS },
	[TRIAL_READINESS] = { "readiness", ICON_LIST, WORD_TRIAL_READINESS,
			      WORD_TRIAL_READINESS_HOW, 0, STAFF_READINESS },
};

static const char *touches(struct page *p, const struct view *v)
{
	long miss = (long)view_get_num(v, "miss"), missed = (long)view_get_num(v, "missed");

	if (missed > 0)
		return filled_num(p, WORD_TRIAL_MISSED, missed, STAFF_TARGETS);
	return filled(p, WORD_TRIAL_MISS, page_format(p, "%ld,%ld", miss / 10, miss % 10), NULL);
}

static const char *how_it_went(struct page *p, const struct view *v, enum staff_trial t,
			       int64_t state)
{
	switch (state) {
	case TRIED_BUSY:
		return say(p, WORD_TRIAL_BUSY);
	case TRIED_ASKS:
		return say(p, WORD_TRIAL_ASKS);
	case TRIED_GOOD:
		if (t == TRIAL_TOUCH)
			return touches(p, v);
		return say(p, t == TRIAL_READINESS ? WORD_TRIAL_PRINTED : WORD_TRIAL_GOOD);
	case TRIED_BAD:
		return t == TRIAL_TOUCH ? touches(p, v) : say(p, WORD_TRIAL_BAD);
	case TRIED_FAILED:
		return say_err(p, view_get_num(v, "err"));
	default:
		return say(p, ROWS[t].how);
	}
}

static void tried(struct flow *f, struct page *p, const struct view *v, enum staff_trial t)
{
	static const enum tone TONES[] = {
		[TRIED_NOT] = TONE_BLUE,   [TRIED_BUSY] = TONE_BLUE, [TRIED_ASKS] = TONE_AMBER,
		[TRIED_GOOD] = TONE_GREEN, [TRIED_BAD] = TONE_ROSE,  [TRIED_FAILED] = TONE_ROSE
	};
	int64_t state = view_row_num(v, "trials", (size_t)t, "state");

	state = state >= TRIED_NOT && state <= TRIED_FAILED ? state : TRIED_NOT;
	if (t == TRIAL_READINESS && !view_get_num(v, "readiness"))
		return;
	struct node *n = flow_row(f, ROWS[t].key, TONES[state],
				  state == TRIED_GOOD                           ? ICON_CHECK
				  : state == TRIED_BAD || state == TRIED_FAILED ? ICON_PROBLEM
										: ROWS[t].icon,
				  say(p, ROWS[t].text));
	n->more = how_it_went(p, v, t, state);
	n->say = page_format(p, "%s. %s", n->text, n->more);
	if (state == TRIED_BUSY || view_get_num(v, "visit"))
		return;
	n->deed.action = ACTION_PICK;
	n->deed.index = (uint32_t)ROWS[t].deed;
	n->deed.local = t == TRIAL_SOUND ? LOCAL_SOUND : LOCAL_NONE;
}

void screen_STAFF_TRIAL(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	int64_t asks = view_get_num(v, "asks");
	struct way ways[] = { way_back(p), work_way(p, "no", WORD_TRIAL_NO, ICON_CLOSE, STAFF_NO),
			      work_way(p, "yes", WORD_TRIAL_YES, ICON_CHECK, STAFF_YES) };

	asks = asks > 0 && asks <= TRIALS && ROWS[asks - 1].asks ? asks : 0;
	ways[2].tone = TONE_PRIMARY;
	frame_title(p, &body, say(p, WORD_TRIAL_TITLE), "");
	frame_actions(p, &body, ways, asks ? 3 : 1);
	if (view_get_num(v, "visit"))
		flow_banner(&f, "visit", TONE_WARN, ICON_PERSON, say(p, WORD_MACHINE_VISIT), "");
	if (asks)
		flow_banner(&f, "asks", TONE_INFO, ICON_HELP, say(p, ROWS[asks - 1].asks), "");
	for (enum staff_trial t = 0; t < TRIALS; t++)
		tried(&f, p, v, t);
	flow_draw(p, &body, &f);
}

#define FROM_EDGE_MM 14.0

/* All of the panel that may be touched. */
static struct rect whole(const struct page *p)
{
	const struct metrics *m = p->metrics;
	int top = p->look & LOOK_LOW_REACH ? reach_top_px(m) : 0;

	return (struct rect){ 0, top, m->width_px, m->height_px - top };
}

static void target(struct page *p, int at)
{
	struct rect r = whole(p);
	int edge = mm(p, FROM_EDGE_MM);
	bool right = at == 1 || at == 3, low = at == 2 || at == 3, middle = at == STAFF_TARGETS - 1;
	struct node *n = page_add(p, page_format(p, "target.%d", at), NODE_TARGET, r);

	n->value = middle ? r.x + r.w / 2 : right ? r.x + r.w - edge : r.x + edge;
	n->max = middle ? r.y + r.h / 2 : low ? r.y + r.h - edge : r.y + edge;
	n->text = filled_num(p, WORD_TRIAL_TARGET, at + 1, STAFF_TARGETS);
	n->deed.action = ACTION_FIELD;
	n->deed.index = (uint32_t)at;
}

void screen_STAFF_PANEL(struct page *p, const struct view *v)
{
	int64_t at = view_get_num(v, "at");

	if (view_get_num(v, "trial") == TRIAL_TOUCH) {
		target(p, at >= 0 && at < STAFF_TARGETS ? (int)at : 0);
		return;
	}
	at = at >= 0 && at < STAFF_COLOURS ? at : 0;
	struct node *n = page_add(p, page_format(p, "colour.%d", (int)at), NODE_COLOUR, whole(p));
	n->value = (int)at;
	n->say = filled_num(p, WORD_TRIAL_COLOUR, (long)at + 1, STAFF_COLOURS);
	n->deed.action = ACTION_NEXT;
}

void screen_STAFF_SETUP(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	bool visit = view_get_num(v, "visit") != 0;
	long waiting = (long)view_get_num(v, "waiting");
	struct way begin = way_next(p, say(p, WORD_SETUP_BEGIN), ACTION_PICK);

	if (visit)
		begin.text = NULL;
	begin.index = STAFF_SET_UP;
	frame_title(p, &body, say(p, WORD_SETUP_ANEW), "");
	frame_actions(p, &body, (struct way[]){ way_back(p), begin }, 2);
	if (visit)
		flow_banner(&f, "visit", TONE_WARN, ICON_PERSON, say(p, WORD_MACHINE_VISIT), "");
	flow_banner(&f, "nobody", TONE_WARN, ICON_WARNING, say(p, WORD_SETUP_NOBODY), "");
	if (waiting > 0)
		flow_banner(&f, "waiting", TONE_INFO, ICON_WAIT,
			    filled_num(p, WORD_SETUP_WAITING, waiting, 0), "");
	flow_banner(&f, "what", TONE_INFO, ICON_EDIT, say(p, WORD_SETUP_WHAT),
		    say(p, WORD_SETUP_WHAT_SUB));
	flow_banner(&f, "stays", TONE_OK, ICON_SHIELD, say(p, WORD_SETUP_STAYS),
		    say(p, WORD_SETUP_STAYS_SUB));
	flow_draw(p, &body, &f);
}
