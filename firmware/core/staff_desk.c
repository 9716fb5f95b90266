#include "firmware/core/staff_desk.h"

#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/core/core.h"
#include "firmware/core/machine.h"

#include <stdlib.h>

#define WATCH_MS 2000 /* a stick is plugged in, a dossier is answered */

static bool is_shown(const struct core *c)
{
	enum screen at = c->visit.at;

	return at == SCREEN_STAFF_WORK || at == SCREEN_STAFF_QUEUE || at == SCREEN_STAFF_STICK ||
	       at == SCREEN_STAFF_MACHINE || at == SCREEN_STAFF_UPDATE ||
	       at == SCREEN_STAFF_TRIAL || at == SCREEN_STAFF_SETUP;
}

/* Not by a step of the visit: nobody has touched anything, and its quiet time goes on. */
void staff_news(struct core *c)
{
	if (is_shown(c))
		show_screen(c);
}

static void on_watch(void *data)
{
	struct core *c = data;

	/* back from STAFF_PANEL it goes on */
	if (!is_shown(c) && c->visit.at != SCREEN_STAFF_PANEL)
		return;
	if (c->visit.at == SCREEN_STAFF_UPDATE)
		staff_update_watch(c);
	staff_news(c);
	timer_set(c->child.loop, &c->desk_of_staff.watch, WATCH_MS, on_watch, c);
}

void staff_open(struct core *c)
{
	c->desk_of_staff.why = ERR_OK;
	c->desk_of_staff.page = 0;
	c->desk_of_staff.logs.asked = false;
	staff_update_open(c);
	bundle_forget(c);
	timer_set(c->child.loop, &c->desk_of_staff.watch, WATCH_MS, on_watch, c);
}

/* kiosk-ui draws it, the printer prints it, and the visit hears of the end. */
static void try_something(struct core *c, enum staff_deed deed)
{
	static const char *const NAMES[TRIALS] = { "printer", "sound", "touch", "colours",
						   "readiness" };

	if (deed == STAFF_TRY_PRINT || deed == STAFF_READINESS)
		desk_print(c);
	else
		(void)audit_add(c->store, "staff.trial", NAMES[c->visit.staff.trials.now],
				deed == STAFF_YES ? "good" : "not good");
}

void staff_do(struct core *c, enum staff_deed deed)
{
	struct staff_desk *d = &c->desk_of_staff;

	d->why = ERR_OK;
	switch (deed) {
	case STAFF_NOTHING:
		bundle_forget(c);
		break;
	case STAFF_STOP:
		bundle_stop(c);
		break;
	case STAFF_LOGS:
		machine_want_logs(c);
		break;
	case STAFF_LOOK:
	case STAFF_NOW:
	case STAFF_RESTART:
		staff_update_do(c, deed);
		break;
	case STAFF_TRY_PRINT:
	case STAFF_READINESS:
	case STAFF_YES:
	case STAFF_NO:
		try_something(c, deed);
		break;
	case STAFF_SET_UP:
		d->why = machine_begin_setup(c);
		break;
	case STAFF_COMPARE:
		if (!c->reconcile.at_work)
			d->why = reconcile_now(c, 0);
		break;
	default:
		(void)bundle_begin(c, deed, ""); /* busy: what is at work is on the screen */
	}
}

void staff_more(struct core *c, uint32_t page)
{
	if (c->visit.at == SCREEN_STAFF_UPDATE)
		staff_update_install(c, page);
	else
		c->desk_of_staff.page = page;
}

bool staff_at_work(const struct core *c)
{
	return c->bundle.work != BUNDLE_IDLE;
}

/* None is mounted; the board may have seen one all the same. */
static enum err unreadable(void)
{
	struct trouble_told all[TROUBLES_MAX];
	struct board_places places;
	enum err e = ERR_NOT_FOUND;

	board_places(getenv("KIOSK_SIM"), &places);
	size_t n = board_troubles(&places, all);
	for (size_t i = 0; i < n; i++)
		if (all[i].trouble == TROUBLE_STICK_DAMAGED)
			e = ERR_DAMAGED;
		else if (all[i].trouble == TROUBLE_WRONG_STICK)
			e = ERR_BAD_DATA;
	return e;
}

enum err staff_stick(const struct core *c)
{
	char name[STICK_NAME_CAP];
	AUTO_FD fd = -1;
	enum err e = stick_pick(c->config.stick_dir, "", &fd, name);

	return e == ERR_NOT_FOUND ? unreadable() : e;
}
