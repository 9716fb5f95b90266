#include "firmware/parse/page/layers.h"

#include "firmware/parse/page/layer_canvas.h"
#include "firmware/parse/page/layer_jpeg.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>

static uint32_t scaled(uint32_t side, uint32_t to_dpi, uint32_t from_dpi)
{
	uint32_t n = (uint32_t)(((uint64_t)side * to_dpi + from_dpi / 2) / from_dpi);

	return n > 0 ? n : 1;
}

static void cover_page(const struct layers *l, struct layer *y)
{
	y->x = y->y = 0;
	y->w = (int32_t)l->width;
	y->h = (int32_t)l->height;
}

/* The whole page as one picture. */
static enum err make_picture(const struct leaf *leaf, enum page_profile profile, struct layers *l)
{
	const struct page_profile_row *p = page_profile_row(profile);
	struct canvas c = { 0 }, small = { 0 };
	struct layer *g = &l->ground;
	uint32_t dpi = p->ground_dpi < leaf->colour_dpi ? p->ground_dpi : leaf->colour_dpi;
	enum err e = canvas_of_pix(leaf->colour, &c);

	if (e == ERR_OK)
		e = canvas_scaled(&c, scaled(c.width, dpi, leaf->colour_dpi),
				  scaled(c.height, dpi, leaf->colour_dpi), &small);
	if (e == ERR_OK)
		e = layer_jpeg_write(&small, p->ground_quality, CHROMA_HALF, &g->bytes, &g->len);
	if (e == ERR_OK) {
		cover_page(l, g);
		g->width = small.width;
		g->height = small.height;
		g->code = small.channels == 1 ? CODE_JPEG_GRAY : CODE_JPEG_RGB;
		l->check = CHECK_PICTURE;
		l->steps = 1u << STEP_LAYERS;
	}
	canvas_finish(&c);
	canvas_finish(&small);
	return e;
}

enum err layers_make(const struct leaf *leaf, const struct text *t, enum page_profile profile,
		     struct layers *ret)
{
	struct layers l = { .width = (uint32_t)pixGetWidth(leaf->gray),
			    .height = (uint32_t)pixGetHeight(leaf->gray),
			    .dpi = leaf->dpi };

	(void)t;
	enum err e = make_picture(leaf, profile, &l);
	if (e == ERR_OK)
		*ret = l;
	else
		layers_finish(&l);
	return e;
}

void layers_finish(struct layers *l)
{
	free(l->ground.bytes);
	free(l->stencil.bytes);
	free(l->ink.bytes);
	for (size_t i = 0; i < l->region_count; i++)
		free(l->regions[i].bytes);
	*l = (struct layers){ 0 };
}
