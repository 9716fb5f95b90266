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
	const struct node *n = touch_up(t, p, x, y, ms);

	return n ? n->key : "-";
}

static void test_release(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	touch_down(&t, p, 150, 150, 0);
	eq_int(touch_pressed(&t), node_id("a"));
	touch_move(&t, p, 150, 900);
	eq_int(touch_pressed(&t), 0);
	touch_move(&t, p, 160, 150);
	eq_int(touch_pressed(&t), node_id("a"));
	eq_str(up(&t, p, 150, 150, 10), "a");
	/* slid off, or onto another one: nothing */
	touch_down(&t, p, 150, 150, 1000);
	eq_str(up(&t, p, 400, 150, 1010), "-");
	/* came down on nothing */
	touch_down(&t, p, 900, 900, 2000);
	eq_str(up(&t, p, 150, 150, 2010), "-");
}

static void test_debounce(const struct page *p)
{
	struct touch t = { 0 };

	touch_changed(&t, 5000);
	touch_down(&t, p, 150, 150, 5000 + TOUCH_SETTLE_MS - 1);
	eq_str(up(&t, p, 150, 150, 5300), "-");
	touch_down(&t, p, 150, 150, 5000 + TOUCH_SETTLE_MS);
	eq_str(up(&t, p, 150, 150, 5320), "a");
	touch_down(&t, p, 150, 150, 5320 + TOUCH_AGAIN_MS - 1);
	eq_str(up(&t, p, 150, 150, 5600), "-");
	touch_down(&t, p, 400, 150, 5600); /* another one at once: meant */
	eq_str(up(&t, p, 400, 150, 5610), "b");
	touch_down(&t, p, 400, 150, 5610 + TOUCH_AGAIN_MS);
	eq_str(up(&t, p, 400, 150, 5900), "b");
}

static void test_palm(const struct page *p)
{
	struct touch t = { .changed_ms = -1000 };

	touch_down(&t, p, 150, 150, 0);
	touch_down(&t, p, 400, 150, 5);
	eq_int(touch_pressed(&t), 0);
	eq_str(up(&t, p, 400, 150, 10), "-");
	eq_str(up(&t, p, 150, 150, 20), "-");
	touch_down(&t, p, 150, 150, 500);
	eq_str(up(&t, p, 150, 150, 510), "a");
}

int main(void)
{
	struct local *l = calloc(1, sizeof *l);
	struct page *p = two_buttons(l);

	test_hit(p);
	test_release(p);
	test_debounce(p);
	test_palm(p);
	page_destroy(p);
	free(l);
	return tap_done();
}
