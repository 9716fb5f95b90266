/* The report that staff read and hand on: a row for each difference and for nothing else, in both
 * languages, and no cell of it can break a row or be taken for a formula. */
#include "firmware/core/db.h"
#include "firmware/core/reconcile_report.h"
#include "firmware/core/reconcile_row.h"
#include "tests/unit/core/fixture.h"

#include <json-c/json.h>

#define DAY   (T0 / 86400)
#define CELLS 14
#define KEY_A "00000000-0000-4000-8000-00000000000a"
#define KEY_B "00000000-0000-4000-8000-00000000000b"

/* In the order of the columns. */
enum cell {
	C_DAY,
	C_KEY,
	C_RECEIPT,
	C_CODE,
	C_FINDING,
	C_VI,
	C_EN,
	C_DONE_VI,
	C_DONE_EN,
	C_FORMER,
	C_FOUND,
	C_OVER,
	C_STATE_VI,
	C_STATE_EN
};

typedef enum err report_fn(struct store *s, FILE *out);

static struct fixture f;
static char said[1 << 20];

static struct store *fresh(void)
{
	remove_dir(f.data);
	return open_store(&f);
}

static void note(struct store *s, const struct reconcile_find *find)
{
	eq_int(db_begin(s), ERR_OK);
	eq_int(db_end(s, reconcile_note_find(s, find)), ERR_OK);
}

static void note_day(struct store *s, int64_t day, bool same)
{
	struct reconcile_day d = {
		.day = day, .checked_s = T0, .ours = 3, .theirs = 3, .same = same
	};

	eq_int(db_begin(s), ERR_OK);
	eq_int(db_end(s, reconcile_note_day(s, &d)), ERR_OK);
}

static void ended(struct store *s, uint32_t differ, int64_t time_s)
{
	struct reconcile_run run = { .why = "day",
				     .ended_s = time_s,
				     .epoch = "00112233aabbccdd",
				     .days = 30,
				     .ours = 3,
				     .theirs = 3,
				     .differ = differ };

	if (reconcile_ended(s, &run) != ERR_OK)
		ok(!"a run ends");
}

static void report(struct store *s, report_fn *fn)
{
	FILE *out = fmemopen(said, sizeof said, "w");

	eq_int(fn(s, out), ERR_OK);
	fclose(out);
}

/* Reads RFC 4180 as strictly as it is written: every cell quoted, CRLF behind a row. The cells of
 * the next row lie in place in `said`. False: the end, or it is not such a row. */
static bool next_row(char **at, char *ret[CELLS])
{
	char *in = *at;

	for (unsigned i = 0; i < CELLS; i++) {
		char *to = in + 1;

		if (*in++ != '"')
			return false;
		for (ret[i] = to; *in && (*in != '"' || in[1] == '"'); in++) {
			in += *in == '"';
			*to++ = *in;
		}
		if (*in++ != '"' || *in != (i + 1 < CELLS ? ',' : '\r'))
			return false;
		in++;
		*to = '\0';
	}
	*at = in + 1;
	return *in == '\n';
}

static char *body(char *ret[CELLS])
{
	char *at = said + 3;

	ok(strncmp(said, "\xef\xbb\xbf", 3) == 0);
	ok(next_row(&at, ret));
	return at;
}

static void headings(void)
{
	struct store *s = fresh();
	char *cell[CELLS];

	note_day(s, DAY, true);
	note_day(s, DAY - 1, false);
	report(s, reconcile_report_csv);
	char *at = body(cell);
	eq_str(cell[C_DAY], "ngày / day");
	eq_str(cell[C_CODE], "mã hồ sơ / dossier code");
	eq_str(cell[C_VI], "words_vi");
	eq_str(cell[C_EN], "words_en");
	eq_str(cell[C_DONE_EN], "done_en");
	eq_str(at, ""); /* a day is no row */
	store_close(s);
}

