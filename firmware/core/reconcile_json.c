/* The report of reconciliations as JSON. */
#include "firmware/core/reconcile_facts.h"
#include "firmware/core/reconcile_report.h"

#include <json-c/json.h>

static void put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void put_num(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

static bool add_day(void *data, const struct reconcile_day *d)
{
	struct json_object *o = json_object_new_object();
	char date[RECONCILE_FACTS_DATE_CAP];

	reconcile_facts_date(d->day, date);
	put_text(o, "date", date);
	put_num(o, "day", d->day);
	put_num(o, "checked", d->checked_s);
	put_num(o, "ours", d->ours);
	put_num(o, "theirs", d->theirs);
	put_num(o, "again", d->again);
	put_num(o, "other", d->other);
	json_object_object_add(o, "same", json_object_new_boolean(d->same));
	return json_object_array_add(data, o) == 0;
}

static bool add_find(void *data, const struct reconcile_find *f)
{
	struct json_object *o = json_object_new_object();
	struct reconcile_facts facts;

	reconcile_facts_of(f, &facts);
	put_text(o, "date", facts.date);
	put_num(o, "day", f->day);
	put_text(o, "key", facts.key);
	put_text(o, "receipt_code", f->receipt_code);
	put_text(o, "dossier_code", facts.dossier_code);
	put_text(o, "former_dossier_code", facts.former_code);
	put_text(o, "what", reconcile_find_name(f->what));
	put_text(o, "words_vi", reconcile_find_words(f->what, false));
	put_text(o, "words_en", reconcile_find_words(f->what, true));
	put_text(o, "done_vi", reconcile_find_done(f->what, false));
	put_text(o, "done_en", reconcile_find_done(f->what, true));
	put_num(o, "found", f->found_s);
	put_num(o, "last", f->last_s);
	put_num(o, "ended", f->ended_s);
	put_text(o, "state", f->state < OUTBOX_STATES ? outbox_state_name(f->state) : "");
	put_text(o, "state_vi", facts.state_vi);
	put_text(o, "state_en", facts.state_en);
	return json_object_array_add(data, o) == 0;
}

/* There may have been none. */
static void add_last(struct store *s, struct json_object *all)
{
	struct json_object *o = json_object_new_object();
	struct reconcile_run run = { 0 };

	json_object_object_add(all, "last", o);
	if (reconcile_last(s, true, &run) != ERR_OK)
		return;
	put_num(o, "time", run.ended_s);
	put_text(o, "why", run.why);
	put_text(o, "epoch", run.epoch);
	put_num(o, "days", run.days);
	put_num(o, "ours", run.ours);
	put_num(o, "theirs", run.theirs);
	put_num(o, "differ", run.differ);
	put_num(o, "again", run.again);
}

static enum err fill(struct store *s, struct json_object *all)
{
	struct json_object *days = json_object_new_array(), *finds = json_object_new_array();
	struct reconcile_run run = { 0 };
	uint32_t open = 0;
	enum err e = reconcile_standing(s, &open);

	add_last(s, all);
	if (reconcile_last_agreed(s, &run) == ERR_OK)
		put_num(all, "agreed", run.ended_s);
	put_num(all, "open", open);
	json_object_object_add(all, "days", days);
	json_object_object_add(all, "differences", finds);
	if (e == ERR_OK)
		e = reconcile_days(s, RECONCILE_FACTS_DAYS, add_day, days);
	return e == ERR_OK ? reconcile_finds(s, RECONCILE_FACTS_FINDS, add_find, finds) : e;
}

enum err reconcile_report_json(struct store *s, FILE *out)
{
	const int how = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *all = json_object_new_object();
	enum err e = fill(s, all);

	if (e == ERR_OK)
		fprintf(out, "%s\n", json_object_to_json_string_ext(all, how));
	json_object_put(all);
	return e;
}
