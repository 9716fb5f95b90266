#include "ui/app.h"

#include "firmware/base/auto.h"
#include "firmware/base/chip.h"
#include "ui/focus.h"
#include "ui/large.h"
#include "ui/sound.h"
#include "ui/typing.h"
#include "ui/wipe.h"

#include <stdio.h>
#include <string.h>

enum err app_init(struct app *a, struct display *d, const struct metrics *m)
{
	*a = (struct app){ .display = d, .metrics = *m };
	enum err e = text_create(&a->text);
	if (e == ERR_OK)
		e = shapes_create(&a->shapes);
	if (e == ERR_OK)
		e = page_create(&a->now);
	if (e == ERR_OK)
		e = page_create(&a->before);
	if (e != ERR_OK)
		app_finish(a);
	else
		a->now->metrics = a->before->metrics = &a->metrics;
	return e;
}

static void close_layer(struct layer *l)
{
	view_close(&l->view);
	explicit_bzero(&l->local, sizeof l->local);
	l->present = false;
}

/* Everything of the last citizen that this program keeps. */
static void wipe_all(struct app *a)
{
	close_layer(&a->base);
	close_layer(&a->over);
	page_begin(a->now);
	page_begin(a->before);
	text_wipe(a->text);
	shapes_wipe(a->shapes);
	explicit_bzero(&a->touch, sizeof a->touch);
	wipe_stack();
}

void app_finish(struct app *a)
{
	if (a->text && a->shapes && a->now && a->before)
		wipe_all(a);
	page_destroy(a->now);
	page_destroy(a->before);
	shapes_destroy(a->shapes);
	text_destroy(a->text);
	*a = (struct app){ 0 };
}

static struct local *top_local(struct app *a)
{
	return a->over.present ? &a->over.local : &a->base.local;
}

static void build_layer(struct page *p, struct layer *l, int zone)
{
	p->local = &l->local;
	p->screen = l->screen;
	p->zone = zone + ZONE_BODY;
	if (l->present)
		screen_build(l->screen, p, &l->view);
}

static uint32_t pressed_id(const struct app *a)
{
	uint32_t touched = touch_pressed(&a->touch);

	return touched ? touched : a->waiting;
}

static void build(struct app *a, struct page *p)
{
	page_begin(p);
	p->metrics = &a->metrics;
	p->text = a->text;
	p->language = a->language;
	p->look = a->look;
	p->pressed = pressed_id(a);
	p->tick = a->tick;
	build_layer(p, &a->base, 0);
	for (size_t i = 0; a->over.present && i < p->count; i++)
		p->nodes[i].state |= STATE_UNDER;
	if (a->over.present)
		build_layer(p, &a->over, ZONE_COUNT);
	p->local = top_local(a);
	page_finish(p);
}

static struct rect bounds(const struct app *a)
{
	return (struct rect){ 0, 0, a->metrics.width_px, a->metrics.height_px };
}

void app_rebuild(struct app *a)
{
	struct page *old = a->now;

	build(a, a->before);
	a->now = a->before;
	a->before = old;
	if (old->look != a->look || old->count == 0)
		damage_add(&a->damage, bounds(a), bounds(a));
	else
		damage_diff(&a->damage, a->before, a->now);
}

/* Pressed and focused are states of nodes that are there already: the page need not be built. */
static void restate(struct app *a)
{
	uint32_t pressed = pressed_id(a), focus = top_local(a)->focus;

	for (size_t i = 0; i < a->now->count; i++) {
		struct node *n = &a->now->nodes[i];
		unsigned state = n->state & ~(unsigned)(STATE_PRESSED | STATE_FOCUSED);
		if (node_is_control(n))
			state |= (n->id == pressed ? STATE_PRESSED : 0u) |
				 (n->id == focus ? STATE_FOCUSED : 0u);
		if (state != n->state)
			damage_add(&a->damage, draw_ink(&a->metrics, n), bounds(a));
		n->state = state;
	}
}

/* Same screen, for a form the same group, for a card the same kind of key: then what was typed
 * stays. */
static bool same_screen(const struct layer *l, enum screen s, const struct view *v)
{
	return l->present && l->screen == s &&
	       view_get_num(&l->view, "group") == view_get_num(v, "group") &&
	       view_get_num(&l->view, "kind") == view_get_num(v, "kind");
}

