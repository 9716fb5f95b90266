#include "firmware/core/visit.h"

#include "firmware/core/visit_act.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (256u << 10)

/* The table's own words: a screen in the column `to` is a bit, in the column `in` a number. */
#define ACTION(name)
#define SCREEN(name, step) name = 1ull << SCREEN_##name, IN_##name = SCREEN_##name,
enum {
#include "firmware/base/screens.def"
	IN_ANY = VISIT_ANY,
};
#undef SCREEN
#undef ACTION
#define UNDER VISIT_UNDER
#define SAME  VISIT_SAME

#define EVENT(name)
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other)
#define RULE(in, on, act, to) { IN_##in, ON_##on, act_##act, to },
const struct visit_rule VISIT_RULES[] = {
#include "firmware/core/visit.def"
};
#undef RULE
#undef QUIET
#undef NEEDS
const size_t VISIT_RULE_COUNT = sizeof VISIT_RULES / sizeof *VISIT_RULES;

#define RULE(in, on, act, to)
#define QUIET(screen, seconds) [SCREEN_##screen] = seconds,
#define NEEDS(screen, device, other)
const uint16_t VISIT_QUIET_S[SCREEN_COUNT] = {
#include "firmware/core/visit.def"
};
#undef QUIET
#undef NEEDS

enum role visit_needs(enum screen s)
{
	switch (s) {
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other) \
	case SCREEN_##screen:        \
		return ROLE_##device;
#include "firmware/core/visit.def"
#undef QUIET
#undef NEEDS
#undef RULE
#undef EVENT
	default:
		return ROLE_COUNT;
	}
}

enum role visit_needs_or(enum screen s)
{
	switch (s) {
#define RULE(in, on, act, to)
#define EVENT(name)
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other) \
	case SCREEN_##screen:        \
		return ROLE_##other;
#include "firmware/core/visit.def"
#undef QUIET
#undef NEEDS
#undef RULE
#undef EVENT
	default:
		return ROLE_COUNT;
	}
}

const char *visit_on_name(enum visit_on on)
{
	static const char *const NAMES[] = {
#define SCREEN(name, step)
#define ACTION(name) #name,
#define EVENT(name)  #name,
#define RULE(in, on, act, to)
#define QUIET(screen, seconds)
#define NEEDS(screen, device, other)
#include "firmware/base/screens.def"
#include "firmware/core/visit.def"
#undef SCREEN
#undef ACTION
#undef EVENT
#undef RULE
#undef QUIET
#undef NEEDS
	};

	return on < VISIT_ON_COUNT ? NAMES[on] : "?";
}

bool visit_is_overlay(enum screen s)
{
	return s == SCREEN_TIMEOUT || s == SCREEN_LEAVE || s == SCREEN_FAULT || s == SCREEN_STAFF ||
	       s == SCREEN_LANGUAGE || s == SCREEN_STAFF_PIN || s == SCREEN_CERTIFY ||
	       s == SCREEN_COMPARE || s == SCREEN_TOKEN_PIN || s == SCREEN_COPY_CHECK ||
	       s == SCREEN_STAFF_WORK || s == SCREEN_STAFF_QUEUE || s == SCREEN_STAFF_STICK ||
	       s == SCREEN_STAFF_MACHINE || s == SCREEN_STAFF_UPDATE || s == SCREEN_STAFF_TRIAL ||
	       s == SCREEN_STAFF_PANEL || s == SCREEN_STAFF_SETUP;
}

static const struct visit_rule *find_rule(const struct visit *v, enum visit_on on)
{
	const struct visit_rule *any = NULL;

	for (size_t i = 0; i < VISIT_RULE_COUNT; i++) {
		const struct visit_rule *r = &VISIT_RULES[i];

		if (r->on == on && r->in == (int)v->at)
			return r;
		if (r->on == on && r->in == VISIT_ANY)
			any = r;
	}
	return any;
}

static bool is_of_the_world(enum visit_on on)
{
	return on >= (enum visit_on)ACTION_COUNT && on < VISIT_ON_COUNT;
}

static bool allowed(const struct visit_rule *r, enum screen to)
{
	if (to == TO_UNDER)
		return r->to & VISIT_UNDER;
	return to == TO_SAME ? r->to & VISIT_SAME : r->to >> to & 1;
}

/* The citizen goes. The last words are still said in their language, in letters they can read. */
static void end(struct visit *v, enum screen to)
{
	enum screen below = visit_is_overlay(v->at) ? v->under : v->at;
	bool saved = v->saved, printed = below == SCREEN_RECEIPT && v->state == 1;
	enum language language = v->language;
	uint8_t look = v->look;

	visit_wipe(v);
	v->left_saved = saved;
	v->left_printed = printed;
	if (to == SCREEN_THANKS) {
		v->language = language;
		v->look = look;
	}
}

/* Language and size chosen on ATTRACT are the next citizen's; when nobody comes they go. */
static uint32_t quiet_s(const struct visit *v)
{
	bool chosen = v->language != LANGUAGE_VI || v->look != 0;

	return v->at == SCREEN_ATTRACT && chosen ? VISIT_QUIET_S[SCREEN_HOME]
						 : VISIT_QUIET_S[v->at];
}

