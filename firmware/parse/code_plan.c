#include "firmware/parse/code_plan.h"

#include <string.h>

enum { LEVELS = 4 };

/* Table 9 of the standard, by level L, M, Q, H: check words a block, and blocks. */
static const uint8_t CHECK[LEVELS][PLAN_MAX_VERSION] = {
	{ 7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
	  28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30 },
	{ 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
	  26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28 },
	{ 13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30,
	  28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30 },
	{ 17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28,
	  30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30 },
};
static const uint8_t BLOCKS[LEVELS][PLAN_MAX_VERSION] = {
	{ 1, 1, 1, 1,  1,  2,  2,  2,  2,  4,  4,  4,  4,  4,  6,  6,  6,  6,  7,  8,
	  8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25 },
	{ 1,  1,  1,  2,  2,  4,  4,  4,  5,  5,  5,  8,  9,  9,  10, 10, 11, 13, 14, 16,
	  17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49 },
	{ 1,  1,  2,  2,  4,  4,  6,  6,  8,  8,  8,  10, 12, 16, 12, 17, 16, 18, 21, 20,
	  23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68 },
	{ 1,  1,  2,  4,  4,  4,  5,  6,  8,  8,  11, 11, 16, 16, 18, 16, 19, 21, 25, 25,
	  25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81 },
};

static void set(struct plan *p, int row, int column, enum plan_cell c)
{
	if (row >= 0 && row < p->side && column >= 0 && column < p->side)
		p->cell[row * p->side + column] = (uint8_t)c;
}

/* Squares in squares about a middle: ink where `ink` has a bit for the distance, else paper. */
static void set_square(struct plan *p, int row, int column, int reach, unsigned ink)
{
	for (int y = -reach; y <= reach; y++)
		for (int x = -reach; x <= reach; x++) {
			int far_y = y < 0 ? -y : y, far_x = x < 0 ? -x : x;
			int distance = far_y > far_x ? far_y : far_x;

			set(p, row + y, column + x, ink >> distance & 1 ? PLAN_INK : PLAN_PAPER);
		}
}

int plan_align(int version, int ret_at[PLAN_ALIGN_MAX])
{
	int count = version / 7 + 2, last = 4 * version + 10;
	int step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;

	if (version == 1)
		return 0;
	ret_at[0] = 6;
	for (int i = count - 1; i > 0; i--, last -= step)
		ret_at[i] = last;
	return count;
}

static void set_aligns(struct plan *p)
{
	int at[PLAN_ALIGN_MAX], count = plan_align(p->version, at);

	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++) {
			bool corner = (i == 0 && j == 0) || (i == 0 && j == count - 1) ||
				      (i == count - 1 && j == 0);

			if (!corner)
				set_square(p, at[i], at[j], 2, 0x5);
		}
}

/* Six bits of the version and twelve of its BCH code, generator 0x1f25. */
static void set_version(struct plan *p)
{
	uint32_t rest = (uint32_t)p->version;

	for (int i = 0; i < 12; i++)
		rest = rest << 1 ^ (rest >> 11 & 1) * 0x1f25;
	uint32_t bits = (uint32_t)p->version << 12 | rest;
	for (int i = 0; p->version >= 7 && i < 18; i++) {
		enum plan_cell c = bits >> i & 1 ? PLAN_INK : PLAN_PAPER;

		set(p, i / 3, p->side - 11 + i % 3, c);
		set(p, p->side - 11 + i % 3, i / 3, c);
	}
}

void plan_make(int version, struct plan *ret)
{
	struct plan *p = ret;
	int end = 17 + 4 * version - 4, cells[PLAN_FORMAT_BITS], data = 0;

	p->version = version;
	p->side = 17 + 4 * version;
	memset(p->cell, PLAN_DATA, sizeof p->cell);
	for (int i = 0; i < p->side; i++) {
		set(p, 6, i, i % 2 ? PLAN_PAPER : PLAN_INK);
		set(p, i, 6, i % 2 ? PLAN_PAPER : PLAN_INK);
	}
	set_aligns(p);
	set_square(p, 3, 3, 4, 0xb);
	set_square(p, 3, end, 4, 0xb);
	set_square(p, end, 3, 4, 0xb);
	set_version(p);
	for (int copy = 0; copy < 2; copy++) {
		plan_format(p, copy, cells);
		for (int i = 0; i < PLAN_FORMAT_BITS; i++)
			p->cell[cells[i]] = PLAN_FORMAT;
	}
	set(p, p->side - 8, 8, PLAN_INK);
	for (int i = 0; i < p->side * p->side; i++)
		data += p->cell[i] == PLAN_DATA;
	p->words = data / 8;
}

void plan_format(const struct plan *p, int copy, int ret_cell[PLAN_FORMAT_BITS])
{
	static const uint8_t AROUND[PLAN_FORMAT_BITS][2] = {
		{ 8, 0 }, { 8, 1 }, { 8, 2 }, { 8, 3 }, { 8, 4 }, { 8, 5 }, { 8, 7 }, { 8, 8 },
		{ 7, 8 }, { 5, 8 }, { 4, 8 }, { 3, 8 }, { 2, 8 }, { 1, 8 }, { 0, 8 },
	};

	for (int i = 0; i < PLAN_FORMAT_BITS; i++) {
		int row = AROUND[i][0], column = AROUND[i][1];

		if (copy == 1) {
			row = i < 7 ? p->side - 1 - i : 8;
			column = i < 7 ? 8 : p->side - 15 + i;
		}
		ret_cell[i] = row * p->side + column;
	}
}

/* Generator 0x537; the mask 0x5412 keeps it from being all light. */
uint32_t plan_format_word(unsigned format)
{
	uint32_t rest = format;

	for (int i = 0; i < 10; i++)
		rest = rest << 1 ^ (rest >> 9 & 1) * 0x537;
	return (format << 10 | rest) ^ 0x5412;
}

/* In columns of two from the right, up and down in turn; the timing column is no column. */
void plan_bits(const struct plan *p, uint16_t *ret_cell)
{
	int found = 0;
	bool up = true;

	for (int right = p->side - 1; right > 0; right -= 2, up = !up) {
		right -= right == 6;
		for (int i = 0; i < p->side; i++)
			for (int j = 0; j < 2; j++) {
				int at = (up ? p->side - 1 - i : i) * p->side + right - j;

				if (p->cell[at] == PLAN_DATA && found < 8 * p->words)
					ret_cell[found++] = (uint16_t)at;
			}
	}
}

bool plan_mask(unsigned mask, int i, int j)
{
	switch (mask) {
	case 0:
		return (i + j) % 2 == 0;
	case 1:
		return i % 2 == 0;
	case 2:
		return j % 3 == 0;
	case 3:
		return (i + j) % 3 == 0;
	case 4:
		return (i / 2 + j / 3) % 2 == 0;
	case 5:
		return i * j % 2 + i * j % 3 == 0;
	case 6:
		return (i * j % 2 + i * j % 3) % 2 == 0;
	default:
		return ((i + j) % 2 + i * j % 3) % 2 == 0;
	}
}

struct plan_blocks plan_blocks(const struct plan *p, unsigned level)
{
	static const uint8_t ORDER[LEVELS] = { 1, 0, 3, 2 };
	int row = ORDER[level % LEVELS], count = BLOCKS[row][p->version - 1];
	int check = CHECK[row][p->version - 1];

	return (struct plan_blocks){
		.count = count,
		.shorter = count - p->words % count,
		.data = p->words / count - check,
		.check = check,
	};
}
