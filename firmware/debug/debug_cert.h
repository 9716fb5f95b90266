/* A technician's certificate for the serial console: an X.509 certificate (RFC
 * 5280) in PEM, given by the image's authority of such certificates, with an
 * end, to one machine. Who has the stick that it lies on has the console, so it
 * is short-lived:
 *
 *     subject    serialNumber = serial number of the machine's disk, or `any`
 * (test keys only) validity   DEBUG_CERT_DAYS at most
 */
#ifndef DEBUG_CERT_H
#define DEBUG_CERT_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define DEBUG_CERT_DAYS 31
#define DEBUG_CERT_MAX  16384 /* bytes of a file */

struct debug_cert_here {
	const char *anchor_path; /* certificate of the authority */
	const char *disk;        /* serial number; "": unknown, and only `any` fits */
	bool any;                /* whether `any` fits here */
	int64_t now_s;           /* what is held for the time */
};

/* Whether the certificate at `path` opens the console of this machine now.
 * ERR_NOT_FOUND: there is none, or no authority. ERR_BAD_DATA: not a
 * certificate of that form. ERR_FORGED: of another authority. ERR_OLD_CERT: its
 * days are over, have not begun, or are too many. ERR_DENIED: for another
 * machine. ERR_IO, ERR_NO_MEMORY. */
enum err debug_cert_check(const char *path, const struct debug_cert_here *here);

#endif
