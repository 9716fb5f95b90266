/* The command language. One byte after the other, as it comes from the wire. */
#include "tests/usim/printer.h"

#include <string.h>

enum { LF = 0x0A, DLE = 0x10, ESC = 0x1B, GS = 0x1D };

#define TEXT_LINE_DOTS 30 /* 1/6 inch */

static void print_line(struct printer *p)
{
	struct escpos *e = &p->escpos;

	printer_feed(p, TEXT_LINE_DOTS);
	for (size_t i = 0; i < e->text_len; i++)
		paper_box(&p->paper, (unsigned)i, e->text[i]);
	e->text_len = 0;
}

static void letter(struct printer *p, uint8_t byte)
{
	struct escpos *e = &p->escpos;

	if (e->text_len == sizeof e->text)
		print_line(p);
	e->text[e->text_len++] = byte;
}

static void text_byte(struct printer *p, uint8_t byte)
{
	struct escpos *e = &p->escpos;

	if (byte == LF) {
		print_line(p);
	} else if (byte == ESC || byte == GS || byte == DLE) {
		e->where = ESCPOS_COMMAND;
		e->command[0] = byte;
		e->command_len = 1;
	} else if (byte >= 0x20) {
		letter(p, byte);
	}
}

/* The first byte is swallowed, the rest comes out as letters: what a real one does. */
static void print_as_letters(struct printer *p)
{
	struct escpos *e = &p->escpos;
	size_t n = e->command_len;
	uint8_t bytes[sizeof e->command];

	memcpy(bytes, e->command, n);
	e->where = ESCPOS_TEXT;
	for (size_t i = 1; i < n; i++)
		if (bytes[i] >= 0x20)
			letter(p, bytes[i]);
}

static void begin_raster(struct printer *p)
{
	struct escpos *e = &p->escpos;
	const uint8_t *c = e->command;

	if (e->text_len) /* GS v 0 works at the beginning of a line only */
		return print_as_letters(p);
	e->mode = c[3] & 3;
	e->line_bytes = (size_t)c[4] | (size_t)c[5] << 8;
	e->lines_left = (size_t)c[6] | (size_t)c[7] << 8;
	e->line_len = 0;
	e->where = e->line_bytes && e->lines_left ? ESCPOS_RASTER : ESCPOS_TEXT;
}

static void initialise(struct printer *p)
{
	p->escpos.text_len = 0;
	printer_auto_status(p, p->auto_status);
}

static void cut(struct printer *p)
{
	const uint8_t *c = p->escpos.command;

	if (c[2] == 65 || c[2] == 66)
		printer_feed(p, PAPER_CUTTER_DOTS + (size_t)c[3]);
	printer_cut(p);
}

/* The length of the command that begins so; 0 when there is none. */
static size_t command_length(const uint8_t *c, size_t have)
{
	switch (c[0] << 8 | c[1]) {
	case ESC << 8 | '@':
		return 2;
	case ESC << 8 | 'd':
	case ESC << 8 | 'J':
	case GS << 8 | 'a':
	case GS << 8 | 'r':
	case DLE << 8 | 0x04:
	case DLE << 8 | 0x05:
		return 3;
	case GS << 8 | 'V':
		if (have < 3 || c[2] == 0 || c[2] == 1 || c[2] == '0' || c[2] == '1')
			return 3;
		return c[2] == 65 || c[2] == 66 ? 4 : 0;
	case GS << 8 | 'v':
		if (have > 2 && c[2] != '0')
			return 0;
		return have > 3 && (c[3] & ~0x30) > 3 ? 0 : 8;
	default:
		return 0;
	}
}

static void run_command(struct printer *p)
{
	const uint8_t *c = p->escpos.command;

	p->escpos.where = ESCPOS_TEXT;
	switch (c[0] << 8 | c[1]) {
	case ESC << 8 | '@':
		return initialise(p);
	case ESC << 8 | 'd':
		if (p->escpos.text_len)
			print_line(p);
		return printer_feed(p, (size_t)c[2] * TEXT_LINE_DOTS);
	case ESC << 8 | 'J':
		return printer_feed(p, c[2]);
	case GS << 8 | 'a':
		return printer_auto_status(p, c[2]);
	case GS << 8 | 'r':
		return printer_answer(p, c[2] == 1 || c[2] == 49 ? printer_paper_bits(p) : 0);
	case GS << 8 | 'V':
		return cut(p);
	case GS << 8 | 'v':
		return begin_raster(p);
	default:
		return printer_real_time(p, c);
	}
}

static void command_byte(struct printer *p, uint8_t byte)
{
	struct escpos *e = &p->escpos;

	e->command[e->command_len++] = byte;
	size_t need = command_length(e->command, e->command_len);
	if (!need)
		print_as_letters(p);
	else if (e->command_len == need)
		run_command(p);
}

static void double_width(uint8_t *line, size_t len)
{
	for (size_t i = len; i-- > 0;) {
		unsigned wide = 0;

		for (int bit = 0; bit < 8; bit++)
			if (line[i] >> bit & 1)
				wide |= 3u << 2 * bit;
		line[2 * i] = (uint8_t)(wide >> 8);
		line[2 * i + 1] = (uint8_t)wide;
	}
}

static void raster_byte(struct printer *p, uint8_t byte)
{
	struct escpos *e = &p->escpos;
	size_t n = e->line_bytes;

	e->line[e->line_len++] = byte;
	if (e->line_len < n)
		return;
	if (e->mode & 1) {
		double_width(e->line, n);
		n *= 2;
	}
	e->line_len = 0;
	if (--e->lines_left == 0)
		e->where = ESCPOS_TEXT;
	printer_burn(p, e->line, n);
	if (e->mode & 2)
		printer_burn(p, e->line, n);
}

void escpos_byte(struct printer *p, uint8_t byte)
{
	switch (p->escpos.where) {
	case ESCPOS_TEXT:
		return text_byte(p, byte);
	case ESCPOS_COMMAND:
		return command_byte(p, byte);
	case ESCPOS_RASTER:
		return raster_byte(p, byte);
	}
}

void escpos_reset(struct printer *p)
{
	p->escpos.where = ESCPOS_TEXT;
	p->escpos.command_len = p->escpos.text_len = p->escpos.line_len = 0;
}

bool escpos_hears_real_time(const struct printer *p)
{
	return p->escpos.where == ESCPOS_TEXT || printer_is_stopped(p);
}
