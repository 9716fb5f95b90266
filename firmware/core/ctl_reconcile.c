/* The report of reconciliations, for a clerk to read and to hand on. */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_DAYS  400
#define MAX_FINDS 5000
#define TIME_CAP  40

struct report {
	struct store *store;
	FILE *out;
	struct json_object *days, *finds;
	const struct reconcile_day *day; /* whose differences are written */
	unsigned n;
};

static void day_text(int64_t day, char ret[TIME_CAP])
{
	time_t t = (time_t)(day * 86400);
	struct tm tm = { 0 };

	(void)gmtime_r(&t, &tm);
	(void)strftime(ret, TIME_CAP, "%d/%m/%Y", &tm);
}

static const char *why_text(const char *why)
{
	return strcmp(why, "day") == 0     ? "hằng ngày"
	       : strcmp(why, "link") == 0  ? "vừa có mạng lại"
	       : strcmp(why, "epoch") == 0 ? "hệ thống tỉnh vừa được khôi phục"
					   : "cán bộ yêu cầu";
}

static const char *state_text(const struct reconcile_find *f)
{
	static const char *const WORDS[] = {
		[OUTBOX_SEALED] = "đang chờ gửi",
		[OUTBOX_SENDING] = "đang gửi",
		[OUTBOX_SENT] = "đã gửi, chờ trả lời",
		[OUTBOX_ACCEPTED] = "tỉnh đã nhận",
		[OUTBOX_REFUSED] = "tỉnh từ chối",
		[OUTBOX_QUARANTINED] = "bị giữ lại ở kiosk, cần kỹ thuật viên",
		[OUTBOX_PURGED] = "đã xóa ở kiosk",
		[OUTBOX_STATES] = "không có ở kiosk",
	};

	return WORDS[f->state];
}

static bool is_over(const struct reconcile_find *f)
{
	return f->ended_s != 0;
}

static const char *name_of(const struct reconcile_find *f)
{
	return f->receipt_code[0] ? f->receipt_code : f->key;
}

static bool write_find(void *data, const struct reconcile_find *f)
{
	struct report *r = data;
	char time[TIME_CAP];

	if (f->day != r->day->day)
		return true;
	core_time_text(f->found_s, LANGUAGE_VI, time, sizeof time);
	fprintf(r->out, "    %s  %s\n", name_of(f), reconcile_find_words(f->what, false));
	fprintf(r->out, "        %s%s\n", is_over(f) ? "(over) " : "",
		reconcile_find_words(f->what, true));
	fprintf(r->out, "        %s; %s", time, state_text(f));
	if (f->was[0])
		fprintf(r->out, "; mã hồ sơ %s", f->was);
	if (f->code[0] && strcmp(f->code, f->was) != 0)
		fprintf(r->out, ", nay là %s", f->code);
	fputc('\n', r->out);
	return true;
}

/* A day on which there was nothing, and of which nothing was ever found, is no line. */
static bool write_day(void *data, const struct reconcile_day *d)
{
	struct report *r = data;
	char day[TIME_CAP];

	if (d->ours == 0 && d->theirs == 0)
		return true;
	day_text(d->day, day);
	fprintf(r->out, "%s  %7u  %6u  %8u  %6u  %s\n", day, d->ours, d->theirs, d->again, d->other,
		d->same ? "khớp" : "KHÁC NHAU");
	r->day = d;
	return reconcile_finds(r->store, MAX_FINDS, write_find, r) == ERR_OK;
}

static void write_last(struct report *r)
{
	struct reconcile_run run;
	char time[TIME_CAP];

	if (reconcile_last(r->store, true, &run) != ERR_OK) {
		fputs("Chưa đối soát lần nào / never compared yet\n", r->out);
		return;
	}
	core_time_text(run.ended_s, LANGUAGE_VI, time, sizeof time);
	fprintf(r->out, "Lần đối soát gần nhất: %s (%s), %u ngày; kiosk %u hồ sơ, tỉnh %u hồ sơ\n",
		time, why_text(run.why), run.days, run.ours, run.theirs);
	if (reconcile_last(r->store, false, &run) == ERR_OK && run.error != ERR_OK)
		fprintf(r->out, "Lần cuối không xong / the last one did not end: %s: %s\n",
			err_name(run.error), err_text(run.error));
}