static void a_row_for_each_difference(void)
{
	struct store *s = fresh();
	struct reconcile_find again = {
		.day = DAY, .key = KEY_A, .what = FIND_AGAIN, .found_s = T0, .was = "x-1"
	};
	struct reconcile_find unknown = {
		.day = DAY - 1, .key = KEY_B, .what = FIND_UNKNOWN, .found_s = T0
	};
	char *cell[CELLS];

	note(s, &unknown);
	note(s, &again);
	note_day(s, DAY, false);
	report(s, reconcile_report_csv);
	char *at = body(cell);
	ok(next_row(&at, cell));
	eq_str(cell[C_DAY], "2026-11-21");
	eq_str(cell[C_KEY], KEY_A);
	eq_str(cell[C_CODE], "x-1");
	eq_str(cell[C_FORMER], "");
	eq_str(cell[C_FINDING], "again");
	eq_str(cell[C_VI], reconcile_find_words(FIND_AGAIN, false));
	eq_str(cell[C_EN], "the province no longer had it; it is sent again, no answer yet");
	eq_str(cell[C_DONE_VI], "đã xếp vào hàng để gửi lại");
	eq_str(cell[C_DONE_EN], "put back in line to be sent again");
	eq_str(cell[C_FOUND], "2026-11-21 19:00");
	eq_str(cell[C_OVER], "");
	ok(next_row(&at, cell));
	eq_str(cell[C_DAY], "2026-11-20");
	eq_str(cell[C_FINDING], "unknown");
	eq_str(cell[C_STATE_EN], "not at the kiosk");
	eq_str(at, "");
	store_close(s);
}

/* The codes are the province's: whatever it writes stays one cell of one row. */
static void cells_from_outside(void)
{
	static const char *const CODES[][2] = {
		{ "a\"b\"\"c", "a\"b\"\"c" },
		{ "a,b;c", "a,b;c" },
		{ "a\r\nb", "a\r\nb" },
		{ "\"", "\"" },
		{ "Hồ sơ 1", "Hồ sơ 1" },
		{ "=1+1", "'=1+1" },
		{ "+1", "'+1" },
		{ "-1", "'-1" },
		{ "@a", "'@a" },
		{ "\t=1", "'\t=1" },
		{ "\r=1", "'\r=1" },
		{ "\n=1", "'\n=1" },
		{ "a=1", "a=1" },
		{ "'", "'" },
	};
	const size_t n = sizeof CODES / sizeof *CODES;
	struct store *s = fresh();
	char *cell[CELLS];

	for (size_t i = 0; i < n; i++) {
		struct reconcile_find find = {
			.day = DAY, .what = FIND_CHANGED, .found_s = T0, .was = "before"
		};

		snprintf(find.key, sizeof find.key, "00000000-0000-4000-8000-%012zu", i);
		snprintf(find.code, sizeof find.code, "%s", CODES[i][0]);
		note(s, &find);
	}
	report(s, reconcile_report_csv);
	char *at = body(cell);
	for (size_t i = 0; i < n; i++) {
		ok(next_row(&at, cell));
		eq_str(cell[C_CODE], CODES[i][1]);
		eq_str(cell[C_FORMER], "before");
		eq_str(cell[C_STATE_VI], "không có ở kiosk");
	}
	eq_str(at, "");
	store_close(s);
}

/* A finding about a day as such is no dossier's; a refusal has no dossier code. */
static void what_is_not_told_is_empty(void)
{
	struct store *s = fresh();
	char *cell[CELLS];

	note(s, &(struct reconcile_find){
			.day = DAY, .key = "2026-11-21", .what = FIND_UNCLEAR, .found_s = T0 });
	note(s, &(struct reconcile_find){ .day = DAY,
					  .key = KEY_A,
					  .what = FIND_TURNED,
					  .found_s = T0,
					  .ended_s = T0 + 60,
					  .was = "x-1" });
	report(s, reconcile_report_csv);
	char *at = body(cell);
	ok(next_row(&at, cell));
	eq_str(cell[C_FINDING], "unclear");
	eq_str(cell[C_KEY], "");
	eq_str(cell[C_STATE_VI], "");
	ok(next_row(&at, cell));
	eq_str(cell[C_CODE], "");
	eq_str(cell[C_FORMER], "x-1");
	eq_str(cell[C_OVER], "2026-11-21 19:01");
	store_close(s);
}

static bool is_in(struct json_object *o, const char *key, const char *text)
{
	return strcmp(json_object_get_string(json_object_object_get(o, key)) ?: "", text) == 0;
}

