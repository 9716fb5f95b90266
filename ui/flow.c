#include "ui/flow.h"

#include <string.h>

#define FILL_BYTES   2048
#define SHEET_PAD_MM 5

struct node *flow_add(struct flow *f, const char *key, enum node_kind kind, const char *text,
		      const char *more)
{
	struct node *n = &f->items[f->count < FLOW_MAX ? f->count++ : FLOW_MAX - 1];

	*n = (struct node){ .key = key,
			    .kind = kind,
			    .type = TYPE_BODY,
			    .text = text ? text : "",
			    .more = more ? more : "" };
	return n;
}

void flow_fact(struct flow *f, const char *key, const char *text, const char *more)
{
	if (more && more[0])
		flow_add(f, key, NODE_FACT, text, more);
}

static int columns_of(const struct flow *f)
{
	return f->columns > 1 ? f->columns : 1;
}

static size_t line_count(const struct flow *f)
{
	size_t columns = (size_t)columns_of(f);

	return (f->count + columns - 1) / columns;
}

static int cell_width(const struct page *p, const struct flow *f, int width)
{
	int n = columns_of(f), gap = mm(p, f->gap_mm);

	return (width - (n - 1) * gap) / n;
}

/* The highest of the items beside one another. */
static int line_height(const struct page *p, const struct flow *f, size_t line, int width)
{
	size_t columns = (size_t)columns_of(f);
	int highest = mm(p, f->least_mm);

	for (size_t i = line * columns; i < f->count && i < (line + 1) * columns; i++) {
		int h = page_height(p, &f->items[i], cell_width(p, f, width));
		highest = h > highest ? h : highest;
	}
	return highest;
}

static void place(struct page *p, const struct node *like, struct rect r)
{
	struct node *n = page_add(p, like->key, like->kind, r);
	uint32_t id = n->id;
	const char *key = n->key;
	int zone = n->zone;

	*n = *like;
	n->zone = zone;
	n->id = id;
	n->key = key;
	n->rect = r;
	n->say = like->say ? like->say : "";
	n->deed.text = like->deed.text ? like->deed.text : "";
}

static void place_line(struct page *p, struct rect area, const struct flow *f, size_t line)
{
	size_t columns = (size_t)columns_of(f);

	for (size_t c = 0; c < columns && line * columns + c < f->count; c++)
		place(p, &f->items[line * columns + c],
		      column(area, (int)columns, mm(p, f->gap_mm), (int)c));
}

static struct rect inside_sheet(const struct page *p, struct rect area)
{
	return inset(area, mm(p, SHEET_PAD_MM), mm(p, SHEET_PAD_MM));
}

void flow_draw(struct page *p, struct rect *area, const struct flow *f)
{
	int heights[FLOW_MAX], gap = mm(p, f->gap_mm), pad = f->sheet ? mm(p, SHEET_PAD_MM) : 0;
	struct rect room = f->sheet ? inside_sheet(p, *area) : *area;

	for (size_t i = 0; i < line_count(f); i++)
		heights[i] = line_height(p, f, i, room.w);
	struct part part = page_part(p, &room, heights, line_count(f), gap);
	int all = -gap;
	for (size_t i = part.first; i < part.end; i++)
		all += heights[i] + gap;
	struct rect ground = cut_top(area, all + 2 * pad);
	if (f->sheet && all > 0)
		page_add(p, page_format(p, "%s.sheet", f->items[0].key), NODE_SHEET, ground);
	for (size_t i = part.first; i < part.end; i++) {
		place_line(p, cut_top(&room, heights[i]), f, i);
		struct rect between = cut_top(&room, gap);
		if (f->sheet && i + 1 < part.end)
			page_add(p, page_format(p, "%s.line", f->items[i].key), NODE_LINE, between);
	}
}

int flow_height(const struct page *p, const struct flow *f, int width)
{
	int pad = f->sheet ? 2 * mm(p, SHEET_PAD_MM) : 0, all = pad;

	for (size_t i = 0; i < line_count(f); i++)
		all += line_height(p, f, i, width - pad) + (i > 0 ? mm(p, f->gap_mm) : 0);
	return all;
}

void skip(const struct page *p, struct rect *area, double length_mm)
{
	cut_top(area, mm(p, length_mm));
}

void halves(const struct page *p, struct rect area, int share, struct rect ret[2])
{
	int gap = mm(p, 8);

	if (is_portrait(p->metrics)) {
		ret[0] = cut_top(&area, area.h * share / 100);
		cut_top(&area, gap);
	} else {
		ret[0] = cut_left(&area, (area.w - gap) / 2);
		cut_left(&area, gap);
	}
	ret[1] = area;
}

/* Bytes of the longest beginning of text[0..len) that ends between words and is at most n. */
static size_t at_word(const char *text, size_t n)
{
	while (n > 0 && text[n] != ' ')
		n--;
	return n;
}

const char *shortened(struct page *p, enum type type, const char *text, int width, int lines)
{
	int most = page_line(p, type) * lines + page_line(p, type) / 4;
	size_t good = 0, bad = strlen(text);
	const char *best = text;

	if (page_text_height(p, type, text, width) <= most)
		return text;
	while (bad - good > 4) {
		size_t middle = at_word(text, good + (bad - good) / 2);
		if (middle <= good)
			break;
		size_t used = p->used;
		const char *tried = page_format(p, "%.*s…", (int)middle, text);
		if (page_text_height(p, type, tried, width) <= most) {
			good = middle;
			best = tried;
		} else {
			bad = middle;
			p->used = used;
		}
	}
	return best;
}

void chips_draw(struct page *p, struct rect *area, const struct chip *chips, size_t n)
{
	int gap = mm(p, GAP_MM), x = area->x;
	struct rect line = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct node like = { .kind = NODE_CHIP,
				     .type = TYPE_CAPTION,
				     .icon = chips[i].icon,
				     .text = chips[i].text };
		int w = page_width(p, &like), h = page_height(p, &like, area->w);
		w = w < area->w ? w : area->w;
		if (i == 0 || x + w > area->x + area->w) {
			cut_top(area, i == 0 ? 0 : mm(p, 2));
			line = cut_top(area, h);
			x = area->x;
		}
		struct node *node =
			page_add(p, chips[i].key, NODE_CHIP, (struct rect){ x, line.y, w, line.h });
		node->type = TYPE_CAPTION;
		node->icon = chips[i].icon;
		node->tone = chips[i].tone;
		node->text = chips[i].text;
		x += w + gap;
	}
}

const char *say(const struct page *p, enum word w)
{
	return words(p->language, w);
}

const char *say_err(const struct page *p, int64_t e)
{
	return e > ERR_OK && e < ERR_COUNT ? words_err(p->language, (enum err)e) : "";
}

const char *filled(struct page *p, enum word pattern, const char *one, const char *two)
{
	char buf[FILL_BYTES];
	const char *made = words_fill(buf, sizeof buf, say(p, pattern), one, two);
	const char *kept = page_format(p, "%s", made);

	explicit_bzero(buf, sizeof buf);
	return kept;
}

const char *filled_num(struct page *p, enum word pattern, long one, long two)
{
	char buf[WORDS_CAP * 4];

	return page_format(p, "%s", words_fill_num(buf, sizeof buf, say(p, pattern), one, two));
}
