#include "ui/page.h"

#include "ui/size.h"
#include "ui/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sizer sizer_of(const struct page *p)
{
	return (struct sizer){ p->text, p->metrics, p->look };
}

enum err page_create(struct page **ret)
{
	struct page *p = calloc(1, sizeof *p);
	char *store = calloc(1, PAGE_TEXT_BYTES);

	if (!p || !store) {
		free(p);
		free(store);
		return ERR_NO_MEMORY;
	}
	p->store = store;
	*ret = p;
	return ERR_OK;
}

static void wipe(struct page *p)
{
	explicit_bzero(p->store, p->used);
	explicit_bzero(p->nodes, p->count * sizeof p->nodes[0]);
	p->used = p->count = 0;
	p->full = false;
	p->zone = ZONE_BODY;
}

void page_destroy(struct page *p)
{
	if (!p)
		return;
	wipe(p);
	free(p->store);
	free(p);
}

void page_begin(struct page *p)
{
	wipe(p);
}

const struct node *page_find(const struct page *p, uint32_t id)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->nodes[i].id == id)
			return &p->nodes[i];
	return NULL;
}

int mm(const struct page *p, double length_mm)
{
	return mm_px(p->metrics, length_mm);
}

/* A copy in the page's own store, which is wiped with it. */
static const char *keep(struct page *p, const char *text, size_t len)
{
	if (len >= PAGE_TEXT_BYTES - p->used) {
		p->full = true;
		return "";
	}
	char *copy = p->store + p->used;
	memcpy(copy, text, len);
	copy[len] = '\0';
	p->used += len + 1;
	return copy;
}

const char *page_format(struct page *p, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= PAGE_TEXT_BYTES - p->used) {
		p->full = true;
		len = 0;
	} else {
		vsnprintf(p->store + p->used, (size_t)len + 1, format, again);
	}
	va_end(again);
	const char *made = p->full && len == 0 ? "" : p->store + p->used;
	p->used += len > 0 ? (size_t)len + 1 : 0;
	return made;
}

static const char *kept(struct page *p, const char *text)
{
	if (!text || !text[0])
		return "";
	if (text >= p->store && text < p->store + p->used)
		return text;
	return keep(p, text, strlen(text));
}

/* By zone, keeping the order within each; few nodes are out of place. */
static void sort_by_zone(struct node *nodes, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && nodes[j - 1].zone > nodes[j].zone; j--) {
			struct node moved = nodes[j];
			nodes[j] = nodes[j - 1];
			nodes[j - 1] = moved;
		}
}

void page_finish(struct page *p)
{
	sort_by_zone(p->nodes, p->count);
	for (size_t i = 0; i < p->count; i++) {
		struct node *n = &p->nodes[i];
		n->text = kept(p, n->text);
		n->more = kept(p, n->more);
		n->say = kept(p, n->say);
		n->deed.text = kept(p, n->deed.text);
		if (n->kind == NODE_PROGRESS && n->value < 0)
			n->max = p->tick;
		if (n->id == p->pressed && node_is_control(n))
			n->state |= STATE_PRESSED;
		if (n->id == p->local->focus && node_is_control(n))
			n->state |= STATE_FOCUSED;
	}
}

struct node *page_add(struct page *p, const char *key, enum node_kind kind, struct rect r)
{
	if (p->count == PAGE_MAX_NODES)
		p->full = true;
	struct node *n = &p->nodes[p->full && p->count == PAGE_MAX_NODES ? p->count : p->count++];
	*n = (struct node){ .id = node_id(key),
			    .key = keep(p, key, strlen(key)),
			    .kind = kind,
			    .type = TYPE_BODY,
			    .rect = r,
			    .zone = p->zone,
			    .text = "",
			    .more = "",
			    .say = "",
			    .deed = { .text = "" } };
	return n;
}

struct node *page_add_row(struct page *p, const char *group, size_t i, enum node_kind kind,
			  struct rect r)
{
	char key[80];

	snprintf(key, sizeof key, "%s.%zu", group, i);
	return page_add(p, key, kind, r);
}

int page_text_height(const struct page *p, enum type type, const char *text, int width)
{
	struct sizer s = sizer_of(p);
	int w, h;

	size_words(&s, type, text, width, &w, &h);
	return text[0] ? h : 0;
}

int page_text_width(const struct page *p, enum type type, const char *text)
{
	struct sizer s = sizer_of(p);
	int w, h;

	size_words(&s, type, text, 0, &w, &h);
	return w;
}