/* Row by row what stands in the CSV stands in the JSON. */
static void json_tells_the_same(void)
{
	static const char *const KEYS[CELLS] = {
		"date",     "key",      "receipt_code", "dossier_code", "what",
		"words_vi", "words_en", "done_vi",      "done_en",      "former_dossier_code",
		NULL,       NULL,       "state_vi",     "state_en",
	};
	struct store *s = fresh();
	char *cell[CELLS];

	for (unsigned i = 0; i < FIND_COUNT; i++) {
		struct reconcile_find find = { .day = DAY - i,
					       .what = (enum reconcile_kind)i,
					       .found_s = T0,
					       .was = "x-1",
					       .code = "x-2" };

		snprintf(find.key, sizeof find.key, "00000000-0000-4000-8000-%012u", i);
		note(s, &find);
	}
	ended(s, 1, T0);
	report(s, reconcile_report_json);
	struct json_object *all = json_tokener_parse(said);
	struct json_object *finds = json_object_object_get(all, "differences");
	eq_int(json_object_array_length(finds), FIND_COUNT);
	eq_int(json_object_get_int(json_object_object_get(all, "open")), FIND_COUNT);
	ok(!json_object_object_get(all, "agreed"));
	report(s, reconcile_report_csv);
	char *at = body(cell);
	for (unsigned i = 0; i < FIND_COUNT; i++) {
		ok(next_row(&at, cell));
		for (unsigned k = 0; k < CELLS; k++)
			ok(*cell[k] || k == C_KEY || k == C_RECEIPT || k == C_OVER ||
			   i == FIND_UNCLEAR);
		for (unsigned k = 0; k < CELLS; k++)
			ok(!KEYS[k] ||
			   is_in(json_object_array_get_idx(finds, i), KEYS[k], cell[k]));
	}
	json_object_put(all);
	store_close(s);
}

static void the_text_has_both_languages(void)
{
	struct store *s = fresh();

	report(s, reconcile_report_text);
	ok(strstr(said, "Chưa đối soát lần nào / never compared yet\n"));
	ok(!strstr(said, "differences"));
	ended(s, 1, T0);
	note_day(s, DAY, false);
	/* of a day that is not in the table any more: it is told all the same */
	note(s, &(struct reconcile_find){ .day = DAY - 800,
					  .key = KEY_B,
					  .what = FIND_PURGED,
					  .found_s = T0,
					  .was = "x-1" });
	report(s, reconcile_report_text);
	ok(strstr(said, "Last compared: 19:00 on 21/11/2026 (daily), 30 days; "));
	ok(strstr(said, "21/11/2026        3       3         0       0  KHÁC NHAU / DIFFERENT\n"));
	ok(strstr(said, "12/09/2024  " KEY_B "\n"));
	ok(strstr(said, reconcile_find_words(FIND_PURGED, false)));
	ok(strstr(said, reconcile_find_words(FIND_PURGED, true)));
	ok(strstr(said, reconcile_find_done(FIND_PURGED, true)));
	ok(strstr(said, "; mã hồ sơ x-1\n"));
	ok(strstr(said, "; dossier code x-1\n"));
	store_close(s);
}

/* "Never" would be a lie, however long ago it was. */
static void last_agreed_is_kept(void)
{
	struct store *s = fresh();
	struct reconcile_run run = { 0 };

	eq_int(reconcile_last_agreed(s, &run), ERR_NOT_FOUND);
	ended(s, 2, T0);
	eq_int(reconcile_last_agreed(s, &run), ERR_NOT_FOUND);
	ended(s, 0, T0 + 1);
	for (int i = 0; i < 1200; i++)
		ended(s, 1, T0 + 2 + i);
	eq_int(reconcile_last_agreed(s, &run), ERR_OK);
	eq_int(run.ended_s, T0 + 1);
	eq_int(reconcile_last(s, true, &run), ERR_OK);
	eq_int(run.ended_s, T0 + 1201);
	store_close(s);
}

int main(void)
{
	fixture_init(&f);
	headings();
	a_row_for_each_difference();
	cells_from_outside();
	what_is_not_told_is_empty();
	json_tells_the_same();
	the_text_has_both_languages();
	last_agreed_is_kept();
	fixture_finish(&f);
	return tap_done();
}
