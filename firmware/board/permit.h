/* A technician's permit to install an older version: lines of NAME=value in a CMS SignedData (RFC
 * 5652, DER, content included), signed by a certificate that the update authority gave for signing
 * mail and not for signing code. It lies beside the bundle, NAME.raucb.permit.
 *
 *     PERMIT=downgrade
 *     VERSION=1.790+g0123456     exactly that one
 *     MACHINE=K01                the kiosk's number, or `any`
 *     UNTIL=2026-12-31           the last day, by UTC
 */
#ifndef BOARD_PERMIT_H
#define BOARD_PERMIT_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define PERMIT_MAX 16384

struct permit {
	char version[48], machine[48];
	int64_t until_s; /* the end of that day */
};

/* The signed words. ERR_BAD_DATA: another form, or an impossible day. */
enum err permit_parse(const char *text, size_t len, struct permit *ret);

/* Opens a permit's file at the time now_s. ERR_NOT_FOUND: there is none. ERR_FORGED: not signed by
 * whom it must be. ERR_BAD_DATA, ERR_IO, ERR_NO_MEMORY. */
enum err permit_open(const char *path, const char *anchor_path, int64_t now_s, struct permit *ret);

/* Does it allow that version here and now? ERR_DENIED: another version or kiosk. ERR_TIMEOUT: it
 * has ended. */
enum err permit_allows(const struct permit *p, const char *version, const char *machine,
		       int64_t now_s);

#endif
