/* The form, one group of questions at a time; and what is wrong in it. */
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

#define MAX_FIELDS     64
#define MAX_CHOICES    256
#define COLUMN_GAP_MM  8
#define INLINE_CHOICES 4 /* more are chosen from a list of their own */

struct choice {
	char code[32];
	const char *label;
};

/* One field of the view. */
struct asked {
	size_t row;
	const char *key, *label, *type, *value, *error;
	struct choice choices[INLINE_CHOICES];
	size_t choice_count; /* of all, also beyond INLINE_CHOICES */
};

static const char *get(const struct view *v, size_t i, const char *key)
{
	return view_row_text(v, "fields", i, key);
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Line i of "code<TAB>label" lines; false past the end. */
static bool choice_at(struct page *p, const char *lines, size_t i, struct choice *ret)
{
	while (i-- > 0 && *lines) {
		lines += strcspn(lines, "\n");
		lines += *lines == '\n';
	}
	size_t all = strcspn(lines, "\n"), code = strcspn(lines, "\t\n");
	if (all == 0)
		return false;
	snprintf(ret->code, sizeof ret->code, "%.*s", (int)code, lines);
	ret->label = code < all ? page_format(p, "%.*s", (int)(all - code - 1), lines + code + 1)
				: page_format(p, "%.*s", (int)all, lines);
	return true;
}

static size_t count_choices(const char *lines)
{
	size_t n = 0;

	for (; *lines; lines++)
		n += *lines != '\n' && (lines[1] == '\n' || lines[1] == '\0');
	return n < MAX_CHOICES ? n : MAX_CHOICES;
}

static const char *label_of(struct page *p, const struct view *v, size_t i)
{
	const char *label = get(v, i, "label");

	if (view_row_num(v, "fields", i, "must"))
		return label;
	return page_format(p, "%s (%s)", label, say(p, WORD_FORM_OPTIONAL));
}

static struct asked asked_of(struct page *p, const struct view *v, size_t i)
{
	struct asked a = { .row = i,
			   .key = page_format(p, "field.%s", get(v, i, "key")),
			   .label = label_of(p, v, i),
			   .type = get(v, i, "type"),
			   .error = say_err(p, view_row_num(v, "fields", i, "err")) };

	a.value = page_typed(p, node_id(a.key), get(v, i, "value"));
	if (is(a.type, "yesno")) {
		a.choice_count = 2;
		a.choices[0] = (struct choice){ "1", say(p, WORD_YES) };
		a.choices[1] = (struct choice){ "0", say(p, WORD_NO) };
	} else if (is(a.type, "choice")) {
		const char *lines = get(v, i, "choices");
		a.choice_count = count_choices(lines);
		for (size_t c = 0; c < a.choice_count && c < INLINE_CHOICES; c++)
			choice_at(p, lines, c, &a.choices[c]);
	}
	return a;
}

static enum icon type_icon(const char *type, const char *key)
{
	if (is(type, "name"))
		return ICON_PERSON;
	if (is(type, "date"))
		return ICON_CALENDAR;
	if (is(type, "phone"))
		return ICON_PHONE;
	if (is(type, "digits"))
		return ICON_CARD;
	if (strstr(key, "address") || strstr(key, "DiaChi") || strstr(key, "place"))
		return ICON_PLACE;
	return ICON_NONE;
}

/* Where kiosk-core read it, or NULL when a person typed it. */
static const char *source_of(struct page *p, const struct view *v, const struct asked *a)
{
	const char *source = get(v, a->row, "source");

	if (!a->value[0])
		return NULL;
	if (is(source, "chip"))
		return say(p, WORD_FORM_FROM_CHIP);
	if (is(source, "paper"))
		return say(p, WORD_FORM_FROM_PAPER);
	return is(source, "card") ? say(p, WORD_FORM_FROM_CODE) : NULL;
}

static const char *help_of(struct page *p, const struct view *v, const struct asked *a)
{
	const char *help = get(v, a->row, "help");

	if (source_of(p, v, a) == say(p, WORD_FORM_FROM_PAPER))
		return say(p, WORD_FORM_FROM_PAPER); /* to be checked, before all else */
	if (help[0])
		return help;
	if (source_of(p, v, a))
		return source_of(p, v, a);
	if (is(a->type, "date"))
		return say(p, WORD_FORM_DATE_HINT);
	return is(a->type, "phone") ? say(p, WORD_FORM_PHONE_HINT) : "";
}

static struct field_spec spec_of(struct page *p, const struct view *v, const struct asked *a)
{
	return (struct field_spec){
		.key = a->key,
		.label = a->label,
		.value = get(v, a->row, "value"),
		.type = a->type,
		.help = help_of(p, v, a),
		.error = a->error,
		.icon = type_icon(a->type, get(v, a->row, "key")),
		.must = view_row_num(v, "fields", a->row, "must"),
		.filled = source_of(p, v, a) != NULL,
		.from_paper = is(get(v, a->row, "source"), "paper"),
		.max = (int)view_row_num(v, "fields", a->row, "max"),
		.action = ACTION_FIELD,
		.index = (uint32_t)a->row,
	};
}

static bool is_chosen(const struct asked *a, const char *code)
{
	return a->value[0] && is(a->value, code);
}

static void choose(struct page *p, const struct asked *a, const struct choice *c, struct node *n)
{
	n->kind = NODE_CHOICE;
	n->text = c->label;
	n->say = page_format(p, "%s: %s", a->label, c->label);
	n->state = (is_chosen(a, c->code) ? STATE_SELECTED : 0u) | (a->error[0] ? STATE_ERROR : 0u);
	n->deed = (struct deed){ .action = ACTION_FIELD,
				 .index = (uint32_t)a->row,
				 .text = page_format(p, "%s", c->code),
				 .field = node_id(a->key) };
}

/* Two to four answers in one or two columns, where they can be seen and touched at once. */
static struct flow answers(struct page *p, const struct asked *a)
{
	struct flow f = { .gap_mm = GAP_MM, .columns = 2 };

	for (size_t c = 0; c < a->choice_count; c++)
		choose(p, a, &a->choices[c],
		       flow_add(&f, page_format(p, "%s.%s", a->key, a->choices[c].code),
				NODE_CHOICE, "", ""));
	return f;
}

/* The row that opens the list of a field with many answers. */
static struct flow opener(struct page *p, const struct view *v, const struct asked *a)
{
	struct flow f = { .gap_mm = GAP_MM };
	const char *shown = say(p, WORD_FORM_CHOOSE);
	struct choice c;

	size_t used = p->used;
	for (size_t i = 0; choice_at(p, get(v, a->row, "choices"), i, &c); i++) {
		if (is_chosen(a, c.code)) {
			shown = c.label;
			break;
		}
		p->used = used; /* not this one: its label is not kept */
	}
	struct node *n = flow_add(&f, a->key, NODE_ROW, shown, "");
	n->say = page_format(p, "%s: %s", a->label, shown);
	n->deed = (struct deed){ .local = LOCAL_CHOOSE, .index = (uint32_t)a->row + 1 };
	return f;
}

static struct flow choice_flow(struct page *p, const struct view *v, const struct asked *a)
{
	return a->choice_count <= INLINE_CHOICES ? answers(p, a) : opener(p, v, a);
}

/* What was read from a paper, for a person to take; false when there is nothing to offer. */
static bool offer_of(struct page *p, const struct view *v, const struct asked *a, struct node *ret)
{
	const char *offer = get(v, a->row, "offer"), *shown = offer;

	if (!offer[0] || is(offer, a->value) || p->local->field == node_id(a->key))
		return false;
	for (size_t i = 0; i < a->choice_count && i < INLINE_CHOICES; i++)
		if (is(a->choices[i].code, offer))
			shown = a->choices[i].label;
	*ret = (struct node){ .kind = NODE_ROW,
			      .icon = ICON_PAGE,
			      .tone = TONE_AMBER,
			      .text = filled(p, WORD_FORM_OFFER, shown, NULL),
			      .more = filled(p, WORD_FORM_OFFER_FROM, get(v, a->row, "offer_from"),
					     NULL),
			      .deed = { .action = ACTION_TAKE,
					.index = (uint32_t)a->row,
					.text = "",
					.local = LOCAL_FORGET,
					.field = node_id(a->key) } };
	return true;
}

/* With the gap above it. */
static int offer_height(struct page *p, const struct view *v, const struct asked *a, int width)
{
	struct node like;

	return offer_of(p, v, a, &like) ? page_height(p, &like, width) + mm(p, GAP_MM) : 0;
}

/* In the bottom of *area. */
static void add_offer(struct page *p, struct rect *area, const struct view *v,
		      const struct asked *a)
{
	struct node like;
	int height = offer_height(p, v, a, area->w);

	if (height == 0 || !offer_of(p, v, a, &like))
		return;
	cut_top(area, mm(p, GAP_MM));
	struct node *n = page_add(p, page_format(p, "%s.take", a->key), NODE_ROW,
				  cut_top(area, height - mm(p, GAP_MM)));
	n->icon = like.icon;
	n->tone = like.tone;
	n->text = like.text;
	n->more = like.more;
	n->say = page_format(p, "%s: %s. %s", a->label, like.text, like.more);
	n->deed = like.deed;
}

static int own_height(struct page *p, const struct view *v, const struct asked *a, int width)
{
	if (a->choice_count == 0) {
		struct field_spec spec = spec_of(p, v, a);
		return page_field_height(p, &spec, width);
	}
	struct flow f = choice_flow(p, v, a);
	struct node error = {
		.kind = NODE_TEXT, .type = TYPE_CAPTION, .icon = ICON_ERROR, .text = a->error
	};
	return page_text_height(p, TYPE_LABEL, a->label, width) + mm(p, 1) +
	       flow_height(p, &f, width) +
	       (a->error[0] ? mm(p, 1) + page_height(p, &error, width) : 0);
}

static int asked_height(struct page *p, const struct view *v, const struct asked *a, int width)
{
	return own_height(p, v, a, width) + offer_height(p, v, a, width);
}

static void add_choices(struct page *p, struct rect *area, const struct view *v,
			const struct asked *a)
{
	struct flow f = choice_flow(p, v, a);
	struct node *n =
		page_add(p, page_format(p, "%s.label", a->key), NODE_TEXT,
			 cut_top(area, page_text_height(p, TYPE_LABEL, a->label, area->w)));

	n->type = TYPE_LABEL;
	n->text = a->label;
	skip(p, area, 1);
	flow_draw(p, area, &f);
	if (!a->error[0])
		return;
	skip(p, area, 1);
	struct node like = {
		.kind = NODE_TEXT, .type = TYPE_CAPTION, .icon = ICON_ERROR, .text = a->error
	};
	n = page_add(p, page_format(p, "%s.below", a->key), NODE_TEXT,
		     cut_top(area, page_height(p, &like, area->w)));
	n->type = TYPE_CAPTION;
	n->tone = TONE_ERROR;
	n->icon = ICON_ERROR;
	n->text = a->error;
}

static void add_asked(struct page *p, struct rect area, const struct view *v, const struct asked *a)
{
	if (a->choice_count > 0) {
		add_choices(p, &area, v, a);
	} else {
		struct field_spec spec = spec_of(p, v, a);
		page_field(p, &area, &spec);
	}
	add_offer(p, &area, v, a);
}

/* The row being typed in; n when there is none. */
static size_t typed_row(struct page *p, const struct view *v, size_t n)
{
	for (size_t i = 0; i < n && p->local->field; i++)
		if (node_id(page_format(p, "field.%s", get(v, i, "key"))) == p->local->field)
			return i;
	return n;
}

/* Fields beside one another, where the panel lies and the letters allow it. */
struct lines {
	int heights[MAX_FIELDS];
	size_t count, columns, typed; /* typed: line of the field being typed in, or count */
	int all;                      /* height of all, with gaps */
};

static struct lines lines_of(struct page *p, const struct view *v, size_t n, int width, int gap)
{
	bool wide = is_spacious(p);
	struct lines l = { .columns = wide ? 2 : 1, .all = -gap };
	size_t typing = typed_row(p, v, n);
	int cell = wide ? (width - mm(p, COLUMN_GAP_MM)) / 2 : width;

	for (size_t i = 0; i < n; i++) {
		struct asked a = asked_of(p, v, i);
		int h = asked_height(p, v, &a, cell), *line = &l.heights[i / l.columns];
		*line = h > *line ? h : *line;
	}
	l.count = (n + l.columns - 1) / l.columns;
	l.typed = typing < n ? typing / l.columns : l.count;
	for (size_t i = 0; i < l.count; i++)
		l.all += l.heights[i] + gap;
	return l;
}

static void fields(struct page *p, struct rect body, const struct view *v)
{
	size_t n = view_rows(v, "fields");
	int gap = mm(p, 5);

	n = n < MAX_FIELDS ? n : MAX_FIELDS;
	struct lines l = lines_of(p, v, n, body.w, gap);
	struct part part = { 0, l.count };
	if (l.typed == l.count)
		part = page_part(p, &body, l.heights, l.count, gap);
	else if (l.all > body.h)
		part.first = l.typed; /* what is typed in stays in sight above the keyboard */
	for (size_t i = part.first; i < part.end; i++) {
		if (l.heights[i] > body.h && i > part.first)
			break;
		struct rect line = cut_top(&body, l.heights[i]);
		for (size_t c = 0; c < l.columns && i * l.columns + c < n; c++) {
			struct asked a = asked_of(p, v, i * l.columns + c);
			add_asked(p, column(line, (int)l.columns, mm(p, COLUMN_GAP_MM), (int)c), v,
				  &a);
		}
		cut_top(&body, gap);
	}
}

#define LIST_COLUMNS 2

/* Height of line i of the list: the higher of its two answers. */
static int answers_height(struct page *p, const char *lines, size_t i, int width)
{
	int highest = 0;
	size_t used = p->used;

	for (size_t k = i * LIST_COLUMNS; k < (i + 1) * LIST_COLUMNS; k++) {
		struct choice c;
		if (!choice_at(p, lines, k, &c))
			break;
		struct node like = { .kind = NODE_CHOICE, .text = c.label };
		int h = page_height(p, &like, width);
		highest = h > highest ? h : highest;
	}
	p->used = used; /* the labels were only measured */
	return highest;
}

/* All answers of one field, instead of the form, until one is chosen. */
static void list_of_answers(struct page *p, struct rect *body, const struct view *v, size_t i)
{
	struct asked a = asked_of(p, v, i);
	const char *lines = get(v, i, "choices");
	int heights[MAX_CHOICES / LIST_COLUMNS + 1], gap = mm(p, GAP_MM);
	size_t rows = (a.choice_count + LIST_COLUMNS - 1) / LIST_COLUMNS;
	struct rect way = cut_bottom(body, page_control_height(p, TYPE_BUTTON, 1));

	cut_bottom(body, mm(p, 5));
	for (size_t r = 0; r < rows; r++)
		heights[r] = answers_height(p, lines, r, (body->w - gap) / LIST_COLUMNS);
	struct part part = page_part(p, body, heights, rows, gap);
	for (size_t r = part.first; r < part.end; r++) {
		struct rect line = cut_top(body, heights[r]);
		for (int k = 0; k < LIST_COLUMNS; k++) {
			struct choice c;
			if (!choice_at(p, lines, r * LIST_COLUMNS + (size_t)k, &c))
				break;
			choose(p, &a, &c,
			       page_add(p, page_format(p, "%s.%s", a.key, c.code), NODE_CHOICE,
					column(line, LIST_COLUMNS, gap, k)));
		}
		cut_top(body, gap);
	}
	struct node *n = page_button(p, "chosen", way, TONE_PRIMARY, ICON_CHECK,
				     say(p, WORD_KEY_DONE), ACTION_NONE);
	n->deed.local = LOCAL_CHOOSE;
}

void screen_FORM(struct page *p, const struct view *v)
{
	struct rect body = frame_begin_typing(p, v);
	bool typing = p->local->field != 0, tight = typing && !is_portrait(p->metrics);
	size_t chosen = (size_t)p->local->chosen;
	const struct way ways[] = { way_back(p), way_next(p, say(p, WORD_NEXT), ACTION_NEXT) };

	if (chosen > 0 && chosen <= view_rows(v, "fields")) {
		frame_title(p, &body,
			    filled(p, WORD_FORM_PICK_TITLE, get(v, chosen - 1, "label"), NULL), "");
		list_of_answers(p, &body, v, chosen - 1);
		return;
	}
	const char *part = filled_num(p, WORD_FORM_GROUP, (long)view_get_num(v, "group") + 1,
				      (long)view_get_num(v, "groups"));
	if (!tight)
		frame_title(p, &body, view_get_text(v, "title"), typing ? "" : part);
	if (!typing)
		frame_actions(p, &body, ways, 2);
	fields(p, body, v);
}

void screen_FORM_ERRORS(struct page *p, const struct view *v)
{
	struct rect body = frame_begin(p, v);
	struct flow f = { .gap_mm = 4 };
	size_t n = view_rows(v, "errors");
	const struct way ways[] = { way_back(p),
				    way_next(p, say(p, WORD_FORM_ERRORS_FIX), ACTION_NEXT) };

	frame_title(p, &body,
		    counted(p, WORD_FORM_ERRORS_TITLE_ONE, WORD_FORM_ERRORS_TITLE, (long)n),
		    say(p, WORD_FORM_ERRORS_SUB));
	frame_actions(p, &body, ways, 2);
	for (size_t i = 0; i < n && i < FLOW_MAX; i++) {
		struct node *r = flow_add(&f, page_format(p, "errors.%zu", i), NODE_ROW,
					  view_row_text(v, "errors", i, "label"),
					  say_err(p, view_row_num(v, "errors", i, "err")));
		r->icon = ICON_ERROR;
		r->tone = TONE_ERROR;
		r->deed.action = ACTION_GO;
		r->deed.index = (uint32_t)view_row_num(v, "errors", i, "group");
	}
	flow_draw(p, &body, &f);
}