static void enter(struct visit *v, enum screen to)
{
	bool fresh = to != v->at, stays = to == TO_SAME || to == TO_UNDER;

	if (to == TO_SAME)
		to = v->at, fresh = false;
	else if (to == TO_UNDER)
		to = v->under;
	if (visit_is_overlay(to) && !visit_is_overlay(v->at))
		v->under = v->at;
	if ((to == SCREEN_ATTRACT || to == SCREEN_THANKS) && !stays)
		end(v, to);
	if (fresh)
		explicit_bzero(v->staff.pin, sizeof v->staff.pin);
	if (fresh && to != SCREEN_FAULT)
		v->device = ROLE_COUNT;
	v->heard |= to == SCREEN_ACCEPTED_OFFLINE || to == SCREEN_ACCEPTED || to == SCREEN_REFUSED;
	v->at = to;
	v->turn += fresh;
	v->ports->wait(v->ports_data, quiet_s(v), to == SCREEN_TIMEOUT);
	if (!v->silent)
		v->ports->show(v->ports_data, fresh);
	v->silent = false;
}

/* The world does not wait for an overlay to go: a page, an answer, the end of printing happen to
 * the screen below, and the overlay stays until its own time, except for a fault. */
static bool step_below(struct visit *v, const struct visit_event *e)
{
	enum screen over = v->at;
	enum err why = v->why;

	v->at = v->under;
	const struct visit_rule *r = find_rule(v, e->on);
	if (!r) {
		v->at = over;
		return false;
	}
	enum screen to = r->act(v, e);
	visit_check_copies(v);
	assert(allowed(r, to));
	if (visit_is_overlay(to)) {
		v->under_why = ERR_OK;
		enter(v, to);
		return true;
	}
	v->under = to;
	v->under_why = v->why == why ? ERR_OK : v->why; /* what the overlay says is said */
	v->why = why;
	v->at = over;
	if (!v->silent)
		v->ports->show(v->ports_data, false);
	v->silent = false;
	return true;
}

bool visit_step(struct visit *v, const struct visit_event *e)
{
	const struct visit_rule *r = find_rule(v, e->on);
	enum err why = v->why;

	if (!r)
		return visit_is_overlay(v->at) && is_of_the_world(e->on) && step_below(v, e);
	enum screen to = r->act(v, e);
	visit_check_copies(v);
	if (visit_is_overlay(to) && !visit_is_overlay(v->at))
		v->under_why = to == SCREEN_FAULT ? ERR_OK : why;
	if (to == TO_UNDER)
		v->why = v->under_why;
	assert(allowed(r, to)); /* an act that leads elsewhere than its row says is our mistake */
	enter(v, to);
	return true;
}

enum err visit_init(struct visit *v, const struct catalogue *catalogue,
		    const struct visit_ports *ports, void *ports_data)
{
	*v = (struct visit){ .ports = ports,
			     .ports_data = ports_data,
			     .catalogue = catalogue,
			     .chip = CHIP_NOTHING,
			     .undo = { .page = PAGE_NOTHING },
			     .device = ROLE_COUNT };
	v->pages = calloc(VISIT_MAX_PAGES, sizeof *v->pages);
	return v->pages ? arena_init(&v->arena, ARENA_BYTES) : ERR_NO_MEMORY;
}

void visit_finish(struct visit *v)
{
	if (v->arena.bytes)
		visit_wipe(v);
	arena_finish(&v->arena);
	free(v->pages);
	v->pages = NULL;
}

/* Everything from `query` on and the card are the citizen's; what comes before belongs to the
 * kiosk and stays. */
void visit_wipe(struct visit *v)
{
	struct visit blank = {
		.ports = v->ports,
		.ports_data = v->ports_data,
		.catalogue = v->catalogue,
		.arena = v->arena,
		.today = v->today,
		.card_in = v->card_in,
		.cards = v->cards,
		.at = v->at,
		.turn = v->turn,
		.device = ROLE_COUNT,
		.chip = CHIP_NOTHING,
		.paper_left = v->paper_left,
		.pages = v->pages,
		.undo = { .page = PAGE_NOTHING },
	};

	if (v->kept && !v->saved)
		visit_drop_copies(v);
	v->ports->wipe(v->ports_data);
	blank.catalogue = v->catalogue; /* who comes next has the newest */
	for (uint32_t i = 0; i < v->page_count; i++)
		page_end(&v->pages[i]);
	if (v->undo.on == ON_DROP)
		page_end(&v->undo.page);
	chip_forget(&v->chip);
	if (v->form_open)
		form_finish(&v->form);
	arena_wipe(&blank.arena);
	explicit_bzero(v, sizeof *v);
	*v = blank;
}

void visit_show(struct visit *v)
{
	v->ports->show(v->ports_data, true);
}

bool visit_wants_paper(const struct procedure *p, size_t paper)
{
	enum paper_kind kind = p->papers[paper].kind;

	return paper < VISIT_MAX_PAPERS && (kind == PAPER_SUBMIT || kind == PAPER_CASE);
}
