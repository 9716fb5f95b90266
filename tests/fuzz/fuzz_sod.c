/* zone: chip */
/* EF.SOD from a card, and files held against it. The first byte: l for the signed list alone. */
#include "firmware/parse/chip/trust.h"

#include <stdlib.h>
#include <string.h>

#define NOW_S 1795262400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void hold_against(struct trust *t)
{
	static const uint8_t FILE_BYTES[] = { 0x61, 0x01, 0x00 };

	for (unsigned dg = 0; dg <= SOD_DGS + 1; dg++)
		if (trust_hash_ok(t, dg, (struct span){ FILE_BYTES, sizeof FILE_BYTES }) &&
		    !sod_lists(&t->sod, dg))
			abort();
	if (t->sod.digest != SOD_NO_DIGEST && t->data != CHIP_DATA_ALTERED)
		abort(); /* number 0 is in no list */
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span nothing = { 0 };
	struct trust t = { 0 };

	if (len == 0)
		return 0;
	struct span rest = { bytes + 1, len - 1 };
	if (bytes[0] == 'l') {
		if (sod_read_list(rest, &t.sod) == ERR_OK)
			hold_against(&t);
		return 0;
	}
	if (trust_read(rest, nothing, NOW_S, &t) != ERR_OK)
		return 0;
	/* without an anchor nobody is known */
	if (t.issuer != CHIP_ISSUER_UNKNOWN && t.issuer != CHIP_ISSUER_UNCHECKED)
		abort();
	if (memchr(t.signer, '\0', sizeof t.signer) == NULL)
		abort();
	hold_against(&t);
	return 0;
}
