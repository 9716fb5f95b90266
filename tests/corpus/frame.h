/* Frames as a poor camera sees them: an identity card of nobody with a QR code on it, drawn, held
 * at a slant, blurred, lit unevenly, made noisy. The same numbers give the same frame. */
#ifndef TESTS_CORPUS_FRAME_H
#define TESTS_CORPUS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_CONDITIONS = 24, FRAME_PAYLOAD_CAP = 256 };

/* Which payloads are drawn and with what seeds. Those that were looked at while the reader was
 * made, and two that were not. */
enum frame_set {
	FRAME_TRIED,   /* payloads of 111 bytes: version 7 at level M */
	FRAME_HELD,    /* other seeds */
	FRAME_LENGTHS, /* other seeds, payloads of 40 to 190 bytes: versions 3 to 10 */
	FRAME_SET_COUNT,
};

struct frame {
	uint32_t width, height; /* 640 by 480 and 800 by 600 in turn */
	uint8_t *at;            /* gray */
	char payload[FRAME_PAYLOAD_CAP];
	double corner[4][2]; /* of the code without its quiet zone, in pixels */
};

/* Static: "blur .44", ... */
const char *frame_condition(unsigned condition);

/* Draws frame `n` of a condition (< FRAME_CONDITIONS). False without memory. */
bool frame_draw(enum frame_set set, unsigned condition, unsigned n, struct frame *ret);
/* Accepts a zeroed one. */
void frame_finish(struct frame *f);

/* `corpus frames DIR`: n frames of each condition of a set as DIR/SET-CONDITION-N.pgm, each with
 * its payload beside it as .txt. False when a file could not be written. */
bool frame_write_all(const char *dir, enum frame_set set, unsigned n);

#endif
