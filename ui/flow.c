#include "ui/flow.h"

#include <string.h>

#define FILL_BYTES       2048
#define SHEET_PAD_MM     5
#define SPACIOUS_MM      230
#define ROOMY_MM         22
#define BESIDE_MM        8
#define SPREAD_MOST_MM   12
#define SPREAD_LARGE_MM  4
#define PICTURE_LEAST_MM 60
#define PICTURE_MOST_MM  150

struct node *flow_add(struct flow *f, const char *key, enum node_kind kind, const char *text,
		      const char *more)
{
	struct flow_item *i = &f->items[f->count < FLOW_MAX ? f->count++ : FLOW_MAX - 1];

	*i = (struct flow_item){ .columns = f->columns > 1 ? f->columns : 1,
				 .gap_mm = f->gap_mm,
				 .least_mm = f->least_mm };
	i->like = (struct node){ .key = key,
				 .kind = kind,
				 .type = TYPE_BODY,
				 .text = text ? text : "",
				 .more = more ? more : "" };
	return &i->like;
}

void flow_heading(struct flow *f, const char *key, const char *text)
{
	int columns = f->columns;
	double least_mm = f->least_mm;

	f->gap_mm = 8;
	f->least_mm = 0;
	f->columns = 1;
	flow_add(f, key, NODE_HEADING, text, "")->type = TYPE_H2;
	f->gap_mm = 3;
	f->least_mm = least_mm;
	f->columns = columns;
}

void flow_banner(struct flow *f, const char *key, enum tone tone, enum icon icon, const char *text,
		 const char *more)
{
	struct node *n = flow_add(f, key, NODE_BANNER, text, more);

	n->tone = tone;
	n->icon = icon;
}

struct node *flow_row(struct flow *f, const char *key, enum tone tone, enum icon icon,
		      const char *text)
{
	struct node *n = flow_add(f, key, NODE_ROW, text, "");

	n->tone = tone;
	n->icon = icon;
	return n;
}

void flow_fact(struct flow *f, const char *key, const char *text, const char *more)
{
	if (more && more[0])
		flow_add(f, key, NODE_FACT, text, more);
}

void flow_large_facts(const struct page *p, struct flow *f, struct rect room)
{
	struct flow large = *f;

	for (size_t i = 0; i < large.count; i++)
		if (large.items[i].like.kind == NODE_FACT)
			large.items[i].like.type = TYPE_H2;
	if (flow_height(p, &large, room.w) <= room.h)
		*f = large;
}

void flow_join(struct flow *f, const struct flow *from)
{
	for (size_t i = 0; i < from->count && f->count < FLOW_MAX; i++)
		f->items[f->count++] = from->items[i];
}

/* Items beside one another, and the room above them. */
struct line {
	size_t first, end;
	int height, gap;
	bool large; /* its rows have room for letters of H2 */
};

static int cell_width(const struct page *p, const struct flow_item *i, int width)
{
	return (width - (i->columns - 1) * mm(p, GAP_MM)) / i->columns;
}

static struct line line_from(const struct page *p, const struct flow *f, size_t first, int width)
{
	const struct flow_item *lead = &f->items[first];
	struct line l = { .first = first,
			  .end = first,
			  .height = mm(p, lead->least_mm),
			  .gap = first > 0 ? mm(p, lead->gap_mm) : 0 };

	while (l.end < f->count && l.end - first < (size_t)lead->columns &&
	       f->items[l.end].columns == lead->columns) {
		int h = page_height(p, &f->items[l.end].like, cell_width(p, lead, width));
		l.height = h > l.height ? h : l.height;
		l.end++;
	}
	return l;
}

