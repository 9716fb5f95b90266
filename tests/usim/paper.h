/* The paper roll of a receipt printer: what the head has burnt so far, and PNG files of what
 * was cut off. 576 dots across 80 mm paper, 8 dots/mm, white with black dots. */
#ifndef TESTS_USIM_PAPER_H
#define TESTS_USIM_PAPER_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAPER_DOTS        576
#define PAPER_LINE_BYTES  (PAPER_DOTS / 8)
#define PAPER_CUTTER_DOTS 120    /* from the head to the blade, 15 mm */
#define PAPER_MAX_LINES   240000 /* 30 m; of longer uncut paper the older half is lost */

struct paper {
	uint8_t *dots; /* PAPER_LINE_BYTES a line, 1 = black, most significant bit left */
	size_t lines, room;
	bool ink; /* something was burnt since the last cut */
};

void paper_init(struct paper *p);
void paper_finish(struct paper *p);

/* One dot line, and the paper moves on by one. Bits past the paper's edge are lost. */
void paper_burn(struct paper *p, const uint8_t *dots, size_t len_bytes);
void paper_feed(struct paper *p, size_t lines);

/* A character cell, 12 x 24 dots, drawn over the last 24 lines: a box with the byte's bits in
 * it, since what a printer's own letters look like is of no interest here. */
void paper_box(struct paper *p, unsigned column, uint8_t byte);

/* The sheet above the blade goes to the file, a PNG; what is between head and blade stays.
 * ERR_IO; ERR_NO_SPACE. The paper is cut in any case. */
enum err paper_cut(struct paper *p, const char *path);

/* Everything is torn out, to the file. */
enum err paper_tear(struct paper *p, const char *path);

#endif