static void fill_layer(struct layer *l, enum screen s, struct view *v)
{
	if (!same_screen(l, s, v))
		explicit_bzero(&l->local, sizeof l->local);
	view_close(&l->view);
	l->present = true;
	l->screen = s;
	l->view = *v;
	*v = (struct view){ 0 };
}

/* Card and chip: put down, lifted too soon, not readable, not the right one. */
static enum sound sound_of_card(enum screen s, const struct view *v)
{
	static const enum sound CHIP[] = { SOUND_TICK, SOUND_WARN };
	int64_t state = view_get_num(v, "state"), verdict = view_get_num(v, "verdict");

	if (s == SCREEN_CHIP)
		return state >= 0 && state < 2 ? CHIP[state] : SOUND_ERROR;
	if (s == SCREEN_IDENTITY)
		return verdict == VERDICT_ALTERED || verdict == VERDICT_COPIED ? SOUND_ERROR
									       : SOUND_OK;
	return view_get_num(v, "err") != ERR_OK ? SOUND_ERROR : SOUND_COUNT;
}

static enum sound sound_of(enum screen s, const struct view *v)
{
	if (s == SCREEN_FAULT || s == SCREEN_REFUSED || s == SCREEN_FORM_ERRORS)
		return SOUND_ERROR;
	if (s == SCREEN_TIMEOUT)
		return SOUND_WARN;
	if (s == SCREEN_ACCEPTED || s == SCREEN_ACCEPTED_OFFLINE)
		return SOUND_OK;
	if (s == SCREEN_IDENTIFY || s == SCREEN_CARD_KEY || s == SCREEN_CHIP ||
	    s == SCREEN_IDENTITY)
		return sound_of_card(s, v);
	return SOUND_COUNT;
}

static void beep(struct app *a, enum sound s)
{
	if (a->beep && s < SOUND_COUNT)
		a->beep(a->data, (int)s);
}

/* Their visit is over. It may be hours from THANKS to ATTRACT: staff may be called. */
static bool is_nobodys(enum screen s)
{
	return s == SCREEN_ATTRACT || s == SCREEN_THANKS;
}

/* Who shows nothing has wiped all, or has never shown anything. */
static bool is_shown(const struct app *a)
{
	return a->base.present || a->over.present;
}

void app_show(struct app *a, const struct shown *s, struct view *v, int64_t now_ms)
{
	bool over = screen_is_overlay(s->screen);
	struct layer *l = over ? &a->over : &a->base;
	bool new_screen = !same_screen(l, s->screen, v) || (!over && a->over.present);
	enum sound heard = new_screen ? SOUND_COUNT : sound_of(l->screen, &l->view);
	enum sound sound = sound_of(s->screen, v);
	bool same = a->base.present && a->base.screen == s->screen;

	if (is_nobodys(s->screen) && !same && is_shown(a))
		wipe_all(a);
	if (!over)
		close_layer(&a->over);
	else if (a->base.present && a->base.screen != (enum screen)view_get_num(v, "under"))
		close_layer(&a->base);
	fill_layer(l, s->screen, v);
	a->turn = s->turn;
	a->waiting = 0;
	a->language = s->language < LANGUAGE_COUNT ? s->language : LANGUAGE_VI;
	a->look = s->look & LOOK_ALL;
	if (new_screen)
		touch_changed(&a->touch, now_ms);
	if (sound != heard)
		beep(a, sound);
	app_rebuild(a);
	typing_settle(a);
}

enum err app_pause(struct app *a, const char *hotline, int64_t now_ms)
{
	struct shown s = { a->turn, SCREEN_PAUSED, a->language, a->look };
	struct view_writer w = { 0 };
	struct view v = { 0 };
	AUTO_FD fd = -1;

	view_text(&w, "hotline", hotline);
	enum err e = view_seal(&w, &fd);
	if (e == ERR_OK)
		e = view_open(fd, &v);
	if (e != ERR_OK)
		return e;
	wipe_all(a);
	app_show(a, &s, &v, now_ms);
	return ERR_OK;
}

