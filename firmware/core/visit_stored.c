/* The acts about papers that the state already has: CHECKLIST and STORED. */
#include "firmware/core/visit_act.h"

#include <string.h>

/* What the state has stands for it, or no more. Pages that were scanned of it wait aside. */
static void use(struct visit *v, size_t i, bool yes)
{
	v->have[i] = yes ? HAVE_STORED : HAVE_UNASKED;
	v->reused[i] = NULL;
	visit_keep_back(v, i, true);
	v->ports->keep(v->ports_data);
}

enum screen act_find(struct visit *v, const struct visit_event *e)
{
	v->why = ERR_OK;
	v->turn++;
	v->ports->find_papers(v->ports_data, e->index == 1);
	visit_check_stored(v);
	return TO_SAME;
}

void visit_check_stored(struct visit *v)
{
	for (size_t i = 0; v->procedure && i < v->procedure->paper_count && i < VISIT_MAX_PAPERS;
	     i++)
		if (v->have[i] == HAVE_STORED && v->ports->stored(v->ports_data, i) != STORED_VALID)
			v->have[i] = HAVE_UNASKED;
}

/* The list grows under the fingers: a tap that was meant for it as it was does not count. */
enum screen act_papers_told(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->turn++;
	return TO_SAME;
}

enum screen act_see(struct visit *v, const struct visit_event *e)
{
	size_t i = visit_paper_at(v, e->index);

	v->why = ERR_OK;
	if (i >= v->procedure->paper_count || v->ports->stored(v->ports_data, i) == STORED_NONE)
		return SCREEN_CHECKLIST;
	v->paper = (uint8_t)i;
	v->ports->see_paper(v->ports_data, i);
	return SCREEN_STORED;
}

enum screen act_take_stored(struct visit *v, const struct visit_event *e)
{
	size_t i = visit_paper_at(v, e->index);

	v->why = ERR_OK;
	if (i < v->procedure->paper_count && v->ports->stored(v->ports_data, i) == STORED_VALID)
		use(v, i, v->have[i] != HAVE_STORED);
	return SCREEN_CHECKLIST;
}

enum screen act_paper_told(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->turn++;
	return TO_SAME;
}

enum screen act_stored_page(struct visit *v, const struct visit_event *e)
{
	v->ports->turn_paper(v->ports_data, e->index);
	return TO_SAME;
}

enum screen act_see_again(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->turn++;
	v->ports->see_paper(v->ports_data, v->paper);
	return TO_SAME;
}

enum screen act_leave_stored(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->unsee_paper(v->ports_data);
	return SCREEN_CHECKLIST;
}

enum screen act_use_stored(struct visit *v, const struct visit_event *e)
{
	if (v->ports->stored(v->ports_data, v->paper) == STORED_VALID)
		use(v, v->paper, true);
	return act_leave_stored(v, e);
}

enum screen act_no_stored(struct visit *v, const struct visit_event *e)
{
	if (v->have[v->paper] == HAVE_STORED)
		use(v, v->paper, false);
	return act_leave_stored(v, e);
}
