/* A fee by bank transfer. Only the province's word is "paid"; everything else is said as it is. */
#include "firmware/base/track.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#define QR_LEAST_MM 60 /* a phone reads 45 mm from where a person stands */
#define QR_MOST_MM  120

struct says {
	enum tone tone;
	enum icon icon;
	enum word title, more;
};

static struct says says_of(int64_t state)
{
	static const struct says SAYS[PAY_SHOW_COUNT] = {
		[PAY_SHOW_BEGINS] = { TONE_INFO, ICON_WAIT, WORD_PAY_BEGINS, WORD_PAY_BEGINS },
		[PAY_SHOW_OFFLINE] = { TONE_WARN, ICON_OFFLINE, WORD_PAY_OFFLINE,
				       WORD_PAY_OFFLINE_SUB },
		[PAY_SHOW_WAITS] = { TONE_INFO, ICON_WAIT, WORD_PAY_WAITS, WORD_PAY_WAITS_SUB },
		[PAY_SHOW_UNKNOWN] = { TONE_WARN, ICON_HELP, WORD_PAY_UNKNOWN,
				       WORD_PAY_UNKNOWN_SUB },
		[PAY_SHOW_EXPIRED] = { TONE_WARN, ICON_CLOCK, WORD_PAY_EXPIRED,
				       WORD_PAY_EXPIRED_SUB },
		[PAY_SHOW_PAID] = { TONE_OK, ICON_CHECK_CIRCLE, WORD_PAY_PAID, WORD_PAY_PAID_SUB },
		[PAY_SHOW_TWICE] = { TONE_WARN, ICON_WARNING, WORD_PAY_TWICE, WORD_PAY_TWICE_SUB },
		[PAY_SHOW_LATE] = { TONE_WARN, ICON_CLOCK, WORD_PAY_LATE, WORD_PAY_LATE_SUB },
		[PAY_SHOW_SHORT] = { TONE_WARN, ICON_WARNING, WORD_PAY_SHORT, WORD_PAY_SHORT_SUB },
		[PAY_SHOW_OVER] = { TONE_WARN, ICON_WARNING, WORD_PAY_OVER, WORD_PAY_OVER_SUB },
		[PAY_SHOW_FAILED] = { TONE_ERROR, ICON_ERROR, WORD_PAY_FAILED,
				      WORD_PAY_FAILED_SUB },
		[PAY_SHOW_STAFF] = { TONE_ERROR, ICON_PROBLEM, WORD_PAY_STAFF, WORD_PAY_STAFF_SUB },
	};

	return SAYS[state >= 0 && state < PAY_SHOW_COUNT ? state : PAY_SHOW_STAFF];
}

static const char *money(struct page *p, const struct view *v, const char *key)
{
	char text[WORDS_CAP];

	return page_format(p, "%s", words_money(text, sizeof text, view_get_num(v, key)));
}

static bool is_settled(int64_t state)
{
	return state == PAY_SHOW_PAID;
}

static void pay_ways(struct page *p, struct rect *body, const struct view *v, int64_t state)
{
	bool again = view_get_num(v, "again"), open = state <= PAY_SHOW_UNKNOWN;
	const struct way leave = { .key = "back",
				   .text = say(p, open ? WORD_PAY_LEAVE : WORD_BACK),
				   .icon = ICON_BACK,
				   .tone = open || again ? TONE_SECOND : TONE_PRIMARY,
				   .action = ACTION_BACK };
	const struct way anew = { .key = "again",
				  .text = again ? say(p, WORD_PAY_NEW) : NULL,
				  .icon = ICON_RETRY,
				  .tone = TONE_SECOND,
				  .action = ACTION_AGAIN };

	frame_actions(p, body, (struct way[]){ leave, anew }, 2);
}

/* As large as there is room, on white with a margin; the words beside or below it. */
static void pay_code(struct page *p, struct rect *body, const struct view *v,
		     const struct flow *rest)
{
	bool portrait = is_portrait(p->metrics);
	int most = mm(p, QR_MOST_MM), least = mm(p, QR_LEAST_MM), gap = mm(p, 5);
	int told = flow_height(p, rest, portrait ? body->w : body->w - least - gap);
	int room = portrait ? body->h - told - gap : body->h;
	int side = room > most ? most : room < least ? least : room;

	if (!portrait && side > body->w / 2)
		side = body->w / 2;
	struct rect r = portrait ? cut_top(body, side) : cut_left(body, side);
	if (portrait)
		skip(p, body, 5);
	else
		cut_left(body, gap);
	struct node *n = page_add(p, "qr", NODE_QR, centred(r, side, side));
	n->more = view_get_text(v, "qr");
	n->say = filled(p, WORD_PAY_QR_SPOKEN, money(p, v, "amount"), NULL);
}

static void add_facts(struct flow *f, struct page *p, const struct view *v, int64_t state)
{
	if (view_get_num(v, "paid") > 0)
		flow_fact(f, "paid", say(p, WORD_PAY_CAME), money(p, v, "paid"));
	if (state != PAY_SHOW_WAITS)
		return;
	flow_fact(f, "expires", say(p, WORD_PAY_EXPIRES), view_get_text(v, "expires"));
	flow_fact(f, "payee", say(p, WORD_PAY_PAYEE), view_get_text(v, "payee"));
	flow_fact(f, "account", say(p, WORD_PAY_ACCOUNT), view_get_text(v, "account"));
	flow_fact(f, "purpose", say(p, WORD_PAY_PURPOSE), view_get_text(v, "purpose"));
}

void screen_PAY(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = GAP_MM };
	int64_t state = view_get_num(v, "state");
	struct says says = says_of(state);
	const char *title = state == PAY_SHOW_TWICE
				    ? filled_num(p, says.title, (long)view_get_num(v, "times"), 0)
				    : say(p, says.title);

	frame_title(p, &body, filled(p, WORD_PAY_TITLE, money(p, v, "amount"), NULL),
		    is_settled(state) || p->look & LOOK_SIZE
			    ? ""
			    : filled(p, WORD_PAY_SUB, view_get_text(v, "dossier_code"), NULL));
	pay_ways(p, &body, v, state);
	if (state == PAY_SHOW_BEGINS)
		flow_add(&f, "progress", NODE_PROGRESS, title, "")->value = -1;
	else
		flow_banner(&f, "state", says.tone, says.icon, title, say(p, says.more));
	add_facts(&f, p, v, state);
	if (state == PAY_SHOW_WAITS && view_get_text(v, "qr")[0])
		pay_code(p, &body, v, &f);
	else
		flow_large_facts(p, &f, body);
	flow_draw(p, &body, &f);
}
