#include "firmware/core/form.h"
#include "tests/tap.h"

#include <glob.h>
#include <json-c/json.h>

static enum err check(enum field_type type, const char *value)
{
	static const struct form_choice CHOICES[] = { { "1", { "Nam", "Male" } },
						      { "2", { "Nữ", "Female" } } };
	struct form_field f = { .type = type,
				.must = true,
				.past = true,
				.max = 12,
				.low = 1,
				.high = 20,
				.choices = CHOICES,
				.choice_count = 2 };

	return field_check(&f, value, 20261121);
}

static void answers(void)
{
	eq_int(check(FIELD_TEXT, ""), ERR_FIELD_EMPTY);
	eq_int(check(FIELD_TEXT, "mười hai chữ"), ERR_OK); /* letters count, not bytes */
	eq_int(check(FIELD_TEXT, "mười ba chữ cá"), ERR_FIELD_LONG);
	eq_int(check(FIELD_TEXT, "a\tb"), ERR_FIELD_TEXT);
	eq_int(check(FIELD_NAME, "Lê Ẩn-Y"), ERR_OK);
	eq_int(check(FIELD_NAME, "Lê 2"), ERR_FIELD_TEXT);
	eq_int(check(FIELD_DIGITS, "001090000000"), ERR_OK);
	eq_int(check(FIELD_DIGITS, "00109000000"), ERR_FIELD_DIGITS);
	eq_int(check(FIELD_DIGITS, "00109000000a"), ERR_FIELD_DIGITS);
	eq_int(check(FIELD_NUMBER, "20"), ERR_OK);
	eq_int(check(FIELD_NUMBER, "21"), ERR_FIELD_RANGE);
	eq_int(check(FIELD_NUMBER, "0"), ERR_FIELD_RANGE);
	eq_int(check(FIELD_NUMBER, "99999999999"), ERR_FIELD_RANGE);
	eq_int(check(FIELD_DATE, "29/02/2024"), ERR_OK);
	eq_int(check(FIELD_DATE, "29/02/2023"), ERR_FIELD_DATE);
	eq_int(check(FIELD_DATE, "1/1/2024"), ERR_FIELD_DATE);
	eq_int(check(FIELD_DATE, "21/11/2026"), ERR_OK);
	eq_int(check(FIELD_DATE, "22/11/2026"), ERR_FIELD_FUTURE);
	eq_int(check(FIELD_PHONE, "0912345678"), ERR_OK);
	eq_int(check(FIELD_PHONE, "02839123456"), ERR_OK);
	eq_int(check(FIELD_PHONE, "0112345678"), ERR_FIELD_PHONE);
	eq_int(check(FIELD_PHONE, "091234567"), ERR_FIELD_PHONE);
	eq_int(check(FIELD_CHOICE, "2"), ERR_OK);
	eq_int(check(FIELD_CHOICE, "3"), ERR_FIELD_CHOICE);
	eq_int(check(FIELD_YESNO, "1"), ERR_OK);
	eq_int(check(FIELD_YESNO, "có"), ERR_FIELD_CHOICE);
}

static void tidy(void)
{
	char text[] = "  Lê   Thị  ";

	field_tidy(text);
	eq_str(text, "Lê Thị");
}

static void every_form_is_whole(void)
{
	glob_t g;
	int whole = 0;

	eq_int(glob("assets/forms/*.json", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct form f;
		enum err e = form_of(json_object_from_file(g.gl_pathv[i]), &f);

		if (e == ERR_OK)
			whole++, form_finish(&f);
		else
			printf("# %s: %s\n", g.gl_pathv[i], err_name(e));
	}
	eq_int(whole, g.gl_pathc);
	globfree(&g);
}

static void bad_forms(void)
{
#define BOTH               "{\"vi\":\"a\",\"en\":\"b\"}"
#define FIELD(type, label) "{\"key\":\"k\",\"type\":\"" type "\",\"label\":" label "}"
#define FORM(declaration, field)                                                                   \
	"{\"declaration\":" declaration ",\"groups\":[{\"title\":" BOTH ",\"fields\":[" field "]}" \
	"]}"
	static const char *const BAD[] = {
		"{}",
		"{\"declaration\":" BOTH ",\"groups\":[]}",
		FORM("{\"vi\":\"a\"}", FIELD("text", BOTH)),
		FORM(BOTH, FIELD("odd", BOTH)),
		FORM(BOTH, FIELD("text", "{\"vi\":\"a\"}")),
		FORM(BOTH, FIELD("choice", BOTH)),
	};
	struct form f;

	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(form_of(json_tokener_parse(BAD[i]), &f), ERR_BAD_DATA);
	eq_int(form_of(json_tokener_parse(FORM(BOTH, FIELD("text", BOTH))), &f), ERR_OK);
	form_finish(&f);
#undef BOTH
#undef FIELD
#undef FORM
}

int main(void)
{
	answers();
	tidy();
	every_form_is_whole();
	bad_forms();
	return tap_done();
}
