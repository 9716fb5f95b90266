/* A receipt printer: USB class 7/1/2, ESC/POS, 576 dots, with a cutter. It keeps what it
 * prints as a picture and writes one PNG at each cut: DIR/receipt-001.png, 002, ...; paper
 * torn out when a roll is changed in mid-receipt becomes DIR/torn-001.png.
 *
 * It understands what a cheap 80 mm printer does, and prints everything else as letters:
 *   LF  ESC @  ESC d n  ESC J n  GS v 0 (raster, modes 0-3)  GS V 0 1 65 66  GS a n  GS r n
 *   DLE EOT 1-4  DLE ENQ 1 2
 * DLE EOT is answered at once, also while stopped; inside a raster that is being received its
 * bytes are dots, like any others. While stopped it takes no other bytes (NAK): a bulk OUT
 * transfer stays pending with what was taken before.
 *
 * Status bytes (Epson TM, HPRT TP80K manuals). Bits 1 and 4 of a DLE EOT answer are always set.
 *   DLE EOT 1  08 offline          2  04 cover  20 stopped by paper end  40 error
 *           3  04 mechanical (jam) 08 cutter  20 unrecoverable  40 recovers by itself (hot)
 *           4  0C near end  60 paper end
 *   GS a       4 bytes at once and at every change: 1 10 | 08 offline | 20 cover; 2 as DLE
 *              EOT 3 without 10 and 02; 3 03 near end | 0C paper end; 4 0
 *   GS r 1     03 near end | 0C paper end; waits its turn, so not while stopped */
#ifndef TESTS_USIM_PRINTER_H
#define TESTS_USIM_PRINTER_H

#include "tests/usim/paper.h"
#include "tests/usim/usb.h"

/* What is wrong, or about to be. All but NEAR_END stop the printer. */
enum printer_state {
	PRINTER_PAPER_END = 1,
	PRINTER_NEAR_END = 2,
	PRINTER_COVER = 4,
	PRINTER_JAM = 8,
	PRINTER_HOT = 16,
	PRINTER_CUTTER = 32,
	PRINTER_BROKEN = 64,
};

enum escpos_where { ESCPOS_TEXT, ESCPOS_COMMAND, ESCPOS_RASTER };

struct escpos {
	enum escpos_where where;
	uint8_t command[8]; /* what came of a command so far */
	size_t command_len;
	size_t line_bytes, lines_left; /* of a raster */
	uint8_t mode;                  /* bit 0 double width, 1 double height */
	uint8_t line[2 * 65536];
	size_t line_len;
	uint8_t text[PAPER_DOTS / 12]; /* the line of text not printed yet */
	size_t text_len;
};

struct printer {
	struct usb_dev usb;
	char dir[4096];
	unsigned state;      /* bits of enum printer_state */
	bool cutter_fails;   /* the next cut jams the blade; DLE ENQ frees it */
	bool blade_stuck;    /* that happened */
	int64_t lines_left;  /* of the roll, in dots of 1/8 mm; -1: plenty */
	int64_t unplug_in;   /* lines until the plug is pulled; 0: it is not */
	bool unplug_now;     /* it is: takes nothing more until it was unplugged */
	uint8_t auto_status; /* n of GS a */
	uint8_t told[4];     /* the last status sent on its own */
	unsigned receipts, torn;
	char last[4200]; /* path of the newest picture, or "" */
	struct paper paper;
	struct escpos escpos;
	uint8_t held[64]; /* rest of a packet that came while it stopped */
	size_t held_len;
};

/* `dir` exists and is writable. */
void printer_init(struct printer *p, const char *dir);
void printer_finish(struct printer *p);

/* Sets or clears one bit; what waits goes on when nothing stops it any more. Putting paper in
 * makes a new full roll. */
void printer_set(struct printer *p, enum printer_state bit, bool on);

/* The paper ends after this many dot lines; -1: not soon. */
void printer_paper_left(struct printer *p, int64_t lines);

/* A hand tears off what hangs out, when anything was printed on it. */
void printer_tear(struct printer *p);

/* The plug is pulled after this many dot lines: unplug_now is set, and the world does it. */
void printer_unplug_after(struct printer *p, int64_t lines);

bool printer_is_stopped(const struct printer *p);

/* True when all it got is on paper: not stopped, not inside a command, nothing uncut. */
bool printer_is_idle(const struct printer *p);

/* --- between printer.c and escpos.c --- */

/* One byte that was received, in its turn. */
void escpos_byte(struct printer *p, uint8_t byte);
void escpos_reset(struct printer *p);

/* True when a real-time command would be seen, that is, not as part of a raster. */
bool escpos_hears_real_time(const struct printer *p);

void printer_feed(struct printer *p, size_t lines); /* counts down the roll */
void printer_burn(struct printer *p, const uint8_t *dots, size_t len);
void printer_cut(struct printer *p);
void printer_answer(struct printer *p, uint8_t byte);
uint8_t printer_paper_bits(const struct printer *p); /* as GS r 1 */
void printer_real_time(struct printer *p, const uint8_t command[3]);
void printer_auto_status(struct printer *p, uint8_t n);

#endif