static size_t lines_of(const struct page *p, const struct flow *f, int width, struct line *lines)
{
	size_t n = 0;

	for (size_t at = 0; at < f->count; at = lines[n++].end)
		lines[n] = line_from(p, f, at, width);
	return n;
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

static void place_line(struct page *p, struct rect area, const struct flow *f, const struct line *l)
{
	int columns = f->items[l->first].columns;

	for (size_t i = l->first; i < l->end; i++) {
		struct node large = f->items[i].like;
		struct rect r = column(area, columns, mm(p, GAP_MM), (int)(i - l->first));
		large.type = TYPE_H2;
		if (l->large && page_height(p, &large, r.w) <= r.h)
			place(p, &large, r);
		else
			place(p, &f->items[i].like, r);
	}
}

/* The sheet, as high as what is shown of the flow. */
static void ground(struct page *p, struct rect *area, const struct flow *f, int height)
{
	struct rect r = cut_top(area, height + (f->sheet ? 2 * mm(p, SHEET_PAD_MM) : 0));

	if (f->sheet && height > 0)
		page_add(p, page_format(p, "%s.sheet", f->items[0].like.key), NODE_SHEET, r);
}

/* Gives lines and gaps some of the room to spare: easier to read and to touch than a void. */
static void spread(const struct page *p, const struct flow *f, struct line *lines, size_t n,
		   int spare)
{
	int each = n > 0 ? spare / (int)(2 * n) : 0, most = mm(p, SPREAD_MOST_MM);

	each = each < most ? each : most;
	for (size_t i = 0; i < n && each > 0 && f->spread && is_portrait(p->metrics); i++) {
		enum node_kind kind = f->items[lines[i].first].like.kind;
		bool grows = kind == NODE_ROW || kind == NODE_CARD || kind == NODE_CHOICE;
		lines[i].height += grows ? each : 0;
		lines[i].large = kind == NODE_ROW && each >= mm(p, SPREAD_LARGE_MM);
		lines[i].gap += i == 0 ? 0 : grows ? each / 3 : each;
	}
}

void flow_draw(struct page *p, struct rect *area, const struct flow *f)
{
	struct line lines[FLOW_MAX];
	int heights[FLOW_MAX], all = 0, pad = f->sheet ? mm(p, SHEET_PAD_MM) : 0;
	struct rect room = inset(*area, pad, pad);
	size_t n = lines_of(p, f, room.w, lines);

	spread(p, f, lines, n, area->h - flow_height(p, f, area->w));
	for (size_t i = 0; i < n; i++)
		heights[i] = lines[i].height + lines[i].gap;
	struct part part = page_part(p, &room, heights, n, 0);
	for (size_t i = part.first; i < part.end; i++)
		all += heights[i] - (i == part.first ? lines[i].gap : 0);
	ground(p, area, f, all);
	for (size_t i = part.first; i < part.end; i++) {
		struct rect gap =
			i == part.first ? (struct rect){ 0 } : cut_top(&room, lines[i].gap);
		if (f->sheet && gap.h > 0)
			page_add(p, page_format(p, "%s.line", f->items[lines[i].first].like.key),
				 NODE_LINE, gap);
		place_line(p, cut_top(&room, lines[i].height), f, &lines[i]);
	}
}

int flow_height(const struct page *p, const struct flow *f, int width)
{
	struct line lines[FLOW_MAX];
	int pad = f->sheet ? 2 * mm(p, SHEET_PAD_MM) : 0, all = pad;
	size_t n = lines_of(p, f, width - pad, lines);

	for (size_t i = 0; i < n; i++)
		all += lines[i].height + lines[i].gap;
	return all;
}

/* Left and right half, with a gap. */
static void beside(const struct page *p, struct rect area, struct rect ret[2])
{
	for (int i = 0; i < 2; i++)
		ret[i] = column(area, 2, mm(p, BESIDE_MM), i);
}

void flow_pair(struct page *p, struct rect *area, const struct flow *a, const struct flow *b)
{
	struct rect half[2];

	beside(p, *area, half);
	if (!is_portrait(p->metrics) && flow_height(p, a, half[0].w) <= area->h &&
	    flow_height(p, b, half[1].w) <= area->h) {
		flow_draw(p, &half[0], a);
		flow_draw(p, &half[1], b);
		return;
	}
	struct flow all = *a;
	all.spread = a->spread || b->spread;
	flow_join(&all, b);
	if (a->count > 0 && b->count > 0 && all.items[a->count].gap_mm < 4)
		all.items[a->count].gap_mm = 4;
	flow_draw(p, area, &all);
}

void flow_around(struct page *p, struct rect *area, const struct flow *a, enum picture picture,
		 const char *say, const struct flow *b)
{
	int gap = mm(p, 6), most = mm(p, PICTURE_MOST_MM);
	int spare = area->h - flow_height(p, a, area->w) - flow_height(p, b, area->w) - 2 * gap;
	struct rect half[2];

	if (is_portrait(p->metrics) && spare >= mm(p, PICTURE_LEAST_MM)) {
		flow_draw(p, area, a);
		cut_top(area, a->count > 0 ? gap : 0);
		struct rect r = cut_top(area, spare < most ? spare : most);
		picture_add(p, "picture", &r, picture, say);
		cut_top(area, gap);
		flow_draw(p, area, b);
		return;
	}
	struct flow all = *a;
	flow_join(&all, b);
	beside(p, *area, half);
	if (is_portrait(p->metrics) || flow_height(p, &all, half[1].w) > area->h) {
		flow_draw(p, area, &all);
		return;
	}
	picture_add(p, "picture", &half[0], picture, say);
	flow_draw(p, &half[1], &all);
}

void flow_long_text(struct flow *f, struct page *p, const char *key, enum type type,
		    const char *text, struct rect area)
{
	int lines = area.h / page_line(p, type) / 2;

	for (int i = 0; *text && i < 40; i++) {
		const char *piece = shortened(p, type, text, area.w, lines < 2 ? 2 : lines);
		flow_add(f, page_format(p, "%s.%d", key, i), NODE_TEXT, piece, "")->type = type;
		size_t len = strlen(piece), mark = strlen("…");
		if (piece == text)
			return;
		text += len > mark ? len - mark : strlen(text);
		text += strspn(text, " ");
	}
}

bool is_spacious(const struct page *p)
{
	return !is_portrait(p->metrics) && (p->look & LOOK_SIZE) < 2 &&
	       px_mm(p->metrics, p->metrics->height_px) >= SPACIOUS_MM;
}

double roomy_mm(const struct page *p)
{
	return is_portrait(p->metrics) && !(p->look & (LOOK_SIZE | LOOK_LOW_REACH)) ? ROOMY_MM : 0;
}

void skip(const struct page *p, struct rect *area, double length_mm)
{
	cut_top(area, mm(p, length_mm));
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

static struct node chip_like(const struct chip *c)
{
	return (struct node){ .kind = NODE_CHIP,
			      .type = TYPE_CAPTION,
			      .icon = c->icon,
			      .text = c->text,
			      .tone = c->tone };
}

/* Where chip i goes, after the one before it in `at`. */
static struct rect chip_place(struct page *p, const struct chip *c, struct rect at, int left,
			      int width)
{
	struct node like = chip_like(c);
	int w = page_width(p, &like), h = page_height(p, &like, width), x = at.x + at.w;

	w = w < width ? w : width;
	if (at.w > 0 && x + mm(p, GAP_MM) + w <= left + width)
		return (struct rect){ x + mm(p, GAP_MM), at.y, w, at.h };
	return (struct rect){ left, at.w > 0 ? at.y + at.h + mm(p, 2) : at.y, w, h };
}

int chips_height(struct page *p, const struct chip *chips, size_t n, int width)
{
	struct rect at = { 0 };

	for (size_t i = 0; i < n; i++)
		at = chip_place(p, &chips[i], at, 0, width);
	return at.y + at.h;
}

void chips_draw(struct page *p, struct rect *area, const struct chip *chips, size_t n)
{
	struct rect at = { area->x, area->y, 0, 0 };

	for (size_t i = 0; i < n; i++) {
		struct node like = chip_like(&chips[i]);
		at = chip_place(p, &chips[i], at, area->x, area->w);
		struct node *node = page_add(p, chips[i].key, NODE_CHIP, at);
		node->type = like.type;
		node->icon = like.icon;
		node->tone = like.tone;
		node->text = like.text;
	}
	cut_top(area, at.y + at.h - area->y);
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

const char *counted(struct page *p, enum word one, enum word many, long n)
{
	return n == 1 ? say(p, one) : filled_num(p, many, n, 0);
}
