/* Things below one another that take the height they need, whatever the text size: when they do
 * not all fit, a person pages through them. Most screens are a flow or two. */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include "ui/page.h"
#include "ui/picture.h"
#include "ui/words.h"

#define FLOW_MAX 64

struct flow_item {
	struct node like;
	int columns;
	double gap_mm, least_mm;
};

/* columns, gap_mm and least_mm hold for the items added next. */
struct flow {
	struct flow_item items[FLOW_MAX];
	size_t count;
	int columns;     /* this many beside one another; 0 counts as 1 */
	double gap_mm;   /* above it, when it is not the first */
	double least_mm; /* height, even when it needs less */
	bool sheet;      /* all on a white sheet, divided by lines */
	bool spread;     /* on a panel that stands, takes some of the room that is to spare */
};

/* `key` and texts must live as long as the page. Never NULL; past the end, the last again. */
struct node *flow_add(struct flow *f, const char *key, enum node_kind kind, const char *text,
		      const char *more);

/* A heading with room above, and gap_mm 3 for what follows. */
void flow_heading(struct flow *f, const char *key, const char *text);

/* Banner; row with a sign; neither does anything when touched. */
void flow_banner(struct flow *f, const char *key, enum tone tone, enum icon icon, const char *text,
		 const char *more);
struct node *flow_row(struct flow *f, const char *key, enum tone tone, enum icon icon,
		      const char *text);

/* A FACT; nothing when `more` is empty. */
void flow_fact(struct flow *f, const char *key, const char *text, const char *more);

/* A text of any length in pieces, each of which fits on half of the area; an ellipsis where one
 * goes on in the next. */
void flow_long_text(struct flow *f, struct page *p, const char *key, enum type type,
		    const char *text, struct rect area);

/* Facts in large letters, when all of `f` then still fits into `room`. */
void flow_large_facts(const struct page *p, struct flow *f, struct rect room);

/* What `from` holds comes after what is there. */
void flow_join(struct flow *f, const struct flow *from);

/* Off the top of *area. */
void flow_draw(struct page *p, struct rect *area, const struct flow *f);

/* Height the whole flow needs at that width. */
int flow_height(const struct page *p, const struct flow *f, int width);

/* `b` below `a`, or on a panel that lies beside it, when both fit so. */
void flow_pair(struct page *p, struct rect *area, const struct flow *a, const struct flow *b);

/* The same with a picture between them, or beside `b`, when there is room for one. */
void flow_around(struct page *p, struct rect *area, const struct flow *a, enum picture picture,
		 const char *say, const struct flow *b);

/* A panel that lies, high enough, with letters of usual size: things go beside one another. */
bool is_spacious(const struct page *p);

/* Least height of rows where there is room to spare: easier to read, and lower on the panel. */
double roomy_mm(const struct page *p);

/* Empty room off the top. */
void skip(const struct page *p, struct rect *area, double length_mm);

/* `text` cut to so many lines, ending in an ellipsis; itself when it fits. */
const char *shortened(struct page *p, enum type type, const char *text, int width, int lines);

/* Chips in lines, off the top of *area. */
struct chip {
	const char *key, *text;
	enum icon icon;
	enum tone tone;
};
int chips_height(struct page *p, const struct chip *chips, size_t n, int width);
void chips_draw(struct page *p, struct rect *area, const struct chip *chips, size_t n);

/* `pattern` with {1} and {2} replaced, kept as long as the page. */
const char *filled(struct page *p, enum word pattern, const char *one, const char *two);
const char *filled_num(struct page *p, enum word pattern, long one, long two);

/* `one` when n is 1, or else `many` with {1} replaced by n. */
const char *counted(struct page *p, enum word one, enum word many, long n);

/* The text of `w` in the page's language. */
const char *say(const struct page *p, enum word w);

/* "" when e is OK. */
const char *say_err(const struct page *p, int64_t e);

#endif
