/* zone: chip */
/* A CRL or a link certificate as it lies among the anchors, while a signer is judged. The first
 * byte is its kind; then two bytes, big-endian, are the length of the signer's certificate. */
#include "firmware/base/anchors.h"
#include "firmware/base/buf.h"
#include "firmware/parse/chip/cert.h"
#include "firmware/parse/chip/issuers.h"

#include <stdlib.h>

#define NOW_S 1795262400

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct anchors list = { 0 };
	struct anchor a = { .kind = get_u8(&r) % ANCHOR_KINDS };
	size_t signer_len = get_u16be(&r);
	const uint8_t *signer = get_bytes(&r, signer_len);

	if (r.bad || r.left == 0)
		return 0;
	a.der = r.at;
	a.der_len = r.left;
	X509 *c = cert_read((struct span){ signer, signer_len });
	/* each twice: from one to the other, and round */
	if (c && anchors_add(&list, &a) == ERR_OK && anchors_add(&list, &a) == ERR_OK) {
		struct span anchors = { list.bytes, list.len };
		enum chip_issuer i = issuers_judge(c, anchors, NOW_S);

		if (a.kind != ANCHOR_CSCA && i != CHIP_ISSUER_UNKNOWN)
			abort();
	}
	anchors_finish(&list);
	X509_free(c);
	return 0;
}
