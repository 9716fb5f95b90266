#include "tests/tap.h"
#include "ui/touch.h"

#include <stdlib.h>

static const struct metrics PANEL = { 1080, 1920, 248, 800 };

/* Two buttons beside each other, 16 px apart, and a text below. */
static struct page *two_buttons(struct local *l)
{
	struct page *p;

	if (page_create(&p) != ERR_OK)
		exit(1);
	p->metrics = &PANEL;
	p->local = l;
	page_begin(p);
	page_button(p, "a", (struct rect){ 100, 100, 200, 100 }, TONE_PRIMARY, ICON_NONE, "A",
		    ACTION_NEXT);
	page_button(p, "b", (struct rect){ 316, 100, 200, 100 }, TONE_SECOND, ICON_NONE, "B",
		    ACTION_BACK);
	page_add(p, "t", NODE_TEXT, (struct rect){ 100, 300, 200, 100 })->text = "T";
	page_finish(p);
	return p;
}

static const char *key_at(const struct page *p, int x, int y)
{
	const struct node *n = touch_hit(p, x, y);

	return n ? n->key : "-";
}

static void test_hit(const struct page *p)
{
	eq_str(key_at(p, 150, 150), "a");
	eq_str(key_at(p, 100, 214), "a"); /* 4 mm below */
	eq_str(key_at(p, 100, 222), "-");
	eq_str(key_at(p, 100, 92), "-");  /* 2 mm above */
	eq_str(key_at(p, 303, 150), "a"); /* the gap goes to the nearer one */
	eq_str(key_at(p, 313, 150), "b");
	eq_str(key_at(p, 150, 350), "-"); /* a text */
}

static const char *up(struct touch *t, const struct page *p, int x, int y, int64_t ms)
{
	const struct node *n = touch_up(t, p, &(struct contact){ 0, x, y, ms });

	return n ? n->key : "-";
}

static void down(struct touch *t, const struct page *p, int x, int y, int64_t ms)
{
	touch_down(t, p, &(struct contact){ 0, x, y, ms });
}

/* The other fingers, with their numbers. */
static void other_down(struct touch *t, const struct page *p, int finger, int64_t ms)
{
	touch_down(t, p, &(struct contact){ finger, 400, 150, ms });
}

static const char *other_up(struct touch *t, const struct page *p, int finger, int64_t ms)
{
	const struct node *n = touch_up(t, p, &(struct contact){ finger, 400, 150, ms });

	return n ? n->key : "-";
}

static void test_release(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	down(&t, p, 150, 150, 0);
	eq_int(touch_pressed(&t), node_id("a"));
	touch_move(&t, p, &(struct contact){ 0, 150, 900, 5 });
	eq_int(touch_pressed(&t), 0);
	touch_move(&t, p, &(struct contact){ 0, 160, 150, 6 });
	eq_int(touch_pressed(&t), node_id("a"));
	eq_str(up(&t, p, 150, 150, 10), "a");
	/* slid off, or onto another one: nothing */
	down(&t, p, 150, 150, 1000);
	eq_str(up(&t, p, 400, 150, 1010), "-");
	/* came down on nothing */
	down(&t, p, 900, 900, 2000);
	eq_str(up(&t, p, 150, 150, 2010), "-");
}

static void test_debounce(const struct page *p)
{
	struct touch t = { 0 };

	touch_changed(&t, 5000);
	down(&t, p, 150, 150, 5000 + TOUCH_SETTLE_MS - 1);
	eq_str(up(&t, p, 150, 150, 5300), "-");
	down(&t, p, 150, 150, 5000 + TOUCH_SETTLE_MS);
	eq_str(up(&t, p, 150, 150, 5320), "a");
	down(&t, p, 150, 150, 5320 + TOUCH_AGAIN_MS - 1);
	eq_str(up(&t, p, 150, 150, 5600), "-");
	down(&t, p, 400, 150, 5600); /* another one at once: meant */
	eq_str(up(&t, p, 400, 150, 5610), "b");
	down(&t, p, 400, 150, 5610 + TOUCH_AGAIN_MS);
	eq_str(up(&t, p, 400, 150, 5900), "b");
}

static void test_palm(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	down(&t, p, 150, 150, 0);
	other_down(&t, p, 1, 5);
	eq_int(touch_pressed(&t), 0);
	eq_str(other_up(&t, p, 1, 10), "-");
	other_down(&t, p, 1, 12); /* again, while the first is still there */
	eq_str(other_up(&t, p, 1, 14), "-");
	eq_str(up(&t, p, 150, 150, 20), "-");
	down(&t, p, 150, 150, 500);
	eq_str(up(&t, p, 150, 150, 510), "a");
	/* the first goes first */
	down(&t, p, 150, 150, 1000);
	other_down(&t, p, 1, 1010);
	eq_str(up(&t, p, 150, 150, 1020), "-");
	eq_str(other_up(&t, p, 1, 1030), "-");
	for (int i = 0; i < TOUCH_FINGERS + 2; i++) /* more than there is room for */
		other_down(&t, p, i, 2000);
	for (int i = 0; i < TOUCH_FINGERS + 2; i++)
		eq_str(other_up(&t, p, i, 2010), "-");
	down(&t, p, 150, 150, 2500);
	eq_str(up(&t, p, 150, 150, 2510), "a");
}

/* A hand that leans on the glass, a drop of water: taps beside it count after a while. */
static void test_rest(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	other_down(&t, p, 3, 0);
	down(&t, p, 150, 150, TOUCH_REST_MS - 1);
	eq_str(up(&t, p, 150, 150, TOUCH_REST_MS), "-");
	down(&t, p, 150, 150, TOUCH_REST_MS + 100);
	eq_int(touch_pressed(&t), node_id("a"));
	eq_str(up(&t, p, 150, 150, TOUCH_REST_MS + 110), "a");
	eq_str(other_up(&t, p, 3, TOUCH_REST_MS + 500), "-"); /* it taps nothing when it goes */
	/* who presses for long taps all the same, when nobody else does */
	down(&t, p, 150, 150, 20000);
	eq_str(up(&t, p, 150, 150, 20000 + 2 * TOUCH_REST_MS), "a");
}

static void test_lost(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	down(&t, p, 150, 150, 0);
	touch_lost(&t, 0);
	eq_int(touch_pressed(&t), 0);
	eq_str(up(&t, p, 150, 150, 5), "-");
	other_down(&t, p, 1, 10); /* at once, by the screen that was plugged in again */
	eq_str(other_up(&t, p, 1, 20), "b");
	touch_lost(&t, -1);
	touch_lost(&t, TOUCH_FINGERS);
	eq_int(t.down, 0);
}

int main(void)
{
	struct local *l = calloc(1, sizeof *l);
	struct page *p = two_buttons(l);

	test_hit(p);
	test_release(p);
	test_debounce(p);
	test_palm(p);
	test_rest(p);
	test_lost(p);
	page_destroy(p);
	free(l);
	return tap_done();
}
