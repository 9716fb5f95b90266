#include "firmware/base/auto.h"
#include "firmware/parse/page/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	BINS_A_PIXEL = 10,
	MAX_EDGE_PX = 60,
	BINS = BINS_A_PIXEL * MAX_EDGE_PX,
	LEAST_EDGES = 120,
	SLACK = 5,          /* noise that does not end an edge */
	LINES_AN_INCH = 20, /* that are looked at; letters are taller than that is apart */
	DEEP = 3,           /* pixels whose mean is one of a line: print is deeper than noise */
	LEAST_SHARE = 3,    /* an edge of print is this part of the paper's brightness high */
};

#define MM_PER_INCH 25.4
#define MOVED       1.7

struct edges {
	uint32_t bins[BINS];
	uint32_t count;
	int least_height;
};

/* Where, between pixel from and to, the line crosses `level`; between pixels by proportion. */
static double crossing(const uint8_t *line, uint32_t from, uint32_t to, double level)
{
	for (uint32_t x = from; x < to; x++) {
		double a = line[x], b = line[x + 1];

		if ((a - level) * (b - level) <= 0 && line[x] != line[x + 1])
			return x + (level - a) / (b - a);
	}
	return to;
}

/* An edge from pixel `from` to pixel `to`, if it is high enough to be one of print. */
static void count_edge(struct edges *e, const uint8_t *line, uint32_t from, uint32_t to)
{
	double height = line[to] - (double)line[from];

	if (abs((int)line[to] - line[from]) < e->least_height || to - from >= MAX_EDGE_PX)
		return;
	double width = crossing(line, from, to, line[from] + 0.9 * height) -
		       crossing(line, from, to, line[from] + 0.1 * height);
	unsigned bin = (unsigned)(width * BINS_A_PIXEL);
	e->bins[bin < BINS ? bin : BINS - 1]++;
	e->count++;
}

/* Cuts the line into runs that rise or fall, and counts each as an edge. */
static void read_line(struct edges *e, const uint8_t *line, uint32_t n)
{
	uint32_t start = 0, extreme = 0;
	int way = 0;

	for (uint32_t x = 1; x < n; x++) {
		int step = line[x] - line[extreme];

		if (way == 0 || step * way > 0) {
			way = step > 0 ? 1 : step < 0 ? -1 : 0;
			start = way == 0 ? x : start;
			extreme = x;
		} else if (step * way < -SLACK) {
			count_edge(e, line, start, extreme);
			start = extreme;
			way = -way;
			extreme = x;
		}
	}
}

/* The median: edges of photographs and stamps are soft, but they are few. */
static double median_px(const struct edges *e)
{
	uint32_t seen = 0, bin = 0;

	while (bin < BINS - 1 && seen + e->bins[bin] <= e->count / 2)
		seen += e->bins[bin++];
	return (bin + 0.5) / BINS_A_PIXEL;
}

static void mean_of_rows(const struct image *i, uint32_t y, uint8_t *spare, uint16_t *sums,
			 uint8_t *out)
{
	memset(sums, 0, i->width * sizeof *sums);
	for (uint32_t k = 0; k < DEEP; k++) {
		luma_row(&LUMA_EYE, i->pixels + (size_t)(y + k) * i->width * i->channels,
			 i->channels, i->width, spare);
		for (uint32_t x = 0; x < i->width; x++)
			sums[x] = (uint16_t)(sums[x] + spare[x]);
	}
	for (uint32_t x = 0; x < i->width; x++)
		out[x] = (uint8_t)(sums[x] / DEEP);
}

static void mean_of_columns(const struct image *i, uint32_t x, uint8_t *out)
{
	for (uint32_t y = 0; y < i->height; y++) {
		uint8_t deep[DEEP];
		unsigned sum = 0;

		luma_row(&LUMA_EYE, i->pixels + ((size_t)y * i->width + x) * i->channels,
			 i->channels, DEEP, deep);
		for (int k = 0; k < DEEP; k++)
			sum += deep[k];
		out[y] = (uint8_t)(sum / DEEP);
	}
}

/* Mirrored and dark places beside the sheet have edges, too: only lines well inside are read. */
static bool read_both(const struct image *i, uint32_t step, struct edges edges[2])
{
	uint32_t longer = i->width > i->height ? i->width : i->height;
	AUTO_FREE uint8_t *line = malloc(2 * (size_t)longer);
	AUTO_FREE uint16_t *sums = malloc(longer * sizeof *sums);

	if (!line || !sums)
		return false;
	for (uint32_t y = step; y + DEEP + step < i->height; y += step) {
		mean_of_rows(i, y, line + longer, sums, line);
		read_line(&edges[0], line, i->width);
	}
	for (uint32_t x = step; x + DEEP + step < i->width; x += step) {
		mean_of_columns(i, x, line);
		read_line(&edges[1], line, i->height);
	}
	return true;
}

enum err quality_edge_mm(const struct image *i, const struct lie *l, double *ret_mm)
{
	AUTO_FREE struct edges *edges = calloc(2, sizeof *edges);
	uint32_t step = (l->dpi + LINES_AN_INCH / 2u) / LINES_AN_INCH;
	double px[2] = { 0 };

	if (!edges)
		return ERR_NO_MEMORY;
	edges[0].least_height = edges[1].least_height = l->level.typical / LEAST_SHARE + 1;
	if (!read_both(i, step + (step == 0), edges))
		return ERR_NO_MEMORY;
	for (int k = 0; k < 2; k++)
		px[k] = edges[k].count >= LEAST_EDGES ? median_px(&edges[k]) : 0;
	double less = fmin(px[0], px[1]), more = fmax(px[0], px[1]);
	/* what moved is blurred in one direction */
	*ret_mm = (less == 0 || more > MOVED * less ? more : less) * MM_PER_INCH / l->dpi;
	return ERR_OK;
}
