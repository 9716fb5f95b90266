#include "firmware/base/err.h"
#include "firmware/base/screens.h"
#include "tests/tap.h"
#include "ui/sample.h"

static const char GOOD[] = "# a comment\n"
			   "name =  Nguyễn Văn An \n"
			   "digits = \"0912\"\n"
			   "total = -66\n"
			   "err = @PAPER_OUT\n"
			   "under = #FORM\n"
			   "choices = a\\tMột\\nb\\tHai\n"
			   "image = page:30x42\n"
			   "empty =\n"
			   "\n"
			   "[hits]\n"
			   "code = 1.001193\n"
			   "[hits]\r\n"
			   "n = 2\r\n";

static void test_good(void)
{
	struct view v = { 0 };
	unsigned line = 0;
	size_t len;

	eq_int(sample_parse(GOOD, sizeof GOOD - 1, &v, &line), ERR_OK);
	eq_str(view_get_text(&v, "name"), "Nguyễn Văn An");
	eq_str(view_get_text(&v, "digits"), "0912");
	eq_int(view_get_num(&v, "total"), -66);
	eq_int(view_get_num(&v, "err"), ERR_PAPER_OUT);
	eq_int(view_get_num(&v, "under"), SCREEN_FORM);
	eq_str(view_get_text(&v, "choices"), "a\tMột\nb\tHai");
	ok(view_has(&v, "empty"));
	ok(view_get_bytes(&v, "image", &len) && len == 30 * 42 * 3);
	eq_int(view_get_num(&v, "width"), 30);
	eq_int(view_rows(&v, "hits"), 2);
	eq_str(view_row_text(&v, "hits", 0, "code"), "1.001193");
	eq_int(view_row_num(&v, "hits", 1, "n"), 2);
	view_close(&v);
}

static void test_bad(const char *text, unsigned want_line)
{
	struct view v = { 0 };
	unsigned line = 0;

	eq_int(sample_parse(text, strlen(text), &v, &line), ERR_BAD_DATA);
	eq_int(line, want_line);
}

int main(void)
{
	test_good();
	test_bad("a = 1\nno equals sign\n", 2);
	test_bad("a = @NO_SUCH_ERROR\n", 1);
	test_bad("\n\na = #NO_SUCH_SCREEN\n", 3);
	test_bad("image = page:0x9\n", 1);
	test_bad("image = page:99999x9\n", 1);
	test_bad("= 1\n", 1);
	return tap_done();
}
