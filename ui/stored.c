#include "ui/stored.h"

#include "firmware/base/papers.h"

enum { HAVE_STORED = 4 };

/* Nothing is asked, and why. */
static void why_not(struct flow *f, struct page *p, enum papers_state state)
{
	static const struct {
		enum word title, more;
	} WHY[PAPERS_STATES] = {
		[PAPERS_CODE_ONLY] = { WORD_STORED_CODE, WORD_STORED_CODE_MORE },
		[PAPERS_UNPROVEN] = { WORD_STORED_UNPROVEN, WORD_STORED_AS_EVER },
		[PAPERS_OTHERS] = { WORD_STORED_OTHERS, WORD_STORED_AS_EVER },
		[PAPERS_OFFLINE] = { WORD_STORED_OFFLINE, WORD_STORED_AS_EVER },
	};

	flow_banner(f, "stored", TONE_INFO, state == PAPERS_OFFLINE ? ICON_OFFLINE : ICON_INFO,
		    say(p, WHY[state].title), say(p, WHY[state].more));
}

static const char *status(const struct page *p, enum papers_state state)
{
	if (state == PAPERS_OFFER || state == PAPERS_UNKNOWN)
		return say(p, WORD_STORED_WHY);
	return say(p, state == PAPERS_ASKS ? WORD_STORED_ASKS : WORD_STORED_ALLOWED);
}

static void ask(struct flow *f, struct page *p, const struct view *v, enum papers_state state)
{
	bool on = state == PAPERS_ASKS || state == PAPERS_TOLD;
	struct node *n = flow_add(f, "stored.ask", NODE_CHOICE, view_get_text(v, "question"),
				  status(p, state));

	n->icon = on ? ICON_BOX_ON : ICON_BOX;
	n->state = on ? STATE_SELECTED : 0u;
	n->deed = (struct deed){ .action = ACTION_FIND, .index = !on, .text = "" };
}

static void told(struct flow *f, struct page *p, const struct view *v)
{
	long found = (long)view_get_num(v, "found");
	const char *whose = view_get_text(v, "whose");

	if (found > 0)
		flow_banner(f, "stored.told", TONE_OK, ICON_CHECK_CIRCLE,
			    filled(p, WORD_STORED_FOUND, page_format(p, "%ld", found), whose), "");
	else
		flow_banner(f, "stored.told", TONE_INFO, ICON_INFO,
			    filled(p, WORD_STORED_FOUND_NONE, whose, NULL),
			    say(p, WORD_STORED_AS_EVER));
}

void stored_asking(struct flow *f, struct page *p, const struct view *v)
{
	int64_t state = view_get_num(v, "state");

	if (state <= PAPERS_NOTHING || state >= PAPERS_STATES)
		return;
	if (state < PAPERS_OFFER) {
		why_not(f, p, (enum papers_state)state);
		return;
	}
	if (state == PAPERS_UNKNOWN)
		flow_banner(f, "stored.unknown", TONE_WARN, ICON_WARNING,
			    say(p, WORD_STORED_UNKNOWN), say(p, WORD_STORED_UNKNOWN_MORE));
	if (state == PAPERS_TOLD)
		told(f, p, v);
	ask(f, p, v, (enum papers_state)state);
	if (view_get_num(v, "for_other"))
		flow_add(f, "stored.whose", NODE_TEXT,
			 filled(p, WORD_STORED_ONLY_YOURS, view_get_text(v, "whose"), NULL), "")
			->tone = TONE_MUTED;
}

const char *stored_trouble(struct page *p, int64_t stored, const char *until)
{
	switch (stored) {
	case STORED_EXPIRED:
		return filled(p, WORD_STORED_EXPIRED, until, NULL);
	case STORED_REVOKED:
		return say(p, WORD_STORED_REVOKED);
	case STORED_ALTERED:
		return say(p, WORD_STORED_ALTERED);
	default:
		return "";
	}
}

static const char *part(struct page *p, const char *before, enum word pattern, const char *value)
{
	if (!value[0])
		return before;
	return page_format(p, "%s%s%s", before, before[0] ? " · " : "",
			   filled(p, pattern, value, NULL));
}

