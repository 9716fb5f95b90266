/* A machine that does not serve yet: it is set up by a technician, or says what is wrong with it.
 * The words are those of setup.def and board.def. */
#include "firmware/base/board.h"
#include "firmware/base/setup.h"
#include "ui/flow.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/screen.h"

#include <stdio.h>
#include <string.h>

#define MAX_ITEMS   56
#define QR_MM       78
#define QR_LYING_MM 52

/* What stands below one another: a node, or a field with its label. */
struct item {
	bool field;
	struct field_spec spec;
	struct node like;
	bool secret;
	int height;
};

struct items {
	struct item all[MAX_ITEMS];
	size_t count, typed; /* typed: the field being typed in, or count */
};

static struct node *add(struct items *l, const char *key, enum node_kind kind, const char *text,
			const char *more)
{
	struct item *i = &l->all[l->count < MAX_ITEMS ? l->count++ : MAX_ITEMS - 1];

	*i = (struct item){ .like = { .key = key,
				      .kind = kind,
				      .type = TYPE_BODY,
				      .text = text ? text : "",
				      .more = more ? more : "",
				      .say = "" } };
	return &i->like;
}

static void add_note(struct items *l, const char *key, enum note_tone tone, const char *text,
		     const char *more)
{
	static const enum tone TONES[] = { TONE_INFO, TONE_OK, TONE_WARN, TONE_ERROR };
	static const enum icon ICONS[] = { ICON_INFO, ICON_CHECK_CIRCLE, ICON_WARNING, ICON_ERROR };
	struct node *n = add(l, key, NODE_BANNER, text, more);

	n->tone = TONES[tone];
	n->icon = ICONS[tone];
}

static void add_notes(struct items *l, struct page *p, const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "notes"); i++) {
		const struct said_row *n =
			note_row(note_by_id(view_row_text(v, "notes", i, "note")));

		add_note(l, page_format(p, "note.%zu", i), n->tone, n->words[p->language],
			 view_row_text(v, "notes", i, "more"));
	}
}

static void add_field(struct items *l, struct page *p, const struct ask_row *a, size_t row,
		      const struct view *v)
{
	const char *fault = view_row_text(v, "asks", row, "fault");
	bool pin = strcmp(a->kind, "PIN") == 0;
	struct item *i = &l->all[l->count < MAX_ITEMS ? l->count++ : MAX_ITEMS - 1];
	const char *label = a->label[p->language];

	if (!a->must && !pin)
		label = page_format(p, "%s (%s)", label, say(p, WORD_FORM_OPTIONAL));
	*i = (struct item){
		.field = true,
		.secret = pin,
		.spec = { .key = page_format(p, "field.%s", a->id),
			  .label = label,
			  .value = view_row_text(v, "asks", row, "value"),
			  .type = pin ? "digits" : a->kind,
			  .help = a->help[p->language],
			  .error =
				  fault[0] ? fault_row(fault_by_id(fault))->words[p->language] : "",
			  .must = a->must,
			  .max = a->max,
			  .action = ACTION_FIELD,
			  .index = (uint32_t)row }
	};
	if (node_id(i->spec.key) == p->local->field)
		l->typed = l->count - 1;
}

/* Its answers, one of which is chosen. */
static void add_choices(struct items *l, struct page *p, enum ask ask, size_t row,
			const struct view *v)
{
	const char *value = view_row_text(v, "asks", row, "value");
	const char *fault = view_row_text(v, "asks", row, "fault");
	const struct ask_row *a = ask_row(ask);
	const struct choice_row *c;

	if (fault[0])
		add_note(l, page_format(p, "field.%s.below", a->id), NOTE_ERROR,
			 fault_row(fault_by_id(fault))->words[p->language], "");
	for (size_t i = 0; (c = choice_row(ask, i)); i++) {
		bool chosen = strcmp(value, c->value) == 0;
		struct node *n = add(l, page_format(p, "%s.%s", a->id, c->value), NODE_CHOICE,
				     c->words[p->language], c->help[p->language]);

		n->icon = chosen ? ICON_RADIO_ON : ICON_RADIO;
		n->state = chosen ? STATE_SELECTED : 0u;
		n->say = page_format(p, "%s: %s", a->label[p->language], n->text);
		n->deed.action = ACTION_PICK;
		n->deed.index = (uint32_t)i;
	}
}

static void add_asks(struct items *l, struct page *p, const struct view *v)
{
	for (size_t i = 0; i < view_rows(v, "asks"); i++) {
		enum ask a = ask_by_id(view_row_text(v, "asks", i, "ask"));

		if (a < ASK_COUNT && choice_row(a, 0))
			add_choices(l, p, a, i, v);
		else if (a < ASK_COUNT)
			add_field(l, p, ask_row(a), i, v);
	}
}

