#include "firmware/parse/pdf/unseen.h"

#include "firmware/base/auto.h"
#include "firmware/parse/nfc.h"

#include <stdbool.h>
#include <string.h>

enum {
	WORD_BYTES = 1024, /* longer words are cut: no person searches for them */
	MIN_SIZE = 4,
	MIN_STRETCH = 5, /* percent */
	MAX_STRETCH = 2000,
};

/* Where the pen is, and what was set before: most words need nothing set again. */
struct pen {
	struct out *o;
	const struct text *text;
	struct chars *chars;
	int32_t width, height; /* of the page */
	int32_t size, stretch;
	int32_t line_x, line_y; /* where the last Td went */
	double x;               /* behind the last glyph */
};

struct spot {
	int32_t x, w, up, down; /* up, down: the baseline's distance from its box */
	int32_t base;           /* from the page's lower edge */
};

static int32_t clamp(int64_t v, int64_t low, int64_t high)
{
	return (int32_t)(v < low ? low : v > high ? high : v);
}

/* A word's place, whatever was said of it, within the page. */
static struct spot spot_of(const struct pen *p, const struct word *w)
{
	int32_t top = clamp(w->y, 0, p->height - 1);
	int32_t bottom = clamp((int64_t)w->y + w->h, top + 1, p->height);
	int32_t base = clamp(w->base_y, top + 1, bottom);
	int32_t x = clamp(w->x, 0, p->width - 1);

	return (struct spot){ .x = x,
			      .w = clamp((int64_t)w->x + w->w, x + 1, p->width) - x,
			      .up = base - top,
			      .down = bottom - base,
			      .base = p->height - base };
}

/* One size for a line, so that a selection is one bar: the tallest of its words decides. A line not
 * much different from the one before keeps its size. */
static int32_t line_size(const struct pen *p, size_t first)
{
	const struct word *words = p->text->words;
	int64_t size = MIN_SIZE;

	for (size_t i = first; i < p->text->count && words[i].line == words[first].line; i++) {
		struct spot s = spot_of(p, &words[i]);
		int64_t up = (int64_t)s.up * 1000 / FONT_UP,
			down = (int64_t)s.down * 1000 / FONT_DOWN;

		size = up > size ? up : size;
		/* a frame's stroke may have grown into the box: it is no descender */
		if (down > size && down < 2 * size)
			size = down;
	}
	if (p->size * 9 < size * 10 && size * 9 < p->size * (int64_t)10)
		return p->size;
	return (int32_t)size;
}

/* In NFC, without what cannot be printed. */
static enum err clean_word(const struct text *t, const struct word *w, char out[WORD_BYTES])
{
	size_t len = w->len < WORD_BYTES / 2 ? w->len : WORD_BYTES / 2;

	if (w->at > t->len || w->len > t->len - w->at)
		return ERR_BAD_DATA;
	while (len > 0 && len < w->len && (t->bytes[w->at + len] & 0xc0) == 0x80)
		len--;
	return nfc_compose(t->bytes + w->at, len, out, WORD_BYTES);
}

static void put_code(struct out *o, uint16_t code)
{
	for (int shift = 8; shift >= 0; shift -= 8) {
		uint8_t c = (uint8_t)(code >> shift);

		if (c == '\r')
			out_bytes(o, "\\r", 2);
		else if (c == '(' || c == ')' || c == '\\')
			out_bytes(o, (const uint8_t[]){ '\\', c }, 2);
		else
			out_bytes(o, &c, 1);
	}
}

static size_t count_chars(const char *text)
{
	size_t n = 0;

	while (*text)
		n += utf8_printable(utf8_next(&text));
	return n;
}

static void put_string(struct pen *p, const char *text, bool blank)
{
	out_print(p->o, "(");
	while (*text) {
		uint32_t c = utf8_next(&text);

		if (utf8_printable(c))
			put_code(p->o, char_code(p->chars, c));
	}
	if (blank)
		put_code(p->o, char_code(p->chars, ' '));
	out_print(p->o, ")Tj\n");
}

