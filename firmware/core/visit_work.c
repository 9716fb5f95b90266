/* The acts of staff who look after the queue, the sticks and the machine: visit.def leads there,
 * everything else is done by the ports. */
#include "firmware/base/staff.h"
#include "firmware/core/visit_act.h"

enum screen act_pick_work(struct visit *v, const struct visit_event *e)
{
	static const enum screen PLACES[STAFF_PLACES] = {
		[STAFF_AT_QUEUE] = SCREEN_STAFF_QUEUE,     [STAFF_AT_STICK] = SCREEN_STAFF_STICK,
		[STAFF_AT_MACHINE] = SCREEN_STAFF_MACHINE, [STAFF_AT_UPDATE] = SCREEN_STAFF_UPDATE,
		[STAFF_AT_TRIAL] = SCREEN_STAFF_TRIAL,     [STAFF_AT_SETUP] = SCREEN_STAFF_SETUP
	};

	if (e->index >= STAFF_PLACES)
		return SCREEN_STAFF_WORK;
	v->staff.trials = (struct staff_trials){ 0 };
	v->ports->staff_open(v->ports_data);
	if (e->index == STAFF_AT_UPDATE)
		v->ports->staff_do(v->ports_data, STAFF_LOOK);
	return PLACES[e->index];
}

bool visit_is_free(const struct visit *v)
{
	return v->under == SCREEN_ATTRACT;
}

/* What changes the machine, or takes the printer, is not done to somebody's visit. */
static bool is_for(const struct visit *v, uint32_t deed)
{
	switch (v->at) {
	case SCREEN_STAFF_QUEUE:
		return deed == STAFF_COMPARE || deed == STAFF_REPORT;
	case SCREEN_STAFF_STICK:
		return deed != STAFF_COMPARE && deed != STAFF_REPORT && deed < STAFF_LOGS;
	case SCREEN_STAFF_MACHINE:
		return deed == STAFF_LOGS;
	case SCREEN_STAFF_UPDATE:
		return deed == STAFF_LOOK ||
		       ((deed == STAFF_NOW || deed == STAFF_RESTART) && visit_is_free(v));
	case SCREEN_STAFF_SETUP:
		return deed == STAFF_SET_UP && visit_is_free(v);
	default:
		return false;
	}
}

/* A restart waits for nobody to be at the screen: whoever wants it goes. */
enum screen act_do_work(struct visit *v, const struct visit_event *e)
{
	if (!is_for(v, e->index))
		return TO_SAME;
	v->ports->staff_do(v->ports_data, e->index);
	v->turn++; /* a second tap is late */
	return e->index == STAFF_RESTART ? TO_UNDER : TO_SAME;
}

enum screen act_more_waiting(struct visit *v, const struct visit_event *e)
{
	if (v->at != SCREEN_STAFF_UPDATE || visit_is_free(v))
		v->ports->staff_more(v->ports_data, e->index);
	v->turn++;
	return TO_SAME;
}

/* First it stops, and is seen to have stopped. */
enum screen act_leave_work(struct visit *v, const struct visit_event *e)
{
	(void)e;
	if (!v->ports->stick_at_work(v->ports_data))
		return SCREEN_STAFF_WORK;
	v->ports->staff_do(v->ports_data, STAFF_STOP);
	v->turn++;
	return v->at;
}

enum screen act_work_again(struct visit *v, const struct visit_event *e)
{
	(void)v, (void)e;
	return SCREEN_STAFF_WORK;
}

/* A large stick takes its time, and nobody touches anything meanwhile. */
enum screen act_quiet_work(struct visit *v, const struct visit_event *e)
{
	(void)e;
	return v->ports->stick_at_work(v->ports_data) ? TO_SAME : TO_UNDER;
}