int page_line(const struct page *p, enum type type)
{
	return page_text_height(p, type, "Ậ", 0);
}

int page_control_height(const struct page *p, enum type type, int lines)
{
	int h = lines * page_line(p, type) + mm(p, 6), least = mm(p, CONTROL_MM);

	return h > least ? h : least;
}

int page_height(const struct page *p, const struct node *like, int width)
{
	struct sizer s = sizer_of(p);
	struct node n = *like;

	n.text = n.text ? n.text : "";
	n.more = n.more ? n.more : "";
	return size_height(&s, &n, width);
}

int page_width(const struct page *p, const struct node *like)
{
	struct sizer s = sizer_of(p);

	return size_width(&s, like);
}

struct node *page_text(struct page *p, const char *key, struct rect *area, enum type type,
		       const char *text)
{
	struct rect r = cut_top(area, page_text_height(p, type, text, area->w));
	struct node *n = page_add(p, key, type >= TYPE_H2 ? NODE_HEADING : NODE_TEXT, r);

	n->type = type;
	n->text = text;
	return n;
}

struct node *page_button(struct page *p, const char *key, struct rect r, enum tone tone,
			 enum icon icon, const char *text, enum action action)
{
	struct node *n = page_add(p, key, NODE_BUTTON, r);

	n->type = TYPE_BUTTON;
	n->tone = tone;
	n->icon = icon;
	n->text = text;
	n->deed.action = action;
	return n;
}

const char *page_typed(const struct page *p, uint32_t id, const char *shown)
{
	for (size_t i = 0; i < TYPED_MAX; i++) {
		struct typed *t = &p->local->typed[i];
		if (t->field != id)
			continue;
		t->stale = strcmp(t->text, shown ? shown : "") != 0;
		return t->text;
	}
	return shown ? shown : "";
}

/* The line below the box: what is wrong, or else help. */
static const char *below(const struct field_spec *spec)
{
	if (spec->error && spec->error[0])
		return spec->error;
	return spec->help ? spec->help : "";
}

int page_field_height(const struct page *p, const struct field_spec *spec, int width)
{
	struct node error = { .kind = NODE_TEXT, .type = TYPE_CAPTION, .text = below(spec) };
	int h = page_text_height(p, TYPE_LABEL, spec->label, width) +
		page_control_height(p, TYPE_BODY, 1) + mm(p, RING_MM);

	error.icon = spec->error && spec->error[0] ? ICON_ERROR : ICON_NONE;
	return error.text[0] ? h + mm(p, RING_MM) + page_height(p, &error, width) : h;
}

static void field_below(struct page *p, struct rect *area, const struct field_spec *spec)
{
	bool wrong = spec->error && spec->error[0];
	struct node like = { .kind = NODE_TEXT, .type = TYPE_CAPTION, .text = below(spec) };

	if (!like.text[0])
		return;
	like.icon = wrong ? ICON_ERROR : ICON_NONE;
	cut_top(area, mm(p, RING_MM));
	struct node *n = page_add(p, page_format(p, "%s.below", spec->key), NODE_TEXT,
				  cut_top(area, page_height(p, &like, area->w)));
	n->type = TYPE_CAPTION;
	n->tone = wrong ? TONE_ERROR : TONE_MUTED;
	n->icon = like.icon;
	n->text = like.text;
}

struct node *page_field(struct page *p, struct rect *area, const struct field_spec *spec)
{
	struct node *label =
		page_add(p, page_format(p, "%s.label", spec->key), NODE_LABEL,
			 cut_top(area, page_text_height(p, TYPE_LABEL, spec->label, area->w)));
	label->type = TYPE_LABEL;
	label->text = spec->label;
	cut_top(area, mm(p, RING_MM));
	struct node *n = page_add(p, spec->key, NODE_FIELD,
				  cut_top(area, page_control_height(p, TYPE_BODY, 1)));
	size_t at = (size_t)(n - p->nodes);
	bool typing = p->local->field == n->id;
	n->icon = spec->icon;
	n->tone = spec->from_paper ? TONE_AMBER : TONE_PLAIN;
	n->text = spec->label;
	n->more = page_typed(p, n->id, spec->value);
	n->say = page_format(p, "%s", spec->label);
	n->max = spec->max;
	n->value = typing ? (int)p->local->keyboard.caret : 0;
	n->state = (spec->must ? STATE_MUST : 0u) | (spec->filled ? STATE_FILLED : 0u) |
		   (spec->masked ? STATE_MASKED : 0u) |
		   (spec->error && spec->error[0] ? STATE_ERROR : 0u) |
		   (typing ? STATE_EDITING : 0u);
	n->deed = (struct deed){ spec->action, spec->index, spec->type, LOCAL_EDIT, n->id };
	field_below(p, area, spec);
	return &p->nodes[at];
}

