/* How a QR symbol is laid out, ISO/IEC 18004: which modules are known beforehand, where its words
 * lie, and how they are divided into blocks. */
#ifndef PARSE_CODE_PLAN_H
#define PARSE_CODE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PLAN_MAX_VERSION = 40,
	PLAN_MIN_SIDE = 21,
	PLAN_MAX_SIDE = 17 + 4 * PLAN_MAX_VERSION,
	PLAN_MAX_WORDS = 3706,
	PLAN_FORMAT_BITS = 15,
	PLAN_ALIGN_MAX = 7, /* rows of alignment patterns */
};

/* What a module is. A known one is ink or paper in every symbol of its version. */
enum plan_cell { PLAN_DATA, PLAN_FORMAT, PLAN_INK, PLAN_PAPER };

struct plan {
	int version, side;
	int words;                                   /* of data and correction together */
	uint8_t cell[PLAN_MAX_SIDE * PLAN_MAX_SIDE]; /* enum plan_cell, side by side */
};

/* 1 <= version <= PLAN_MAX_VERSION. */
void plan_make(int version, struct plan *ret);

/* Rows (and columns) in which alignment patterns have their middle. Returns how many. */
int plan_align(int version, int ret_at[PLAN_ALIGN_MAX]);

/* Where bit 14 (the most significant), 13, ... of the format are, in either copy. */
void plan_format(const struct plan *p, int copy, int ret_cell[PLAN_FORMAT_BITS]);

/* The 15 bits of a format, 0..31: level in the upper two of five, mask in the lower three. */
uint32_t plan_format_word(unsigned format);

/* Cells of the words' bits in their order, most significant first: 8 * words of them. */
void plan_bits(const struct plan *p, uint16_t *ret_cell);

/* True when this mask turns the module over; mask 0..7. */
bool plan_mask(unsigned mask, int row, int column);

/* The last blocks of a symbol are one word longer than the first. */
struct plan_blocks {
	int count, shorter; /* all; those with data words `data`, the others have one more */
	int data, check;    /* words of a short block; the same number of check words in each */
};

/* `level` as in the format: 0 M, 1 L, 2 H, 3 Q. */
struct plan_blocks plan_blocks(const struct plan *p, unsigned level);

#endif