static enum err report_text(struct report *r)
{
	write_last(r);
	fputs("Ngày         ở kiosk  ở tỉnh   gửi lại    khác\n", r->out);
	return reconcile_days(r->store, MAX_DAYS, write_day, r);
}

/* What begins like a formula is none when the clerk opens it. */
static void write_cell(FILE *out, const char *text)
{
	fputs(strchr("=+-@", *text) && *text ? ",\"'" : ",\"", out);
	for (; *text; text++)
		fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', out);
}

static bool row_of_find(void *data, const struct reconcile_find *f)
{
	struct report *r = data;
	char day[TIME_CAP], time[TIME_CAP];

	day_text(f->day, day);
	core_time_text(f->found_s, LANGUAGE_VI, time, sizeof time);
	fprintf(r->out, "\"hồ sơ\",%s,,,,", day);
	write_cell(r->out, f->receipt_code);
	write_cell(r->out, f->key);
	write_cell(r->out, reconcile_find_name(f->what));
	write_cell(r->out, reconcile_find_words(f->what, false));
	write_cell(r->out, f->was);
	write_cell(r->out, f->code);
	write_cell(r->out, time);
	write_cell(r->out, is_over(f) ? "đã xong" : state_text(f));
	fputs("\r\n", r->out);
	return true;
}

static bool row_of_day(void *data, const struct reconcile_day *d)
{
	struct report *r = data;
	char day[TIME_CAP], time[TIME_CAP];

	day_text(d->day, day);
	core_time_text(d->checked_s, LANGUAGE_VI, time, sizeof time);
	fprintf(r->out, "\"ngày\",%s,%u,%u,%u,\"\",\"\",", day, d->ours, d->theirs,
		d->again + d->other);
	fprintf(r->out, "\"%s\",\"%s\",\"\",\"\",\"%s\",\"\"\r\n", d->same ? "same" : "differs",
		d->same ? "khớp" : "khác nhau", time);
	return true;
}

/* RFC 4180; the mark in front tells a table program that it is UTF-8. */
static enum err report_csv(struct report *r)
{
	fputs("\xef\xbb\xbf\"loại\",\"ngày\",\"ở kiosk\",\"ở tỉnh\",\"khác\",\"mã biên nhận\","
	      "\"khóa\",\"kết quả\",\"nội dung\",\"mã hồ sơ trước\",\"mã hồ sơ nay\",\"lúc\","
	      "\"tình trạng\"\r\n",
	      r->out);
	enum err e = reconcile_days(r->store, MAX_DAYS, row_of_day, r);
	return e == ERR_OK ? reconcile_finds(r->store, MAX_FINDS, row_of_find, r) : e;
}

