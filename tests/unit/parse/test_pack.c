/* torture-wraps: malloc calloc */
/* A pack gives back what was put in, and refuses whatever was cut or altered to point outside. */
#include "firmware/parse/page/pack.h"
#include "tests/tap.h"

#include <stdlib.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);

static int calls_left = -1; /* -1: never fails */

static bool fails(void)
{
	return calls_left >= 0 && calls_left-- == 0;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
	return fails() ? NULL : __real_calloc(count, n);
}

enum { WIDTH = 600, HEIGHT = 800 };

static uint8_t ground[] = "the ground", stencil[] = "the stencil", ink[] = "ink", stamp[] = "stamp";
static char said[] = "C\xe1\xbb\x99ng\0ho\xc3\xa0";

static struct layers some_layers(void)
{
	struct layers l = {
		.width = WIDTH,
		.height = HEIGHT,
		.dpi = 300,
		.ink_rgb = { 1, 2, 3 },
		.check = CHECK_REGIONS,
		.steps = 1u << STEP_LAYERS | 1u << STEP_CHECK,
		.region_count = 1,
	};

	l.ground = (struct layer){ 0, 0, WIDTH, HEIGHT, 200, 267, CODE_JPEG_RGB, ground, 10 };
	l.stencil = (struct layer){ 0, 0, WIDTH, HEIGHT, WIDTH, HEIGHT, CODE_JBIG2, stencil, 11 };
	l.ink = (struct layer){ 0, 0, WIDTH, HEIGHT, 40, 54, CODE_JPEG_RGB, ink, 3 };
	l.regions[0] = (struct layer){ 500, 700, 100, 100, 67, 67, CODE_JPEG_RGB, stamp, 5 };
	return l;
}

static struct word words[] = {
	{ 10, 20, 60, 30, 48, 0, 6, 0, 91 },
	{ 90, 20, 500, 30, 48, 7, 4, 0, 77 },
};

static struct text some_text(void)
{
	return (struct text){ words, 2, said, sizeof said, 84, 1u << STEP_TEXT };
}

static bool same_layer(const struct layer *a, const struct layer *b)
{
	return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h &&
	       a->width == b->width && a->height == b->height && a->code == b->code &&
	       a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h &&
	       a->base_y == b->base_y && a->at == b->at && a->len == b->len && a->line == b->line &&
	       a->confidence == b->confidence;
}

static void finish(struct layers *l, struct text *t)
{
	layers_finish(l);
	free(t->words);
	free(t->bytes);
	*t = (struct text){ 0 };
}

static void comes_back(const uint8_t *bytes, size_t len)
{
	struct layers l = { 0 }, was = some_layers();
	struct text t = { 0 };

	eq_int(pack_read(bytes, len, &l, &t), ERR_OK);
	eq_int(l.width, WIDTH);
	eq_int(l.height, HEIGHT);
	eq_int(l.dpi, 300);
	eq_int(l.check, CHECK_REGIONS);
	eq_int(l.steps, was.steps);
	eq_int(l.ink_rgb[2], 3);
	ok(same_layer(&l.ground, &was.ground));
	ok(same_layer(&l.stencil, &was.stencil));
	ok(same_layer(&l.ink, &was.ink));
	eq_int(l.region_count, 1);
	ok(same_layer(&l.regions[0], &was.regions[0]));
	eq_int(t.count, 2);
	eq_int(t.confidence, 84);
	eq_str(t.bytes + t.words[1].at, "ho\xc3\xa0");
	for (unsigned i = 0; i < 2; i++)
		ok(same_word(&t.words[i], &words[i]));
	finish(&l, &t);
}

static enum err reads(const uint8_t *bytes, size_t len)
{
	struct layers l = { 0 };
	struct text t = { 0 };
	enum err e = pack_read(bytes, len, &l, &t);

	finish(&l, &t);
	return e;
}

static void cut_anywhere_is_refused(const uint8_t *bytes, size_t len)
{
	size_t taken = 0;

	for (size_t n = 0; n < len; n++)
		taken += reads(bytes, n) != ERR_BAD_DATA;
	eq_int((intmax_t)taken, 0);
	uint8_t *longer = __real_calloc(1, len + 1);
	memcpy(longer, bytes, len);
	eq_int(reads(longer, len + 1), ERR_BAD_DATA);
	free(longer);
}

static enum err written(const struct layers *l, const struct text *t)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = pack_write(l, t, &bytes, &len);

	if (e == ERR_OK)
		e = reads(bytes, len);
	free(bytes);
	return e;
}

static void lies_are_refused(void)
{
	struct layers l = some_layers();
	struct text t = some_text();
	struct word w = words[0];

	l.regions[0].x = 501;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.regions[0].x = -1;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.regions[0].code = CODE_JBIG2;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.stencil.h--;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.ground.width = 1 << 20;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.width = 1 << 20;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	l = some_layers();
	l.check = PAGE_CHECK_COUNT;
	eq_int(written(&l, &t), ERR_BAD_DATA);

	l = some_layers();
	words[0].len = 5; /* ends within a letter, not at a NUL */
	eq_int(written(&l, &t), ERR_BAD_DATA);
	words[0] = w;
	words[0].at = UINT32_MAX;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	words[0] = w;
	words[0].w = INT32_MAX;
	eq_int(written(&l, &t), ERR_BAD_DATA);
	words[0] = w;
	eq_int(written(&l, &t), ERR_OK);
}

static void no_text_is_well(void)
{
	struct layers l = some_layers();
	uint8_t *bytes = NULL;
	size_t len = 0;
	struct text t = { 0 };
	struct layers back = { 0 };

	eq_int(pack_write(&l, NULL, &bytes, &len), ERR_OK);
	eq_int(pack_read(bytes, len, &back, &t), ERR_OK);
	eq_int(t.count, 0);
	finish(&back, &t);
	free(bytes);
}

static void memory_runs_out(const uint8_t *bytes, size_t len)
{
	enum err e = ERR_NO_MEMORY;
	int n = 0;

	for (; n < 20 && e != ERR_OK; n++) {
		calls_left = n;
		e = reads(bytes, len);
		calls_left = -1;
		ok(e == ERR_NO_MEMORY || e == ERR_OK);
	}
	eq_int(e, ERR_OK);
	eq_int(n, 7);
}

int main(void)
{
	struct layers l = some_layers();
	struct text t = some_text();
	uint8_t *bytes = NULL, *again = NULL;
	size_t len = 0, len_again = 0;

	eq_int(pack_write(&l, &t, &bytes, &len), ERR_OK);
	eq_int(pack_write(&l, &t, &again, &len_again), ERR_OK);
	ok(len == len_again && memcmp(bytes, again, len) == 0);
	comes_back(bytes, len);
	cut_anywhere_is_refused(bytes, len);
	lies_are_refused();
	no_text_is_well();
	memory_runs_out(bytes, len);
	calls_left = 0;
	eq_int(pack_write(&l, &t, &again, &len_again), ERR_NO_MEMORY);
	calls_left = -1;
	free(bytes);
	free(again);
	return tap_done();
}
