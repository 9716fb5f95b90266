/* CMS SignedData (RFC 5652) with its content inside: EF.SOD and master lists. Read by OpenSSL, and
 * then judged signer by signer, because states write it in more ways than CMS_verify() takes. */
#ifndef PARSE_CHIP_SIGNED_H
#define PARSE_CHIP_SIGNED_H

#include "firmware/parse/chip/sign.h"

#include <openssl/cms.h>

#define SIGNED_MAX_SIGNERS 8

struct signed_data {
	CMS_ContentInfo *cms;
	STACK_OF(X509) * certs; /* those inside; NULL: none */
	struct span content;
	int signers;
};

/* `der` is the ContentInfo and nothing else. ERR_BAD_DATA: it is not, or has no content or no
 * signer. On ERR_OK signed_close() it. */
enum err signed_open(struct span der, struct signed_data *ret);
void signed_close(struct signed_data *s); /* accepts a zeroed one */

/* The dotted name of what the content is. */
void signed_type(const struct signed_data *s, char *ret, size_t cap);

/* One signer, 0..signers: does the signature fit content and key? *ret_cert, on GOOD or BAD, is
 * the certificate with that key; it lives as long as `s`. UNKNOWN: no certificate of theirs inside,
 * or SIGN_UNKNOWN. */
enum sign_result signed_check(const struct signed_data *s, int signer, unsigned *notes,
			      X509 **ret_cert);

#endif
