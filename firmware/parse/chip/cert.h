/* What is asked of certificates and CRLs: names for people, times, whose they are. */
#ifndef PARSE_CHIP_CERT_H
#define PARSE_CHIP_CERT_H

#include "firmware/parse/chip/tlv.h"

#include <openssl/x509.h>

/* "CN=Test State CSCA,O=Test State,C=UT" (RFC 2253, UTF-8, no control characters), cut to cap. */
void cert_name_text(const X509_NAME *name, char *ret, size_t cap);

/* Seconds since 1970; 0 when there is none or it is malformed. */
int64_t cert_time_s(const ASN1_TIME *t);

/* Subject of a certificate, issuer of a CRL, without reading the rest of it: a list has hundreds,
 * and one or two of them matter. The caller frees; NULL when it is malformed. */
X509_NAME *cert_subject_in(struct span der);
X509_NAME *cert_crl_issuer_in(struct span der);

/* The whole, and nothing behind it. The caller frees; NULL when it is malformed. */
X509 *cert_read(struct span der);
X509_CRL *cert_crl_read(struct span der);

/* May sign certificates. */
bool cert_is_ca(X509 *c);

/* Its own key made its signature. */
bool cert_is_self_signed(X509 *c);

/* Its extended usage is the signing of master lists (2.23.136.1.1.3). */
bool cert_is_for_lists(X509 *c);

/* Its key usage lets it sign, and it was not made for something else than documents. */
bool cert_is_for_documents(X509 *c);

#endif
