#include "firmware/parse/page/fold.h"
#include "firmware/parse/page/text.h"
#include "tests/tap.h"
#include "tests/unit/parse/drawn.h"

#include <stdlib.h>
#include <unistd.h>

#define SERIF "Liberation Serif 12"
#define BOLD  "Liberation Serif Bold 12"

/* The words with spaces between, lines with newlines. */
static const char *all(const struct text *t)
{
	static char buf[4096];
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < t->count && n < sizeof buf - 64; i++)
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%s%s",
				      i == 0                                     ? ""
				      : t->words[i].line != t->words[i - 1].line ? "\n"
										 : " ",
				      t->bytes + t->words[i].at);
	return buf;
}

static struct text read_drawn(struct text_reader *r, struct drawn *d)
{
	struct leaf l = drawn_leaf(d);
	struct text t = { 0 };

	ok(text_read(r, &l, &t) == ERR_OK);
	pixDestroy(&l.gray);
	return t;
}

static void plain_lines(struct text_reader *r)
{
	for (int dpi = 200; dpi <= 300; dpi += 50) {
		struct drawn d = drawn_page(dpi, 160, 60);
		drawn_text(&d, SERIF, 20, 10, "Họ, chữ đệm, tên: NGUYỄN VĂN THẮNG");
		drawn_text(&d, SERIF, 20, 18, "Nơi cư trú: xã Yên Thượng, tỉnh Điện Biên");
		drawn_text(&d, SERIF, 20, 26, "Số định danh cá nhân: 012345678901");
		struct text t = read_drawn(r, &d);
		eq_str(all(&t), "Họ, chữ đệm, tên: NGUYỄN VĂN THẮNG\n"
				"Nơi cư trú: xã Yên Thượng, tỉnh Điện Biên\n"
				"Số định danh cá nhân: 012345678901");
		ok(t.confidence > 80 && t.steps & 1u << STEP_TEXT);
		ok(!(t.steps & 1u << STEP_LEADERS));
		text_finish(&t);
	}
}

static void boxes_lie_on_their_words(struct text_reader *r)
{
	struct drawn d = drawn_page(300, 160, 40);
	drawn_text(&d, SERIF, 20, 10, "Quyết định");
	struct text t = read_drawn(r, &d);
	double mm = 300 / 25.4;

	eq_int(t.count, 2);
	for (size_t i = 0; i < t.count; i++) {
		const struct word *w = &t.words[i];
		ok(w->x >= 19.5 * mm && w->x + w->w <= 45 * mm);
		ok(w->y >= 9 * mm && w->y + w->h <= 17 * mm);
		ok(w->base_y > w->y + w->h / 2 && w->base_y <= w->y + w->h + 2);
		eq_int(strlen(t.bytes + w->at), w->len);
	}
	ok(t.count == 2 && t.words[0].x + t.words[0].w < t.words[1].x);
	text_finish(&t);
}

