#include "drivers/escpos.h"

#include <string.h>

enum err escpos_fault(const struct escpos_state *s)
{
	if (s->broken)
		return ERR_BROKEN;
	if (s->cutter)
		return ERR_CUTTER;
	if (s->jam)
		return ERR_JAM;
	if (s->cover)
		return ERR_COVER; /* an open cover hides the paper from its sensor */
	if (s->paper_out)
		return ERR_PAPER_OUT;
	if (s->hot)
		return ERR_HOT;
	return s->offline ? ERR_BUSY : ERR_OK;
}

enum escpos_word escpos_take(struct escpos_in *in, uint8_t byte)
{
	if ((byte & 0x93) == 0x12) {
		in->have = 0;
		in->bytes[0] = byte;
		return ESCPOS_REALTIME;
	}
	if ((byte & 0x93) == 0x10) {
		in->bytes[0] = byte;
		in->have = 1;
		return ESCPOS_NOTHING;
	}
	if (byte & 0x90) { /* XON, XOFF, or noise */
		in->have = 0;
		return ESCPOS_NOTHING;
	}
	if (in->have == 0) {
		in->bytes[0] = byte;
		return ESCPOS_INLINE;
	}
	in->bytes[in->have++] = byte;
	if (in->have < 4)
		return ESCPOS_NOTHING;
	in->have = 0;
	return ESCPOS_AUTO;
}

void escpos_quiet(struct escpos_in *in)
{
	in->have = 0;
}

static void take_errors(struct escpos_state *s, uint8_t byte)
{
	s->jam = byte & 0x04;
	s->cutter = byte & 0x08;
	s->broken = byte & 0x20;
	s->hot = byte & 0x40;
}

void escpos_realtime(struct escpos_state *s, uint8_t n, uint8_t byte)
{
	switch (n) {
	case 1:
		s->offline = byte & 0x08;
		break;
	case 2:
		s->cover = byte & 0x04;
		s->paper_out = byte & 0x20;
		if (!(byte & 0x40))
			take_errors(s, 0);
		break;
	case 3:
		take_errors(s, byte);
		break;
	case 4:
		s->near_end = byte & 0x0c;
		s->paper_out = s->paper_out || (byte & 0x60);
		break;
	}
}

static void take_paper(struct escpos_state *s, uint8_t byte)
{
	s->near_end = byte & 0x03;
	s->paper_out = byte & 0x0c;
}

void escpos_auto(struct escpos_state *s, const uint8_t bytes[4])
{
	s->offline = bytes[0] & 0x08;
	s->cover = bytes[0] & 0x20;
	take_errors(s, bytes[1]);
	take_paper(s, bytes[2]);
}

void escpos_inline(struct escpos_state *s, uint8_t byte)
{
	take_paper(s, byte);
}

enum err escpos_picture_of(uint16_t width, uint32_t height, const void *bits, size_t len,
			   struct escpos_picture *ret)
{
	uint16_t row = (uint16_t)((width + 7u) / 8);

	if (width == 0 || row > ESCPOS_MAX_ROW_BYTES || height == 0 || height > ESCPOS_MAX_LINES ||
	    len != (size_t)row * height)
		return ERR_BAD_DATA;
	*ret = (struct escpos_picture){ bits, row, height };
	return ERR_OK;
}

static bool is_real_time(const uint8_t *b)
{
	return b[0] == 0x10 &&
	       ((b[1] == 0x04 && b[2] >= 1 && b[2] <= 8) || (b[1] == 0x05 && b[2] <= 2) ||
		(b[1] == 0x14 && b[2] >= 1 && b[2] <= 8));
}

static void defuse(uint8_t *dots, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++) {
		if (is_real_time(dots + i))
			dots[i] |= 0x08;
	}
}

size_t escpos_strip(const struct escpos_picture *p, uint32_t n, uint8_t out[ESCPOS_MAX_STRIP])
{
	if (n > p->lines / ESCPOS_STRIP_LINES)
		return 0;
	uint32_t first = n * ESCPOS_STRIP_LINES, left = p->lines - first;
	uint32_t lines = left < ESCPOS_STRIP_LINES ? left : ESCPOS_STRIP_LINES;
	const uint8_t head[ESCPOS_HEAD] = { 0x1d,
					    'v',
					    '0',
					    0,
					    (uint8_t)p->row_bytes,
					    (uint8_t)(p->row_bytes >> 8),
					    (uint8_t)lines,
					    (uint8_t)(lines >> 8) };

	if (lines == 0)
		return 0;
	memcpy(out, head, sizeof head);
	memcpy(out + sizeof head, p->bits + (size_t)first * p->row_bytes,
	       (size_t)lines * p->row_bytes);
	defuse(out + sizeof head, (size_t)lines * p->row_bytes);
	return sizeof head + (size_t)lines * p->row_bytes;
}
