/* Reading files from a card in few round trips. The file is named in the first READ BINARY (short
 * identifier, no SELECT), which asks for as much as card and reader take; how long the file is
 * follows from its own first bytes. How much a card takes is found by trying, from the largest
 * down, and worth remembering for each type of card.
 * Sources: ISO/IEC 7816-4 11.3 (READ BINARY), ICAO Doc 9303-10 section 4 (identifiers). */
#ifndef PARSE_CHIP_FILES_H
#define PARSE_CHIP_FILES_H

#include "firmware/parse/chip/session.h"
#include "firmware/parse/chip/tlv.h"

/* Short identifiers; the long one is 0100 and this. CARD_ACCESS is found before an application is
 * selected, the others in that of travel documents. */
enum file_id {
	FILE_DG1 = 0x01,
	FILE_DG2 = 0x02,
	FILE_DG13 = 0x0d,
	FILE_DG14 = 0x0e,
	FILE_DG15 = 0x0f,
	FILE_CARD_ACCESS = 0x1c,
	FILE_CARD_SECURITY = 0x1d, /* the same as SOD's, in the other place */
	FILE_SOD = 0x1d,
	FILE_COM = 0x1e,
};

enum {
	FILE_MAX_BYTES = 128 << 10,
	FILE_MAX_TRIPS = 1400, /* for one file: at 20 ms each half a minute */
};

/* A file, whole or as much of it as has arrived. Zero it, set id. */
struct file {
	enum file_id id;
	uint8_t *bytes; /* owned */
	size_t have, total;
};

/* How this card wants to be read; one for all files of a session. Zero it. A new session with the
 * same card goes on with the same one. */
struct file_way {
	/* Plain bytes to ask for at a time: what was remembered, or 0; afterwards what worked. It
	 * never exceeds what the line brings. */
	uint32_t block;
	bool sfi_refused; /* the card wants SELECT before it reads */

	/* After ERR_FORGED or another error: the last command asked for more than this card has
	 * given so far, so its size may be the reason; less will be asked for next time. Opening
	 * the chip anew and reading on is worth a try. */
	bool size_suspected;

	/* Optional: called after each answer. */
	void (*progress)(void *data, const struct file *f);
	void *progress_data;

	/* private */
	uint32_t first;         /* to ask for while the file's length is unknown */
	uint32_t given;         /* the most that came in one answer */
	bool sfi_works, strict; /* strict: asking beyond a file's end is an error to this card */
};

/* Reads what is missing of `f`: with f->have > 0 it goes on behind these bytes, whether they came
 * in this session or were put there by file_restore(). On every error what arrived stays in f.
 * ERR_NOT_FOUND: no such file. ERR_DENIED: not without (another) authentication. ERR_BAD_DATA: the
 * card sends more than asked, no valid beginning, an impossible length, or the file ends too early.
 * ERR_NO_MEMORY. Else as session_send(). */
enum err file_read(struct session *s, struct file_way *w, struct file *f);

/* The beginning of `f`, kept from an earlier session. ERR_BAD_DATA when longer than a file or than
 * it says itself; ERR_NO_MEMORY. */
enum err file_restore(struct file *f, const void *bytes, size_t len);

/* The whole file, or an empty span while something is missing. */
struct span file_span(const struct file *f);
uint8_t file_percent(const struct file *f);

/* Wipes and frees. Accepts a zeroed one. */
void file_finish(struct file *f);

/* The most plain bytes that one answer brings over the session's line, given how it is protected
 * now. */
uint32_t file_largest_block(const struct session *s);

#endif