static void add_report(struct items *l, struct page *p, const struct view *v)
{
	static const enum tone TONES[] = { TONE_AMBER, TONE_GREEN, TONE_ROSE, TONE_AMBER };
	static const enum icon ICONS[] = { ICON_HELP, ICON_CHECK_CIRCLE, ICON_WARNING, ICON_INFO };
	static const enum word STATES[] = { WORD_SETUP_UNKNOWN, WORD_SETUP_GOOD, WORD_SETUP_BAD,
					   WORD_SETUP_EMPTY };

	for (size_t i = 0; i < view_rows(v, "ready"); i++) {
		const struct said_row *r =
			ready_row(ready_by_id(view_row_text(v, "ready", i, "ready")));
		int64_t state = view_row_num(v, "ready", i, "state");
		const char *more = view_row_text(v, "ready", i, "more");

		state = state >= 0 && state <= 3 ? state : 0;
		struct node *n =
			add(l, page_format(p, "ready.%zu", i), NODE_ROW, r->words[p->language],
			    filled(p, STATES[state], r->todo[p->language], NULL));
		if (more[0])
			n->more = page_format(p, "%s (%s)", n->more, more);
		n->tone = TONES[state];
		n->icon = ICONS[state];
	}
}

/* Four groups a line, as on paper. */
static void add_print(struct items *l, struct page *p, const char *print)
{
	enum { LINE = 20 };

	for (size_t i = 0; print[0] && i < 8; i++) {
		size_t len = strlen(print), n = len < LINE ? len : LINE;
		struct node *line = add(l, page_format(p, "fingerprint.%zu", i), NODE_TEXT,
					page_format(p, "%.*s", (int)n, print), "");

		line->type = TYPE_H1;
		print += n;
	}
}

static void add_facts(struct items *l, struct page *p, const struct view *v)
{
	const char *now = view_get_text(v, "now"), *print = view_get_text(v, "fingerprint");
	const char *qr = view_get_text(v, "qr");

	if (now[0])
		add(l, "now", NODE_FACT, say(p, WORD_SETUP_NOW), now);
	if (print[0])
		add_print(l, p, print);
	if (!qr[0])
		return;
	struct node *n = add(l, "qr", NODE_QR, "", qr);
	n->say = say(p, WORD_SETUP_KEY);
	add(l, "key", NODE_TEXT, qr, "")->type = TYPE_H2;
}

static int item_height(struct page *p, const struct item *i, int width)
{
	if (i->field)
		return page_field_height(p, &i->spec, width);
	if (i->like.kind == NODE_QR)
		return mm(p, is_portrait(p->metrics) ? QR_MM : QR_LYING_MM);
	if (i->like.kind == NODE_PROGRESS)
		return mm(p, 10);
	return page_height(p, &i->like, width);
}

static void draw_item(struct page *p, struct rect r, const struct item *i)
{
	if (i->field) {
		struct node *n = page_field(p, &r, &i->spec);
		n->state |= i->secret ? STATE_SECRET : 0u;
		return;
	}
	struct node *n = page_add(p, i->like.key, i->like.kind,
				  i->like.kind == NODE_QR ? centred(r, r.h, r.h) : r);
	n->tone = i->like.tone;
	n->type = i->like.type;
	n->icon = i->like.icon;
	n->state = i->like.state;
	n->text = i->like.text;
	n->more = i->like.more;
	n->say = i->like.say;
	n->value = i->like.value;
	n->deed.action = i->like.deed.action;
	n->deed.index = i->like.deed.index;
}

/* As many as fit, with ways to the others; while a person types, what is typed in. */
static void draw_items(struct page *p, struct rect area, struct items *l)
{
	int heights[MAX_ITEMS], gap = mm(p, 4);
	struct part part = { l->typed, l->typed + 1 };

	for (size_t i = 0; i < l->count; i++)
		heights[i] = item_height(p, &l->all[i], area.w);
	if (l->typed >= l->count)
		part = page_part(p, &area, heights, l->count, gap);
	for (size_t i = part.first; i < part.end; i++) {
		draw_item(p, cut_top(&area, heights[i]), &l->all[i]);
		cut_top(&area, gap);
	}
}

static struct way next_way(struct page *p, const struct view *v, enum setup_step step)
{
	bool key = step == SETUP_RECOVERY && view_get_text(v, "qr")[0];
	enum word word = step == SETUP_TRUST   ? WORD_SETUP_SAME
			 : key                 ? WORD_SETUP_WRITTEN
			 : step == SETUP_READY ? WORD_SETUP_SERVE
					       : WORD_NEXT;

	return way_next(p, view_get_num(v, "go") ? say(p, word) : NULL, ACTION_NEXT);
}

