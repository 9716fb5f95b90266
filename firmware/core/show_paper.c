/* The parts of show.c about papers: scanning them, looking at their pages. */
#include "firmware/base/mem.h"
#include "firmware/core/show_part.h"

#include <stdlib.h>
#include <string.h>

#define THUMB_WIDTH 180u
#define LARGE_WIDTH 360u
#define FEW         8u /* pages that are shown large */
#define MAX_IMAGE   (32u << 20)
#define MAX_SHOWN   40u /* pages with a picture */

/* A picture that has the size it claims; anything else is left out. */
static const uint8_t *map_image(const struct page *p, size_t *ret_len)
{
	const void *bytes;
	size_t want = (size_t)p->width * p->height * 3;

	if (p->image < 0 || p->width == 0 || p->height == 0 || p->width > 4096 ||
	    p->height > 4096 || mem_map(p->image, MAX_IMAGE, &bytes, ret_len) != ERR_OK)
		return NULL;
	if (*ret_len == want)
		return bytes;
	mem_unmap(bytes, *ret_len);
	return NULL;
}

/* The mean of the step x step pixels at (x, y) of the small picture. */
static void mean_of(const uint8_t *from, uint32_t width, uint32_t step, uint8_t out[3])
{
	uint32_t sum[3] = { 0 };

	for (uint32_t y = 0; y < step; y++)
		for (uint32_t x = 0; x < step * 3; x++)
			sum[x % 3] += from[(size_t)y * width * 3 + x];
	for (int i = 0; i < 3; i++)
		out[i] = (uint8_t)(sum[i] / (step * step));
}

static void put_whole(struct view_writer *w, const struct page *p, bool large)
{
	size_t len;
	const uint8_t *image = map_image(p, &len);

	if (!image)
		return;
	view_bytes(w, large ? "large_image" : "image", image, len);
	view_num(w, large ? "large_width" : "width", p->width);
	view_num(w, large ? "large_height" : "height", p->height);
	mem_unmap(image, len);
}

void show_picture(struct view_writer *w, const struct page *p)
{
	put_whole(w, p, false);
}

/* The page that a person looks at closely. */
static void put_large(struct view_writer *w, const struct visit *v)
{
	const struct page *p;

	for (uint32_t i = 0; v->large != 0 && (p = visit_listed(v, i)); i++)
		if (p->file == v->large) {
			view_num(w, "large", i + 1);
			put_whole(w, p, true);
		}
}

static void put_thumb(struct view_writer *w, const struct page *p, uint32_t most)
{
	size_t len;
	const uint8_t *image = map_image(p, &len);

	if (!image)
		return;
	uint32_t step = p->width > most ? p->width / most : 1;
	uint32_t width = p->width / step, height = p->height / step;
	uint8_t *small = malloc((size_t)width * height * 3);
	for (uint32_t y = 0; small && y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			mean_of(image + ((size_t)y * step * p->width + (size_t)x * step) * 3,
				p->width, step, small + ((size_t)y * width + x) * 3);
	if (small) {
		view_bytes(w, "image", small, (size_t)width * height * 3);
		view_num(w, "width", width);
		view_num(w, "height", height);
		explicit_bzero(small, (size_t)width * height * 3);
	}
	free(small);
	mem_unmap(image, len);
}

/* "paper", which of the brought ones it is, and how many there are. */
static void put_which(struct view_writer *w, const struct visit *v)
{
	uint32_t brought = 0, place = 0;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		brought += v->have[i] == 1;
		place += i <= v->paper && v->have[i] == 1;
	}
	view_text(w, "paper", show_paper_name(v, v->paper));
	view_num(w, "index", place);
	view_num(w, "total", brought);
}

static const struct page *last_of(const struct visit *v)
{
	const struct page *last = NULL;

	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].paper == v->paper && v->pages[i].state != PAGE_CAME)
			last = &v->pages[i];
	return last;
}

/* The number of a page within its paper; of the next one when `file` is 0. */
static uint32_t number_of(const struct visit *v, uint8_t paper, uint32_t file)
{
	uint32_t n = 1;

	for (uint32_t i = 0; i < v->page_count; i++) {
		if (file != 0 && v->pages[i].file == file)
			break;
		n += v->pages[i].paper == paper && !v->pages[i].aside;
	}
	return n;
}

/* What the camera sees now; none of another size than it claims. */
static void put_live(struct view_writer *w, const struct desk *d)
{
	const struct page p = { .image = d->frame.pixels,
				.width = d->frame.width,
				.height = d->frame.height };
	size_t len;
	const uint8_t *rgb = d->live ? map_image(&p, &len) : NULL;

	if (!rgb)
		return;
	view_bytes(w, "live", rgb, len);
	view_num(w, "live_width", p.width);
	view_num(w, "live_height", p.height);
	view_num(w, "live_doubt", d->frame.doubt);
	mem_unmap(rgb, len);
}

