/* The acts of PAGE and PAGES: looking at what was scanned, putting it in order. */
#include "firmware/core/visit_act.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void page_end(struct page *p)
{
	close_fd(&p->raw);
	close_fd(&p->image);
	close_fd(&p->pack);
	explicit_bzero(p, sizeof *p);
	*p = (struct page)PAGE_NOTHING;
}

bool page_has_fault(const struct page *p, enum err fault)
{
	return p->fault_count > 0 && memchr(p->faults, fault, p->fault_count);
}

void page_add_fault(struct page *p, enum err fault)
{
	if (p->fault_count < PAGE_MAX_FAULTS && !page_has_fault(p, fault))
		p->faults[p->fault_count++] = (uint8_t)fault;
}

void page_drop_fault(struct page *p, enum err fault)
{
	uint8_t *at = p->fault_count > 0 ? memchr(p->faults, fault, p->fault_count) : NULL;

	if (!at)
		return;
	memmove(at, at + 1, (size_t)(p->faults + p->fault_count - at - 1));
	p->fault_count--;
}

struct page *visit_page(const struct visit *v, uint32_t file)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].file == file)
			return &v->pages[i];
	return NULL;
}

bool visit_stands_for(const struct visit *v, const struct page *p, size_t paper)
{
	if (p->aside || paper >= VISIT_MAX_PAPERS || v->have[paper] == HAVE_STORED)
		return false;
	return v->have[paper] == 3 ? p->of == v->reused[paper] : p->paper == paper;
}

uint32_t visit_pages_of(const struct visit *v, uint8_t paper)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->page_count; i++)
		n += visit_stands_for(v, &v->pages[i], paper);
	return n;
}

struct page *visit_listed(const struct visit *v, uint32_t index)
{
	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page *p = &v->pages[i];
		bool listed = v->at == SCREEN_PAGE ? p->paper == v->paper
						   : p->paper != VISIT_NO_PAPER && !p->aside;

		if (listed && index-- == 0)
			return p;
	}
	return NULL;
}

bool visit_counts(const struct visit *v, const struct page *p)
{
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (visit_stands_for(v, p, i) && visit_wants_paper(v->procedure, i))
			return true;
	return false;
}

uint32_t visit_busy(const struct visit *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->page_count; i++)
		n += v->pages[i].state <= PAGE_WAITS && visit_counts(v, &v->pages[i]);
	return n;
}

static bool may_be_copy_of(const struct page *p, const struct page *q)
{
	return q->file < p->file && q->file != p->replaces && p->width > 0 && q->width > 0 &&
	       !page_has_fault(p, ERR_BLANK_PAGE) && !page_has_fault(q, ERR_BLANK_PAGE) &&
	       page_alike(p->print, q->print);
}

static const struct page_compared *compared(const struct page *p, const struct page *q)
{
	for (size_t i = 0; i < p->compared_count; i++)
		if (p->compared[i].file == q->file)
			return &p->compared[i];
	return NULL;
}

static bool is_copy_of(const struct page *p, const struct page *q)
{
	const struct page_compared *c = compared(p, q);

	return c && c->same && may_be_copy_of(p, q);
}

bool visit_to_compare(const struct visit *v, struct page **ret_p, struct page **ret_q)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		for (uint32_t k = 0; k < v->page_count; k++) {
			struct page *p = &v->pages[i], *q = &v->pages[k];

			if (p->compared_count == PAGE_MAX_COMPARED || !may_be_copy_of(p, q) ||
			    compared(p, q))
				continue;
			*ret_p = p;
			*ret_q = q;
			return true;
		}
	return false;
}

void page_take_compared(struct page *p, uint32_t file, bool same)
{
	if (p->compared_count < PAGE_MAX_COMPARED)
		p->compared[p->compared_count++] = (struct page_compared){ file, same };
}

void visit_mark_copies(struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page *p = &v->pages[i];
		bool copy = false;

		for (uint32_t k = 0; k < v->page_count && !copy; k++)
			copy = is_copy_of(p, &v->pages[k]);
		if (copy)
			page_add_fault(p, ERR_SAME_PAGE);
		else
			page_drop_fault(p, ERR_SAME_PAGE);
	}
}

static uint32_t place_of(const struct visit *v, const struct page *p)
{
	return (uint32_t)(p - v->pages);
}

void visit_put_page(struct visit *v, const struct page *p, uint32_t place)
{
	memmove(&v->pages[place + 1], &v->pages[place], (v->page_count - place) * sizeof *v->pages);
	v->pages[place] = *p;
	v->page_count++;
}

static void take_out(struct visit *v, uint32_t place)
{
	v->page_count--;
	memmove(&v->pages[place], &v->pages[place + 1], (v->page_count - place) * sizeof *v->pages);
	explicit_bzero(&v->pages[v->page_count], sizeof *v->pages);
	v->pages[v->page_count] = (struct page)PAGE_NOTHING;
}

