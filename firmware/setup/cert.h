/* Whether a certificate is the one that this kiosk asked for. */
#ifndef SETUP_CERT_H
#define SETUP_CERT_H

#include <stdbool.h>
#include <stdint.h>

/* All in PEM: `cert` has the key of the request `csr`, names kiosk `id`, is issued by `ca`, and is
 * valid at now_s. *ret_ends_s, when it is. */
bool cert_fits(const char *cert, const char *csr, const char *ca, const char *id, int64_t now_s,
	       int64_t *ret_ends_s);

/* In PEM, and its time has not come yet by that clock. */
bool cert_is_early(const char *cert, int64_t now_s);

#endif
