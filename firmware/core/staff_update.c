#include "firmware/core/staff_update.h"

#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/facts.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORDER      "asked"   /* to the board; of the same name what it tells of that */
#define OFFERED    "updates" /* what it has seen on the stick */
#define MOST       6
#define WORDS_CAP  256
#define PATH_BYTES (PATH_MAX + 24)

static void places_of(struct board_places *ret)
{
	board_places(getenv("KIOSK_SIM"), ret);
}

/* "" when it is not told. */
static void fact(const char *folder, const char *file, const char *name, char *ret, size_t size)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s", folder, file);
	if (facts_get(path, name, ret, size) != ERR_OK)
		ret[0] = '\0';
}

/* NAME, or NAME_VI. */
static void fact_in(const char *folder, const char *file, const char *name, enum language l,
		    char ret[WORDS_CAP])
{
	char full[24];

	snprintf(full, sizeof full, "%s%s", name, l == LANGUAGE_VI ? "_VI" : "");
	fact(folder, file, full, ret, WORDS_CAP);
}

/* Its folder stays when it goes; a played stick is a folder. */
static bool stick_is_in(const struct board_places *b)
{
	struct stat at, above;

	return stat(b->stick, &at) == 0 && S_ISDIR(at.st_mode) &&
	       (getenv("KIOSK_SIM") || (stat(b->run, &above) == 0 && at.st_dev != above.st_dev));
}

static bool is_ordered(const struct board_places *b)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s", b->update, ORDER);
	return access(path, F_OK) == 0;
}

static void order(struct core *c, const char *deed, const char *file)
{
	struct staff_updates *u = &c->desk_of_staff.updates;
	char lines[160];

	snprintf(lines, sizeof lines, "DEED=%s\nFILE=%s\n", deed, file);
	enum err e = update_order(ORDER, lines);
	u->not_asked = e != ERR_OK;
	if (e != ERR_OK)
		log_line(LOG_ERROR, "staff.update", "deed=%s err=%s", deed, err_name(e));
	else
		(void)audit_add(c->store, "staff.update", deed, file);
}

void staff_update_open(struct core *c)
{
	struct board_places b;

	places_of(&b);
	c->desk_of_staff.updates = (struct staff_updates){ .before = machine_told_at(&b, ORDER) };
}

static void look(struct core *c)
{
	struct board_places b;

	places_of(&b);
	c->desk_of_staff.updates.stick = stick_is_in(&b);
	order(c, "look", "");
}

void staff_update_do(struct core *c, enum staff_deed deed)
{
	if (deed == STAFF_LOOK)
		look(c);
	else if (deed == STAFF_RESTART)
		order(c, "restart", "");
	else if (update_now(c) == ERR_OK)
		(void)audit_add(c->store, "staff.update", "now", c->update.version);
}

void staff_update_watch(struct core *c)
{
	struct board_places b;

	places_of(&b);
	if (stick_is_in(&b) != c->desk_of_staff.updates.stick && !is_ordered(&b))
		look(c);
}

static void offered(const struct board_places *b, const char *name, unsigned i, char *ret,
		    size_t size)
{
	char full[24];

	snprintf(full, sizeof full, "%s_%u", name, i);
	fact(b->run, OFFERED, full, ret, size);
}

void staff_update_install(struct core *c, uint32_t index)
{
	struct board_places b;
	char file[64], good[4];

	places_of(&b);
	if (index >= MOST || is_ordered(&b))
		return;
	offered(&b, "FILE", index, file, sizeof file);
	offered(&b, "GOOD", index, good, sizeof good);
	if (file[0] && strcmp(good, "1") == 0)
		order(c, "install", file);
}

/* What the board has told since the screen came up, and what still goes on. */
struct told {
	char deed[16], state[16];
	bool fresh;
};

static void told_of(const struct core *c, const struct board_places *b, struct told *ret)
{
	fact(b->run, ORDER, "DEED", ret->deed, sizeof ret->deed);
	fact(b->run, ORDER, "STATE", ret->state, sizeof ret->state);
	ret->fresh = machine_told_at(b, ORDER) != c->desk_of_staff.updates.before;
}

static enum staff_update state_busy(const struct told *t)
{
	if (strcmp(t->deed, "restart") == 0)
		return UPDATE_STARTS;
	return strcmp(t->deed, "install") == 0 ? UPDATE_WRITES : UPDATE_LOOKS;
}

/* What is under way goes before what has ended. */
static enum staff_update state_of(const struct core *c, const struct board_places *b,
				  const struct told *t)
{
	char to[4], written[16], slot[4];
	struct told asked = { 0 };

	fact(b->kept, "pending", "TO", to, sizeof to);
	fact(b->kept, "pending", "STATE", written, sizeof written);
	fact(b->run, "slot", "SLOT", slot, sizeof slot);
	fact(b->update, ORDER, "DEED", asked.deed, sizeof asked.deed);
	if (asked.deed[0])
		return state_busy(&asked);
	bool busy = strcmp(t->state, "busy") == 0;
	if (busy && strcmp(t->deed, "look") != 0)
		return state_busy(t);
	if (to[0] && strcmp(to, slot) == 0)
		return UPDATE_TRIES;
	if (to[0])
		return strcmp(written, "written") == 0 ? UPDATE_WAITS : UPDATE_WRITES;
	if (busy)
		return UPDATE_LOOKS;
	if (c->desk_of_staff.updates.not_asked)
		return UPDATE_BROKE_OFF;
	if (t->fresh && strcmp(t->state, "refused") == 0)
		return UPDATE_REFUSED_HERE;
	return t->fresh && strcmp(t->state, "failed") == 0 ? UPDATE_BROKE_OFF : UPDATE_RESTS;
}

