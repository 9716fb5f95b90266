/* The real catalogue, as it is shipped. */
#include "firmware/core/asset.h"
#include "firmware/core/catalogue.h"
#include "firmware/core/fold.h"
#include "tests/tap.h"

#include <json-c/json.h>
#include <stdlib.h>

static struct catalogue *c;

static const char *first(const char *query)
{
	uint32_t place;

	return catalogue_search(c, query, &place, 1) ? catalogue_at(c, place)->code : "none";
}

static void people_find_what_they_mean(void)
{
	static const struct {
		const char *query, *code;
	} ASKED[] = {
		{ "khai sinh", "1.001193" },
		{ "KHAI SINH", "1.001193" },
		{ "giấy khai sinh", "1.001193" },
		{ "trích lục", "2.000635" },
		{ "trich luc khai sinh", "2.000635" },
		{ "độc thân", "1.004873" },
		{ "doc than", "1.004873" },
		{ "tam tru", "1.004194" },
		{ "hkd", "1.001612" },
		{ "sao y", "2.000815" },
		{ "hộ khẩu", "1.004222" },
		{ "ho khau", "1.004222" },
		{ "1.001193", "1.001193" },
		{ "so do", "1.013978" },
		{ "gplx", "3.000347" },
		{ "birth registration", "1.001193" },
		{ "khai sinh xyz", "1.001193" }, /* a word too many still helps */
	};

	for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++)
		eq_str(first(ASKED[i].query), ASKED[i].code);
	eq_str(first("qqqq"), "none");
	eq_int(catalogue_search(c, "", NULL, 0), catalogue_count(c));
	eq_str(first(""), "1.001193");
}

static void folding(void)
{
	char out[64], small[4];

	fold("Đăng ký  KHAI SINH!", out, sizeof out);
	eq_str(out, "dang ky khai sinh");
	fold("a\xcc\x82\xcc\x81n", out, sizeof out); /* decomposed ấ */
	eq_str(out, "an");
	fold("tư\xc6\xa3", out, sizeof out);
	eq_str(out, "tuu");
	eq_int(fold("abcdef", small, sizeof small), 3);
	eq_str(small, "abc");
}

static void texts(void)
{
	char out[100];
	const struct procedure *p = catalogue_find(c, "2.000635");

	fee_text(p, LANGUAGE_VI, out, sizeof out);
	eq_str(out, "Từ 8.000 đồng");
	p = catalogue_find(c, "1.001193");
	fee_text(p, LANGUAGE_VI, out, sizeof out);
	ok(!strstr(out, "0") && !strstr(out, "miễn")); /* fee 0 is not "free" */
	p = catalogue_find(c, "1.004194");
	limit_text(p, LANGUAGE_VI, out, sizeof out);
	eq_str(out, "3 ngày làm việc");
	limit_text(p, LANGUAGE_EN, out, sizeof out);
	eq_str(out, "3 working days");
	ok(catalogue_find(c, "9.999999") == NULL);
}

/* What a paper does not say of its scanning its procedure says. */
static void scanning(void)
{
	const struct procedure *p = catalogue_find(c, "2.000815");

	ok(p->originals);
	eq_int(p->papers[0].scan.dpi, 300);
	eq_int(p->papers[0].scan.sides, 2);
	ok(!p->papers[0].scan.card);
	p = catalogue_find(c, "2.000884");
	ok(!p->originals);
	ok(p->papers[0].scan.card);
	eq_str(p->papers[0].scan.hint, "small");
	eq_str(p->papers[0].scan.profile, ""); /* as the kiosk does it */
	ok(!p->papers[1].scan.card);
	eq_int(p->papers[1].scan.dpi, 0);
}

static void bad_data(void)
{
	struct catalogue *none = NULL;
	static const char *const BAD[] = {
		"{}",
		"{\"version\":\"1\",\"procedures\":[]}",
		"{\"version\":\"1\",\"procedures\":[{\"code\":\"1.00119\",\"name\":\"x\"}]}",
		"{\"version\":\"1\",\"procedures\":[{\"code\":\"7.001193\",\"name\":\"x\"}]}",
		"{\"version\":\"1\",\"procedures\":[{\"code\":\"1.001193x\",\"name\":\"x\"}]}",
		"{\"version\":\"1\",\"procedures\":[7]}",
		"[]",
	};

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(catalogue_of(json_tokener_parse(BAD[i]), &none), ERR_BAD_DATA);
	ok(none == NULL);
}

int main(void)
{
	struct json_object *json = json_object_from_file("assets/catalogue.json");

	eq_int(catalogue_of(json, &c), ERR_OK);
	eq_int(catalogue_count(c), 66);
	people_find_what_they_mean();
	folding();
	texts();
	scanning();
	bad_data();
	catalogue_close(c);
	return tap_done();
}
