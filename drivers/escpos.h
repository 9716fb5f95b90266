/* ESC/POS as bytes: what a printer says about itself, and a picture cut into strips. No I/O.
 * Status bytes are those of Epson TM, HPRT TP80K, Bixolon SRP-350 and Samsung STP-103 manuals. */
#ifndef DRIVERS_ESCPOS_H
#define DRIVERS_ESCPOS_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ESCPOS_STRIP_LINES   192 /* a strip is 14 KB at 576 dots: one strip is lost in a fault */
#define ESCPOS_MAX_ROW_BYTES 128
#define ESCPOS_MAX_LINES     20000
#define ESCPOS_HEAD          8
#define ESCPOS_MAX_STRIP     (ESCPOS_HEAD + ESCPOS_STRIP_LINES * ESCPOS_MAX_ROW_BYTES)

/* What stops the printer, or soon will. */
struct escpos_state {
	bool offline, cover, paper_out, near_end, jam, cutter, broken, hot;
};

/* The gravest thing wrong; ERR_OK; ERR_BUSY when it is offline and does not say why. */
enum err escpos_fault(const struct escpos_state *s);

/* Telling apart what comes: an answer to DLE EOT (1 byte, 0xx1xx10), automatic status (4 bytes,
 * the first 0xx1xx00, the others 0xx0xxxx) and an answer to GS r (1 byte, 0xx0xxxx). */
enum escpos_word { ESCPOS_NOTHING, ESCPOS_REALTIME, ESCPOS_AUTO, ESCPOS_INLINE };

struct escpos_in {
	uint8_t bytes[4]; /* the word, once there is one */
	uint8_t have;     /* of an automatic status */
};

enum escpos_word escpos_take(struct escpos_in *in, uint8_t byte);

/* Forgets a status that was cut short; when nothing came for a while. */
void escpos_quiet(struct escpos_in *in);

/* What the words mean. `n` is the question, DLE EOT 1..4. */
void escpos_realtime(struct escpos_state *s, uint8_t n, uint8_t byte);
void escpos_auto(struct escpos_state *s, const uint8_t bytes[4]);
void escpos_inline(struct escpos_state *s, uint8_t byte);

/* A picture of 1 bit a dot, rows of row_bytes, 1 = black, high bit left. */
struct escpos_picture {
	const uint8_t *bits;
	uint16_t row_bytes;
	uint32_t lines;
};

/* ERR_BAD_DATA when the numbers do not fit each other or no printer is that wide. */
enum err escpos_picture_of(uint16_t width, uint32_t height, const void *bits, size_t len,
			   struct escpos_picture *ret);

/* Strip number `n` as one whole command; its length, 0 when the picture has no such strip.
 * Where dots would spell a real-time command (DLE EOT, DLE ENQ, DLE DC4), one dot is added:
 * printers look for these in pictures too, and DLE ENQ 2 would throw the receipt away. */
size_t escpos_strip(const struct escpos_picture *p, uint32_t n, uint8_t out[ESCPOS_MAX_STRIP]);

#endif
