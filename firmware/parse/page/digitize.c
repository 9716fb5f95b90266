#include "firmware/parse/page/digitize.h"

#include "firmware/parse/page/build.h"

#include <leptonica/allheaders.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint32_t digitize_cpu_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* Stamps and signatures are taken from the colour plane, so it has their resolution. */
static uint16_t colour_dpi(enum page_profile p)
{
	const struct page_profile_row *row = page_profile_row(p);

	return row->region_dpi > row->ground_dpi ? row->region_dpi : row->ground_dpi;
}

static void copy_rgb(PIX *pix, uint8_t *out)
{
	for (l_int32 y = 0; y < pixGetHeight(pix); y++) {
		const l_uint32 *line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);

		for (l_int32 x = 0; x < pixGetWidth(pix); x++) {
			*out++ = (uint8_t)(line[x] >> L_RED_SHIFT);
			*out++ = (uint8_t)(line[x] >> L_GREEN_SHIFT);
			*out++ = (uint8_t)(line[x] >> L_BLUE_SHIFT);
		}
	}
}

static enum err make_preview(struct digitized *d)
{
	PIX *from = d->leaf.colour;
	l_int32 w = pixGetWidth(from), h = pixGetHeight(from), side = w > h ? w : h;
	float scale = side > DIGITIZE_PREVIEW_SIDE ? (float)DIGITIZE_PREVIEW_SIDE / (float)side : 1;
	PIX *small = pixScale(from, scale, scale);

	if (!small)
		return ERR_NO_MEMORY;
	d->preview_width = (uint32_t)pixGetWidth(small);
	d->preview_height = (uint32_t)pixGetHeight(small);
	d->preview = malloc((size_t)d->preview_width * d->preview_height * 3);
	if (d->preview)
		copy_rgb(small, d->preview);
	pixDestroy(&small);
	return d->preview ? ERR_OK : ERR_NO_MEMORY;
}

enum err digitize_leaf(const struct image *i, const struct digitize_wish *wish,
		       struct digitized *ret)
{
	struct digitized d = { 0 };
	uint32_t began_ms = digitize_cpu_ms();
	const struct leaf_wish leaf = {
		.source = wish->source,
		.turn_deg = wish->turn_deg,
		.colour_dpi = colour_dpi(wish->profile),
		.strip = wish->reader ? text_strip : NULL,
		.strip_data = wish->reader,
	};
	enum err e = leaf_make(i, &leaf, &d.leaf);

	if (e == ERR_OK)
		e = make_preview(&d);
	if (e != ERR_OK) {
		digitize_finish(&d);
		return e;
	}
	d.steps = d.leaf.steps;
	d.leaf_ms = digitize_cpu_ms() - began_ms;
	*ret = d;
	return ERR_OK;
}

static enum err read_text(const struct digitize_wish *wish, struct digitized *d)
{
	uint32_t began_ms = digitize_cpu_ms();

	if (!wish->reader || d->leaf.blank || !page_profile_row(wish->profile)->text)
		return ERR_OK;
	enum err e = text_read(wish->reader, &d->leaf, &d->text);
	if (e == ERR_OK)
		paper_read(&d->text, &d->leaf, wish->asked, wish->code, &d->paper);
	d->text_ms = digitize_cpu_ms() - began_ms;
	return e;
}

enum err digitize_rest(const struct digitize_wish *wish, struct digitized *d)
{
	enum err e = read_text(wish, d);
	uint32_t began_ms = digitize_cpu_ms();

	if (e == ERR_OK)
		e = layers_make(&d->leaf, &d->text, wish->profile, &d->layers);
	d->layers_ms = digitize_cpu_ms() - began_ms;
	d->steps |= d->text.steps | d->layers.steps;
	return e;
}

void digitize_finish(struct digitized *d)
{
	leaf_finish(&d->leaf);
	text_finish(&d->text);
	layers_finish(&d->layers);
	free(d->preview);
	*d = (struct digitized){ 0 };
}

void digitize_tools(const struct text_reader *reader, char out[DIGITIZE_TOOLS_CAP])
{
	char *leptonica = getLeptonicaVersion();
	char build[BUILD_ID_CAP];

	build_id(build);
	snprintf(out, DIGITIZE_TOOLS_CAP, "kiosk-parse %s; %s%s%s", build,
		 leptonica ? leptonica : "leptonica", reader ? "; " : "",
		 reader ? text_reader_version(reader) : "");
	lept_free(leptonica);
}
