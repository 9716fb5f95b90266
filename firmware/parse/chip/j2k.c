#include "firmware/parse/chip/j2k.h"

#include "firmware/base/buf.h"
#include "firmware/parse/chip/face.h"

#define BOX_HEADER 0x6a703268 /* jp2h */
#define BOX_STREAM 0x6a703263 /* jp2c */
#define BOX_COLOUR 0x636f6c72 /* colr */
#define ENUM_YCC   18

enum {
	SOC = 0xff4f,
	SIZ = 0xff51,
	COD = 0xff52,
	COC = 0xff53,
	SOT = 0xff90,
	SOD = 0xff93,
	EOC = 0xffd9,

	MAX_BOXES = 64,
	MAX_SEGMENTS = 4096,
	MAX_ORIGIN = 65535,
	MAX_TILES = 256,
	MAX_LEVELS = 32,
	MAX_PRECINCTS = 20000,
	MAX_BLOCKS = 200000,
	MAX_PACKETS = 1000000,
};

struct box {
	uint32_t type;
	struct reader inside;
};

/* Length 0: to the end; 1: an eight-byte length follows. */
static bool next_box(struct reader *r, struct box *ret)
{
	uint64_t len = get_u32be(r), head = 8;
	uint32_t type = get_u32be(r);

	if (r->bad)
		return false;
	if (len == 1) {
		len = (uint64_t)get_u32be(r) << 32;
		len |= get_u32be(r);
		head = 16;
	}
	if (r->bad || (len != 0 && len < head))
		return false;
	size_t value = len == 0 || len - head > r->left ? r->left : (size_t)(len - head);
	*ret = (struct box){ type, get_part(r, value) };
	return true;
}

static bool says_ycc(struct reader header)
{
	struct box b;

	for (int i = 0; i < MAX_BOXES && next_box(&header, &b); i++)
		if (b.type == BOX_COLOUR && get_u8(&b.inside) == 1) {
			(void)get_bytes(&b.inside, 2);
			return get_u32be(&b.inside) == ENUM_YCC;
		}
	return false;
}

static enum err find_stream(struct span image, struct j2k *j)
{
	struct reader r = reader_of(image.at, image.len);
	struct box b;

	if (image.len > 2 && image.at[0] == 0xff && image.at[1] == 0x4f) {
		j->stream = image;
		return ERR_OK;
	}
	for (int i = 0; i < MAX_BOXES && next_box(&r, &b); i++) {
		if (b.type == BOX_HEADER)
			j->ycc = says_ycc(b.inside);
		if (b.type == BOX_STREAM) {
			j->stream = (struct span){ b.inside.at, b.inside.left };
			return ERR_OK;
		}
	}
	return ERR_BAD_DATA;
}

static uint32_t parts(uint32_t whole, uint32_t part)
{
	return whole / part + (whole % part > 0);
}

/* What stays the same over the picture. */
struct size {
	uint32_t width, height, tiles, layers;
	unsigned components;
};

static bool read_size(struct reader r, struct size *s)
{
	uint32_t n[8]; /* far corner, near corner, tile, first tile's corner */

	(void)get_u16be(&r);
	for (int i = 0; i < 8; i++)
		n[i] = get_u32be(&r);
	s->components = get_u16be(&r);
	if (r.bad || n[0] > MAX_ORIGIN || n[1] > MAX_ORIGIN || n[2] >= n[0] || n[3] >= n[1])
		return false;
	if (n[4] == 0 || n[5] == 0 || n[6] > n[2] || n[7] > n[3] || s->components == 0 ||
	    s->components > 4)
		return false;
	s->width = n[0] - n[2];
	s->height = n[1] - n[3];
	s->tiles = parts(n[0] - n[6], n[4]) * parts(n[1] - n[7], n[5]);
	for (unsigned i = 0; i < s->components; i++) {
		uint8_t depth = get_u8(&r) & 0x7f, dx = get_u8(&r), dy = get_u8(&r);

		if (depth > 15 || dx == 0 || dx > 4 || dy == 0 || dy > 4)
			return false;
	}
	return !r.bad && s->tiles <= MAX_TILES && s->width <= FACE_MAX_SIDE &&
	       s->height <= FACE_MAX_SIDE && s->width * s->height <= FACE_MAX_PIXELS;
}

