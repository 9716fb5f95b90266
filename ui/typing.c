#include "ui/typing.h"

#include <stdio.h>
#include <string.h>

static struct local *local_of(struct app *a)
{
	return a->over.present ? &a->over.local : &a->base.local;
}

static struct typed *find(struct local *l, uint32_t field)
{
	for (size_t i = 0; i < TYPED_MAX; i++)
		if (l->typed[i].field == field)
			return &l->typed[i];
	return NULL;
}

/* The slot of a field, made with the value that is shown when there is none yet. NULL when all
 * are taken. */
static struct typed *slot(struct local *l, const struct node *field)
{
	struct typed *t = find(l, field->id);

	if (t)
		return t;
	t = find(l, 0);
	if (!t)
		return NULL;
	*t = (struct typed){ .field = field->id,
			     .action = field->deed.action,
			     .index = field->deed.index };
	snprintf(t->text, sizeof t->text, "%s", field->more);
	return t;
}

static void send(struct app *a, struct typed *t)
{
	struct msg_act m = { .turn = a->turn, .action = (uint16_t)t->action, .index = t->index };

	t->turn = a->turn;
	snprintf(m.text, sizeof m.text, "%s", t->text);
	if (a->act)
		a->act(a->data, &m);
	explicit_bzero(&m, sizeof m);
}

void typing_open(struct app *a, const struct node *field)
{
	struct local *l = local_of(a);

	l->field = field->id;
	keyboard_open(&l->keyboard, field->deed.text, field->max, field->more);
	app_rebuild(a);
}

void typing_close(struct app *a)
{
	local_of(a)->field = 0;
	app_rebuild(a);
}

/* The field that is typed in, as it is on the present page. */
static struct typed *present(struct app *a)
{
	struct local *l = local_of(a);
	const struct node *field = l->field ? page_find(a->now, l->field) : NULL;

	return field && field->kind == NODE_FIELD ? slot(l, field) : NULL;
}

static void changed(struct app *a, struct typed *t, bool text_changed)
{
	if (text_changed) {
		t->resent = false;
		send(a, t);
	}
	app_rebuild(a);
}

void typing_key(struct app *a, uint32_t key)
{
	struct typed *t = present(a);
	struct keyboard *k = &local_of(a)->keyboard;

	if (t)
		changed(a, t, keyboard_press(k, key, t->text, sizeof t->text));
}

void typing_text(struct app *a, const char *typed)
{
	struct typed *t = present(a);
	struct keyboard *k = &local_of(a)->keyboard;

	if (t)
		changed(a, t, keyboard_type(k, typed, t->text, sizeof t->text));
}

void typing_choose(struct app *a, const struct node *choice)
{
	struct local *l = local_of(a);
	struct typed *t = find(l, choice->deed.field);

	if (!t)
		t = find(l, 0);
	if (!t)
		return;
	*t = (struct typed){ .field = choice->deed.field,
			     .action = choice->deed.action,
			     .index = choice->deed.index };
	snprintf(t->text, sizeof t->text, "%s", choice->deed.text);
}

void typing_forget(struct app *a, uint32_t field)
{
	struct typed *t = field ? find(local_of(a), field) : NULL;

	if (t)
		explicit_bzero(t, sizeof *t);
}

/* A search is answered letter by letter, always with what was typed, so the last answer is still to
 * come; unless it went to a screen that was there no more. */
static bool is_to_come(const struct app *a, const struct typed *t)
{
	return t->action == ACTION_SEARCH && t->turn == a->turn;
}

void typing_settle(struct app *a)
{
	struct local *l = local_of(a);
	bool dropped = false;

	for (size_t i = 0; i < TYPED_MAX; i++) {
		struct typed *t = &l->typed[i];
		if (!t->field || !t->stale || is_to_come(a, t))
			continue;
		if (!t->resent || t->action == ACTION_SEARCH) {
			t->resent = true;
			send(a, t);
		} else if (t->field != l->field) {
			explicit_bzero(t, sizeof *t);
			dropped = true;
		}
	}
	if (dropped)
		app_rebuild(a);
}