/* How many percent make n characters and a blank, or none, as wide as they are on the paper. */
static int32_t stretch_for(const struct pen *p, size_t n, bool blank, double width)
{
	double natural = ((double)n * FONT_WIDTH + (blank ? FONT_BLANK_WIDTH : 0)) * p->size / 1000;

	return clamp((int64_t)(width * 100 / natural + 0.5), MIN_STRETCH, MAX_STRETCH);
}

static double width_of(const struct pen *p, size_t n, bool blank)
{
	return ((double)n * FONT_WIDTH + (blank ? FONT_BLANK_WIDTH : 0)) * p->size * p->stretch /
	       100000;
}

static void set_stretch(struct pen *p, int32_t stretch)
{
	if (stretch != p->stretch)
		out_print(p->o, "%d Tz ", stretch);
	p->stretch = stretch;
}

static void move_to(struct pen *p, int32_t x, int32_t y)
{
	out_print(p->o, "%d %d Td ", x - p->line_x, y - p->line_y);
	p->line_x = x;
	p->line_y = y;
	p->x = x;
}

/* Words of a line as they usually stand are one run: each is stretched with the blank behind it to
 * where the next begins. `next` is NULL for a line's last word. */
static void put_word(struct pen *p, const char *text, const struct spot *s, const struct spot *next)
{
	size_t n = count_chars(text);
	bool run = false;

	if (n == 0)
		return;
	if (next && next->x > p->x) {
		int32_t stretch = stretch_for(p, n, true, next->x - p->x);
		double end = p->x + (next->x - p->x) * (double)n * FONT_WIDTH /
					    ((double)n * FONT_WIDTH + FONT_BLANK_WIDTH);
		double wrong = end - (s->x + s->w);

		run = wrong * 5 < p->size && wrong * -5 < p->size;
		if (run)
			set_stretch(p, stretch);
	}
	if (!run) {
		/* a gap that readers cannot see would make two words one */
		double room = next && next->x > p->x ? next->x - p->x - p->size / 5.0 : s->w;

		set_stretch(p,
			    stretch_for(p, n, false, s->w > room && room * 2 > s->w ? room : s->w));
	}
	put_string(p, text, next != NULL);
	p->x += width_of(p, n, next != NULL);
}

static enum err put_line(struct pen *p, size_t first, size_t end)
{
	const struct word *words = p->text->words;
	int32_t size = line_size(p, first);
	struct spot here = spot_of(p, &words[first]);

	if (size != p->size)
		out_print(p->o, "/F %d Tf ", size);
	p->size = size;
	move_to(p, here.x, here.base);
	for (size_t i = first; i < end; i++) {
		char text[WORD_BYTES];
		struct spot next = i + 1 < end ? spot_of(p, &words[i + 1]) : here;
		enum err e = clean_word(p->text, &words[i], text);

		if (e != ERR_OK)
			return e;
		if (here.x - p->x > p->size / 8.0 || p->x - here.x > p->size / 8.0)
			move_to(p, here.x, p->line_y);
		put_word(p, text, &here, i + 1 < end ? &next : NULL);
		here = next;
	}
	return ERR_OK;
}

enum err unseen_write(struct out *o, const struct text *t, uint32_t width, uint32_t height,
		      struct chars *chars)
{
	struct pen p = { .o = o, .text = t, .chars = chars, .stretch = 100 };
	enum err e = ERR_OK;

	if (t->count == 0)
		return ERR_OK;
	p.width = (int32_t)width;
	p.height = (int32_t)height;
	out_print(o, "BT 3 Tr\n");
	for (size_t i = 0, end; e == ERR_OK && i < t->count; i = end) {
		end = i + 1;
		while (end < t->count && t->words[end].line == t->words[i].line)
			end++;
		e = put_line(&p, i, end);
	}
	out_print(o, "ET\n");
	if (e == ERR_OK && (o->bad || chars->bad))
		return ERR_NO_MEMORY;
	return e;
}
