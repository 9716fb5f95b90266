/* EF.SOD: the list of what the data groups must hash to, signed by the state (ICAO Doc 9303-10
 * section 4.6.2, Doc 9303-12). Here only the list; who signed it is trust.h. */
#ifndef PARSE_CHIP_SOD_H
#define PARSE_CHIP_SOD_H

#include "firmware/base/err.h"
#include "firmware/parse/chip/tlv.h"
#include <stdbool.h>
#include <stdint.h>

#define SOD_MAX_BYTES (64u << 10)
#define SOD_DGS       16
#define SOD_HASH_MAX  64

/* The hashes a chip may be signed with. */
enum sod_digest { SOD_NO_DIGEST, SOD_SHA1, SOD_SHA224, SOD_SHA256, SOD_SHA384, SOD_SHA512 };

struct sod {
	enum sod_digest digest;
	uint8_t hash_len[SOD_DGS + 1]; /* by number of the data group; 0: it is not in the list */
	uint8_t hash[SOD_DGS + 1][SOD_HASH_MAX];
	uint8_t version;          /* of the LDSSecurityObject, 0 or 1 */
	char lds_version[8];      /* "0108"; "" with version 0 */
	char unicode_version[16]; /* "040000" */
};

/* The LDSSecurityObject as it was signed. ERR_BAD_DATA: malformed, a data group twice or outside
 * 1..16, a hash of the wrong length. ERR_NOT_FOUND: a digest we do not know. */
enum err sod_read_list(struct span lds_object, struct sod *ret);

/* True when the list has this data group. */
bool sod_lists(const struct sod *s, unsigned dg);

/* True when the list has this data group and `raw`, the file as read from its tag to its end,
 * hashes to it. */
bool sod_matches(const struct sod *s, unsigned dg, struct span raw);

#endif
