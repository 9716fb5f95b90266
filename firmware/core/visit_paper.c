/* The acts of CHECKLIST and SCAN: which papers are brought, and scanning them. */
#include "firmware/core/visit_act.h"

#include <string.h>

/* A paper that must be there may still be "not brought": which papers a case needs is for the
 * officer to judge, and the catalogue's flags are not reliable. It is shown as missing. */
enum screen act_papers_known(struct visit *v, const struct visit_event *e)
{
	(void)e;
	visit_check_stored(v);
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

bool visit_any_page(const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].paper != VISIT_NO_PAPER)
			return true;
	return false;
}

enum screen visit_after_paper(struct visit *v)
{
	v->state = 0;
	v->percent = 0;
	v->sheets = 0;
	v->replace = 0;
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (v->have[i] == 1 && !v->done[i]) {
			v->paper = (uint8_t)i;
			return SCREEN_SCAN;
		}
	if (visit_any_page(v))
		return SCREEN_PAGES;
	return v->supplement.on ? visit_after_supplement(v) : SCREEN_FORM;
}

enum screen act_scan(struct visit *v, const struct visit_event *e)
{
	uint32_t room = VISIT_MAX_PAGES - v->page_count;

	(void)e;
	if (v->state != 0)
		return SCREEN_SCAN; /* one scan at a time, however often the button is pressed */
	visit_forget_undo(v);
	v->percent = 0;
	v->sheets = 0;
	v->scan_why = ERR_OK;
	v->why = room > 0 ? ERR_OK : ERR_MANY_PAGES;
	if (room == 0)
		return SCREEN_SCAN;
	v->state = 1;
	v->ports->scan(v->ports_data, v->replace ? 1 : room);
	return SCREEN_SCAN;
}

enum screen act_source(struct visit *v, const struct visit_event *e)
{
	if (e->index < PAGE_SOURCE_COUNT && v->state == 0)
		v->scan_source = (uint8_t)e->index;
	return SCREEN_SCAN;
}

enum screen act_progress(struct visit *v, const struct visit_event *e)
{
	v->percent = (uint8_t)(e->index > 100 ? 100 : e->index);
	return SCREEN_SCAN;
}

/* Behind the one it replaces, or the last of its paper. */
static uint32_t place_for(const struct visit *v)
{
	uint32_t place = v->page_count;

	for (uint32_t i = 0; i < v->page_count; i++) {
		if (v->pages[i].paper == v->paper)
			place = i + 1;
		if (v->replace && v->pages[i].file == v->replace)
			break;
	}
	return place;
}

enum screen act_page_came(struct visit *v, const struct visit_event *e)
{
	struct page p;

	memcpy(&p, e->bytes, sizeof p);
	if (v->page_count == VISIT_MAX_PAGES) { /* the scanner was told how many there may be */
		page_end(&p);
		v->scan_why = ERR_MANY_PAGES;
		return SCREEN_SCAN;
	}
	p.paper = v->paper;
	p.of = &v->procedure->papers[v->paper];
	p.replaces = v->replace;
	visit_put_page(v, &p, place_for(v));
	v->replace = 0;
	v->sheets++;
	v->percent = 0;
	return SCREEN_SCAN;
}

static bool looking(const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].state == PAGE_CAME && v->pages[i].paper == v->paper)
			return true;
	return false;
}

/* Once the scanner has ended and every page was looked at: all are shown, or why it ended. */
static enum screen settle(struct visit *v)
{
	if (v->state != 2 || looking(v))
		return SCREEN_SCAN;
	v->state = 0;
	v->why = v->scan_why;
	v->ports->keep(v->ports_data);
	return v->why == ERR_OK ? SCREEN_PAGE : SCREEN_SCAN;
}

enum screen act_page_seen(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return settle(v);
}

enum screen act_page_lost(struct visit *v, const struct visit_event *e)
{
	struct page *p = visit_page(v, e->index);

	v->ports->scan_stop(v->ports_data);
	if (p) {
		visit_lose_page(v, p);
		v->sheets -= v->sheets > 0;
	}
	v->scan_why = e->why;
	v->state = 2;
	return settle(v);
}

enum screen act_scanned(struct visit *v, const struct visit_event *e)
{
	if (v->state != 1)
		return settle(v);
	v->state = 2;
	if (v->scan_why == ERR_OK)
		v->scan_why = e->why;
	if (v->scan_why == ERR_OK && v->sheets == 0)
		v->scan_why = ERR_FEEDER_EMPTY;
	return settle(v);
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

/* The paper has its last page already: nothing more to scan for it. What came in a go that broke
 * off was not shown yet. */
enum screen act_paper_done(struct visit *v, const struct visit_event *e)
{
	if (visit_pages_of(v, v->paper) == 0 || (v->state != 0 && looking(v)))
		return SCREEN_SCAN;
	if (v->sheets == 0)
		return act_skip_paper(v, e);
	v->ports->scan_stop(v->ports_data);
	v->state = 0;
	v->why = ERR_OK;
	v->ports->keep(v->ports_data);
	return SCREEN_PAGE;
}

enum screen act_stop_scan(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->scan_stop(v->ports_data);
	v->replace = 0;
	v->sheets = 0;
	v->state = 0;
	v->why = ERR_OK;
	return SCREEN_CHECKLIST;
}
