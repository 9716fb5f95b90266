/* Commands to a card over one line, in the clear or under secure messaging, counted and traced.
 * Sources: ISO/IEC 7816-4; ICAO Doc 9303-11 section 9.8 (secure messaging). */
#ifndef PARSE_CHIP_SESSION_H
#define PARSE_CHIP_SESSION_H

#include "firmware/parse/chip/line.h"
#include "firmware/parse/chip/sm.h"
#include <stdbool.h>

struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;
	size_t len;
	uint32_t le; /* bytes wanted; 0 none, up to 65536. Extended form where it must be */
};

struct session {
	const struct line *line;
	struct sm sm;
	bool secure; /* sm has keys: every command is wrapped, an answer in the clear is refused */

	/* what it cost */
	uint32_t trips, bytes_out, bytes_in;

	/* Optional: one line for a technician: header, lengths, status word; never data. */
	void (*trace)(void *data, const char *line);
	void *trace_data;
};

/* Sends and receives. ret[0..cap) gets the plain data, *ret_sw the card's status word, whatever it
 * is: the caller judges it. ERR_FORGED: an answer under secure messaging that is unprotected, has a
 * wrong MAC or is malformed; the session is dead then (secure messaging cannot go on).
 * Else as line.exchange. */
enum err session_send(struct session *s, const struct apdu *a, uint8_t *ret, size_t cap,
		      size_t *ret_len, uint16_t *ret_sw);

/* Wipes the keys. Accepts a zeroed session. */
void session_finish(struct session *s);

#endif