static uint32_t count(const struct size *s, unsigned halvings, unsigned wide, unsigned high)
{
	uint32_t w = halvings > 15 ? 1 : parts(s->width, 1u << halvings);
	uint32_t h = halvings > 15 ? 1 : parts(s->height, 1u << halvings);

	return (parts(w, 1u << wide) * parts(h, 1u << high) + s->tiles) * s->components;
}

/* SPcod or SPcoc: how fine the picture is cut. `own`: precincts have sizes of their own. */
static bool read_coding(struct reader *r, bool own, const struct size *s, struct j2k *j)
{
	unsigned levels = get_u8(r), block_w = (get_u8(r) & 15) + 2, block_h = (get_u8(r) & 15) + 2;
	uint64_t precincts = 0, blocks = 0;

	(void)get_bytes(r, 2);
	if (r->bad || levels > MAX_LEVELS || block_w > 10 || block_h > 10)
		return false;
	for (unsigned i = 0; i <= levels; i++) {
		uint8_t size = own ? get_u8(r) : 0xff;
		unsigned wide = size & 15, high = size >> 4;
		unsigned inner_w = wide - (i > 0 && wide > 0), inner_h = high - (i > 0 && high > 0);

		precincts += count(s, levels - i, wide, high);
		blocks += 3 * (uint64_t)count(s, levels - i, inner_w < block_w ? inner_w : block_w,
					      inner_h < block_h ? inner_h : block_h);
	}
	j->levels = levels < j->levels ? levels : j->levels;
	return !r->bad && precincts <= MAX_PRECINCTS && blocks <= MAX_BLOCKS &&
	       precincts * s->layers <= MAX_PACKETS;
}

static bool read_segment(uint16_t marker, struct reader r, struct size *s, struct j2k *j)
{
	if (marker == COD) {
		uint8_t style = get_u8(&r);
		(void)get_u8(&r);
		s->layers = get_u16be(&r);
		(void)get_u8(&r);
		return read_coding(&r, style & 1, s, j);
	}
	if (marker == COC) {
		(void)get_u8(&r);
		return read_coding(&r, get_u8(&r) & 1, s, j);
	}
	return true;
}

/* Markers of the main head, and of each part of a tile, whose data are jumped over. */
static bool walk(struct reader *r, struct size *s, struct j2k *j)
{
	struct reader part = { 0 };
	size_t part_len = 0;

	for (int i = 0; i < MAX_SEGMENTS; i++) {
		struct reader before = *r;
		uint16_t marker = get_u16be(r);

		if (marker == EOC || r->left == 0)
			return true;
		if (marker == SOD) {
			if (part_len == 0) /* to the end */
				return true;
			*r = part;
			if (!get_bytes(r, part_len))
				return true; /* OpenJPEG will say so */
			continue;
		}
		struct reader inside = get_part(r, (size_t)get_u16be(r) - 2);
		if (r->bad || marker < 0xff00 || marker == SIZ)
			return false;
		if (marker == SOT) {
			part = before;
			(void)get_u16be(&inside);
			part_len = get_u32be(&inside);
		} else if (!read_segment(marker, inside, s, j)) {
			return false;
		}
	}
	return false;
}

enum err j2k_read(struct span image, struct j2k *ret)
{
	struct j2k j = { .levels = MAX_LEVELS };
	struct size s = { .layers = 1 };

	if (find_stream(image, &j) != ERR_OK)
		return ERR_BAD_DATA;
	struct reader r = reader_of(j.stream.at, j.stream.len);
	if (get_u16be(&r) != SOC || get_u16be(&r) != SIZ)
		return ERR_BAD_DATA;
	struct reader size = get_part(&r, (size_t)get_u16be(&r) - 2);
	if (!read_size(size, &s) || !walk(&r, &s, &j))
		return ERR_BAD_DATA;
	j.width = s.width;
	j.height = s.height;
	j.components = s.components;
	*ret = j;
	return ERR_OK;
}
