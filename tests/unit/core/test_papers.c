/* Papers that the state has: whose they are, which is offered, when nobody is asked, and that a
 * file is the one that was listed. */
#include "firmware/core/papers.h"

#include "firmware/base/query.h"
#include "firmware/base/view.h"
#include "firmware/core/core.h"
#include "tests/tap.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NUMBER "001190654321"
#define DAY_S  86400
#define NOW_S  1795000000
#define HASH   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* of "abc" */

static struct core *core;
static struct catalogue *list;

static const char LIST[] =
	"{\"version\":\"1\",\"procedures\":[{\"code\":\"1.000001\",\"name\":\"A\",\"papers\":["
	"{\"code\":\"KQ1\",\"name\":\"one\",\"kind\":\"submit\"},"
	"{\"code\":\"KQ2\",\"name\":\"two\",\"kind\":\"case\",\"filer\":true},"
	"{\"code\":\"\",\"name\":\"three\",\"kind\":\"submit\"},"
	"{\"code\":\"KQ4\",\"name\":\"four\",\"kind\":\"show\"}]},"
	"{\"code\":\"1.000002\",\"name\":\"B\",\"papers\":["
	"{\"code\":\"KQ1\",\"name\":\"one\",\"kind\":\"submit\"}]},"
	"{\"code\":\"1.000003\",\"name\":\"C\",\"papers\":["
	"{\"code\":\"\",\"name\":\"one\",\"kind\":\"submit\"}]}]}";

/* One row of a reply. */
struct row {
	const char *id, *component;
	int64_t given_s, until_s;
	bool revoked;
};

static void put_row(struct view_writer *w, const struct row *r)
{
	view_row(w, "DanhSachGiayToKetQua");
	view_text(w, "MaKetQua", r->id);
	view_text(w, "MaThanhPhanHoSo", r->component);
	view_text(w, "TenGiayTo", "Giấy");
	view_text(w, "SoKyHieu", "12/KS");
	view_text(w, "CoQuanChuQuan", "UBND");
	view_num(w, "NgayCap", r->given_s);
	view_num(w, "NgayHetHan", r->until_s);
	view_num(w, "DaThuHoi", r->revoked);
	view_text(w, "DuongDan", "kho/1");
	view_num(w, "bytes", 3);
	view_text(w, "sha256", HASH);
}

static void forget(void)
{
	free(core->papers.of);
	core->papers.of = NULL;
}

static enum err take(const char *owner, const struct row *rows, size_t n)
{
	struct view_writer w = { 0 };
	struct view v = { 0 };
	int fd = -1;

	forget();
	view_text(&w, "SoDinhDanhChuSoHuu", owner);
	for (size_t i = 0; i < n; i++)
		put_row(&w, &rows[i]);
	eq_int(view_seal(&w, &fd), ERR_OK);
	eq_int(view_open(fd, &v), ERR_OK);
	close(fd);
	core->papers.told_s = NOW_S;
	enum err e = papers_take(&core->papers, &core->visit, &v);
	view_close(&v);
	return e;
}

/* As it stands once the province has told. */
static void pick(const char *code, bool for_other)
{
	core->visit.procedure = catalogue_find(list, code);
	core->visit.for_other = for_other;
	core->papers.procedure = core->visit.procedure;
	core->papers.for_other = for_other;
	core->papers.state = PAPERS_TOLD;
}

static void a_paper_is_known_by_its_code(void)
{
	const struct row rows[] = { { .id = "a", .component = "KQ1", .given_s = 1 },
				    { .id = "b", .component = "KQ9", .given_s = 1 },
				    { .id = "c", .component = "", .given_s = 1 },
				    { .id = "d", .component = "KQ4", .given_s = 1 } };

	pick("1.000001", false);
	eq_int(take(NUMBER, rows, 4), ERR_OK);
	eq_str(papers_of(core, 0)->id, "a");
	ok(!papers_of(core, 1));
	ok(!papers_of(core, 2)); /* without a code there is none to know it by */
	ok(!papers_of(core, 3)); /* that one is only shown */
	ok(!papers_of(core, VISIT_MAX_PAPERS) && !papers_of(core, SIZE_MAX));
	eq_int(papers_stored(core, 0), STORED_VALID);
	eq_int(papers_stored(core, 1), STORED_NONE);
	eq_int(papers_stored(core, VISIT_MAX_PAPERS), STORED_NONE);
}

static void somebody_elses_list_is_no_list(void)
{
	const struct row row = { .id = "a", .component = "KQ1" };

	eq_int(take("001190654322", &row, 1), ERR_FORGED);
	ok(!core->papers.of);
}

static void the_last_day_is_one_of_validity(void)
{
	int64_t today_s = (NOW_S + 7 * 3600) / DAY_S * DAY_S - 7 * 3600;
	struct row row = { .id = "a", .component = "KQ1", .until_s = today_s };

	eq_int(take(NUMBER, &row, 1), ERR_OK);
	eq_int(papers_stored(core, 0), STORED_VALID);
	row.until_s = today_s - 1;
	eq_int(take(NUMBER, &row, 1), ERR_OK);
	eq_int(papers_stored(core, 0), STORED_EXPIRED);
	row.until_s = 4102444800 + 100LL * 366 * DAY_S; /* in another century */
	eq_int(take(NUMBER, &row, 1), ERR_OK);
	eq_int(papers_stored(core, 0), STORED_VALID);
	row.revoked = true;
	eq_int(take(NUMBER, &row, 1), ERR_OK);
	eq_int(papers_stored(core, 0), STORED_REVOKED);
}

