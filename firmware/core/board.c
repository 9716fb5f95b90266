#include "firmware/core/board.h"

#include "firmware/base/board.h"
#include "firmware/base/facts.h"
#include "firmware/base/log.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_left(struct ctl *t)
{
	t->left = NULL;
	log_line(LOG_INFO, "board.released", "held=%d", board_holds(t->core));
	visit_show(&t->core->visit);
}

/* Whoever has asked, and has not gone. */
static bool asks(const struct ctl *t)
{
	return t->sock >= 0 && t->id != 0 && t->left == on_left;
}

static bool is_free(const struct core *c)
{
	return c->visit.at == SCREEN_ATTRACT;
}

bool board_holds(const struct core *c)
{
	bool any = c->unproven.on;

	for (size_t i = 0; i < CTL_MAX; i++)
		any |= asks(&c->ctls.all[i]) && c->ctls.all[i].told;
	return any;
}

/* Languages, letters and help stay. */
bool board_bars(const struct core *c, const struct visit_event *e)
{
	return board_holds(c) && is_free(c) &&
	       (e->on == ON_START || e->on == ON_CODE || e->on == ON_DOSSIER_CODE);
}

void board_poke(struct core *c)
{
	bool news = false;

	for (size_t i = 0; is_free(c) && i < CTL_MAX; i++) {
		struct ctl *t = &c->ctls.all[i];

		if (!asks(t) || t->told)
			continue;
		t->told = news = true;
		ctl_say(t, "held");
		log_line(LOG_INFO, "board.held", "no visit begins");
	}
	if (news)
		visit_show(&c->visit);
}

/* Staff may ask how it is; who holds visits may restart the machine, too. In a simulation it is
 * whoever runs it. */
static bool is_root(const struct ctl *t)
{
	struct ucred who;
	socklen_t len = sizeof who;

	return getsockopt(t->sock, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	       (who.uid == 0 || who.uid == geteuid());
}

static enum ctl_code hold(struct ctl *t)
{
	if (!is_root(t)) {
		ctl_say(t, "for root only");
		return CTL_REFUSED;
	}
	t->left = on_left;
	t->told = false;
	log_line(LOG_INFO, "board.asked", "screen=%s", screen_name(t->core->visit.at));
	board_poke(t->core);
	return CTL_LATER;
}

static bool say_screen(struct ctl *t)
{
	const struct core *c = t->core;
	bool well = child_has(&c->child, ROLE_UI) && !(c->gave_up >> ROLE_UI & 1);

	ctl_say(t, "screen %s", well ? "ok" : "bad: its program does not run");
	return well;
}

static bool say_devices(struct ctl *t)
{
	static const enum role DEVICES[] = { ROLE_CARD, ROLE_CODE, ROLE_SCAN, ROLE_PRINT,
					     ROLE_TOKEN };
	const struct core *c = t->core;
	char list[256] = "";
	bool well = true;
	int n = 0;

	for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES; i++) {
		enum role r = DEVICES[i];
		bool dies = c->gave_up >> r & 1;

		well &= !dies;
		n += snprintf(list + n, sizeof list - (size_t)n, " %s %s", role_name(r),
			      dies ? "keeps dying" : err_name(desk_state(c, r)));
	}
	ctl_say(t, "devices %s:%s", well ? "ok" : "bad", list);
	return well;
}

static bool say_database(struct ctl *t)
{
	struct outbox_counts n = { 0 };
	struct disk_state disk = { 0 };
	enum err e = outbox_counts(t->core->store, &n);

	if (e == ERR_OK)
		e = disk_state(store_disk(t->core->store), &disk);
	ctl_say(t, "database %s%s", e == ERR_OK ? "ok" : "bad: ", e == ERR_OK ? "" : err_text(e));
	return e == ERR_OK;
}

/* Not to be reached is no fault of this start, as long as it was tried and is told. */
static bool say_province(struct ctl *t)
{
	const struct core *c = t->core;
	bool runs = child_has(&c->child, ROLE_SYNC) && !(c->gave_up >> ROLE_SYNC & 1);

	if (!runs)
		ctl_say(t, "province bad: its program does not run");
	else if (c->sender.link_up)
		ctl_say(t, "province ok");
	else if (c->sender.link_why == ERR_OK)
		ctl_say(t, "province bad: not tried yet");
	else
		ctl_say(t, "province ok: not reached: %s", err_text(c->sender.link_why));
	return runs && (c->sender.link_up || c->sender.link_why != ERR_OK);
}

void board_status(struct ctl *t)
{
	char path[PATH_MAX + 16], version[48] = "", why[128] = "";
	struct board_places places;

	if (t->core->unproven.on)
		ctl_say(t, "update is on trial: nobody is served until it is proven");
	board_places(getenv("KIOSK_SIM"), &places);
	snprintf(path, sizeof path, "%s/rollback", places.kept);
	if (facts_get(path, "REASON", why, sizeof why) != ERR_OK)
		return;
	(void)facts_get(path, "VERSION", version, sizeof version); /* "" says less, and no wrong */
	ctl_say(t, "update %s did not work and was left: %s", version, why);
}

static enum ctl_code health(struct ctl *t)
{
	ctl_say(t, "core ok");
	bool well = say_screen(t);
	well &= say_devices(t);
	well &= say_database(t);
	well &= say_province(t);
	return well ? CTL_DONE : CTL_REFUSED;
}

enum ctl_code board_command(struct ctl *t, const char *arg)
{
	if (strcmp(arg, "health") == 0)
		return health(t);
	if (strcmp(arg, "hold") == 0)
		return hold(t);
	ctl_say(t, "board health | board hold");
	return CTL_USAGE;
}
