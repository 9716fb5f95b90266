/* From a signer's certificate to an installed anchor: over link certificates, at a moment, with
 * CRLs. By hand and not by X509_verify_cert(), which refuses explicit curve parameters and path
 * lengths of states that changed their name, and mixes "unknown" with "expired". */
#ifndef PARSE_CHIP_ISSUERS_H
#define PARSE_CHIP_ISSUERS_H

#include "firmware/base/chip.h"
#include "firmware/parse/chip/tlv.h"

#include <openssl/x509.h>

/* `anchors`: as base/anchors.h has them, checked before. Never CHIP_ISSUER_UNCHECKED. */
enum chip_issuer issuers_judge(X509 *signer, struct span anchors, int64_t now_s);

/* The signature of this CRL is by an anchor of `anchors`. */
bool issuers_know_crl(X509_CRL *crl, struct span anchors);

#endif
