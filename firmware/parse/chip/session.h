/* Commands to a card over one line, in the clear or under secure messaging, counted and traced.
 * Sources: ISO/IEC 7816-4; ICAO Doc 9303-11 section 9.8 (secure messaging). */
#ifndef PARSE_CHIP_SESSION_H
#define PARSE_CHIP_SESSION_H

#include "firmware/parse/chip/apdu.h"
#include "firmware/parse/chip/chance.h"
#include "firmware/parse/chip/line.h"
#include "firmware/parse/chip/sm.h"

struct session {
	const struct line *line;
	const struct chance *chance; /* NULL: the system's */
	struct sm sm;
	bool secure; /* sm has keys: every command is wrapped, an answer in the clear is refused */
	bool dead;   /* an answer was forged; every later command is ERR_FORGED */
	bool short_only; /* the card refuses extended length, as EF.CardAccess or a caller knows */

	/* what it cost */
	uint32_t trips, bytes_out, bytes_in;

	/* Optional: one line for a technician: header, lengths, status word; never data. */
	void (*trace)(void *data, const char *line);
	void *trace_data;
};

/* Sends and receives. ret[0..cap) gets the plain data, *ret_sw the card's status word, whatever
 * it is: the caller judges it. ERR_FORGED: an answer under secure messaging that is
 * unprotected, has a wrong MAC or is malformed; the session is dead then (secure messaging
 * cannot go on). ERR_NO_SPACE: the command is too long, or the data are longer than cap. Else
 * as line.exchange. */
enum err session_send(struct session *s, const struct apdu *a, uint8_t *ret, size_t cap,
		      size_t *ret_len, uint16_t *ret_sw);

/* From here on under these keys, which are copied. */
void session_secure(struct session *s, const struct sm *sm);

/* Back into the clear, as after a new SELECT of the applet by which a card forgets its keys. */
void session_unsecure(struct session *s);

/* Line and card take commands and answers of extended length. */
bool session_is_wide(const struct session *s);

/* The most data bytes that one answer can bring here: what the line takes, less protection. A
 * READ BINARY with this `le` never needs a second answer. */
uint32_t session_room(const struct session *s);

/* Wipes the keys. Accepts a zeroed session. */
void session_finish(struct session *s);

#endif