/* "UBND xã Tân Thành · số 12/KS · cấp ngày 18/10/2025 · dùng đến 18/10/2030" */
static const char *facts(struct page *p, const struct view *v, size_t i)
{
	const char *until = view_row_text(v, "papers", i, "until");
	const char *text = view_row_text(v, "papers", i, "issuer");

	text = part(p, text, WORD_STORED_NUMBER, view_row_text(v, "papers", i, "number"));
	text = part(p, text, WORD_STORED_GIVEN, view_row_text(v, "papers", i, "given"));
	if (until[0])
		return part(p, text, WORD_STORED_UNTIL, until);
	return page_format(p, "%s · %s", text, say(p, WORD_STORED_NO_END));
}

static struct node use_choice(struct page *p, const struct view *v, size_t i)
{
	bool on = view_row_num(v, "papers", i, "have") == HAVE_STORED;
	struct node n = { .kind = NODE_CHOICE,
			  .icon = on ? ICON_BOX_ON : ICON_BOX,
			  .text = say(p, on ? WORD_STORED_USED : WORD_STORED_USE),
			  .more = facts(p, v, i),
			  .state = on ? STATE_SELECTED : 0u };

	n.say = page_format(p, "%s: %s. %s", view_row_text(v, "papers", i, "name"), n.text, n.more);
	n.deed = (struct deed){ .action = ACTION_TAKE, .index = (uint32_t)i, .text = "" };
	return n;
}

static struct node see_button(struct page *p, const struct view *v, size_t i)
{
	struct node n = { .kind = NODE_BUTTON,
			  .tone = TONE_SECOND,
			  .type = TYPE_LABEL,
			  .icon = ICON_ZOOM,
			  .text = say(p, WORD_STORED_SEE) };

	n.say = page_format(p, "%s: %s", view_row_text(v, "papers", i, "name"), n.text);
	n.deed = (struct deed){ .action = ACTION_SEE, .index = (uint32_t)i, .text = "" };
	return n;
}

static struct node trouble_banner(struct page *p, const struct view *v, size_t i)
{
	int64_t stored = view_row_num(v, "papers", i, "stored");

	return (struct node){
		.kind = NODE_BANNER,
		.tone = TONE_WARN,
		.icon = ICON_WARNING,
		.text = stored_trouble(p, stored, view_row_text(v, "papers", i, "until")),
	};
}

int stored_height(struct page *p, const struct view *v, size_t i, int width)
{
	int64_t stored = view_row_num(v, "papers", i, "stored");
	int gap = mm(p, GAP_MM);

	if (stored == STORED_VALID) {
		struct node use = use_choice(p, v, i), see = see_button(p, v, i);
		return page_height(p, &use, width) + page_height(p, &see, width) + 2 * gap;
	}
	struct node like = trouble_banner(p, v, i);
	return like.text[0] ? page_height(p, &like, width) + gap : 0;
}

/* Its place, with the gap above it, off the bottom. */
static struct rect cut_place(struct page *p, struct rect *in, const struct node *like)
{
	struct rect r = cut_bottom(in, page_height(p, like, in->w));

	cut_bottom(in, mm(p, GAP_MM));
	return r;
}

static void put(struct page *p, const char *key, struct rect r, const struct node *like)
{
	struct node *n = page_add(p, key, like->kind, r);

	n->icon = like->icon;
	n->tone = like->tone;
	n->type = like->kind == NODE_BUTTON ? like->type : n->type;
	n->text = like->text;
	n->more = like->more;
	n->say = like->say;
	n->state = like->state;
	n->deed = like->deed;
}

void stored_add(struct page *p, struct rect *in, const struct view *v, size_t i)
{
	const char *key = page_format(p, "papers.%zu.stored", i);

	if (view_row_num(v, "papers", i, "stored") == STORED_VALID) {
		struct node use = use_choice(p, v, i), see = see_button(p, v, i);
		struct rect below = cut_place(p, in, &see);
		put(p, key, cut_place(p, in, &use), &use);
		put(p, page_format(p, "papers.%zu.see", i), below, &see);
		return;
	}
	struct node like = trouble_banner(p, v, i);
	if (like.text[0])
		put(p, key, cut_place(p, in, &like), &like);
}