static void put_state(struct view_writer *w, const struct core *c, const struct board_places *b)
{
	char version[48], percent[8], why[WORDS_CAP] = "";
	struct told t = { 0 };

	told_of(c, b, &t);
	enum staff_update state = state_of(c, b, &t);
	fact(b->kept, "pending", "VERSION", version, sizeof version);
	if (!version[0] && strcmp(t.deed, "install") == 0)
		fact(b->run, ORDER, "VERSION", version, sizeof version);
	fact(b->run, ORDER, "PERCENT", percent, sizeof percent);
	if (state == UPDATE_REFUSED_HERE || state == UPDATE_BROKE_OFF)
		fact_in(b->run, ORDER, "WHY", c->visit.language, why);
	view_num(w, "state", state);
	view_text(w, "version_new", version);
	view_num(w, "percent", strtol(percent, NULL, 10));
	view_text(w, "why", why);
}

static bool is_wrong_stick(const struct board_places *b)
{
	struct trouble_told all[TROUBLES_MAX];
	size_t n = board_troubles(b, all);

	for (size_t i = 0; i < n; i++)
		if (all[i].trouble == TROUBLE_WRONG_STICK)
			return true;
	return false;
}

static enum staff_server server_of(const struct core *c)
{
	static const enum staff_server OF[UPDATE_STEPS] = { [UPDATE_NONE] = SERVER_NOTHING,
							    [UPDATE_FETCH] = SERVER_FETCHES,
							    [UPDATE_WAIT] = SERVER_WAITS,
							    [UPDATE_GIVEN] = SERVER_GAVE,
							    [UPDATE_ENDED] = SERVER_NOTHING };

	if (!c->config.update_url[0])
		return SERVER_UNSET;
	if (c->update.step == UPDATE_ENDED && c->update.word != UPDATE_SUCCEEDED &&
	    c->update.word != UPDATE_CANCELLED)
		return SERVER_NOT_DONE;
	return OF[c->update.step];
}

static void put_server(struct view_writer *w, const struct core *c)
{
	enum staff_server s = server_of(c);
	bool vi = c->visit.language == LANGUAGE_VI;

	view_num(w, "server", s);
	view_text(w, "server_version", c->update.version);
	view_text(w, "server_why",
		  s != SERVER_NOT_DONE ? ""
		  : vi                 ? c->update.words_vi
				       : c->update.words);
}

static void put_back(struct view_writer *w, const struct core *c, const struct board_places *b)
{
	char version[48], why[WORDS_CAP], time[24], text[40] = "";

	fact(b->kept, "rollback", "VERSION", version, sizeof version);
	fact_in(b->kept, "rollback", "REASON", c->visit.language, why);
	fact(b->kept, "rollback", "TIME", time, sizeof time);
	long long at_s = strtoll(time, NULL, 10);
	if (at_s > 0)
		core_time_text(at_s, c->visit.language, text, sizeof text);
	view_text(w, "back", version);
	view_text(w, "back_why", why);
	view_text(w, "back_time", text);
}

static void put_bundles(struct view_writer *w, const struct core *c, const struct board_places *b)
{
	char text[WORDS_CAP], count[8];

	fact(b->run, OFFERED, "COUNT", count, sizeof count);
	unsigned long n = stick_is_in(b) ? strtoul(count, NULL, 10) : 0;
	for (unsigned i = 0; i < n && i < MOST; i++) {
		view_row(w, "bundles");
		offered(b, "FILE", i, text, sizeof text);
		view_text(w, "name", text);
		offered(b, "VERSION", i, text, sizeof text);
		view_text(w, "version", text);
		offered(b, "GOOD", i, text, sizeof text);
		view_num(w, "good", strcmp(text, "1") == 0);
		offered(b, c->visit.language == LANGUAGE_VI ? "WHY_VI" : "WHY", i, text,
			sizeof text);
		view_text(w, "why", text);
	}
}

void show_staff_update(struct view_writer *w, const struct core *c)
{
	struct board_places b;
	char slot[4], name[16], other[48] = "";

	places_of(&b);
	fact(b.run, "slot", "SLOT", slot, sizeof slot);
	snprintf(name, sizeof name, "VERSION_%s", strcmp(slot, "A") == 0 ? "B" : "A");
	if (slot[0])
		fact(b.kept, "slots", name, other, sizeof other);
	view_text(w, "version", c->version.number);
	view_text(w, "slot", slot);
	view_text(w, "other", other);
	view_num(w, "visit", !visit_is_free(&c->visit));
	view_num(w, "stick", stick_is_in(&b) ? 1 : is_wrong_stick(&b) ? 2 : 0);
	put_state(w, c, &b);
	put_server(w, c);
	put_back(w, c, &b);
	put_bundles(w, c, &b);
}
