/* Addresses: the province's from the configuration, and those it gives us. */
#ifndef SYNC_ADDRESS_H
#define SYNC_ADDRESS_H

#include "firmware/base/err.h"
#include <stdbool.h>

#define ADDRESS_MAX_BYTES 512 /* with the NUL; also the size of `upload` in msg.def */

/* True for "https://HOST[:PORT]", an optional '/' at the end, and nothing else. */
bool address_base_ok(const char *base);

/* Makes a path on the province of a Location header: "/path" stays, "https://…/path" must be
 * on the host and port of `base` (http:// too: only the path is used). ERR_FORGED for another
 * host; ERR_BAD_DATA for a malformed or overlong one. */
enum err address_path(const char *base, const char *location, char ret_path[ADDRESS_MAX_BYTES]);

/* "https://host:port" and the path. ERR_NO_SPACE. */
enum err address_join(const char *base, const char *path, char ret[2 * ADDRESS_MAX_BYTES]);

#endif
