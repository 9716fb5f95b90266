/* Acts of identity, papers and handing in; those of the form are in visit_form.c. */
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum screen first_of(uint64_t to)
{
	if (to & VISIT_UNDER)
		return TO_UNDER;
	return to & VISIT_SAME ? TO_SAME : (enum screen)__builtin_ctzll(to);
}

/* `go` needs to know its row: the one of this screen, else the one for any. */
enum screen act_go(struct visit *v, const struct visit_event *e)
{
	enum screen to = TO_SAME;

	v->why = ERR_OK;
	for (size_t i = 0; i < VISIT_RULE_COUNT; i++) {
		const struct visit_rule *r = &VISIT_RULES[i];

		if (r->on == e->on && r->in == (int)v->at)
			return first_of(r->to);
		if (r->on == e->on && r->in == VISIT_ANY)
			to = first_of(r->to);
	}
	return to;
}

static enum screen trouble(struct visit *v, enum err why)
{
	v->why = why;
	v->device = ROLE_COUNT;
	return SCREEN_FAULT;
}

enum screen act_set_language(struct visit *v, const struct visit_event *e)
{
	v->language = e->index < LANGUAGE_COUNT ? (enum language)e->index : v->language;
	return TO_SAME;
}

enum screen act_set_look(struct visit *v, const struct visit_event *e)
{
	v->look = (uint8_t)(e->index & LOOK_ALL);
	return TO_SAME;
}

enum screen act_call_staff(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->call_staff(v->ports_data);
	return SCREEN_STAFF;
}

enum screen act_warn(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->left_s = VISIT_WARN_S;
	return SCREEN_TIMEOUT;
}

enum screen act_count_down(struct visit *v, const struct visit_event *e)
{
	uint32_t passed_s = e->index > 0 ? e->index : 1;

	if (v->left_s > passed_s) {
		v->left_s -= (uint16_t)passed_s;
		return SCREEN_TIMEOUT;
	}
	return act_walk_away(v, e);
}

/* Who forgets their papers may still hear it. */
enum screen act_walk_away(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return v->paper_left && v->identified ? SCREEN_THANKS : SCREEN_ATTRACT;
}

/* Somebody is called, once, to papers that nobody takes. */
enum screen act_goodbye(struct visit *v, const struct visit_event *e)
{
	v->why = ERR_OK;
	if (!v->paper_left || v->left_told)
		return SCREEN_ATTRACT;
	v->left_told = true;
	v->why = ERR_LEFT_PAPER;
	return act_call_staff(v, e);
}

static bool waits_for_papers(const struct visit *v)
{
	return v->left_told && v->under == SCREEN_THANKS;
}

/* Until somebody takes them, or says that they have seen it. */
enum screen act_call_again(struct visit *v, const struct visit_event *e)
{
	if (!v->paper_left || !waits_for_papers(v))
		return act_warn(v, e);
	v->why = ERR_LEFT_PAPER;
	return act_call_staff(v, e);
}

enum screen act_papers_gone(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return waits_for_papers(v) ? SCREEN_ATTRACT : SCREEN_STAFF;
}

enum screen act_fault(struct visit *v, const struct visit_event *e)
{
	v->why = e->why;
	v->device = e->device;
	return SCREEN_FAULT;
}

enum screen act_leave(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return SCREEN_THANKS;
}

enum screen act_may_begin(struct visit *v, const struct visit_event *e)
{
	enum err why = v->ports->may_begin(v->ports_data);
	v->state = 0;
	v->supplement.on = false;
	if (why != ERR_OK)
		return trouble(v, why);
	return v->card_in ? act_ask_key(v, e) : SCREEN_IDENTIFY; /* it was laid there before */
}

enum screen act_read_code(struct visit *v, const struct visit_event *e)
{
	(void)e; /* who saw the code has it read; CARD_KNOWN or CARD_BAD follows */
	v->state = 1;
	v->why = ERR_OK;
	return SCREEN_IDENTIFY;
}

enum screen act_card_bad(struct visit *v, const struct visit_event *e)
{
	v->state = 2;
	v->why = e->why;
	return SCREEN_IDENTIFY;
}

/* How the screen looks goes on: the same eyes are before it. */
static void wipe_but_look(struct visit *v)
{
	enum language language = v->language;
	uint8_t look = v->look;

	visit_wipe(v);
	v->language = language;
	v->look = look;
}

enum screen act_forget_card(struct visit *v, const struct visit_event *e)
{
	struct supplement wanted = v->supplement; /* of a dossier, and nobody's yet */

	(void)e;
	/* another person is another visit */
	wipe_but_look(v);
	v->supplement = wanted;
	explicit_bzero(&wanted, sizeof wanted);
	return SCREEN_IDENTIFY;
}

