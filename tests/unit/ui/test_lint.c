/* The rules find what they are for: each page here breaks one. */
#include "tests/unit/ui/stage.h"
#include "ui/lint.h"

static char last[512];

static void remember(void *data, const char *fault)
{
	(void)data;
	snprintf(last, sizeof last, "%s", fault);
}

static struct page *begin(struct stage *s)
{
	struct page *p = s->app.now;

	page_begin(p);
	p->local = &s->app.base.local;
	p->text = s->app.text;
	p->look = 0;
	last[0] = '\0';
	return p;
}

static struct node *button(struct page *p, const char *key, struct rect r, const char *text)
{
	return page_button(p, key, r, TONE_SECOND, ICON_NONE, text, ACTION_NEXT);
}

/* Ends the page; true when exactly one fault was found and its sentence has `what`. */
static bool one_fault(struct page *p, const char *what)
{
	page_finish(p);
	size_t n = lint_page(p, remember, NULL);
	if (n != 1 || !strstr(last, what))
		printf("# %zu faults, the last: %s\n", n, last);
	return n == 1 && strstr(last, what) != NULL;
}

static void test_sides_and_gaps(struct stage *s)
{
	struct page *p = begin(s);

	button(p, "good", (struct rect){ 100, 100, 300, 100 }, "Một");
	page_finish(p);
	eq_int(lint_page(p, remember, NULL), 0);
	p = begin(s);
	button(p, "low", (struct rect){ 100, 100, 300, 70 }, "Một");
	ok(one_fault(p, "low: 17.4 mm"));
	p = begin(s);
	button(p, "a", (struct rect){ 100, 100, 300, 100 }, "Một")->deed.index = 1;
	button(p, "b", (struct rect){ 408, 100, 300, 100 }, "Hai");
	ok(one_fault(p, "a and b: 2.0 mm apart"));
	p = begin(s);
	button(p, "gone", (struct rect){ 900, 100, 300, 100 }, "Một");
	ok(one_fault(p, "outside the panel"));
}

static void test_names(struct stage *s)
{
	struct page *p = begin(s);

	button(p, "mute", (struct rect){ 100, 100, 300, 100 }, "");
	ok(one_fault(p, "no name"));
	p = begin(s);
	button(p, "a", (struct rect){ 100, 100, 300, 100 }, "Sửa")->deed.index = 1;
	button(p, "b", (struct rect){ 100, 300, 300, 100 }, "Sửa")->deed.index = 2;
	ok(one_fault(p, "both named"));
	p = begin(s);
	button(p, "a", (struct rect){ 100, 100, 300, 100 }, "Gọi");
	button(p, "b", (struct rect){ 100, 300, 300, 100 }, "Gọi"); /* the same deed: fine */
	page_finish(p);
	eq_int(lint_page(p, remember, NULL), 0);
}

static void test_words(struct stage *s)
{
	struct page *p = begin(s);

	page_add(p, "cut", NODE_TEXT, (struct rect){ 100, 100, 200, 40 })->text =
		"Chữ dài hơn chỗ dành cho nó";
	ok(one_fault(p, "words need"));
	p = begin(s);
	page_add(p, "odd", NODE_TEXT, (struct rect){ 100, 100, 600, 100 })->text = "a\U000F1234b";
	ok(one_fault(p, "no font"));
	p = begin(s);
	page_add(p, "one", NODE_TEXT, (struct rect){ 100, 100, 600, 100 })->text = "Một";
	page_add(p, "two", NODE_TEXT, (struct rect){ 300, 150, 600, 100 })->text = "Hai";
	ok(one_fault(p, "two lies over one"));
}

static void test_place_and_order(struct stage *s)
{
	struct page *p = begin(s);

	p->look = LOOK_LOW_REACH;
	button(p, "high", (struct rect){ 100, 100, 300, 100 }, "Một");
	ok(one_fault(p, "out of reach"));
	p = begin(s);
	button(p, "below", (struct rect){ 100, 500, 300, 100 }, "Một")->deed.index = 1;
	button(p, "above", (struct rect){ 100, 100, 300, 100 }, "Hai");
	ok(one_fault(p, "stands above it"));
	p = begin(s);
	for (int i = 0; i <= PAGE_MAX_NODES; i++)
		page_add_row(p, "n", (size_t)i, NODE_LINE, (struct rect){ 0, 0, 10, 10 });
	ok(one_fault(p, "more nodes"));
}

int main(void)
{
	static struct stage s;

	stage_open(&s, 1080, 1920);
	test_sides_and_gaps(&s);
	test_names(&s);
	test_words(&s);
	test_place_and_order(&s);
	stage_close(&s);
	return tap_done();
}