/* How many items from `first` on fit into `room`. At least one, so that a list goes on. */
static size_t fits(const int *heights, size_t first, size_t n, int gap, int room)
{
	int used = 0;
	size_t i = first;

	for (; i < n; i++) {
		used += heights[i] + (i > first ? gap : 0);
		if (used > room && i > first)
			break;
	}
	return i;
}

/* Earlier, "2/3", later. */
static void part_buttons(struct page *p, struct rect r, int part, int parts)
{
	int zone = p->zone;
	struct rect earlier = column(r, 3, mm(p, GAP_MM), 0);
	struct rect middle = column(r, 3, mm(p, GAP_MM), 1);
	struct rect later = column(r, 3, mm(p, GAP_MM), 2);
	char text[WORDS_CAP * 2];
	struct node *n;

	p->zone = zone - zone % ZONE_COUNT + ZONE_PARTS;
	if (part > 0) {
		n = page_button(p, "part.earlier", earlier, TONE_SECOND, ICON_UP,
				words(p->language, WORD_EARLIER), ACTION_NONE);
		n->type = TYPE_LABEL;
		n->state |= STATE_REPEATS;
		n->deed.local = LOCAL_SCROLL;
		n->deed.index = (uint32_t)part - 1;
	}
	n = page_add(p, "part.where", NODE_TEXT,
		     centred(middle, middle.w, page_line(p, TYPE_BODY)));
	n->align = ALIGN_CENTRE;
	n->text = page_format(p, "%d/%d", part + 1, parts);
	n->say = page_format(p, "%s",
			     words_fill_num(text, sizeof text, words(p->language, WORD_PART_OF),
					    part + 1, parts));
	if (part + 1 < parts) {
		n = page_button(p, "part.later", later, TONE_SECOND, ICON_DOWN,
				words(p->language, WORD_MORE), ACTION_NONE);
		n->type = TYPE_LABEL;
		n->state |= STATE_REPEATS;
		n->deed.local = LOCAL_SCROLL;
		n->deed.index = (uint32_t)part + 1;
	}
	p->zone = zone;
}

/* The taller of the two buttons in a third of the width. */
int page_part_buttons(const struct page *p, int width)
{
	struct node earlier = { .kind = NODE_BUTTON, .type = TYPE_LABEL, .icon = ICON_UP };
	struct node later = earlier;
	int third = (width - 2 * mm(p, GAP_MM)) / 3;

	earlier.text = words(p->language, WORD_EARLIER);
	later.text = words(p->language, WORD_MORE);
	int a = page_height(p, &earlier, third), b = page_height(p, &later, third);
	return a > b ? a : b;
}

struct part page_part(struct page *p, struct rect *area, const int *heights, size_t n, int gap)
{
	if (fits(heights, 0, n, gap, area->h) >= n)
		return (struct part){ 0, n };
	struct rect buttons = cut_bottom(area, page_part_buttons(p, area->w));
	cut_bottom(area, mm(p, GAP_MM) > gap ? mm(p, GAP_MM) : gap);
	struct part shown = { 0, 0 };
	int parts = 0, part = p->local->scroll;
	for (size_t at = 0; at < n; parts++) {
		size_t end = fits(heights, at, n, gap, area->h);
		if (parts <= part)
			shown = (struct part){ at, end };
		at = end;
	}
	if (part >= parts)
		part = p->local->scroll = parts - 1;
	part_buttons(p, buttons, part, parts);
	return shown;
}

struct node *page_image(struct page *p, const char *key, struct rect r, const uint8_t *rgb,
			size_t len, int width, int height)
{
	struct node *n = page_add(p, key, NODE_IMAGE, r);
	bool good = rgb && width > 0 && height > 0 && width <= 20000 && height <= 20000 &&
		    (size_t)width * (size_t)height * 3 == len;

	n->icon = ICON_PICTURE;
	if (good)
		n->image = (struct pixels){ rgb, width, height, hash_pixels(rgb, len) };
	return n;
}
