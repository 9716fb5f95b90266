/* The report of reconciliations as text and as CSV. */
#include "firmware/core/reconcile_report.h"

#include "firmware/core/core.h"
#include "firmware/core/reconcile_facts.h"

#include <string.h>

struct report {
	struct store *store;
	FILE *out;
	unsigned count;
};

static const char *why_text(const char *why, bool english)
{
	static const char *const WORDS[][3] = {
		{ "day", "hằng ngày", "daily" },
		{ "link", "vừa có mạng lại", "the network had come back" },
		{ "epoch", "hệ thống tỉnh vừa được khôi phục", "the province was restored" },
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (strcmp(why, WORDS[i][0]) == 0)
			return WORDS[i][english ? 2 : 1];
	return english ? "staff asked" : "cán bộ yêu cầu";
}

/* "22/11/2026" */
static void day_text(int64_t day, char ret[11])
{
	char date[RECONCILE_FACTS_DATE_CAP];

	reconcile_facts_date(day, date);
	(void)snprintf(ret, 11, "%.2s/%.2s/%.4s", date + 8, date + 5, date);
}

static void text_line(struct report *r, const struct reconcile_find *f, bool english)
{
	struct reconcile_facts facts;
	char time[40];

	reconcile_facts_of(f, &facts);
	core_time_text(f->found_s, english ? LANGUAGE_EN : LANGUAGE_VI, time, sizeof time);
	fprintf(r->out, "    %s%s\n",
		!f->ended_s ? ""
		: english   ? "(over) "
			    : "(đã hết) ",
		reconcile_find_words(f->what, english));
	fprintf(r->out, "        %s, %s", time, reconcile_find_done(f->what, english));
	if (facts.state_vi[0])
		fprintf(r->out, english ? "; now: %s" : "; hiện nay: %s",
			english ? facts.state_en : facts.state_vi);
	if (facts.dossier_code[0])
		fprintf(r->out, english ? "; dossier code %s" : "; mã hồ sơ %s",
			facts.dossier_code);
	if (facts.former_code[0])
		fprintf(r->out, english ? "; before: %s" : "; trước đây: %s", facts.former_code);
	fputc('\n', r->out);
}

static bool text_of_find(void *data, const struct reconcile_find *f)
{
	struct report *r = data;
	char day[11];

	if (r->count++ == 0)
		fputs("\nCác điểm khác nhau / differences\n", r->out);
	day_text(f->day, day);
	fprintf(r->out, "%s  %s\n", day, f->receipt_code[0] ? f->receipt_code : f->key);
	text_line(r, f, false);
	text_line(r, f, true);
	return true;
}

/* A day on which there was nothing is no line. */
static bool text_of_day(void *data, const struct reconcile_day *d)
{
	struct report *r = data;
	char day[11];

	if (d->ours == 0 && d->theirs == 0 && d->same)
		return true;
	day_text(d->day, day);
	fprintf(r->out, "%s  %7u  %6u  %8u  %6u  %s\n", day, d->ours, d->theirs, d->again, d->other,
		d->same ? "khớp / the same" : "KHÁC NHAU / DIFFERENT");
	return true;
}

/* For a clerk; what only a technician understands is a word for them. */
static const char *error_text(enum err e)
{
	switch (e) {
	case ERR_OFFLINE:
		return "mất mạng tới tỉnh";
	case ERR_TIMEOUT:
		return "tỉnh chưa trả lời kịp";
	case ERR_SERVER:
		return "hệ thống của tỉnh báo lỗi";
	case ERR_FORGED:
		return "chữ ký hoặc chứng thư không đúng của tỉnh";
	case ERR_BAD_DATA:
		return "trả lời không đúng dạng";
	case ERR_DENIED:
		return "tỉnh không cho máy này hỏi";
	case ERR_WRONG_CLOCK:
		return "đồng hồ của máy sai";
	case ERR_OUTDATED:
		return "phần mềm của máy đã cũ, tỉnh đòi cập nhật";
	case ERR_CANCELLED:
		return "bị ngắt giữa chừng";
	default:
		return "lỗi của máy, hỏi kỹ thuật viên";
	}
}

static void text_of_run(struct report *r)
{
	struct reconcile_run run;
	char vi[40], en[40];

	if (reconcile_last(r->store, true, &run) != ERR_OK) {
		fputs("Chưa đối soát lần nào / never compared yet\n", r->out);
	} else {
		core_time_text(run.ended_s, LANGUAGE_VI, vi, sizeof vi);
		core_time_text(run.ended_s, LANGUAGE_EN, en, sizeof en);
		fprintf(r->out,
			"Lần đối soát gần nhất: %s (%s), %u ngày; kiosk %u hồ sơ, tỉnh %u hồ sơ\n"
			"Last compared: %s (%s), %u days; kiosk %u dossiers, province %u\n",
			vi, why_text(run.why, false), run.days, run.ours, run.theirs, en,
			why_text(run.why, true), run.days, run.ours, run.theirs);
	}
	if (reconcile_last(r->store, false, &run) == ERR_OK && run.error != ERR_OK)
		fprintf(r->out, "Lần cuối không xong: %s (%s)\nThe last one did not end: %s (%s)\n",
			error_text(run.error), err_name(run.error), err_text(run.error),
			err_name(run.error));
}

enum err reconcile_report_text(struct store *s, FILE *out)
{
	struct report r = { .store = s, .out = out };

	text_of_run(&r);
	fputs("Ngày         ở kiosk  ở tỉnh   gửi lại    khác\n"
	      "Day             here   there     again   other\n",
	      out);
	enum err e = reconcile_days(s, RECONCILE_FACTS_DAYS, text_of_day, &r);
	return e == ERR_OK ? reconcile_finds(s, RECONCILE_FACTS_FINDS, text_of_find, &r) : e;
}

/* What begins like a formula is none when the clerk opens it. */
static void write_cell(FILE *out, const char *text, const char *after)
{
	fputs(*text && strchr("=+-@\t\r\n", *text) ? "\"'" : "\"", out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
	fputs(after, out);
}

static void write_row(FILE *out, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		write_cell(out, cells[i], i + 1 < count ? "," : "\r\n");
}

#define ROW(out, ...)                                   \
	write_row(out, (const char *[]){ __VA_ARGS__ }, \
		  sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *))

static bool row_of_find(void *data, const struct reconcile_find *f)
{
	struct report *r = data;
	struct reconcile_facts facts;

	reconcile_facts_of(f, &facts);
	ROW(r->out, facts.date, facts.key, f->receipt_code, facts.dossier_code,
	    reconcile_find_name(f->what), reconcile_find_words(f->what, false),
	    reconcile_find_words(f->what, true), reconcile_find_done(f->what, false),
	    reconcile_find_done(f->what, true), facts.former_code, facts.found, facts.ended,
	    facts.state_vi, facts.state_en);
	return true;
}

/* The mark in front tells a table program that it is UTF-8. */
enum err reconcile_report_csv(struct store *s, FILE *out)
{
	struct report r = { .store = s, .out = out };

	fputs("\xef\xbb\xbf", out);
	ROW(out, "ngày / day", "khóa / key", "mã biên nhận / receipt code",
	    "mã hồ sơ / dossier code", "kết quả / finding", "words_vi", "words_en", "done_vi",
	    "done_en", "mã hồ sơ trước / former dossier code", "thấy lúc / found", "hết lúc / over",
	    "state_vi", "state_en");
	return reconcile_finds(s, RECONCILE_FACTS_FINDS, row_of_find, &r);
}
