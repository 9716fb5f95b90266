/* A scanner with a glass and a one-sided feeder, by USB: Epson's ESC/I-2, as libsane's epsonds
 * speaks it. Format: backend/epsonds-cmd.c and epsonds.c of sane-backends 1.2.1, the other end.
 *
 * A request is 12 characters, `INFOx0000000`, the number (hexadecimal) being the length of a block
 * of parameters that follows it. The answer is 64 bytes: 12 of the same form, whose number is the
 * length of what follows them, and tokens (`#typIMGA`) up to `#---`. */
#ifndef TESTS_USIM_ESCI_H
#define TESTS_USIM_ESCI_H

#include "tests/usim/scanner.h"
#include "tests/usim/usb.h"

#define ESCI_REQUEST    12
#define ESCI_ANSWER     64
#define ESCI_PARAMETERS 4096 /* more of them are refused */

struct esci {
	struct usb_dev usb;
	struct scanner *scanner; /* the main thread's: so this is for front ends in it */
	uint8_t got[ESCI_REQUEST + ESCI_PARAMETERS];
	size_t got_len;
	struct scan_settings settings; /* of the last PARA */
	size_t most;                   /* bytes of a picture in one answer */
	enum err begun;                /* what came of the last TRDT */
	uint32_t late_ms;              /* the answer that is being made goes out so much later */
	unsigned job;
	uint8_t *page; /* being fetched; NULL: none */
	size_t page_len, page_sent;
};

void esci_init(struct esci *e, struct scanner *scanner);
void esci_finish(struct esci *e); /* as unplugged */

/* What a block of parameters asks for; what it does not name stays. *ret_most: as above. False when
 * it is not one, or says what this scanner cannot do. */
bool esci_read_parameters(const uint8_t *block, size_t len, struct scan_settings *ret,
			  size_t *ret_most);

#endif