static void what_can_be_used_comes_first(void)
{
	struct row rows[] = {
		{ .id = "old", .component = "KQ1", .given_s = 100 },
		{ .id = "gone", .component = "KQ1", .given_s = 300, .until_s = 400 },
		{ .id = "new", .component = "KQ1", .given_s = 200 },
		{ .id = "back", .component = "KQ1", .given_s = 500, .revoked = true }
	};

	eq_int(take(NUMBER, rows, 4), ERR_OK);
	eq_str(papers_of(core, 0)->id, "new");
	rows[0].revoked = rows[2].revoked = true;
	eq_int(take(NUMBER, rows, 4), ERR_OK);
	eq_str(papers_of(core, 0)->id, "back"); /* none can: the newest tells why */
	eq_int(papers_stored(core, 0), STORED_REVOKED);
}

static void for_others_only_ones_own(void)
{
	const struct row rows[] = { { .id = "a", .component = "KQ1" },
				    { .id = "b", .component = "KQ2" } };

	pick("1.000001", true);
	eq_int(take(NUMBER, rows, 2), ERR_OK);
	ok(!papers_of(core, 0));
	eq_str(papers_of(core, 1)->id, "b");
	core->visit.for_other = false; /* what was told for the other role is not this one's */
	ok(!papers_of(core, 1));
	forget();
}

static void nobody_is_asked_without_proof(void)
{
	struct visit *v = &core->visit;

	memset(&core->papers, 0, sizeof core->papers);
	core->sender.link_up = true;
	v->for_other = false;
	v->procedure = NULL;
	eq_int(papers_state(core), PAPERS_NOTHING);
	v->procedure = catalogue_find(list, "1.000003");
	eq_int(papers_state(core), PAPERS_NOTHING);
	v->procedure = catalogue_find(list, "1.000002");
	v->source = CARD_FROM_CODE;
	v->chip.verdict = VERDICT_GENUINE;
	eq_int(papers_state(core), PAPERS_CODE_ONLY);
	v->source = CARD_FROM_CHIP;
	for (enum verdict d = 0; d < VERDICT_COUNT; d++) {
		v->chip.verdict = d;
		eq_int(papers_state(core), d == VERDICT_GENUINE ? PAPERS_OFFER : PAPERS_UNPROVEN);
	}
	v->chip.verdict = VERDICT_GENUINE;
	v->for_other = true;
	eq_int(papers_state(core), PAPERS_OTHERS);
	v->procedure = catalogue_find(list, "1.000001");
	eq_int(papers_state(core), PAPERS_OFFER);
	core->sender.link_up = false;
	eq_int(papers_state(core), PAPERS_OFFLINE);
}

static void what_was_told_is_of_one_procedure(void)
{
	pick("1.000001", false);
	core->visit.source = CARD_FROM_CHIP;
	core->visit.chip.verdict = VERDICT_GENUINE;
	core->sender.link_up = true;
	eq_int(papers_state(core), PAPERS_TOLD);
	core->visit.procedure = catalogue_find(list, "1.000002");
	eq_int(papers_state(core), PAPERS_OFFER);
	pick("1.000001", false);
	core->papers.state = PAPERS_UNKNOWN;
	eq_int(papers_state(core), PAPERS_UNKNOWN);
	core->sender.link_up = false;
	eq_int(papers_state(core), PAPERS_OFFLINE);
	core->papers.state = PAPERS_TOLD; /* and stays told without a link */
	eq_int(papers_state(core), PAPERS_TOLD);
}

static void a_file_is_what_was_listed(void)
{
	struct stored_paper p = { .id = "a", .sha256 = HASH, .bytes = 3 };

	ok(stored_is_it(&p, (const uint8_t *)"abc", 3));
	ok(!stored_is_it(&p, (const uint8_t *)"abd", 3));
	ok(!stored_is_it(&p, (const uint8_t *)"abcd", 4));
	ok(!stored_is_it(&p, (const uint8_t *)"ab", 2));
	ok(!stored_is_it(&p, NULL, 3));
	p.bytes = 4;
	ok(!stored_is_it(&p, (const uint8_t *)"abc", 3));
}

int main(void)
{
	core = calloc(1, sizeof *core);
	if (!core || catalogue_of(json_tokener_parse(LIST), &list) != ERR_OK)
		return 1;
	snprintf(core->visit.card.number, sizeof core->visit.card.number, "%s", NUMBER);
	a_paper_is_known_by_its_code();
	somebody_elses_list_is_no_list();
	the_last_day_is_one_of_validity();
	what_can_be_used_comes_first();
	for_others_only_ones_own();
	nobody_is_asked_without_proof();
	what_was_told_is_of_one_procedure();
	a_file_is_what_was_listed();
	catalogue_close(list);
	free(core);
	return tap_done();
}
