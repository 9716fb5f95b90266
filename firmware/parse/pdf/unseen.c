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
	bool open;              /* a string is */
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

static void open_string(struct pen *p)
{
	if (!p->open)
		out_print(p->o, "(");
	p->open = true;
}

static void close_string(struct pen *p)
{
	if (p->open)
		out_print(p->o, ")Tj\n");
	p->open = false;
}

static void put_chars(struct pen *p, const char *text, bool blank)
{
	open_string(p);
	while (*text) {
		uint32_t c = utf8_next(&text);

		if (utf8_printable(c))
			put_code(p->o, char_code(p->chars, c));
	}
	if (blank)
		put_code(p->o, char_code(p->chars, ' '));
}

/* How many percent make n characters and a blank, or none, as wide as they are on the paper. In few
 * steps: they compress, and nobody sees a difference of two percent. */
static int32_t stretch_for(const struct pen *p, size_t n, bool blank, double width)
{
	double natural = ((double)n * FONT_WIDTH + (blank ? FONT_BLANK_WIDTH : 0)) * p->size / 1000;

	int64_t percent = (int64_t)(width * 100 / natural + 0.5);

	return clamp(percent < 40 ? percent : (percent + 2) / 4 * 4, MIN_STRETCH, MAX_STRETCH);
}

static double width_of(const struct pen *p, size_t n, bool blank, int32_t stretch)
{
	return ((double)n * FONT_WIDTH + (blank ? FONT_BLANK_WIDTH : 0)) * p->size * stretch /
	       100000;
}

static void set_stretch(struct pen *p, int32_t stretch)
{
	if (stretch == p->stretch)
		return;
	close_string(p);
	out_print(p->o, "%d Tz ", stretch);
	p->stretch = stretch;
}

static void move_to(struct pen *p, int32_t x, int32_t y)
{
	close_string(p);
	out_print(p->o, "%d %d Td ", x - p->line_x, y - p->line_y);
	p->line_x = x;
	p->line_y = y;
	p->x = x;
}

/* Whether the word ends, and the next begins, where they do on the paper, to a seventh of the size;
 * `next` is NULL for a line's last word. */
static bool fits(const struct pen *p, size_t n, int32_t stretch, const struct spot *s,
		 const struct spot *next)
{
	double much = p->size / 7.0;
	double end = p->x + width_of(p, n, false, stretch) - (s->x + s->w);
	double after = next ? p->x + width_of(p, n, true, stretch) - next->x : 0;

	return end < much && end > -much && after < much && after > -much;
}

/* As it was set before, when that fits: most words then cost nothing but their characters. Else
 * stretched with the blank behind it to where the next begins. Else, before a gap of another width,
 * by itself; but a gap that readers cannot see would make two words one. */
static int32_t choose_stretch(const struct pen *p, size_t n, const struct spot *s,
			      const struct spot *next)
{
	double room = next && next->x > p->x ? next->x - p->x - p->size / 5.0 : s->w;

	if (fits(p, n, p->stretch, s, next))
		return p->stretch;
	if (next && next->x > p->x) {
		int32_t stretch = stretch_for(p, n, true, next->x - p->x);

		if (fits(p, n, stretch, s, next))
			return stretch;
	}
	return stretch_for(p, n, false, s->w > room && room * 2 > s->w ? room : s->w);
}

static void put_word(struct pen *p, const char *text, const struct spot *s, const struct spot *next)
{
	size_t n = count_chars(text);

	if (n == 0)
		return;
	set_stretch(p, choose_stretch(p, n, s, next));
	put_chars(p, text, next != NULL);
	p->x += width_of(p, n, next != NULL, p->stretch);
}

static enum err put_line(struct pen *p, size_t first, size_t end)
{
	const struct word *words = p->text->words;
	int32_t size = line_size(p, first);
	struct spot here = spot_of(p, &words[first]);

	close_string(p);
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
	close_string(&p);
	out_print(o, "ET\n");
	if (e == ERR_OK && (o->bad || chars->bad))
		return ERR_NO_MEMORY;
	return e;
}
