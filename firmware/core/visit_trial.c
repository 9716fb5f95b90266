/* The acts of staff who try the machine: a slip, a sound, touches, colours. They say themselves
 * whether what they saw and heard was right; touches are measured. */
#include "firmware/core/visit_act.h"

#include <stdlib.h>

#define MISS_MOST 80   /* 1/10 mm beside the middle of a target that a finger hits all the same */
#define MISS_CAP  9999 /* nobody touches that far off */

static void ask(struct staff_trials *t, enum staff_trial what)
{
	t->now = what;
	t->asks = true;
	t->state[what] = TRIED_ASKS;
}

static void begin_print(struct visit *v, enum staff_trial what, uint32_t deed)
{
	struct staff_trials *t = &v->staff.trials;

	if (t->state[TRIAL_PRINT] == TRIED_BUSY || t->state[TRIAL_READINESS] == TRIED_BUSY)
		return;
	t->now = what;
	t->asks = false;
	t->state[what] = TRIED_BUSY;
	v->ports->staff_do(v->ports_data, deed);
}

static enum screen begin_panel(struct visit *v, enum staff_trial what)
{
	struct staff_trials *t = &v->staff.trials;

	t->now = what;
	t->asks = false;
	t->at = 0;
	if (what == TRIAL_TOUCH)
		t->miss = t->missed = 0;
	return SCREEN_STAFF_PANEL;
}

static void answered(struct visit *v, bool good)
{
	struct staff_trials *t = &v->staff.trials;

	if (!t->asks)
		return;
	t->asks = false;
	t->state[t->now] = good ? TRIED_GOOD : TRIED_BAD;
	v->ports->staff_do(v->ports_data, good ? STAFF_YES : STAFF_NO);
}

enum screen act_do_trial(struct visit *v, const struct visit_event *e)
{
	v->turn++;
	if (!visit_is_free(v))
		return SCREEN_STAFF_TRIAL;
	switch (e->index) {
	case STAFF_TRY_PRINT:
		begin_print(v, TRIAL_PRINT, e->index);
		break;
	case STAFF_READINESS:
		begin_print(v, TRIAL_READINESS, e->index);
		break;
	case STAFF_TRY_SOUND: /* kiosk-ui has played it */
		ask(&v->staff.trials, TRIAL_SOUND);
		break;
	case STAFF_TRY_TOUCH:
		return begin_panel(v, TRIAL_TOUCH);
	case STAFF_TRY_COLOURS:
		return begin_panel(v, TRIAL_COLOURS);
	case STAFF_YES:
	case STAFF_NO:
		answered(v, e->index == STAFF_YES);
		break;
	default:
		break;
	}
	return SCREEN_STAFF_TRIAL;
}

/* That it was printed is known; whether it can be read, only by who holds it. */
enum screen act_trial_printed(struct visit *v, const struct visit_event *e)
{
	struct staff_trials *t = &v->staff.trials;
	bool report = t->state[TRIAL_READINESS] == TRIED_BUSY;
	enum staff_trial what = report ? TRIAL_READINESS : TRIAL_PRINT;

	if (t->state[what] != TRIED_BUSY)
		return SCREEN_STAFF_TRIAL;
	t->why = e->why;
	if (e->on == ON_NOT_PRINTED)
		t->state[what] = TRIED_FAILED;
	else if (report)
		t->state[what] = TRIED_GOOD;
	else
		ask(t, TRIAL_PRINT);
	return SCREEN_STAFF_TRIAL;
}

static uint32_t root_of(uint64_t square)
{
	uint32_t root = 0;

	while ((uint64_t)(root + 1) * (root + 1) <= square)
		root++;
	return root;
}

/* "12 -7": to the right and below. Whatever is none of that is a miss. */
static uint32_t miss_of(const char *text)
{
	char *end = NULL;
	long x = strtol(text, &end, 10);

	if (end == text || *end != ' ')
		return MISS_CAP;
	const char *second = end + 1;
	long y = strtol(second, &end, 10);
	if (end == second || *end || labs(x) > MISS_CAP || labs(y) > MISS_CAP)
		return MISS_CAP;
	uint32_t miss = root_of((uint64_t)(x * x) + (uint64_t)(y * y));
	return miss < MISS_CAP ? miss : MISS_CAP;
}

enum screen act_touch_trial(struct visit *v, const struct visit_event *e)
{
	struct staff_trials *t = &v->staff.trials;

	if (t->now != TRIAL_TOUCH || e->index != t->at)
		return SCREEN_STAFF_PANEL;
	uint32_t miss = miss_of(e->text ? e->text : "");
	t->miss = miss > t->miss ? miss : t->miss;
	t->missed += miss > MISS_MOST;
	v->turn++;
	if (++t->at < STAFF_TARGETS)
		return SCREEN_STAFF_PANEL;
	t->state[TRIAL_TOUCH] = t->missed ? TRIED_BAD : TRIED_GOOD;
	v->ports->staff_do(v->ports_data, t->missed ? STAFF_NO : STAFF_YES);
	return SCREEN_STAFF_TRIAL;
}

enum screen act_next_colour(struct visit *v, const struct visit_event *e)
{
	struct staff_trials *t = &v->staff.trials;

	v->turn++;
	if (t->now != TRIAL_COLOURS)
		return e->on == ON_BACK ? SCREEN_STAFF_TRIAL : SCREEN_STAFF_PANEL;
	if (++t->at < STAFF_COLOURS)
		return SCREEN_STAFF_PANEL;
	ask(t, TRIAL_COLOURS);
	return SCREEN_STAFF_TRIAL;
}

/* Nobody touched it, or nobody could. */
enum screen act_trial_over(struct visit *v, const struct visit_event *e)
{
	struct staff_trials *t = &v->staff.trials;

	(void)e;
	if (t->now == TRIAL_TOUCH) {
		t->missed += STAFF_TARGETS - t->at;
		t->state[TRIAL_TOUCH] = TRIED_BAD;
	} else {
		ask(t, TRIAL_COLOURS);
	}
	return SCREEN_STAFF_TRIAL;
}