/* Who has begun is asked first: back is never a way to lose what was entered. */
enum screen act_back_to_card(struct visit *v, const struct visit_event *e)
{
	return v->kept ? SCREEN_LEAVE : act_forget_card(v, e);
}

static void find_hits(struct visit *v)
{
	uint32_t wanted = (v->hit_page + 1) * VISIT_HITS;
	uint32_t *places = calloc(wanted, sizeof *places);

	memset(v->hits, 0, sizeof v->hits);
	v->hit_total = 0;
	if (!places)
		return;
	v->hit_total = (uint32_t)catalogue_search(v->catalogue, v->query, places, wanted);
	memcpy(v->hits, places + v->hit_page * VISIT_HITS, sizeof v->hits);
	free(places);
}

enum screen act_begin(struct visit *v, const struct visit_event *e)
{
	if (visit_is_barred(v))
		return SCREEN_IDENTITY;
	/* before a second dossier its owner hears of the first */
	if (v->draft == DRAFT_UNTOLD && !v->saved)
		return act_resume(v, e);
	enum err why = v->kept ? ERR_OK : v->ports->begin(v->ports_data);
	if (why != ERR_OK)
		return trouble(v, why);
	v->why = ERR_OK;
	v->draft = DRAFT_NONE; /* what the new visit does not take up is gone */
	v->kept = true;
	if (v->supplement.on) {
		why = visit_begin_supplement(v);
		return why == ERR_OK ? SCREEN_CHECKLIST : trouble(v, why);
	}
	find_hits(v);
	return SCREEN_PICK;
}

enum screen act_search(struct visit *v, const struct visit_event *e)
{
	snprintf(v->query, sizeof v->query, "%s", e->text);
	v->hit_page = 0;
	find_hits(v);
	return SCREEN_PICK;
}

enum screen act_more_hits(struct visit *v, const struct visit_event *e)
{
	if (e->index < v->hit_total / VISIT_HITS + (v->hit_total % VISIT_HITS > 0)) {
		v->hit_page = e->index;
		v->turn++; /* late taps on the former answers do not count */
	}
	find_hits(v);
	return SCREEN_PICK;
}

static bool asks_papers(const struct procedure *p)
{
	for (size_t i = 0; i < p->paper_count; i++)
		if (visit_wants_paper(p, i))
			return true;
	return false;
}

enum screen act_pick(struct visit *v, const struct visit_event *e)
{
	size_t at = v->hit_page * VISIT_HITS + e->index;

	if (e->index >= VISIT_HITS || at >= v->hit_total)
		return SCREEN_PICK;
	const struct procedure *p = catalogue_at(v->catalogue, v->hits[e->index]);
	if (p != v->procedure) { /* the same one again keeps what was entered */
		if (v->form_open)
			form_finish(&v->form);
		v->form_open = false;
		v->procedure = p;
		visit_rehome(v);
		enum err why = v->ports->open_form(v->ports_data);
		v->form_open = why == ERR_OK;
		if (why == ERR_OK)
			why = visit_fill_form(v);
		if (why != ERR_OK) {
			v->procedure = NULL;
			return trouble(v, why);
		}
	}
	v->why = ERR_OK;
	v->group = 0;
	v->reviewing = false;
	v->ports->keep(v->ports_data);
	return asks_papers(p) ? SCREEN_CHECKLIST : SCREEN_FORM;
}

enum screen act_hand_in(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->state = 0;
	v->why = ERR_OK;
	v->staff.signing = false;
	visit_forget_undo(v);
	v->ports->hand_in(v->ports_data);
	return SCREEN_SENDING;
}

enum screen act_saved(struct visit *v, const struct visit_event *e)
{
	snprintf(v->receipt_code, sizeof v->receipt_code, "%s", e->text);
	v->saved_s = e->time_s;
	v->saved = true;
	memset(v->staff.copies, 0, sizeof v->staff.copies); /* handed in: none to be lost */
	v->state = 1;
	return SCREEN_SENDING;
}

/* Nothing was claimed: back to CONFIRM, with everything still there. */
enum screen act_save_failed(struct visit *v, const struct visit_event *e)
{
	v->at = SCREEN_CONFIRM;
	return trouble(v, e->why);
}

enum screen act_on_its_way(struct visit *v, const struct visit_event *e)
{
	v->state = e->index > 3 ? 3 : (uint8_t)e->index;
	return SCREEN_SENDING;
}

static void take_answer(struct visit *v, const struct visit_event *e)
{
	bool yes = e->on == ON_ACCEPTED;

	snprintf(yes ? v->dossier_code : v->reason, yes ? sizeof v->dossier_code : sizeof v->reason,
		 "%s", e->text);
	v->answered_s = e->time_s;
	v->due_s = e->due_s;
}