void visit_lose_page(struct visit *v, struct page *p)
{
	struct page gone = *p;

	take_out(v, place_of(v, p));
	v->ports->drop_page(v->ports_data, &gone);
	page_end(&gone);
	visit_mark_copies(v);
}

void visit_drop_empty(struct visit *v)
{
	for (uint32_t i = v->page_count; i-- > 0;)
		if (v->pages[i].pack < 0 && v->pages[i].raw < 0) {
			page_end(&v->pages[i]);
			take_out(v, i);
		}
}

void visit_forget_undo(struct visit *v)
{
	struct undo *u = &v->undo;

	if (u->on == ON_DROP) {
		v->ports->drop_page(v->ports_data, &u->page);
		page_end(&u->page);
	}
	explicit_bzero(u, sizeof *u);
	u->page = (struct page)PAGE_NOTHING;
}

void visit_page_seen(struct visit *v, uint32_t file)
{
	struct page *p = visit_page(v, file);
	struct page *old = p && p->replaces ? visit_page(v, p->replaces) : NULL;

	if (!old)
		return;
	p->replaces = 0;
	visit_lose_page(v, old);
}

/* Whose last page went is not brought any more, nor what those pages stood for as well. */
static void none_left(struct visit *v, const struct page *gone)
{
	for (uint8_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if ((i == gone->paper || (v->have[i] == 3 && v->reused[i] == gone->of)) &&
		    visit_pages_of(v, i) == 0)
			v->have[i] = 2;
}

static enum screen changed(struct visit *v)
{
	v->why = ERR_OK;
	visit_mark_copies(v);
	v->ports->keep(v->ports_data);
	return v->at;
}

static enum screen moved(struct visit *v)
{
	v->turn++; /* a second tap would mean the page that has moved up */
	return changed(v);
}

enum screen act_drop_page(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_listed(v, e->index);

	if (!p)
		return v->at;
	visit_forget_undo(v);
	v->undo = (struct undo){ .on = ON_DROP,
				 .page = *p,
				 .place = place_of(v, p),
				 .have = v->have[p->paper],
				 .done = v->done[p->paper] };
	take_out(v, v->undo.place);
	if (v->at == SCREEN_PAGES)
		none_left(v, &v->undo.page);
	return moved(v);
}

/* The neighbour of the same paper in that direction, which may lie beyond pages of others. */
static bool swap(struct visit *v, struct page *p, int step)
{
	struct page *last = v->pages + v->page_count;

	for (struct page *q = p + step; q >= v->pages && q < last; q += step) {
		if (q->paper != p->paper || (v->at == SCREEN_PAGES && q->aside))
			continue;
		struct page moved = *p;

		*p = *q;
		*q = moved;
		return true;
	}
	return false;
}

enum screen act_move_page(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_listed(v, e->index);
	int step = strcmp(e->text, "-1") == 0 ? -1 : 1;

	if (!p)
		return v->at;
	struct undo undo = { .on = ON_MOVE, .page = PAGE_NOTHING, .file = p->file, .step = -step };
	if (!swap(v, p, step))
		return v->at;
	visit_forget_undo(v);
	v->undo = undo;
	return moved(v);
}

/* What was made of it lies the other way. */
static void turn_to(struct page *p, uint16_t turn)
{
	p->turn = turn;
	p->turns++;
	p->tries = 0;
	p->state = PAGE_CAME;
}

enum screen act_turn_page(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_listed(v, e->index);

	if (!p || p->no_pixels)
		return v->at;
	visit_forget_undo(v);
	v->undo = (struct undo){
		.on = ON_TURN, .page = PAGE_NOTHING, .file = p->file, .turn = p->turn
	};
	uint16_t now = p->turn == PAGE_AS_IT_STANDS ? p->turned : p->turn;
	turn_to(p, (uint16_t)((now + 90) % 360));
	return changed(v);
}

static void undo_drop(struct visit *v, struct undo *u)
{
	if (v->page_count == VISIT_MAX_PAGES)
		return;
	uint32_t place = u->place < v->page_count ? u->place : v->page_count;
	visit_put_page(v, &u->page, place);
	v->have[u->page.paper] = u->have;
	v->done[u->page.paper] = u->done;
	u->on = ON_NONE; /* the page is not its own any more */
}

enum screen act_undo(struct visit *v, const struct visit_event *e)
{
	struct undo *u = &v->undo;
	struct page *p = visit_page(v, u->file);

	(void)e;
	if (u->on == ON_NONE)
		return v->at;
	if (u->on == ON_DROP)
		undo_drop(v, u);
	else if (u->on == ON_MOVE && p)
		(void)swap(v, p, u->step);
	else if (u->on == ON_TURN && p)
		turn_to(p, u->turn);
	visit_forget_undo(v);
	return moved(v);
}

enum screen act_put_back(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_listed(v, e->index);

	if (!p)
		return v->at;
	p->aside = !p->aside;
	return moved(v);
}

/* The page that is scanned again stays until the new one is there. */
enum screen act_retake(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_listed(v, e->index);

	if (!p)
		return v->at;
	v->ports->scan_stop(v->ports_data);
	visit_forget_undo(v);
	v->paper = p->paper;
	v->replace = p->file;
	v->sheets = 0;
	v->state = 0;
	v->why = ERR_OK;
	return SCREEN_SCAN;
}

enum screen act_keep_page(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->replace = 0;
	v->sheets = 0;
	v->state = 0;
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	return SCREEN_SCAN;
}

enum screen act_keep_last(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->replace = 0;
	if (visit_pages_of(v, v->paper) == 0)
		v->have[v->paper] = 2;
	v->done[v->paper] = true;
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	return visit_after_paper(v);
}

enum screen act_zoom(struct visit *v, const struct visit_event *e)
{
	const struct page *p = e->index > 0 ? visit_listed(v, e->index - 1) : NULL;

	v->large = p ? p->file : 0;
	return v->at;
}

/* Whoever waits sees what has become of the pages. */
enum screen act_page_news(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return v->at;
}

static bool any_bad(const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].state == PAGE_BAD && visit_counts(v, &v->pages[i]))
			return true;
	return false;
}