static void send(struct app *a, enum action action, uint32_t index, const char *text)
{
	struct msg_act m = { .turn = a->turn, .action = (uint16_t)action, .index = index };

	memccpy(m.text, text, '\0', sizeof m.text - 1);
	if (a->act)
		a->act(a->data, &m);
	explicit_bzero(&m, sizeof m);
}

/* The page changes; its node may be gone after that. */
static void act_and_rebuild(struct app *a, struct deed deed)
{
	char text[64];

	snprintf(text, sizeof text, "%s", deed.text);
	app_rebuild(a);
	send(a, deed.action, deed.index, text);
}

static void look_closer(struct app *a, struct local *l, struct deed deed)
{
	bool other = large_page(l->large) != large_page(deed.index);

	l->large = deed.index;
	app_rebuild(a);
	if (other && deed.action != ACTION_NONE)
		send(a, deed.action, large_page(l->large), "");
}

void app_activate(struct app *a, const struct node *n)
{
	struct local *l = top_local(a);

	beep(a, SOUND_TICK);
	switch (n->deed.local) {
	case LOCAL_EDIT:
		typing_open(a, n);
		return;
	case LOCAL_KEY:
		typing_key(a, n->deed.index);
		return;
	case LOCAL_DONE:
		typing_close(a);
		return;
	case LOCAL_SCROLL:
		l->scroll = (int)n->deed.index;
		app_rebuild(a);
		return;
	case LOCAL_CHOOSE:
		l->chosen = (int)n->deed.index;
		app_rebuild(a);
		return;
	case LOCAL_LARGE:
		look_closer(a, l, n->deed);
		return;
	case LOCAL_CLOSE:
		l->large = 0;
		act_and_rebuild(a, n->deed);
		return;
	case LOCAL_FORGET:
		typing_forget(a, n->deed.field);
		act_and_rebuild(a, n->deed);
		return;
	case LOCAL_SOUND:
		beep(a, SOUND_OK);
		break;
	case LOCAL_NONE:
		break;
	}
	if (n->deed.field)
		typing_choose(a, n);
	else
		a->waiting = n->id;
	send(a, n->deed.action, n->deed.index, n->deed.text);
	if (n->deed.field)
		app_rebuild(a);
	else
		restate(a);
}

static void activate_id(struct app *a, uint32_t id)
{
	const struct node *n = id ? page_find(a->now, id) : NULL;

	if (n && node_is_control(n))
		app_activate(a, n);
}

static void move_focus(struct app *a, int step)
{
	struct local *l = top_local(a);

	l->focus = focus_step(a->now, l->focus, step);
	restate(a);
}

static void escape(struct app *a)
{
	if (top_local(a)->field && !top_local(a)->stays)
		typing_close(a);
	else
		activate_id(a, node_id("back"));
}

static bool is_complete(const struct page *p, uint32_t field)
{
	const struct node *n = page_find(p, field);

	return n && n->max > 0 && strlen(n->more) >= (size_t)n->max;
}

/* Enter on the field that is typed in ends typing, and goes on where the keys stay and nothing is
 * missing; anywhere else it is a tap. */
static void enter(struct app *a)
{
	struct local *l = top_local(a);
	bool typed = l->field && (l->focus == 0 || l->focus == l->field);

	if (typed && l->stays && is_complete(a->now, l->field))
		activate_id(a, node_id("next"));
	else if (typed && l->stays)
		return;
	else if (typed)
		typing_close(a);
	else
		activate_id(a, l->focus);
}

static void on_key(struct app *a, enum display_key key)
{
	switch (key) {
	case KEY_DOWN:
	case KEY_RIGHT:
	case KEY_TAB:
		move_focus(a, 1);
		break;
	case KEY_UP:
	case KEY_LEFT:
	case KEY_BACK_TAB:
		move_focus(a, -1);
		break;
	case KEY_ENTER:
		enter(a);
		break;
	case KEY_ESCAPE:
		escape(a);
		break;
	case KEY_BACKSPACE:
		typing_text(a, "\b");
		break;
	case KEY_HELP:
		send(a, ACTION_CALL, 0, "");
		break;
	case KEY_NONE:
		break;
	}
}

