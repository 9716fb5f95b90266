#include "firmware/parse/pdf/draw.h"
#include "firmware/parse/pdf/draw_part.h"

#include <math.h>

enum { MAX_DEPTH = 16, MIN_PT = 10, MAX_PT = 14400 };

/* A node of the tree of pages whose kids are being gone through. */
struct level {
	struct reader kids;
	struct leaf from;
};

double real_of(const struct value *v)
{
	double n = 0, place = 1;
	bool minus = v->len > 0 && v->at[0] == '-', fraction = false;

	if (v->kind != KIND_NUMBER)
		return 0;
	for (size_t i = 0; i < v->len && i < 40; i++) {
		if (v->at[i] == '.')
			fraction = true;
		if (v->at[i] < '0' || v->at[i] > '9')
			continue;
		place = fraction ? place / 10 : place;
		n = fraction ? n + (v->at[i] - '0') * place : n * 10 + (v->at[i] - '0');
	}
	return minus ? -n : n;
}

struct matrix matrix_mul(const struct matrix *m, const struct matrix *then)
{
	return (struct matrix){
		m->a * then->a + m->b * then->c,           m->a * then->b + m->b * then->d,
		m->c * then->a + m->d * then->c,           m->c * then->b + m->d * then->d,
		m->e * then->a + m->f * then->c + then->e, m->e * then->b + m->f * then->d + then->f
	};
}

static void inherit(struct store *f, const struct value *node, struct leaf *l)
{
	struct value resources = store_get(f, node, "Resources");
	struct value media = store_get(f, node, "MediaBox"), crop = store_get(f, node, "CropBox");
	struct value rotate = store_get(f, node, "Rotate");

	l->dict = *node;
	if (resources.kind == KIND_DICT)
		l->resources = resources;
	if (media.kind == KIND_ARRAY)
		l->box = media;
	if (crop.kind == KIND_ARRAY)
		l->box = crop;
	if (rotate.kind == KIND_NUMBER)
		l->rotate = (int)((rotate.number % 360 + 360) % 360);
}

/* The object of the next kid; false: there is none any more. */
static bool next_kid(struct store *f, struct level *l, struct value *ret)
{
	struct value v = value_next(&l->kids);

	if (v.kind != KIND_REF || v.number > UINT32_MAX)
		return false;
	*ret = store_object(f, (unsigned)v.number);
	return true;
}

/* Pages are those nodes that have no kids. */
static bool go_down(struct store *f, struct level levels[MAX_DEPTH], size_t *depth)
{
	struct value kids = store_get(f, &levels[*depth].from.dict, "Kids");

	if (kids.kind != KIND_ARRAY)
		return false;
	levels[*depth].kids = value_inside(&kids);
	++*depth;
	return true;
}

enum err leaf_find(struct store *f, uint32_t number, struct leaf *ret, uint32_t *ret_pages)
{
	struct level levels[MAX_DEPTH + 1] = { 0 };
	struct value root = store_get(f, &f->trailer, "Root"), top = store_get(f, &root, "Pages");
	uint32_t pages = 0;
	size_t depth = 0;
	bool found = false;

	inherit(f, &top, &levels[0].from);
	if (!go_down(f, levels, &depth))
		return ERR_BAD_DATA;
	while (depth > 0 && f->budget > 0) {
		struct value kid;

		if (!next_kid(f, &levels[depth - 1], &kid)) {
			depth--;
			continue;
		}
		if (kid.kind != KIND_DICT || depth == MAX_DEPTH || pages == DRAW_MAX_PAGES)
			return ERR_BAD_DATA;
		levels[depth].from = levels[depth - 1].from;
		inherit(f, &kid, &levels[depth].from);
		if (go_down(f, levels, &depth))
			continue;
		if (pages++ == number) {
			*ret = levels[depth].from;
			found = true;
		}
	}
	*ret_pages = pages;
	return found ? ERR_OK : ERR_NOT_FOUND;
}

static void corners(const struct leaf *l, double ret[4])
{
	struct reader r = value_inside(&l->box);

	for (int i = 0; i < 4; i++) {
		struct value v = value_next(&r);

		ret[i] = real_of(&v);
	}
	for (int i = 0; i < 2; i++)
		if (ret[i] > ret[i + 2]) {
			double low = ret[i + 2];

			ret[i + 2] = ret[i];
			ret[i] = low;
		}
}

bool leaf_size(const struct leaf *l, double ret_pt[2])
{
	double box[4];
	bool lies = l->rotate == 90 || l->rotate == 270;

	corners(l, box);
	ret_pt[lies] = box[2] - box[0];
	ret_pt[!lies] = box[3] - box[1];
	return l->rotate % 90 == 0 && ret_pt[0] >= MIN_PT && ret_pt[0] <= MAX_PT &&
	       ret_pt[1] >= MIN_PT && ret_pt[1] <= MAX_PT;
}

/* Rows of pixels go down, points go up; a page that is rotated is turned clockwise. */
struct matrix leaf_matrix(const struct leaf *l, uint32_t width, uint32_t height)
{
	double box[4], pt[2];

	corners(l, box);
	leaf_size(l, pt);
	double x = width / pt[0], y = height / pt[1];
	switch (l->rotate) {
	case 90:
		return (struct matrix){ 0, y, x, 0, -box[1] * x, -box[0] * y };
	case 180:
		return (struct matrix){ -x, 0, 0, y, box[2] * x, -box[1] * y };
	case 270:
		return (struct matrix){ 0, -y, -x, 0, box[3] * x, box[2] * y };
	default:
		return (struct matrix){ x, 0, 0, -y, -box[0] * x, box[3] * y };
	}
}
