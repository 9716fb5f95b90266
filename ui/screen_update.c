/* Staff: which software runs, what a stick or the update server brings, and having it installed. */
#include "firmware/base/board.h"
#include "firmware/base/staff.h"
#include "ui/frame.h"
#include "ui/screen.h"
#include "ui/work.h"

#define MAX_BUNDLES 6

static bool may(const struct view *v)
{
	int64_t state = view_get_num(v, "state");

	return !view_get_num(v, "visit") &&
	       (state == UPDATE_RESTS || state == UPDATE_REFUSED_HERE || state == UPDATE_BROKE_OFF);
}

/* What is at work, in words, and how far it is where that is known. */
static void works(struct flow *f, struct page *p, const char *words, int64_t percent)
{
	bool known = percent > 0 && percent <= 100;
	const char *more = known ? page_format(p, "%d%%", (int)percent) : "";

	flow_banner(f, "work", TONE_INFO, ICON_WAIT, words, more);
	flow_add(f, "progress", NODE_PROGRESS, words, "")->value = known ? (int)percent : -1;
}

static void state(struct flow *f, struct page *p, const struct view *v)
{
	const char *version = view_get_text(v, "version_new"), *why = view_get_text(v, "why");

	switch (view_get_num(v, "state")) {
	case UPDATE_LOOKS:
		works(f, p, say(p, WORD_UPDATE_LOOKS), -1);
		break;
	case UPDATE_WRITES:
		flow_banner(f, "leave_in", TONE_WARN, ICON_STOP_HAND, say(p, WORD_STICK_LEAVE_IN),
			    say(p, WORD_UPDATE_SERVES));
		works(f, p, filled(p, WORD_UPDATE_WRITES, version, NULL),
		      view_get_num(v, "percent"));
		break;
	case UPDATE_WAITS:
		flow_banner(f, "written", TONE_OK, ICON_CHECK,
			    filled(p, WORD_UPDATE_WRITTEN, version, NULL),
			    say(p, WORD_UPDATE_ASK_RESTART));
		break;
	case UPDATE_STARTS:
		works(f, p, say(p, WORD_UPDATE_STARTS), -1);
		break;
	case UPDATE_TRIES:
		flow_banner(f, "tries", TONE_INFO, ICON_INFO,
			    filled(p, WORD_UPDATE_TRIES, version, NULL),
			    say(p, WORD_UPDATE_GOES_BACK));
		break;
	case UPDATE_REFUSED_HERE:
		flow_banner(f, "refused", TONE_ERROR, ICON_ERROR, say(p, WORD_UPDATE_REFUSED), why);
		break;
	case UPDATE_BROKE_OFF:
		flow_banner(f, "broke_off", TONE_ERROR, ICON_ERROR, say(p, WORD_UPDATE_BROKE_OFF),
			    why);
		break;
	default:
		break;
	}
}

static void bundle(struct flow *f, struct page *p, const struct view *v, size_t i)
{
	const char *version = view_row_text(v, "bundles", i, "version");
	const char *name = view_row_text(v, "bundles", i, "name");
	bool good = view_row_num(v, "bundles", i, "good") != 0;
	struct node *n =
		flow_row(f, page_format(p, "bundles.%zu", i), good ? TONE_GREEN : TONE_AMBER,
			 good ? ICON_ARROW_DOWN : ICON_PROBLEM,
			 filled(p, good ? WORD_UPDATE_INSTALL : WORD_UPDATE_NOT_THIS,
				version[0] ? version : name, NULL));

	n->more = good ? name : view_row_text(v, "bundles", i, "why");
	n->say = page_format(p, "%zu. %s, %s", i + 1, n->text, n->more);
	if (good && may(v)) {
		n->deed.action = ACTION_MORE;
		n->deed.index = (uint32_t)i;
	}
}