/* Typing on a real keyboard while the focus is on a field opens that field. */
static void on_text(struct app *a, const char *text)
{
	struct local *l = top_local(a);
	const struct node *n = l->field ? NULL : page_find(a->now, l->focus);

	if (n && n->kind == NODE_FIELD)
		typing_open(a, n);
	typing_text(a, text);
}

static int tenth_mm(const struct app *a, int px)
{
	double mm = px_mm(&a->metrics, px) * 10;

	return (int)(mm < 0 ? mm - 0.5 : mm + 0.5);
}

/* Where the finger came down counts: it rolls when it leaves. */
static void measure(struct app *a, const struct node *target)
{
	char text[32];

	snprintf(text, sizeof text, "%d %d", tenth_mm(a, a->touch.x - target->value),
		 tenth_mm(a, a->touch.y - target->max));
	beep(a, SOUND_TICK);
	send(a, target->deed.action, target->deed.index, text);
}

static void on_touch(struct app *a, const struct display_event *e, int64_t now_ms)
{
	const struct node *hit = NULL;
	struct contact at = { e->finger, e->x, e->y, now_ms };

	if (e->kind == EVENT_DOWN) {
		a->waiting = 0;
		touch_down(&a->touch, a->now, &at);
	} else if (e->kind == EVENT_MOVE) {
		touch_move(&a->touch, a->now, &at);
	} else if (e->kind == EVENT_UP) {
		hit = touch_up(&a->touch, a->now, &at);
	} else {
		touch_lost(&a->touch, e->finger);
	}
	if (hit) {
		top_local(a)->focus = 0;
		if (hit->kind == NODE_TARGET)
			measure(a, hit);
		else
			app_activate(a, hit);
	}
	restate(a);
}

void app_event(struct app *a, const struct display_event *e, int64_t now_ms)
{
	switch (e->kind) {
	case EVENT_DOWN:
	case EVENT_MOVE:
	case EVENT_UP:
	case EVENT_LOST:
		on_touch(a, e, now_ms);
		break;
	case EVENT_KEY:
		on_key(a, e->key);
		break;
	case EVENT_TEXT:
		on_text(a, e->text);
		break;
	case EVENT_EXPOSED:
		damage_add(&a->damage, bounds(a), bounds(a));
		break;
	case EVENT_CLOSED:
		break;
	}
}

static bool moves(const struct node *n)
{
	return n->kind == NODE_PROGRESS && n->value < 0 && !(n->state & STATE_UNDER);
}

bool app_moves(const struct app *a)
{
	for (size_t i = 0; i < a->now->count; i++)
		if (moves(&a->now->nodes[i]))
			return true;
	return false;
}

void app_tick(struct app *a)
{
	a->tick++;
	for (size_t i = 0; i < a->now->count; i++) {
		struct node *n = &a->now->nodes[i];
		if (!moves(n))
			continue;
		n->max = a->tick;
		damage_add(&a->damage, draw_ink(&a->metrics, n), bounds(a));
	}
}

static void draw(const struct app *a, cairo_surface_t *s, const struct rect *where, size_t n)
{
	cairo_t *cr = cairo_create(s);
	struct canvas c = { cr, a->shapes, a->text, &a->metrics, a->look };

	for (size_t i = 0; i < n; i++)
		draw_page(&c, a->now, where[i]);
	cairo_destroy(cr);
	cairo_surface_flush(s);
}

void app_warm(struct app *a)
{
	cairo_surface_t *s = a->display->ops->surface(a->display);
	struct rect all = bounds(a);
	struct view none = { 0 };

	if (!s)
		return;
	fill_layer(&a->base, SCREEN_ATTRACT, &none);
	build(a, a->now);
	draw(a, s, &all, 1);
	close_layer(&a->base);
	page_begin(a->now);
}

bool app_paint(struct app *a)
{
	cairo_surface_t *s = a->damage.count ? a->display->ops->surface(a->display) : NULL;
	struct damage d = a->damage;

	if (!s)
		return false;
	draw(a, s, d.rects, d.count);
	a->damage.count = 0;
	a->display->ops->show(a->display, d.rects, d.count);
	return true;
}

void app_paint_all(struct app *a)
{
	damage_add(&a->damage, bounds(a), bounds(a));
	app_paint(a);
}
