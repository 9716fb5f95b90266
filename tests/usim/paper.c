#include "tests/usim/paper.h"

#include "firmware/base/auto.h"
#include "tests/usim/png_file.h"

#include <stdlib.h>
#include <string.h>

#define BOX_WIDTH  12
#define BOX_HEIGHT 24

void paper_init(struct paper *p)
{
	*p = (struct paper){ 0 };
	paper_feed(p, PAPER_CUTTER_DOTS); /* the blank end that sticks out after loading */
}

void paper_finish(struct paper *p)
{
	free(p->dots);
	*p = (struct paper){ 0 };
}

static void lose_older_half(struct paper *p)
{
	p->lines /= 2;
	memmove(p->dots, p->dots + p->lines * PAPER_LINE_BYTES, p->lines * PAPER_LINE_BYTES);
}

static uint8_t *new_line(struct paper *p)
{
	if (p->lines == PAPER_MAX_LINES)
		lose_older_half(p);
	if (p->lines == p->room) {
		size_t room = p->room ? 2 * p->room : 1024;
		uint8_t *dots = realloc(p->dots, room * PAPER_LINE_BYTES);

		if (!dots)
			abort(); /* a simulator without memory has nothing left to say */
		p->dots = dots;
		p->room = room;
	}
	return memset(p->dots + p->lines++ * PAPER_LINE_BYTES, 0, PAPER_LINE_BYTES);
}

void paper_burn(struct paper *p, const uint8_t *dots, size_t len_bytes)
{
	size_t n = len_bytes < PAPER_LINE_BYTES ? len_bytes : PAPER_LINE_BYTES;
	uint8_t *line = new_line(p);

	if (n)
		memcpy(line, dots, n);
	for (size_t i = 0; i < n; i++)
		p->ink = p->ink || dots[i];
}

void paper_feed(struct paper *p, size_t lines)
{
	while (lines--)
		new_line(p);
}

static bool box_dot(uint8_t byte, unsigned x, unsigned y)
{
	bool edge = x == 1 || x == BOX_WIDTH - 2 || y == 1 || y == BOX_HEIGHT - 2;
	bool inside = x > 2 && x < BOX_WIDTH - 3 && y > 2 && y < BOX_HEIGHT - 3;
	unsigned bit = (y - 3) / 5 * 2 + (x > 5); /* two columns of four bits */

	if (x < 1 || x > BOX_WIDTH - 2 || y < 1 || y > BOX_HEIGHT - 2)
		return false;
	return edge || (inside && bit < 8 && byte >> (7 - bit) & 1);
}

void paper_box(struct paper *p, unsigned column, uint8_t byte)
{
	unsigned left = column * BOX_WIDTH;

	if (left + BOX_WIDTH > PAPER_DOTS || p->lines < BOX_HEIGHT)
		return;
	uint8_t *line = p->dots + (p->lines - BOX_HEIGHT) * PAPER_LINE_BYTES;
	for (unsigned y = 0; y < BOX_HEIGHT; y++, line += PAPER_LINE_BYTES)
		for (unsigned x = 0; x < BOX_WIDTH; x++)
			if (box_dot(byte, x, y))
				line[(left + x) / 8] |= (uint8_t)(0x80 >> (left + x) % 8);
	p->ink = true;
}

static bool has_ink(const struct paper *p)
{
	for (size_t i = 0; i < p->lines * PAPER_LINE_BYTES; i++)
		if (p->dots[i])
			return true;
	return false;
}

static enum err take_off(struct paper *p, size_t lines, const char *path)
{
	if (!lines)
		return ERR_OK;
	enum err e = png_write_dots(path, p->dots, PAPER_DOTS, lines);

	memmove(p->dots, p->dots + lines * PAPER_LINE_BYTES, (p->lines - lines) * PAPER_LINE_BYTES);
	p->lines -= lines;
	p->ink = has_ink(p);
	return e;
}

enum err paper_cut(struct paper *p, const char *path)
{
	size_t stays = PAPER_CUTTER_DOTS;

	return take_off(p, p->lines > stays ? p->lines - stays : 0, path);
}

enum err paper_tear(struct paper *p, const char *path)
{
	enum err e = take_off(p, p->lines, path);

	paper_feed(p, PAPER_CUTTER_DOTS);
	return e;
}
