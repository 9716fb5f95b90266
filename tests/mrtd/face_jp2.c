#include "tests/mrtd/face.h"

#include <openjpeg.h>
#include <string.h>

#define COLOURS 3

/* The encoder writes here; it goes back to fill in lengths. */
struct sink {
	struct mrtd_bytes *out;
	size_t at;
};

static OPJ_SIZE_T sink_write(void *data, OPJ_SIZE_T len, void *user)
{
	struct sink *s = user;

	if (s->at + len > s->out->len)
		mrtd_put_fill(s->out, 0, s->at + len - s->out->len);
	if (s->out->bad)
		return (OPJ_SIZE_T)-1;
	memcpy(s->out->at + s->at, data, len);
	s->at += len;
	return len;
}

static OPJ_OFF_T sink_skip(OPJ_OFF_T len, void *user)
{
	struct sink *s = user;

	s->at += (size_t)len;
	return len;
}

static OPJ_BOOL sink_seek(OPJ_OFF_T to, void *user)
{
	struct sink *s = user;

	s->at = (size_t)to;
	return OPJ_TRUE;
}

static opj_image_t *image_of(const uint8_t *pixels)
{
	opj_image_cmptparm_t parts[COLOURS] = { 0 };

	for (int i = 0; i < COLOURS; i++)
		parts[i] = (opj_image_cmptparm_t){
			.dx = 1, .dy = 1, .w = MRTD_FACE_WIDTH, .h = MRTD_FACE_HEIGHT, .prec = 8
		};
	opj_image_t *image = opj_image_create(COLOURS, parts, OPJ_CLRSPC_SRGB);
	if (!image)
		return NULL;
	image->x1 = MRTD_FACE_WIDTH;
	image->y1 = MRTD_FACE_HEIGHT;
	for (int i = 0; i < MRTD_FACE_WIDTH * MRTD_FACE_HEIGHT; i++)
		for (int c = 0; c < COLOURS; c++)
			image->comps[c].data[i] = pixels[COLOURS * i + c];
	return image;
}

static opj_stream_t *stream_to(struct sink *s)
{
	opj_stream_t *stream = opj_stream_default_create(OPJ_FALSE);

	if (!stream)
		return NULL;
	opj_stream_set_user_data(stream, s, NULL);
	opj_stream_set_write_function(stream, sink_write);
	opj_stream_set_skip_function(stream, sink_skip);
	opj_stream_set_seek_function(stream, sink_seek);
	return stream;
}

static void choose(const struct mrtd_spec *spec, opj_cparameters_t *p)
{
	bool lossless = spec->picture_back[0];
	float whole = COLOURS * MRTD_FACE_WIDTH * MRTD_FACE_HEIGHT;

	opj_set_default_encoder_parameters(p);
	p->tcp_numlayers = 1;
	p->cp_disto_alloc = 1;
	p->irreversible = !lossless;
	p->tcp_mct = 1;
	p->tcp_rates[0] = lossless ? 0 : whole / (float)spec->picture_bytes;
	if (spec->picture_note[0])
		p->cp_comment = (char *)(uintptr_t)spec->picture_note; /* is copied */
}

bool mrtd_encode_jpeg2000(const struct mrtd_spec *spec, const uint8_t *pixels,
			  struct mrtd_bytes *out)
{
	bool bare = spec->picture == MRTD_J2K;
	struct sink s = { out, out->len };
	opj_cparameters_t p;
	opj_image_t *image = image_of(pixels);
	opj_stream_t *stream = stream_to(&s);
	opj_codec_t *codec = opj_create_compress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);

	choose(spec, &p);
	bool good = image && stream && codec && opj_setup_encoder(codec, &p, image) &&
		    opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
		    opj_end_compress(codec, stream);
	opj_destroy_codec(codec);
	opj_stream_destroy(stream);
	opj_image_destroy(image);
	return good && !out->bad;
}
