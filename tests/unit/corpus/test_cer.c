#include "tests/corpus/cer.h"
#include "tests/tap.h"

#include <string.h>

static struct cer of(const char *truth, const char *text)
{
	struct cer c = { 0 };

	cer_add(&c, truth, text, NULL);
	return c;
}

static void right(void)
{
	struct cer c =
		of("Họ và tên: Nguyễn Văn An\nSố: 12\n", "Họ và tên:  Nguyễn\nVăn An\nSố: 12\f");

	eq_int(c.chars, 30);
	eq_int(c.line_errors, 0);
	eq_int(c.seq_errors, 0);
	ok(cer_word_f1(&c) > 99.9);
}

static void wrong(void)
{
	struct cer c = of("tháng 3", "tháng 8");

	eq_int(c.line_errors, 1);
	eq_int(c.seq_errors, 1);
	c = of("Thùy", "Thuy");
	eq_int(c.line_errors, 1);
	eq_int(c.line_plain, 0);
	c = of("Đồng", "dong");
	eq_int(c.line_errors, 2);
	eq_int(c.line_plain, 1);
	c = of("abcdef", "");
	eq_int(c.line_errors, 6);
	ok(cer_percent(c.line_errors, c.chars) == 100);
}

/* A line is found where it is: order and what stands around it count in order only. */
static void order(void)
{
	struct cer c = of("cột trái\ncột phải\n", "xx cột phải yy cột trái");

	eq_int(c.line_errors, 0);
	ok(c.seq_errors > 0);
}

static void alike(void)
{
	eq_int(of("Hà", "Ha\xcc\x80").line_errors, 0);
	eq_int(of("Số: 12", "Số: ...... 12 _____").line_errors, 0);
	eq_int(of("\"xã\" - 5 m²", "“xã” – 5 m2").line_errors, 0);
	eq_int(of("VIDU<<MAU<<<<<", "VIDU<MAU<<").line_errors, 0);
	eq_int(of("a..b", "ab").line_errors, 2);
}

static void blank(void)
{
	struct cer c = of("", "rác");

	eq_int(c.chars, 0);
	eq_int(c.extra, 3);
	ok(cer_percent(c.line_errors, c.chars) == 0);
	eq_int(of("", "").extra, 0);
}

static void sums(void)
{
	struct cer c = of("một hai", "một hay");

	cer_add(&c, "ba", "ba", NULL);
	eq_int(c.chars, 9);
	eq_int(c.line_errors, 1);
	eq_int(c.words, 3);
	eq_int(c.found, 2);
}

int main(void)
{
	right();
	wrong();
	order();
	alike();
	blank();
	sums();
	return tap_done();
}
