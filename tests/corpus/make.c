#include "tests/corpus/make.h"
#include "tests/corpus/worn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static FILE *open_for(const char *dir, const char *name, const char *end)
{
	g_autofree char *path = g_strdup_printf("%s/%s.%s", dir, name, end);
	FILE *f = fopen(path, "we");

	if (!f)
		fprintf(stderr, "corpus: %s: %s\n", path, strerror(errno));
	return f;
}

static bool write_text(const char *dir, const char *name, const struct truth *t)
{
	FILE *f = open_for(dir, name, "gt.txt");

	if (!f)
		return false;
	for (guint i = 0; i < t->lines->len; i++)
		fprintf(f, "%s\n", (const char *)t->lines->pdata[i]);
	return fclose(f) == 0;
}

/* The smallest upright box of the picture around it. */
static void write_region(FILE *f, const struct shot *s, const struct mark *m)
{
	double low[2] = { 1e9, 1e9 }, high[2] = { -1e9, -1e9 };

	for (int i = 0; i < 4; i++) {
		double at[2];

		shot_point(s, m->x + (i % 2) * m->width, m->y + (i / 2) * m->height, at);
		for (int d = 0; d < 2; d++) {
			low[d] = at[d] < low[d] ? at[d] : low[d];
			high[d] = at[d] > high[d] ? at[d] : high[d];
		}
	}
	fprintf(f, "region %s %.0f %.0f %.0f %.0f\n", m->what, low[0], low[1], high[0], high[1]);
}

static bool has_stamp(const struct truth *t)
{
	for (int i = 0; i < t->mark_count; i++)
		if (strcmp(t->marks[i].what, "stamp") == 0)
			return true;
	return false;
}

static bool write_truth(const char *dir, const char *name, const struct shot *s,
			const struct page *p, const char *more)
{
	FILE *f = open_for(dir, name, "truth");

	if (!f)
		return false;
	fputs(more, f);
	fprintf(f, "dpi %.0f\nsheet_mm %g %g\nblank %s\nstamps %s\nquad", s->dpi, p->width,
		p->height, p->truth.lines->len ? "n" : "y", has_stamp(&p->truth) ? "y" : "n");
	for (int i = 0; i < 4; i++)
		fprintf(f, " %.1f %.1f", s->quad[i][0], s->quad[i][1]);
	fputc('\n', f);
	for (int i = 0; i < p->truth.mark_count; i++)
		write_region(f, s, &p->truth.marks[i]);
	fputs(p->truth.facts->str, f);
	return fclose(f) == 0;
}

bool make_write(const char *dir, const char *name, const struct shot *s, const struct page *p,
		const char *more)
{
	g_autofree char *ppm = g_strdup_printf("%s/%s.ppm", dir, name);
	g_autofree char *jpg = g_strdup_printf("%s/%s.jpg", dir, name);

	if (!picture_write_ppm(&s->picture, ppm) ||
	    !picture_write_jpeg(&s->picture, jpg, 85, (int)(s->dpi + 0.5))) {
		fprintf(stderr, "corpus: %s: %s\n", ppm, strerror(errno));
		return false;
	}
	return write_text(dir, name, &p->truth) && write_truth(dir, name, s, p, more);
}

/* Another scan of the same sheet: it lies elsewhere, lit otherwise. */
static void scan_again(struct wear *w)
{
	w->tilt += 1.1;
	w->shift_x -= 1.3;
	w->shift_y += 0.9;
	w->noise += 1;
	w->blur_px += 0.15;
	w->bright *= 0.96;
	w->rng.state += 99;
}

static bool make_page(const struct order *o, enum kind k)
{
	const struct which which = { k, o->seed, o->worn ? worn_of(k, o->seed) : 0, o->person };
	struct wear w = wear_of(&which, o->set);
	struct page page;
	struct shot shot;
	char name[16];

	if (o->again)
		scan_again(&w);
	if (o->set == SET_CLEAN300) {
		w.turned = 0;
		w.tilt = 0;
		take_clean(&shot, &page, &which, 300);
	} else if (o->set == SET_CAMERA) {
		take_camera(&shot, &page, &which, &w);
	} else {
		take_flat(&shot, &page, &which, o->set == SET_FLAT200 ? 200 : 300, &w);
	}
	snprintf(name, sizeof name, "p%02d", (int)k + 1);
	char worn[128];
	worn_names(which.worn, worn, sizeof worn);
	g_autofree char *lie = g_strdup_printf("kind %s\nturned_deg %d\ntilt_deg %.3f\nworn%s\n",
					       kind_name(k), w.turned, w.tilt, worn);
	bool good = make_write(o->dir, name, &shot, &page, lie);
	picture_finish(&shot.picture);
	page_finish(&page);
	return good;
}

int make_run(const struct order *o)
{
	(void)mkdir(o->dir, 0755); /* it may be there */
	for (int n = o->from; n <= o->to; n++)
		if (!make_page(o, (enum kind)(n - 1)))
			return 1;
	return 0;
}
