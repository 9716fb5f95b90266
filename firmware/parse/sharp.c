#include "firmware/parse/sharp.h"

#include <stdlib.h>

enum {
	ROW_STEP = 4, /* every fourth row is enough */
	BINS_A_PIXEL = 10,
	MAX_EDGE_PX = 40,
	BINS = BINS_A_PIXEL * MAX_EDGE_PX,
	LEAST_EDGES = 200,
	SLACK = 4, /* noise that does not end an edge */
};

struct edges {
	uint32_t bins[BINS];
	uint32_t count;
	int least_height;
};

/* Where, between pixel from and to, the row crosses `level`; between pixels by proportion. */
static double crossing(const uint8_t *row, uint32_t from, uint32_t to, double level)
{
	for (uint32_t x = from; x < to; x++) {
		double a = row[x], b = row[x + 1];

		if ((a - level) * (b - level) <= 0 && a != b)
			return x + (level - a) / (b - a);
	}
	return to;
}

/* An edge from pixel `from` to pixel `to`, if it is high enough to be one of print. */
static void count_edge(struct edges *e, const uint8_t *row, uint32_t from, uint32_t to)
{
	double height = row[to] - (double)row[from];

	if (abs((int)row[to] - row[from]) < e->least_height || to - from >= MAX_EDGE_PX)
		return;
	double width = crossing(row, from, to, row[from] + 0.9 * height) -
		       crossing(row, from, to, row[from] + 0.1 * height);
	unsigned bin = (unsigned)(width * BINS_A_PIXEL);
	e->bins[bin < BINS ? bin : BINS - 1]++;
	e->count++;
}

/* Cuts the row into runs that rise or fall, and counts each as an edge. */
static void read_row(struct edges *e, const uint8_t *row, uint32_t width)
{
	uint32_t start = 0, extreme = 0;
	int way = 0;

	for (uint32_t x = 1; x < width; x++) {
		int step = row[x] - row[extreme];

		if (way == 0 || step * way > 0) {
			way = step > 0 ? 1 : step < 0 ? -1 : 0;
			start = way == 0 ? x : start;
			extreme = x;
		} else if (step * way < -SLACK) {
			count_edge(e, row, start, extreme);
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

/* The mean of three rows: print is taller than that, noise is not. */
static void mean_row(const struct gray *g, uint32_t y, uint8_t *out)
{
	const uint8_t *row = g->at + (size_t)y * g->width;

	for (uint32_t x = 0; x < g->width; x++)
		out[x] =
			(uint8_t)((row[x] + row[x + g->width] + row[x + 2 * (size_t)g->width]) / 3);
}

static void read_plane(const struct gray *g, uint8_t *row, struct edges *e)
{
	for (uint32_t y = 0; y + 2 < g->height; y += ROW_STEP) {
		mean_row(g, y, row);
		read_row(e, row, g->width);
	}
}

enum err sharp_edge_mm(const struct image *i, uint8_t paper, double *ret_mm)
{
	struct gray g = { 0 };
	uint32_t by = i->dpi > 400 ? 2 : 1;
	enum err e = gray_of(i, by, &g);
	uint8_t *row = e == ERR_OK ? malloc(g.width) : NULL;
	struct edges *edges = e == ERR_OK ? calloc(1, sizeof *edges) : NULL;

	if (e == ERR_OK && (!row || !edges))
		e = ERR_NO_MEMORY;
	if (e == ERR_OK) {
		edges->least_height = paper / 3;
		read_plane(&g, row, edges);
		*ret_mm = edges->count < LEAST_EDGES ? 0 : median_px(edges) * by * 25.4 / i->dpi;
	}
	free(row);
	free(edges);
	gray_finish(&g);
	return e;
}
