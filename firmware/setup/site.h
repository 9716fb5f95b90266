/* What a kiosk must be told of its province before it can trust anything: the signed set of files
 * `mocua-site`, from a stick or from the enrolment address.
 *
 *     ca.pem answer.pem seal.pem catalogue.pem kiosk-ca.pem    as kiosk.conf names them
 *     site.txt    lines of sha256sum(1) of these files
 *     site.p7s    CMS SignedData (DER, detached) over site.txt, with the certificate of who signed
 *
 * and, if the province wants the kiosk to begin with another list of procedures than the image's,
 *
 *     catalogue.json       the list
 *     catalogue.json.p7s   CMS SignedData (DER, detached) over it, by catalogue.pem
 *
 * Nothing is known yet that could vouch for the signer: a person compares its fingerprint with the
 * paper of the province. Beside the set lie the certificates of this kiosk, tls-ID.pem and
 * kiosk-ID.pem; they lead to ca.pem and kiosk-ca.pem. */
#ifndef SETUP_SITE_H
#define SETUP_SITE_H

#include "firmware/base/err.h"
#include "firmware/setup/answers.h"

#include <stdbool.h>
#include <stdint.h>

#define SITE_FOLDER "mocua-site"
#define SITE_MAX    65536

struct site {
	char fingerprint[HEX_SHA256_CAP]; /* SHA-256 of the signer's certificate, capital hex */
	char signer[96];                  /* its common name */
};

/* Reads and checks the set in a folder. ERR_NOT_FOUND: there is none. ERR_FORGED: it is altered or
 * incomplete. */
enum err site_check(int dir_fd, struct site *ret);

#define SITE_LIST     "catalogue.json"
#define SITE_LIST_MAX (8u << 20)

/* Copies the set, and what certificates there are of kiosk `id`, durably; only what site_check()
 * has found good in `from_fd`. A list goes along unread: kiosk-core looks at it.
 * ERR_IO, ERR_NO_SPACE, ERR_NOT_FOUND. */
enum err site_copy(int from_fd, int to_fd, const char *id);

/* The two certificates of kiosk `id` alone, as far as they are there; the same errors. */
enum err site_copy_own(int from_fd, int to_fd, const char *id);

/* "AB12 CD34 ...", for people. */
void site_groups(const char *fingerprint, char *ret, size_t cap);

/* True when what a person typed is that fingerprint, whatever stands between its digits. */
bool site_same(const char *fingerprint, const char *typed);

#endif
