/* A page of the corpus while it is drawn: the sheet, the words, and what is true of them. */
#ifndef TESTS_CORPUS_PAGE_H
#define TESTS_CORPUS_PAGE_H

#include "tests/corpus/say.h"
#include "tests/pen/form.h"

#include <glib.h>

enum kind {
	KIND_BIRTH,
	KIND_FORM,
	KIND_LETTER,
	KIND_TABLE,
	KIND_LAND,
	KIND_RESIDENCE,
	KIND_DECISION,
	KIND_LEDGER,
	KIND_RECEIPT,
	KIND_CARD,
	KIND_BLANK,
	KIND_DIPLOMA,
	/* beyond the twelve: an identity card itself on the glass */
	KIND_CARD_FRONT,
	KIND_CARD_BACK,
	KIND_COUNT
};

#define CORPUS_PAGES (KIND_DIPLOMA + 1)

/* Which page: its kind, its case, and what it has been through, bits 1 << enum worn. */
struct which {
	enum kind kind;
	uint64_t seed;
	unsigned worn;
	unsigned person; /* who filled in the form's first fields; 0: whoever the seed says */
};

/* Something that is no text, in mm on the upright sheet. */
struct mark {
	const char *what; /* stamp, signature, photo, code */
	double x, y, width, height;
};

#define MARKS_MAX 24

struct truth {
	GPtrArray *lines; /* of char *, in reading order */
	GString *facts;   /* lines "key value" */
	struct mark marks[MARKS_MAX];
	int mark_count;
};

struct page {
	struct sheet sheet;
	struct rng rng;
	struct say say;
	struct say person; /* of another who fills in the same form */
	bool other_person;
	struct truth truth;
	double width, height; /* of the sheet, mm */
	double left, wide;    /* the text's column, mm */
	const char *family;
	double body_mm, leading;
	bool dots_under; /* leaders run on under what is printed on them */
};

const char *kind_name(enum kind k);

/* The sheet's size in mm, wide ones with width > height. */
void kind_size(const struct which *w, double *ret_width, double *ret_height);

/* Draws that page on `cairo`, whose unit is 1 mm with the sheet's corner at 0,0. The same words and
 * places whatever the transformation. */
void page_init(struct page *p, cairo_t *cairo, const struct which *w);
void page_draw(struct page *p, const struct which *w);
void page_finish(struct page *p);

/* One of "title T", "field NAME VALUE", "code KIND PAYLOAD". */
__attribute__((format(printf, 2, 3))) void page_fact(struct page *p, const char *format, ...);
void page_mark(struct page *p, const char *what, double x, double y, double width, double height);

/* As say(), what stands there by the hand of which::person. */
const char *page_person(struct page *p, const char *pattern);

/* Words in the page's font and column, to be changed and put. */
struct pen_words page_words(const struct page *p, const char *text);

/* These move the page's y. */
void page_para(struct page *p, const char *text);
void page_centre(struct page *p, const char *text, double times, bool bold);
void page_title(struct page *p, const char *text, struct pen_rgb ink);
/* "label:" and the value on a leader, in print or (with `pen`) by hand. */
void page_field(struct page *p, const char *label, const char *value, bool pen);
/* A field in part of the column, without moving y. */
struct field {
	const char *label, *value;
	double x, width;
	bool pen, joined;
};
void page_field_at(struct page *p, const struct field *f);
void page_step(struct page *p, double lines);

/* Office at the left, nation at the right. Returns the office. */
const char *page_head(struct page *p, const char *number);
/* Words of place and date, in italics at the right. */
void page_date(struct page *p, const char *date);
/* Title of the one who signs, stamp and signature over it, the name. */
void page_signed(struct page *p, const char *office);

/* A table: columns' widths in mm, rows of cells. An empty header row is left out. */
struct grid {
	int columns;
	double widths[8];
	double row_mm;
	double x;
	const char *family; /* of the cells; NULL: the page's */
	bool pen;
};
void page_row(struct page *p, const struct grid *g, const char *const *cells, bool head);

/* The kinds. */
void draw_birth(struct page *p);
void draw_form(struct page *p);
void draw_letter(struct page *p);
void draw_table(struct page *p);
void draw_land(struct page *p);
void draw_residence(struct page *p);
void draw_decision(struct page *p);
void draw_ledger(struct page *p);
void draw_receipt(struct page *p);
void draw_card(struct page *p);
void draw_card_front(struct page *p);
void draw_card_back(struct page *p);
void draw_diploma(struct page *p);

#endif
