#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/j2k.h"
#include "firmware/parse/chip/raster.h"

#include <stdlib.h>
#include <string.h>

#include <openjpeg.h>

/* The codestream as OpenJPEG wants to read it. */
struct source {
	struct span stream;
	size_t at;
};

static OPJ_SIZE_T read_source(void *buffer, OPJ_SIZE_T n, void *data)
{
	struct source *s = data;
	size_t left = s->stream.len - s->at;

	if (left == 0)
		return (OPJ_SIZE_T)-1;
	n = n < left ? n : left;
	memcpy(buffer, s->stream.at + s->at, n);
	s->at += n;
	return n;
}

static OPJ_OFF_T skip_source(OPJ_OFF_T n, void *data)
{
	struct source *s = data;
	size_t left = s->stream.len - s->at;

	if (n < 0)
		return -1;
	s->at += (uint64_t)n < left ? (size_t)n : left;
	return n;
}

static OPJ_BOOL seek_source(OPJ_OFF_T at, void *data)
{
	struct source *s = data;

	if (at < 0 || (uint64_t)at > s->stream.len)
		return OPJ_FALSE;
	s->at = (size_t)at;
	return OPJ_TRUE;
}

static opj_stream_t *open_source(struct source *s)
{
	opj_stream_t *stream =
		opj_stream_create(s->stream.len < 65536 ? s->stream.len : 65536, OPJ_TRUE);

	if (!stream)
		return NULL;
	opj_stream_set_user_data(stream, s, NULL);
	opj_stream_set_user_data_length(stream, s->stream.len);
	opj_stream_set_read_function(stream, read_source);
	opj_stream_set_skip_function(stream, skip_source);
	opj_stream_set_seek_function(stream, seek_source);
	return stream;
}

/* Strict: what ends too early is an error, not half a face. */
static opj_image_t *decode(const struct j2k *j, unsigned halvings)
{
	struct source source = { .stream = j->stream };
	(void)unsetenv("OPJ_NUM_THREADS"); /* there are no threads in the locked room */
	opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
	opj_stream_t *stream = open_source(&source);
	opj_dparameters_t how;
	opj_image_t *image = NULL;

	opj_set_default_decoder_parameters(&how);
	how.cp_reduce = halvings;
	bool good = codec && stream && opj_setup_decoder(codec, &how) &&
		    opj_decoder_set_strict_mode(codec, OPJ_TRUE) &&
		    opj_read_header(stream, codec, &image) && opj_decode(codec, stream, image);
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	if (good)
		return image;
	opj_image_destroy(image);
	return NULL;
}

/* Component c at a place given in the first one's pixels, 0..255. */
static int sample(const opj_image_t *i, unsigned c, uint32_t x, uint32_t y)
{
	const opj_image_comp_t *k = &i->comps[c], *first = &i->comps[0];
	uint32_t u = c == 0 ? x : x * k->w / first->w, v = c == 0 ? y : y * k->h / first->h;
	int64_t value = k->data[(size_t)v * k->w + u];

	if (k->sgnd)
		value += 1 << (k->prec - 1);
	value = k->prec > 8 ? value >> (k->prec - 8) : value * (1 << (8 - k->prec));
	return value < 0 ? 0 : value > 255 ? 255 : (int)value;
}

static uint8_t clamp(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* Rec. 601, in 1024ths. */
static void put_ycc(const int v[3], uint8_t *out)
{
	int cb = v[1] - 128, cr = v[2] - 128;

	out[0] = clamp(v[0] + (1436 * cr + 512) / 1024);
	out[1] = clamp(v[0] - (352 * cb + 731 * cr + 512) / 1024);
	out[2] = clamp(v[0] + (1815 * cb + 512) / 1024);
}

static void paint(const opj_image_t *i, bool ycc, const struct raster *r)
{
	unsigned colours = i->numcomps < 3 ? 1 : 3; /* the next one would be transparency */
	uint8_t *out = r->rgb;

	for (uint32_t y = 0; y < r->height; y++)
		for (uint32_t x = 0; x < r->width; x++, out += 3) {
			int v[3];

			for (unsigned c = 0; c < 3; c++)
				v[c] = sample(i, c < colours ? c : 0, x, y);
			if (ycc && colours == 3)
				put_ycc(v, out);
			else
				for (unsigned c = 0; c < 3; c++)
					out[c] = (uint8_t)v[c];
		}
}

/* What the head promised must be there. */
static bool is_sound(const opj_image_t *i)
{
	if (i->numcomps == 0 || i->numcomps > 4)
		return false;
	for (unsigned c = 0; c < i->numcomps; c++) {
		const opj_image_comp_t *k = &i->comps[c];

		if (!k->data || k->w == 0 || k->h == 0 || k->prec == 0 || k->prec > 16 ||
		    k->w > FACE_MAX_SIDE || k->h > FACE_MAX_SIDE)
			return false;
	}
	return true;
}

static void wipe(const opj_image_t *i)
{
	for (unsigned c = 0; c < i->numcomps; c++)
		if (i->comps[c].data)
			explicit_bzero(i->comps[c].data,
				       (size_t)i->comps[c].w * i->comps[c].h * sizeof(OPJ_INT32));
}

enum err raster_of_jpeg2000(struct span image, struct raster *ret)
{
	struct raster r = { 0 };
	struct j2k j;

	if (j2k_read(image, &j) != ERR_OK)
		return ERR_BAD_DATA;
	opj_image_t *i = decode(&j, raster_halvings(j.width, j.height, j.levels));
	if (!i)
		return ERR_BAD_DATA;
	enum err e = is_sound(i) ? raster_create(i->comps[0].w, i->comps[0].h, &r) : ERR_BAD_DATA;
	if (e == ERR_OK) {
		paint(i, j.ycc || (i->numcomps >= 3 && i->comps[1].dx > i->comps[0].dx), &r);
		*ret = r;
	}
	wipe(i);
	opj_image_destroy(i);
	return e;
}
