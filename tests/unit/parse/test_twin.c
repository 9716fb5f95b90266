/* One sheet scanned twice, and one form filled in by two people. */
#include "firmware/parse/page/twin.h"
#include "tests/tap.h"
#include "tests/unit/parse/desk.h"
#include "tests/unit/parse/drawn.h"

#include <string.h>

enum { DPI = 77 };

static struct image pixels_of(struct drawn *d)
{
	int w = cairo_image_surface_get_width(d->surface);
	int h = cairo_image_surface_get_height(d->surface);
	struct image i = blank_image((uint32_t)w, (uint32_t)h, 3, 255);
	const unsigned char *from = cairo_image_surface_get_data(d->surface);
	int stride = cairo_image_surface_get_stride(d->surface);

	cairo_surface_flush(d->surface);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++)
			for (int k = 0; k < 3; k++)
				image_bytes(&i)[(y * w + x) * 3 + k] =
					from[y * stride + x * 4 + 2 - k];
	cairo_destroy(d->cairo);
	cairo_surface_destroy(d->surface);
	return i;
}

/* Lying a little elsewhere, turned and paler. */
static struct image form(const char *name, const char *birth, double dx_mm, double deg, double gray)
{
	static const char *const LABELS[] = {
		"Họ, chữ đệm, tên:", "Ngày, tháng, năm sinh:",
		"Nơi cư trú:",       "Giấy tờ tùy thân:",
		"Dân tộc:",          "Đề nghị cơ quan giải quyết việc sau:"
	};
	const char *filled[] = { name,       birth,  "thôn Đông, xã Hải Hà",
				 "căn cước", "Kinh", "khai sinh" };
	struct drawn d = drawn_page(DPI, 210, 297);

	cairo_translate(d.cairo, dx_mm, dx_mm / 2);
	cairo_rotate(d.cairo, deg * 3.14159 / 180);
	cairo_set_source_rgb(d.cairo, gray, gray, gray);
	drawn_text(&d, "DejaVu Serif Bold 16", 60, 30, "TỜ KHAI ĐĂNG KÝ");
	for (int i = 0; i < 6; i++) {
		drawn_text(&d, "DejaVu Serif 13", 25, 50 + 16 * i, LABELS[i]);
		drawn_text(&d, "DejaVu Sans 13", 110, 50 + 16 * i, filled[i]);
		drawn_leader(&d, 108, 180, 57 + 16 * i);
	}
	return pixels_of(&d);
}

static bool same(struct image a, struct image b)
{
	struct twin t = { 0 };

	eq_int(twin_compare(&a, &b, &t), ERR_OK);
	ok(t.inked > 50 && t.unlike <= t.inked);
	image_free(&a);
	image_free(&b);
	return t.same;
}

static void sizes(void)
{
	struct image i = blank_image(1000, 1000, 3, 255), small = blank_image(63, 900, 3, 255);
	struct twin t = { 0 };

	eq_int(twin_compare(&i, &i, &t), ERR_OK);
	ok(!t.same); /* nothing stands there: nothing is known */
	eq_int(twin_compare(&i, &small, &t), ERR_BAD_PAGE);
	eq_int(twin_compare(&small, &i, &t), ERR_BAD_PAGE);
	i.width++;
	eq_int(twin_compare(&i, &i, &t), ERR_BAD_PAGE);
	i.width--;
	small.height = TWIN_LEAST_SIDE;
	small.width = TWIN_LEAST_SIDE;
	eq_int(twin_compare(&i, &small, &t), ERR_OK);
	eq_int(twin_compare(&small, &i, &t), ERR_OK);
	image_free(&i);
	image_free(&small);
}

int main(void)
{
	const char *one = "Nguyễn Thị Minh Hạnh", *other = "Trần Văn Đức Quảng";

	ok(same(form(one, "01/02/1990", 0, 0, 0.1), form(one, "01/02/1990", 0, 0, 0.1)));
	ok(same(form(one, "01/02/1990", 0, 0, 0.1), form(one, "01/02/1990", 3, 0.2, 0.35)));
	ok(same(form(one, "01/02/1990", 6, -0.3, 0.3), form(one, "01/02/1990", -4, 0.2, 0)));
	ok(!same(form(one, "01/02/1990", 0, 0, 0.1), form(other, "17/11/1986", 3, 0.2, 0.1)));
	ok(!same(form(one, "01/02/1990", 0, 0, 0.1), form(one, "01/02/1990", 0, 180, 0.1)));
	sizes();
	return tap_done();
}
