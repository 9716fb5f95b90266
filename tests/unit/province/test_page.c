#include "tests/province/api.h"
#include "tests/province/page.h"
#include "tests/province/shape.h"
#include "tests/tap.h"

#include <stdlib.h>

static void text_stays_text(void)
{
	char *html = NULL;
	size_t len;
	FILE *out = open_memstream(&html, &len);

	page_text(out, "<script>alert('\"Ẩn & Bình\"')</script>");
	fclose(out);
	eq_str(html, "&lt;script&gt;alert(&#39;&quot;Ẩn &amp; Bình&quot;&#39;)&lt;/script&gt;");
	free(html);
}

static void numbers_of_headers(void)
{
	static const char *const BAD[] = {
		"", "-1", "1x", " 1", "0x1", "9999999999999999999", "1.5"
	};
	int64_t n = 7;

	ok(api_number("0", &n) && n == 0);
	ok(api_number("999999999999999999", &n));
	ok(!api_number(NULL, &n));
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!api_number(BAD[i], &n));
}

static void metadata_of_uploads(void)
{
	static const char *const BAD[] = {
		"",         "key",       "key ",        "key Zg",   "key Zg=",
		"key ====", "keys Zm9v", "key Zm9\x01", "key AAAA", "key Zm9vYmFyYmF6"
	};
	char value[8];

	ok(api_metadata("key Zm9v", "key", value, sizeof value));
	eq_str(value, "foo");
	ok(api_metadata("name YQ==,key Zm9vYg==", "key", value, sizeof value));
	eq_str(value, "foob");
	ok(!api_metadata(NULL, "key", value, sizeof value));
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!api_metadata(BAD[i], "key", value, sizeof value));
}

static void moments_are_real(void)
{
	ok(shape_moment("20240229235959"));
	ok(!shape_moment("20230229000000"));
	ok(!shape_moment("20261301000000"));
	ok(!shape_moment("20261121240000"));
	ok(!shape_moment("2026112109300"));
}

static void codes_of_components(void)
{
	ok(shape_component("000.00.00.G15-KQ003208"));
	ok(shape_component(""));
	ok(!shape_component("../../x"));
	ok(!shape_component("mã"));
	ok(shape_agency("000.00.06.H56"));
	ok(!shape_agency("000.00.06.H56/.."));
	ok(!shape_agency(""));
}

int main(void)
{
	text_stays_text();
	numbers_of_headers();
	metadata_of_uploads();
	moments_are_real();
	codes_of_components();
	return tap_done();
}