static void stick(struct flow *f, struct page *p, const struct view *v)
{
	const struct trouble_row *wrong = trouble_row(TROUBLE_WRONG_STICK);
	size_t count = view_rows(v, "bundles");
	int64_t state = view_get_num(v, "state");

	if (state == UPDATE_WRITES || state == UPDATE_WAITS || state == UPDATE_STARTS)
		return;
	if (view_get_num(v, "stick") == 2)
		flow_banner(f, "wrong_stick", TONE_WARN, ICON_WARNING,
			    page_format(p, "%s: %s", wrong->code, wrong->what[p->language]),
			    wrong->next[p->language]);
	else if (view_get_num(v, "stick") == 0)
		flow_banner(f, "no_stick", TONE_INFO, ICON_INFO, say(p, WORD_STICK_NONE),
			    say(p, WORD_UPDATE_BRING_STICK));
	else if (count == 0 && state != UPDATE_LOOKS)
		flow_banner(f, "none", TONE_INFO, ICON_INFO, say(p, WORD_UPDATE_NONE), "");
	for (size_t i = 0; i < count && i < MAX_BUNDLES && state != UPDATE_LOOKS; i++)
		bundle(f, p, v, i);
}

static void server(struct flow *f, struct page *p, const struct view *v)
{
	const char *version = view_get_text(v, "server_version");
	struct node *n;

	switch (view_get_num(v, "server")) {
	case SERVER_NOTHING:
		flow_banner(f, "server", TONE_OK, ICON_CHECK, say(p, WORD_UPDATE_SERVER_NOTHING),
			    "");
		break;
	case SERVER_FETCHES:
		flow_banner(f, "server", TONE_INFO, ICON_WAIT,
			    filled(p, WORD_UPDATE_SERVER_FETCHES, version, NULL), "");
		break;
	case SERVER_WAITS:
		n = flow_row(f, "server", TONE_GREEN, ICON_ARROW_DOWN,
			     filled(p, WORD_UPDATE_INSTALL, version, NULL));
		n->more = say(p, WORD_UPDATE_SERVER_WAITS);
		n->deed.action = may(v) ? ACTION_PICK : ACTION_NONE;
		n->deed.index = STAFF_NOW;
		break;
	case SERVER_GAVE:
		flow_banner(f, "server", TONE_INFO, ICON_WAIT,
			    filled(p, WORD_UPDATE_SERVER_GAVE, version, NULL), "");
		break;
	case SERVER_NOT_DONE:
		flow_banner(f, "server", TONE_WARN, ICON_PROBLEM,
			    filled(p, WORD_UPDATE_SERVER_NOT, version, NULL),
			    view_get_text(v, "server_why"));
		break;
	default:
		flow_banner(f, "server", TONE_INFO, ICON_INFO, say(p, WORD_UPDATE_SERVER_UNSET),
			    "");
	}
}

static void what_runs(struct flow *f, struct page *p, const struct view *v)
{
	const char *slot = view_get_text(v, "slot"), *other = view_get_text(v, "other");
	const char *back = view_get_text(v, "back"), *why = view_get_text(v, "back_why");

	flow_fact(f, "version", say(p, WORD_UPDATE_RUNS), view_get_text(v, "version"));
	if (slot[0])
		flow_fact(f, "slot", say(p, WORD_MACHINE_SLOT), slot);
	if (slot[0])
		flow_fact(f, "other", say(p, WORD_UPDATE_OTHER),
			  other[0] ? other : say(p, WORD_UPDATE_EMPTY));
	if (back[0])
		flow_banner(f, "left", TONE_WARN, ICON_UNDO,
			    filled(p, WORD_UPDATE_BACK, back, NULL),
			    page_format(p, "%s. %s", why, view_get_text(v, "back_time")));
}

void screen_STAFF_UPDATE(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	bool waits = view_get_num(v, "state") == UPDATE_WAITS && !view_get_num(v, "visit");
	struct way look = { .key = "look",
			    .text = may(v) ? say(p, WORD_UPDATE_LOOK) : NULL,
			    .icon = ICON_RETRY,
			    .tone = TONE_SECOND,
			    .action = ACTION_PICK,
			    .index = STAFF_LOOK };
	struct way restart = way_next(p, say(p, WORD_UPDATE_RESTART), ACTION_PICK);

	if (!waits)
		restart.text = NULL;
	restart.key = "restart";
	restart.index = STAFF_RESTART;
	frame_title(p, &body, say(p, WORD_UPDATE_TITLE), "");
	frame_actions(p, &body, (struct way[]){ way_back(p), look, restart }, 3);
	if (view_get_num(v, "visit"))
		flow_banner(&f, "visit", TONE_WARN, ICON_PERSON, say(p, WORD_MACHINE_VISIT), "");
	state(&f, p, v);
	stick(&f, p, v);
	server(&f, p, v);
	what_runs(&f, p, v);
	flow_draw(p, &body, &f);
}