static void step_ways(struct page *p, struct rect *body, const struct view *v, enum setup_step step)
{
	struct way ways[4];
	size_t n = 0;

	if (view_get_num(v, "back"))
		ways[n++] = way_back(p);
	if (view_get_num(v, "again"))
		ways[n++] = (struct way){ .key = "again",
					  .text = say(p, WORD_SETUP_AGAIN),
					  .icon = ICON_RETRY,
					  .tone = TONE_SECOND,
					  .action = ACTION_AGAIN };
	if (view_get_num(v, "skip") && step == SETUP_START)
		ways[n++] = (struct way){ .key = "leave",
					  .text = say(p, WORD_SETUP_LEAVE),
					  .icon = ICON_CLOSE,
					  .tone = TONE_SECOND,
					  .action = ACTION_SKIP };
	if (view_get_num(v, "go"))
		ways[n++] = next_way(p, v, step);
	frame_actions(p, body, ways, n);
}

void screen_SETUP(struct page *p, const struct view *v)
{
	enum setup_step step = step_by_id(view_get_text(v, "step"));
	const struct step_row *row = step_row(step);
	struct rect body = frame_begin_typing(p, v);
	bool typing = p->local->field != 0, tight = typing && !is_portrait(p->metrics);
	struct items l = { .typed = MAX_ITEMS };
	const char *where = filled_num(p, WORD_SETUP_STEP, (long)view_get_num(v, "number"),
				       (long)view_get_num(v, "numbers"));

	if (!tight)
		frame_title(p, &body, row->title[p->language],
			    typing ? "" : page_format(p, "%s. %s", where, row->more[p->language]));
	if (!typing)
		step_ways(p, &body, v, step);
	add_notes(&l, p, v);
	if (view_get_num(v, "busy")) {
		struct node *n = add(&l, "progress", NODE_PROGRESS,
				     note_row(NOTE_AT_WORK)->words[p->language], "");
		n->value = -1;
	}
	add_facts(&l, p, v);
	add_asks(&l, p, v);
	add_report(&l, p, v);
	draw_items(p, body, &l);
}

static void add_key(struct items *l, struct page *p, const struct view *v)
{
	struct item *i = &l->all[l->count++];

	*i = (struct item){ .field = true,
			    .spec = { .key = "field.key",
				      .label = say(p, WORD_BOARD_KEY),
				      .value = view_get_text(v, "value"),
				      .type = KEYS_TYPE_SECRET,
				      .max = 80,
				      .action = ACTION_FIELD } };
	if (node_id(i->spec.key) == p->local->field)
		l->typed = l->count - 1;
}

static void board_ways(struct page *p, struct rect *body, const struct view *v)
{
	const struct way again = { .key = "again",
				   .text = say(p, WORD_BOARD_AGAIN),
				   .icon = ICON_RETRY,
				   .tone = TONE_SECOND,
				   .action = ACTION_AGAIN };
	struct way open = way_next(p, say(p, WORD_BOARD_OPEN), ACTION_NEXT);

	open.icon = ICON_LOCK;
	if (!view_get_num(v, "busy") && !view_get_num(v, "stays"))
		frame_actions(p, body, (struct way[]){ again, open },
			      view_get_num(v, "key") ? 2 : 1);
}

/* Who stands there hears first where to go; the rest is for staff. */
void screen_BOARD(struct page *p, const struct view *v)
{
	enum trouble t = trouble_by_word(view_get_text(v, "trouble"));
	const struct trouble_row *row = trouble_row(t);
	struct rect body = frame_begin_typing(p, v);
	struct items l = { .typed = MAX_ITEMS };
	const char *note = view_get_text(v, "note"), *why = view_get_text(v, "why");
	bool typing = p->local->field != 0;

	if (!typing || is_portrait(p->metrics))
		frame_title(p, &body, say(p, WORD_PAUSED_TITLE),
			    typing ? "" : say(p, WORD_BOARD_SUB));
	if (!typing)
		board_ways(p, &body, v);
	if (note[0])
		add_note(&l, "note", note_row(note_by_id(note))->tone,
			 note_row(note_by_id(note))->words[p->language], "");
	add_note(&l, "trouble", NOTE_ERROR, row->what[p->language], row->next[p->language]);
	add(&l, "code", NODE_FACT, say(p, WORD_BOARD_CODE), row->code)->type = TYPE_H2;
	if (view_get_num(v, "key"))
		add_key(&l, p, v);
	if (view_get_num(v, "busy"))
		add(&l, "progress", NODE_PROGRESS, note_row(NOTE_AT_WORK)->words[p->language], "")
			->value = -1;
	for (size_t i = 0; i < view_rows(v, "more"); i++) {
		row = trouble_row(trouble_by_word(view_row_text(v, "more", i, "trouble")));
		add_note(&l, page_format(p, "more.%zu", i), NOTE_WARN, row->what[p->language],
			 page_format(p, "%s %s", row->code, row->next[p->language]));
	}
	if (why[0]) {
		struct node *n = add(&l, "why", NODE_TEXT,
				     page_format(p, "%s: %s", say(p, WORD_BOARD_WHY), why), "");
		n->type = TYPE_CAPTION;
		n->tone = TONE_MUTED;
	}
	draw_items(p, body, &l);
}