enum screen act_pages_right(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (!any_bad(v))
		return visit_to_form(v);
	v->why = ERR_BAD_PAGE;
	return SCREEN_PAGES;
}

enum screen act_pages_bad(struct visit *v, const struct visit_event *e)
{
	v->why = e->why;
	return SCREEN_PAGES;
}

enum screen act_sending_news(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return SCREEN_SENDING;
}

static bool alike(const struct paper *a, const struct paper *b)
{
	return a->code[0] ? strcmp(a->code, b->code) == 0 : strcmp(a->name, b->name) == 0;
}

const struct paper *visit_can_reuse(const struct visit *v, size_t i)
{
	const struct paper *wanted = &v->procedure->papers[i];

	for (uint32_t k = 0; k < v->page_count; k++) {
		const struct page *p = &v->pages[k];

		if (p->of != wanted && !p->aside && alike(p->of, wanted))
			return p->of;
	}
	return NULL;
}

size_t visit_paper_at(const struct visit *v, uint32_t index)
{
	size_t i = 0;

	for (; i < v->procedure->paper_count; i++)
		if (visit_wants_paper(v->procedure, i) && index-- == 0)
			break;
	return i;
}

enum screen act_reuse(struct visit *v, const struct visit_event *e)
{
	size_t i = visit_paper_at(v, e->index);
	const struct paper *of = i < v->procedure->paper_count ? visit_can_reuse(v, i) : NULL;

	v->why = ERR_OK;
	if (!of)
		return SCREEN_CHECKLIST;
	v->reused[i] = of;
	v->have[i] = 3;
	v->done[i] = true;
	v->ports->keep(v->ports_data);
	return SCREEN_CHECKLIST;
}

uint32_t visit_pages_kept_back(const struct visit *v, size_t i)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < v->page_count; k++)
		n += v->pages[k].paper == VISIT_NO_PAPER && !v->pages[k].aside &&
		     v->pages[k].of == &v->procedure->papers[i];
	return n;
}

/* What was scanned of a paper that is "not brought" is not handed in; it is there again when the
 * citizen says that it is brought after all. */
void visit_keep_back(struct visit *v, size_t i, bool back)
{
	uint8_t from = back ? (uint8_t)i : VISIT_NO_PAPER, to = back ? VISIT_NO_PAPER : (uint8_t)i;

	visit_forget_undo(v);
	for (uint32_t k = 0; k < v->page_count; k++)
		if (v->pages[k].paper == from && v->pages[k].of == &v->procedure->papers[i])
			v->pages[k].paper = to;
	visit_mark_copies(v);
}

enum screen act_have(struct visit *v, const struct visit_event *e)
{
	size_t i = visit_paper_at(v, e->index);

	v->why = ERR_OK;
	if (i >= v->procedure->paper_count)
		return SCREEN_CHECKLIST;
	v->have[i] = e->text[0] == '1' ? 1 : 2;
	v->reused[i] = NULL;
	visit_keep_back(v, i, v->have[i] == 2);
	if (v->have[i] == 1)
		v->done[i] = visit_pages_of(v, (uint8_t)i) > 0 && v->done[i];
	v->ports->keep(v->ports_data);
	return SCREEN_CHECKLIST;
}

/* Pages find the papers of the procedure that was picked; those of another one wait aside, and can
 * stand for its papers. */
void visit_rehome(struct visit *v)
{
	const struct procedure *p = v->procedure;

	memset(v->have, 0, sizeof v->have);
	memset(v->done, 0, sizeof v->done);
	memset(v->reused, 0, sizeof v->reused);
	visit_drop_copies(v);
	visit_forget_undo(v);
	v->replace = 0;
	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page *page = &v->pages[i];
		bool here = page->of >= p->papers && page->of < p->papers + p->paper_count;

		page->paper = here ? (uint8_t)(page->of - p->papers) : VISIT_NO_PAPER;
		if (here)
			v->have[page->paper] = v->done[page->paper] = 1;
	}
}
