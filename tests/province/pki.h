/* The stand-in's keys and certificates (pki.def), made with OpenSSL at its first start.
 *
 * What a kiosk needs is DIR/pki/kiosk, laid out as /etc/kiosk is; rows of kiosk.conf:
 *
 *     sign_key         = DIR/pki/kiosk/kiosk.key      signs packages
 *     sign_cert        = DIR/pki/kiosk/kiosk.pem
 *     seal_cert        = DIR/pki/kiosk/seal.pem       the province that may open packages
 *     answer_anchor    = DIR/pki/kiosk/answer.pem     CA of the answers' signatures
 *     catalogue_anchor = DIR/pki/kiosk/catalogue.pem  its key: DIR/pki/province/catalogue.key
 *     kiosk_anchor     = DIR/pki/kiosk/kiosk-ca.pem   CA of the kiosks' certificates
 *     tls_ca           = DIR/pki/kiosk/tls/ca.pem
 *     tls_cert         = DIR/pki/kiosk/tls/kiosk.pem
 *     tls_key          = DIR/pki/kiosk/tls/kiosk.key
 *
 * DIR/pki/province has the province's own keys; DIR/pki/rogue the wrong ones for tests. */
#ifndef PROVINCE_PKI_H
#define PROVINCE_PKI_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PKI(id, file, ...) PKI_##id,
enum pki_id {
#include "tests/province/pki.def"
	PKI_COUNT
};
#undef PKI
#define PKI_NONE PKI_COUNT

/* The kiosk whose certificates are made when nobody names one; its common name. */
#define PKI_KIOSK_ID "K01"

/* Makes everything under `dir`/pki that is not there yet; what is there stays. `dir` exists or
 * is made. ERR_IO; ERR_NO_SPACE for a path that is too long. */
enum err pki_make(const char *dir, const char *kiosk_id);

struct evp_pkey_st;
struct pki_subject {
	struct evp_pkey_st *key;
	const char *name;
	int64_t now_s;
};

/* Issues a certificate of 397 days like that of the row `like`, valid from a day before now_s on,
 * by the CA `issuer`. PEM, malloc'ed for the caller. ERR_IO. */
enum err pki_issue(const char *dir, enum pki_id like, enum pki_id issuer,
		   const struct pki_subject *who, char **ret_pem);

/* "DIR/pki/FILE.SUFFIX" of a row; PKI_NONE: "DIR/pki/shown", which a test has put there;
 * suffix "pem" or "key". False when it does not fit. */
bool pki_path(const char *dir, enum pki_id id, const char *suffix, char *ret, size_t cap);

#endif