/* The province knows the fee now, if there is one. */
enum screen act_accepted(struct visit *v, const struct visit_event *e)
{
	take_answer(v, e);
	(void)v->ports->track(v->ports_data, v->dossier_code);
	return SCREEN_ACCEPTED;
}

enum screen act_refused(struct visit *v, const struct visit_event *e)
{
	take_answer(v, e);
	return SCREEN_REFUSED;
}

enum screen act_note_answer(struct visit *v, const struct visit_event *e)
{
	take_answer(v, e);
	return SCREEN_RECEIPT;
}

enum screen act_print(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (v->at != SCREEN_RECEIPT || v->state != 0) {
		v->why = ERR_OK;
		v->ports->print(v->ports_data);
	}
	v->state = 0;
	return SCREEN_RECEIPT;
}

enum screen act_printed(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->state = 1;
	v->why = ERR_OK;
	return SCREEN_RECEIPT;
}

enum screen act_not_printed(struct visit *v, const struct visit_event *e)
{
	v->state = 2;
	v->why = e->why;
	return SCREEN_RECEIPT;
}

/* Who it is stays known. */
static void wipe_but_person(struct visit *v)
{
	struct {
		enum card_source source;
		struct card card, code;
		struct chip chip;
		bool coded, for_other;
	} who = { v->source, v->card, v->code, v->chip, v->coded, v->for_other };

	v->chip.face = -1; /* is kept, too */
	wipe_but_look(v);
	v->source = who.source;
	v->card = who.card;
	v->code = who.code;
	v->chip = who.chip;
	v->coded = who.coded;
	v->for_other = who.for_other;
	v->identified = true;
	explicit_bzero(&who, sizeof who);
}

/* The same person hands in once more. What was scanned is still at hand: the packs lie in memory
 * since the first dossier was closed, and now go into a vault of the second. */
enum screen act_another(struct visit *v, const struct visit_event *e)
{
	struct page *pages = v->pages, *none = calloc(VISIT_MAX_PAGES, sizeof *none);
	uint32_t count = v->supplement.on ? 0 : v->page_count; /* those are of one request only */
	enum err why = none ? v->ports->may_begin(v->ports_data) : ERR_NO_MEMORY;

	if (why != ERR_OK) {
		free(none);
		return trouble(v, why);
	}
	for (uint32_t i = count; i < v->page_count; i++)
		page_end(&pages[i]);
	v->pages = none;
	v->page_count = 0;
	wipe_but_person(v);
	v->pages = pages;
	v->page_count = count;
	free(none);
	for (uint32_t i = 0; i < count; i++)
		pages[i].paper = VISIT_NO_PAPER;
	v->at = SCREEN_IDENTITY; /* where this goes on when it cannot begin */
	enum screen to = act_begin(v, e);
	if (to == SCREEN_PICK)
		why = v->ports->keep_pages(v->ports_data);
	return why == ERR_OK ? to : trouble(v, why);
}

/* Not while the receipt is being printed. */
enum screen act_another_then(struct visit *v, const struct visit_event *e)
{
	return v->state == 0 ? SCREEN_RECEIPT : act_another(v, e);
}

/* Where the draft was left; a draft that cannot be read costs what was entered, not the visit. */
enum screen act_resume(struct visit *v, const struct visit_event *e)
{
	if (visit_is_barred(v))
		return SCREEN_IDENTITY;
	if (v->kept) /* stepped back to here: it is taken up already */
		return act_begin(v, e);
	enum err why = v->ports->resume(v->ports_data);
	v->draft = DRAFT_NONE;
	if (why != ERR_OK) {
		struct supplement wanted = v->supplement;

		wipe_but_person(v);
		v->supplement = wanted;
		explicit_bzero(&wanted, sizeof wanted);
		return act_begin(v, e);
	}
	v->why = ERR_OK;
	if (v->saved) /* it was handed in, and only its owner did not hear of it */
		return *v->dossier_code ? SCREEN_ACCEPTED
		       : *v->reason     ? SCREEN_REFUSED
					: SCREEN_ACCEPTED_OFFLINE;
	v->kept = true;
	find_hits(v);
	if (!v->procedure)
		return SCREEN_PICK;
	/* what the state has is asked anew: nobody knows whether it still is as it was */
	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (visit_wants_paper(v->procedure, i) && v->have[i] == HAVE_UNASKED)
			return SCREEN_CHECKLIST;
	if (v->supplement.on && !visit_any_page(v))
		return SCREEN_CHECKLIST;
	if (v->reviewing)
		return SCREEN_REVIEW;
	enum screen to = visit_after_paper(v);
	if (to == SCREEN_SCAN)
		v->sheets = visit_pages_of(v, v->paper); /* they were not looked through yet */
	return to;
}