static void heads_are_read_by_columns(struct text_reader *r)
{
	struct drawn d = drawn_page(300, 210, 60);
	drawn_text(&d, BOLD, 25, 10, "ỦY BAN NHÂN DÂN");
	drawn_text(&d, BOLD, 30, 16, "XÃ TÂN LẬP");
	drawn_text(&d, "Liberation Serif Bold 11", 92, 10, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
	drawn_text(&d, BOLD, 106, 16, "Độc lập - Tự do - Hạnh phúc");
	drawn_text(&d, SERIF, 25, 30, "Giới tính: Nam");
	drawn_text(&d, SERIF, 90, 30, "Dân tộc: Kinh");
	struct text t = read_drawn(r, &d);
	eq_str(all(&t), "ỦY BAN NHÂN DÂN\nXÃ TÂN LẬP\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
			"Độc lập - Tự do - Hạnh phúc\nGiới tính: Nam Dân tộc: Kinh");
	text_finish(&t);
}

static void leaders_are_no_text(struct text_reader *r)
{
	struct drawn d = drawn_page(300, 180, 50);
	drawn_text(&d, SERIF, 20, 10, "Tôi tên là:");
	drawn_leader(&d, 42, 160, 14.3);
	drawn_text(&d, SERIF, 46, 10, "Trần Thị Bích Hằng");
	drawn_text(&d, SERIF, 20, 20, "Nghề nghiệp:");
	drawn_leader(&d, 48, 160, 24.3);
	struct text t = read_drawn(r, &d);
	eq_str(all(&t), "Tôi tên là: Trần Thị Bích Hằng\nNghề nghiệp:");
	ok(t.steps & 1u << STEP_LEADERS);
	text_finish(&t);
}

static void tables_are_read_by_rows(struct text_reader *r)
{
	static const char *const CELLS[3][3] = { { "STT", "Họ và tên", "Số tiền" },
						 { "1", "Lê Thị Hoa", "250.000" },
						 { "2", "Phạm Văn Sơn", "1.480.000" } };
	struct drawn d = drawn_page(300, 180, 50);

	for (int y = 0; y < 4; y++)
		drawn_rule(&d, 20, 10 + 8 * y, 150, 10 + 8 * y);
	for (int x = 0; x < 4; x++)
		drawn_rule(&d, x == 0 ? 20 : 50 * x, 10, x == 0 ? 20 : 50 * x, 34);
	for (int y = 0; y < 3; y++)
		for (int x = 0; x < 3; x++)
			drawn_text(&d, SERIF, x == 0 ? 30 : 3 + 50 * x, 11.5 + 8 * y, CELLS[y][x]);
	struct text t = read_drawn(r, &d);
	eq_str(all(&t), "STT Họ và tên Số tiền\n1 Lê Thị Hoa 250.000\n2 Phạm Văn Sơn 1.480.000");
	text_finish(&t);
}

static void pictures_and_empty_pages_say_nothing(struct text_reader *r)
{
	struct drawn d = drawn_page(300, 100, 100);
	unsigned dice = 1;

	for (int y = 0; y < 40; y++)
		for (int x = 0; x < 30; x++) {
			dice = dice * 1103515245 + 12345;
			double v = 0.15 + (dice >> 16 & 255) / 640.0;
			cairo_set_source_rgb(d.cairo, v, v, v);
			cairo_rectangle(d.cairo, 30 + x, 30 + y, 1, 1);
			cairo_fill(d.cairo);
		}
	struct text t = read_drawn(r, &d);
	eq_int(t.count, 0);
	text_finish(&t);
	d = drawn_page(300, 100, 100);
	t = read_drawn(r, &d);
	eq_int(t.count, 0);
	eq_int(t.confidence, 0);
	text_finish(&t);
	d = drawn_page(300, 0.1, 0.1);
	t = read_drawn(r, &d);
	eq_int(t.count, 0);
	text_finish(&t);
}

static void upright_is_surer(struct text_reader *r)
{
	struct drawn d = drawn_page(200, 150, 30);
	drawn_text(&d, SERIF, 10, 5, "Ủy ban nhân dân xã có trách nhiệm kiểm tra");
	drawn_text(&d, SERIF, 10, 13, "và trả lời người dân trong ba ngày làm việc.");
	struct leaf l = drawn_leaf(&d);
	double upright = text_strip(r, l.gray);
	PIX *turned = pixRotate180(NULL, l.gray);
	double upside_down = text_strip(r, turned);

	ok(upright > 80);
	ok(upside_down < upright - 25);
	pixDestroy(&turned);
	pixDestroy(&l.gray);
}

static void folded(void)
{
	char f[32];

	eq_int(fold_text("Số: 12/QĐ-ỦBND", 19, f, sizeof f), 13);
	eq_str(f, "so 12 qd ubnd");
	fold_text("ĂÂĐÊÔƠƯăâđêôơư", 28, f, sizeof f);
	eq_str(f, "aadeoouaadeoou");
	fold_text("\xff\xc3 a\xe1\xba", 7, f, sizeof f);
	eq_str(f, "a");
	eq_int(fold_text("dài quá", 9, f, 4), 3);
	ok(fold_find("ho va ten nguoi nop", "ten nguoi nop", NULL, NULL) != NULL);
	ok(fold_find("giay khai sinn", "giay khai sinh", NULL, NULL) != NULL);
	ok(fold_find("giay khai tu", "giay khai sinh", NULL, NULL) == NULL);
	ok(fold_is_capitals("ĐƠN", 6) && !fold_is_capitals("ĐơN", 6));
}

int main(int argc, char **argv)
{
	struct text_reader *r = NULL;

	(void)argc;
	/* as main() of kiosk-parse: tesseract's threads are told once, before a program starts */
	if (!getenv("OMP_THREAD_LIMIT") && setenv("OMP_THREAD_LIMIT", "1", 0) == 0)
		execv("/proc/self/exe", argv);
	folded();
	if (text_reader_create(&r) != ERR_OK) {
		tap_skip("tesseract has no Vietnamese model here");
		return tap_done();
	}
	ok(strncmp(text_reader_version(r), "tesseract ", 10) == 0);
	plain_lines(r);
	boxes_lie_on_their_words(r);
	heads_are_read_by_columns(r);
	leaders_are_no_text(r);
	tables_are_read_by_rows(r);
	pictures_and_empty_pages_say_nothing(r);
	upright_is_surer(r);
	text_reader_destroy(r);
	text_reader_destroy(NULL);
	return tap_done();
}
