#include "tests/pen/form.h"

#include <math.h>
#include <stddef.h>

void form_nation(struct sheet *s, const struct pen_words *like)
{
	struct pen_words w = *like;
	double ruled;

	w.align = PEN_CENTER;
	w.bold = true;
	w.text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
	s->y += pen_put(s, &w, NULL);
	w.size_mm *= 1.04;
	w.text = "Độc lập - Tự do - Hạnh phúc";
	s->y += pen_put(s, &w, &ruled) + 0.2 * w.size_mm;
	cairo_set_line_width(s->cairo, 0.3);
	pen_line(s, w.x + (w.width - ruled) / 2, s->y, w.x + (w.width + ruled) / 2, s->y);
}

static void stroke(struct sheet *s, struct rng *r, double x, double y, double size)
{
	cairo_move_to(s->cairo, x, y + size * rng_between(r, -0.2, 0.3));
	for (int i = 0, n = 2 + (int)rng_below(r, 3); i < n; i++) {
		double a = size * rng_between(r, 0.3, 1.1), b = size * rng_between(r, 0.3, 1.2);

		cairo_rel_curve_to(s->cairo, a * 0.4, -b, a * 0.9, -b * 0.6, a * 0.3,
				   b * rng_between(r, 0.1, 0.5));
		cairo_rel_curve_to(s->cairo, -a * 0.2, b * 0.6, a * 0.6, b * 0.4, a * 0.7,
				   -b * 0.3);
	}
	cairo_stroke(s->cairo);
}

void form_signature(struct sheet *s, struct rng *r, double x, double y, double width)
{
	pen_ink(s, PEN_BLUE);
	cairo_save(s->cairo);
	cairo_set_line_cap(s->cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_width(s->cairo, rng_between(r, 0.35, 0.6));
	for (int i = 0; i < 3; i++)
		stroke(s, r, x + width * (0.05 + 0.22 * i), y + width * 0.28, width * 0.25);
	cairo_move_to(s->cairo, x, y + width * 0.36);
	cairo_rel_curve_to(s->cairo, width * 0.3, width * 0.1, width * 0.6, -width * 0.15,
			   width * rng_between(r, 0.85, 1), -width * rng_between(r, 0.02, 0.12));
	cairo_stroke(s->cairo);
	cairo_restore(s->cairo);
}
