#include "firmware/core/ctl_ask.h"

#include "firmware/core/core.h"

#include <stdio.h>
#include <string.h>

static void say_no_reply(struct ctl *t, const struct query_end *end)
{
	if (end->http)
		ctl_say(t, "error %s: the province answered with status %u", err_name(end->why),
			end->http);
	else
		ctl_say(t, "error %s: %s", err_name(end->why), err_text(end->why));
}

static void say_status(struct ctl *t, const struct view *v)
{
	char due[64] = "";

	core_time_text(view_get_num(v, "NgayHenTra"), LANGUAGE_EN, due, sizeof due);
	ctl_say(t, "code      %s", view_get_text(v, "MaHoSo"));
	ctl_say(t, "procedure %s %s", view_get_text(v, "MaTTHC"), view_get_text(v, "TenTTHC"));
	ctl_say(t, "state     %lld", (long long)view_get_num(v, "TrangThaiHoSo"));
	if (view_get_num(v, "NgayHenTra"))
		ctl_say(t, "due       %s", due);
	if (*view_get_text(v, "GhiChu"))
		ctl_say(t, "note      %s", view_get_text(v, "GhiChu"));
}

static void on_status(struct core *c, uint32_t number, const struct query_end *end)
{
	struct ctl *t = ctl_find(c, number);

	if (!t)
		return;
	if (end->why != ERR_OK)
		say_no_reply(t, end);
	else if (!view_get_num(end->facts, "found"))
		ctl_say(t, "the province has no such dossier");
	else
		say_status(t, end->facts);
	bool found = end->why == ERR_OK && view_get_num(end->facts, "found");
	ctl_end(t, found ? CTL_DONE : CTL_REFUSED);
}

/* A citizen brings the slip of before the province lost its data. */
static void say_former(struct ctl *t, const char *code, const struct outbox_item *i, bool shared)
{
	ctl_say(t, "former    %s was the code of %s, which the province has as %s now", code,
		i->receipt_code, i->dossier_code[0] ? i->dossier_code : "refused");
	if (shared)
		ctl_say(t, "shared    it was given to another dossier since: see below");
}

enum ctl_code ctl_ask(struct ctl *t, const char *arg)
{
	struct core *c = t->core;
	struct outbox_item item, former;
	struct json_object *body = json_object_new_object();
	const char *code = arg;

	if (!*arg || strlen(arg) > 63) {
		json_object_put(body);
		return CTL_USAGE;
	}
	bool here = outbox_find(c->store, arg, &item) == ERR_OK;
	if (here) /* the slip of a supplement leads to its dossier */
		code = item.supplement[0] ? item.supplement : item.key;
	if (reconcile_former(c->store, arg, here ? &former : &item) == ERR_OK) {
		say_former(t, arg, here ? &former : &item, here);
		code = item.key;
	}
	if (body)
		json_object_object_add(body, "MaHoSo", json_object_new_string(code));
	enum err e = query_ask(c, QUERY_STATUS, body, on_status, 0, t->id);
	if (e != ERR_OK)
		say_no_reply(t, &(struct query_end){ .why = e });
	return e == ERR_OK ? CTL_LATER : CTL_REFUSED;
}