void show_scan(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct paper_scan *scan = &v->procedure->papers[v->paper].scan;
	const struct page *last = v->sheets > 0 ? last_of(v) : NULL;

	put_which(w, v);
	view_num(w, "page", number_of(v, v->paper, v->replace));
	view_num(w, "state", v->state);
	view_num(w, "percent", v->percent);
	view_num(w, "err", v->why);
	view_num(w, "stored", papers_stored(c, v->paper) == STORED_VALID);
	view_num(w, "sheets", v->sheets);
	view_num(w, "loaded", c->desk.loaded);
	/* what the citizen has put in is to be scanned; what lay there before is somebody else's */
	view_num(w, "left", c->desk.left == LEFT_SOME && c->desk.left_by != c->visitor);
	view_num(w, "source", desk_source(c));
	view_num(w, "cameras", desk_has_choice(c));
	if (v->scan_source == SOURCE_CAMERA && c->desk.camera_told)
		view_num(w, "camera", c->desk.camera);
	put_live(w, &c->desk);
	view_text(w, "hint", scan->hint);
	view_num(w, "card", scan->card);
	if (!last)
		return;
	view_num(w, "doubt", last->fault_count > 0 ? last->faults[0] : ERR_OK);
	put_whole(w, last, false);
}

/* 0 still at work, 1 done, 2 kept as a picture; what cannot be digitized has a fault instead. */
static int64_t ready(const struct page *p)
{
	if (p->state == PAGE_PLAIN)
		return 2;
	return p->state == PAGE_READY || p->state == PAGE_BAD || p->aside;
}

static void put_page(struct view_writer *w, const struct page *p, uint32_t most)
{
	view_num(w, "err", p->fault_count > 0 ? p->faults[0] : ERR_OK);
	view_num(w, "err2", p->fault_count > 1 ? p->faults[1] : ERR_OK);
	view_num(w, "ready", ready(p));
	view_text(w, "title", p->text.title);
	if (most > 0)
		put_thumb(w, p, most);
}

static uint32_t listed(const struct visit *v)
{
	uint32_t n = 0;

	while (visit_listed(v, n))
		n++;
	return n;
}

void show_page(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t count = listed(v), width = count > FEW ? THUMB_WIDTH : LARGE_WIDTH, number = 0;
	const struct page *p = visit_listed(v, 0);

	put_which(w, v);
	view_num(w, "page", 1);
	view_num(w, "err", v->why);
	view_num(w, "undo", v->undo.on != ON_NONE);
	view_num(w, "left", c->desk.left == LEFT_SOME);
	if (p)
		put_whole(w, p, false);
	put_large(w, v);
	for (uint32_t i = 0; (p = visit_listed(v, i)); i++) {
		view_row(w, "pages");
		view_num(w, "page", p->aside ? 0 : ++number);
		view_num(w, "aside", p->aside);
		put_page(w, p, i < MAX_SHOWN ? width : 0);
	}
}

static uint32_t ready_of(const struct visit *v, size_t paper)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->page_count; i++)
		n += visit_stands_for(v, &v->pages[i], paper) && ready(&v->pages[i]) > 0;
	return n;
}

void show_papers(struct view_writer *w, const struct visit *v)
{
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		uint32_t pages = visit_pages_of(v, (uint8_t)i);

		if (!visit_wants_paper(v->procedure, i) ||
		    (pages == 0 && v->have[i] != HAVE_STORED &&
		     v->procedure->papers[i].kind != PAPER_SUBMIT))
			continue;
		view_row(w, "papers");
		view_text(w, "name", show_paper_name(v, i));
		view_num(w, "pages", pages);
		view_num(w, "have", v->have[i]);
		view_num(w, "ready", ready_of(v, i));
	}
}

uint32_t show_missing(const struct visit *v)
{
	uint32_t n = 0;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		n += v->procedure->papers[i].kind == PAPER_SUBMIT && v->have[i] != HAVE_STORED &&
		     visit_pages_of(v, (uint8_t)i) == 0;
	return n;
}

void show_pages(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct page *p;

	view_num(w, "missing", show_missing(v));
	view_num(w, "undo", v->undo.on != ON_NONE);
	view_num(w, "left", c->desk.left == LEFT_SOME);
	view_num(w, "busy", visit_busy(v));
	view_num(w, "err", v->why);
	put_large(w, v);
	for (uint32_t i = 0; (p = visit_listed(v, i)); i++) {
		uint32_t number = number_of(v, p->paper, p->file);

		view_row(w, "pages");
		view_text(w, "paper", show_paper_name(v, p->paper));
		view_num(w, "page", number);
		view_num(w, "first", number == 1);
		view_num(w, "last", number == visit_pages_of(v, p->paper));
		put_page(w, p, i < MAX_SHOWN ? THUMB_WIDTH : 0);
	}
	show_papers(w, v);
}
