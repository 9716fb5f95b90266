/* The acts of papers: which are brought, scanning, looking at pages. */
#include "firmware/core/visit_act.h"

#include <string.h>
#include <unistd.h>

enum screen act_have(struct visit *v, const struct visit_event *e)
{
	size_t shown = 0;

	for (size_t i = 0; i < v->procedure->paper_count; i++) {
		if (!visit_wants_paper(v->procedure, i) || shown++ != e->index)
			continue;
		v->have[i] = e->text[0] == '1' ? 1 : 2;
	}
	v->why = ERR_OK;
	return SCREEN_CHECKLIST;
}

/* A paper that must be there may still be "not brought": which papers a case needs is for the
 * officer to judge, and the catalogue's flags are not reliable. It is shown as missing. */
enum screen act_papers_known(struct visit *v, const struct visit_event *e)
{
	(void)e;
	for (size_t i = 0; i < v->procedure->paper_count; i++) {
		if (!visit_wants_paper(v->procedure, i) || v->have[i] != 0)
			continue;
		if (v->procedure->papers[i].kind == PAPER_SUBMIT) {
			v->why = ERR_FIELD_EMPTY;
			return SCREEN_CHECKLIST;
		}
		v->have[i] = 2;
	}
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	return visit_after_paper(v);
}

enum screen visit_after_paper(struct visit *v)
{
	v->state = 0;
	v->percent = 0;
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (v->have[i] == 1 && !v->done[i]) {
			v->paper = (uint8_t)i;
			return SCREEN_SCAN;
		}
	return v->page_count > 0 ? SCREEN_PAGES : SCREEN_FORM;
}

enum screen act_scan(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->state != 0)
		return SCREEN_SCAN; /* one scan at a time, however often the button is pressed */
	v->state = 1;
	v->percent = 0;
	v->why = v->page_count < VISIT_MAX_PAGES ? ERR_OK : ERR_NO_SPACE;
	if (v->why == ERR_OK)
		v->ports->scan(v->ports_data);
	else
		v->state = 0;
	return SCREEN_SCAN;
}

enum screen act_progress(struct visit *v, const struct visit_event *e)
{
	v->percent = (uint8_t)(e->index > 100 ? 100 : e->index);
	v->state = v->percent == 100 ? 2 : 1;
	return SCREEN_SCAN;
}

enum screen act_take_page(struct visit *v, const struct visit_event *e)
{
	memcpy(&v->pending, e->bytes, sizeof v->pending);
	v->pending.paper = v->paper;
	v->state = 0;
	v->why = v->pending.doubt;
	return SCREEN_PAGE;
}

enum screen act_page_failed(struct visit *v, const struct visit_event *e)
{
	v->state = 0;
	v->why = e->why;
	return SCREEN_SCAN;
}

enum screen act_skip_paper(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->scan_stop(v->ports_data);
	if (visit_pages_of(v, v->paper) == 0)
		v->have[v->paper] = 2;
	v->done[v->paper] = true;
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	return visit_after_paper(v);
}

/* The paper has its last page already: nothing more to scan for it. */
enum screen act_paper_done(struct visit *v, const struct visit_event *e)
{
	if (visit_pages_of(v, v->paper) == 0)
		return SCREEN_SCAN;
	return act_skip_paper(v, e);
}

enum screen act_stop_scan(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->scan_stop(v->ports_data);
	v->state = 0;
	v->why = ERR_OK;
	return SCREEN_CHECKLIST;
}

static enum err keep_pending(struct visit *v)
{
	enum err why = v->ports->keep_page(v->ports_data, &v->pending);

	if (why != ERR_OK)
		return why;
	v->pages[v->page_count++] = v->pending;
	v->pending = (struct page){ .image = -1, .pdf = -1 };
	return ERR_OK;
}

enum screen act_keep_page(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = keep_pending(v);
	if (v->why != ERR_OK)
		return SCREEN_PAGE;
	v->ports->keep(v->ports_data);
	return SCREEN_SCAN;
}

enum screen act_keep_last(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = keep_pending(v);
	if (v->why != ERR_OK)
		return SCREEN_PAGE;
	v->done[v->paper] = true;
	v->ports->keep(v->ports_data);
	return visit_after_paper(v);
}

enum screen act_drop_pending(struct visit *v, const struct visit_event *e)
{
	(void)e;
	/* the sheet is laid in again, before those that the scanner may have drawn in behind it */
	v->ports->scan_stop(v->ports_data);
	close(v->pending.image);
	close(v->pending.pdf);
	v->pending = (struct page){ .image = -1, .pdf = -1 };
	v->why = ERR_OK;
	return SCREEN_SCAN;
}

static void remove_page(struct visit *v, uint32_t i)
{
	struct page gone = v->pages[i];

	v->page_count--;
	memmove(&v->pages[i], &v->pages[i + 1], (v->page_count - i) * sizeof gone);
	v->ports->drop_page(v->ports_data, &gone);
	close(gone.image);
	close(gone.pdf);
	if (visit_pages_of(v, gone.paper) == 0) /* whose last page goes is not brought any more */
		v->have[gone.paper] = 2;
	v->ports->keep(v->ports_data);
}

enum screen act_retake(struct visit *v, const struct visit_event *e)
{
	if (e->index >= v->page_count)
		return SCREEN_PAGES;
	v->ports->scan_stop(v->ports_data);
	v->paper = v->pages[e->index].paper;
	remove_page(v, e->index);
	v->have[v->paper] = 1;
	v->done[v->paper] = false;
	v->state = 0;
	v->why = ERR_OK;
	return SCREEN_SCAN;
}

enum screen act_drop_page(struct visit *v, const struct visit_event *e)
{
	if (e->index < v->page_count) {
		remove_page(v, e->index);
		v->turn++; /* a second tap would take the page that has moved up */
	}
	return SCREEN_PAGES;
}
