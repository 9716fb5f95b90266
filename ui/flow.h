/* Things below one another that take the height they need, whatever the text size: when they do
 * not all fit, a person pages through them. Most screens are a flow or two. */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include "ui/page.h"
#include "ui/words.h"

#define FLOW_MAX 64

struct flow {
	struct node items[FLOW_MAX];
	size_t count;
	int columns; /* beside one another; 0 counts as 1 */
	double gap_mm;
	double least_mm; /* height of an item, even when it needs less */
	bool sheet; /* on a white sheet of paper, divided by lines */
};

/* `key` and texts must live as long as the page. Never NULL; past the end, the last again. */
struct node *flow_add(struct flow *f, const char *key, enum node_kind kind, const char *text,
		      const char *more);

/* A FACT; nothing when `more` is empty. */
void flow_fact(struct flow *f, const char *key, const char *text, const char *more);

/* Off the top of *area. */
void flow_draw(struct page *p, struct rect *area, const struct flow *f);

/* Height the whole flow needs at that width. */
int flow_height(const struct page *p, const struct flow *f, int width);

/* Empty room off the top. */
void skip(const struct page *p, struct rect *area, double length_mm);

/* Two halves: side by side on a panel that lies, else the upper one `share` percent high. */
void halves(const struct page *p, struct rect area, int share, struct rect ret[2]);

/* `text` cut to so many lines, ending in an ellipsis; itself when it fits. */
const char *shortened(struct page *p, enum type type, const char *text, int width, int lines);

/* Chips in lines, off the top of *area. */
struct chip {
	const char *key, *text;
	enum icon icon;
	enum tone tone;
};
void chips_draw(struct page *p, struct rect *area, const struct chip *chips, size_t n);

/* `pattern` with {1} and {2} replaced, kept as long as the page. */
const char *filled(struct page *p, enum word pattern, const char *one, const char *two);
const char *filled_num(struct page *p, enum word pattern, long one, long two);

/* The text of `w` in the page's language. */
const char *say(const struct page *p, enum word w);

/* "" when e is OK. */
const char *say_err(const struct page *p, int64_t e);

#endif
