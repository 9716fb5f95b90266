/* Papers that were asked for later: from TRACK through the same rooms as a visit, without a
 * procedure to pick and without a form. */
#include "firmware/core/visit_act.h"

#include <string.h>

/* Who brings them is asked first, as in any visit. */
enum screen act_to_supplement(struct visit *v, const struct visit_event *e)
{
	enum screen to = act_may_begin(v, e);

	if (to == SCREEN_FAULT)
		return to;
	return v->ports->supplement(v->ports_data) == ERR_OK ? to : TO_SAME;
}

/* Back from where the card is read: home, or to the dossier that papers were to be added to. */
enum screen act_leave_card(struct visit *v, const struct visit_event *e)
{
	char code[TRACK_CODE_CAP];

	(void)e;
	v->why = ERR_OK;
	if (!v->supplement.on)
		return SCREEN_HOME;
	memcpy(code, v->supplement.code, sizeof code);
	explicit_bzero(&v->supplement, sizeof v->supplement);
	return visit_track(v, code);
}

enum screen act_leave_list(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->why = ERR_OK;
	return v->supplement.on ? SCREEN_IDENTITY : SCREEN_PICK;
}

enum err visit_begin_supplement(struct visit *v)
{
	if (v->procedure == &v->supplement.procedure)
		return ERR_OK; /* stepped back to the card, and now on again */
	v->procedure = &v->supplement.procedure;
	v->for_other = false;
	visit_rehome(v);
	enum err e = v->ports->open_form(v->ports_data);
	v->form_open = e == ERR_OK;
	if (e == ERR_OK)
		e = visit_fill_form(v);
	if (e != ERR_OK) {
		v->procedure = NULL;
		return e;
	}
	if (!v->supplement.known)
		v->have[0] = HAVE_BROUGHT; /* one stack: whoever comes here has brought it */
	v->ports->keep(v->ports_data);
	return ERR_OK;
}

/* Without a page there is nothing to hand in. */
enum screen visit_after_supplement(struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++) {
		if (!visit_counts(v, &v->pages[i]))
			continue;
		v->why = ERR_OK;
		v->reviewing = true;
		v->ports->keep(v->ports_data);
		return SCREEN_REVIEW;
	}
	v->reviewing = false;
	v->why = ERR_FIELD_EMPTY;
	return SCREEN_CHECKLIST;
}