static void put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void put_num(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

static bool json_of_day(void *data, const struct reconcile_day *d)
{
	struct report *r = data;
	struct json_object *o = json_object_new_object();

	put_num(o, "day", d->day);
	put_num(o, "checked", d->checked_s);
	put_num(o, "ours", d->ours);
	put_num(o, "theirs", d->theirs);
	put_num(o, "again", d->again);
	put_num(o, "other", d->other);
	json_object_object_add(o, "same", json_object_new_boolean(d->same));
	json_object_array_add(r->days, o);
	return true;
}

static bool json_of_find(void *data, const struct reconcile_find *f)
{
	struct report *r = data;
	struct json_object *o = json_object_new_object();

	put_num(o, "day", f->day);
	put_text(o, "key", f->key);
	put_text(o, "receipt_code", f->receipt_code);
	put_text(o, "what", reconcile_find_name(f->what));
	put_text(o, "words", reconcile_find_words(f->what, false));
	put_text(o, "words_en", reconcile_find_words(f->what, true));
	put_text(o, "was", f->was);
	put_text(o, "now", f->code);
	put_num(o, "found", f->found_s);
	put_num(o, "last", f->last_s);
	put_num(o, "ended", f->ended_s);
	put_text(o, "state", outbox_state_name(f->state));
	json_object_array_add(r->finds, o);
	return true;
}

static void json_of_run(struct report *r, struct json_object *o)
{
	struct reconcile_run run = { 0 };

	if (reconcile_last(r->store, true, &run) != ERR_OK)
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

static enum err report_json(struct report *r)
{
	struct json_object *all = json_object_new_object(), *last = json_object_new_object();

	r->days = json_object_new_array();
	r->finds = json_object_new_array();
	json_of_run(r, last);
	json_object_object_add(all, "last", last);
	json_object_object_add(all, "days", r->days);
	json_object_object_add(all, "differences", r->finds);
	enum err e = reconcile_days(r->store, MAX_DAYS, json_of_day, r);
	if (e == ERR_OK)
		e = reconcile_finds(r->store, MAX_FINDS, json_of_find, r);
	fprintf(r->out, "%s\n",
		json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	return e;
}

static enum ctl_code say_report(struct ctl *t, enum err (*report)(struct report *))
{
	AUTO_FREE char *text = NULL;
	AUTO_FD fd = -1;
	size_t len = 0;
	struct report r = { .store = t->core->store, .out = open_memstream(&text, &len) };

	enum err e = r.out ? report(&r) : ERR_NO_MEMORY;
	if (r.out && fclose(r.out) != 0)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK)
		e = mem_of(text, len, &fd);
	if (e == ERR_OK)
		ctl_say_file(t, fd);
	else
		ctl_say(t, "%s", err_text(e));
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

void reconcile_told(struct ctl *t, const struct reconcile_run *run)
{
	uint32_t standing = 0;

	if (run->error != ERR_OK) {
		ctl_say(t, "error %s: %s", err_name(run->error), err_text(run->error));
		ctl_end(t, CTL_REFUSED);
		return;
	}
	(void)reconcile_standing(t->core->store, &standing); /* it stands in the report */
	ctl_say(t, "%u ngày, kiosk %u hồ sơ, tỉnh %u hồ sơ: %u ngày khác nhau, gửi lại %u",
		run->days, run->ours, run->theirs, run->differ, run->again);
	ctl_say(t, "%u days, %u dossiers here, %u there: %u days differ, %u sent again", run->days,
		run->ours, run->theirs, run->differ, run->again);
	if (standing > 0)
		ctl_say(t, "%u điều cần xem / to look at: kioskctl reconcile report", standing);
	ctl_end(t, CTL_DONE);
}

static enum ctl_code now(struct ctl *t)
{
	enum err e = reconcile_now(t->core, t->id);

	if (e == ERR_OK)
		return CTL_LATER; /* or it has ended already */
	ctl_say(t, "error %s: %s", err_name(e), err_text(e));
	return CTL_REFUSED;
}

enum ctl_code reconcile_command(struct ctl *t, const char *arg)
{
	if (strcmp(arg, "now") == 0)
		return now(t);
	if (strcmp(arg, "") == 0 || strcmp(arg, "report") == 0)
		return say_report(t, report_text);
	if (strncmp(arg, "report --csv", 12) == 0)
		return say_report(t, report_csv);
	if (strncmp(arg, "report --json", 13) == 0)
		return say_report(t, report_json);
	ctl_say(t, "reconcile now                  compare with the province");
	ctl_say(t, "reconcile report               what was compared, found and done");
	ctl_say(t, "reconcile report --csv FILE    the same as a table; or --json");
	return CTL_USAGE;
}
