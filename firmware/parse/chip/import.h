/* Trust anchors that an operator brings in a file: certificates and CRLs (PEM or DER, one or many),
 * a master list (ICAO Doc 9303-12 section 9, CMS), or a file of the ICAO PKD (LDIF) with those. */
#ifndef PARSE_CHIP_IMPORT_H
#define PARSE_CHIP_IMPORT_H

#include "firmware/base/anchors.h"
#include "firmware/parse/chip/tlv.h"
#include <stdbool.h>

#define IMPORT_MAX_BYTES (32u << 20)

/* Zero it before use. */
struct import {
	struct anchors list; /* what may be installed, each once */
	uint16_t refused;    /* no CA, out of time, malformed, a CRL by nobody we know */
	bool known;          /* of master lists: each signer leads to an anchor installed already */
	char signer[256]; /* "CN=Test State ML Signer,C=UT SHA-256 0123..."; "": no master list */
};

/* Reads the file. `installed`: the anchors the kiosk has. A certificate must be a CA's and not
 * expired; what is signed by itself must be so rightly. The signature of a master list is checked
 * with the certificate inside it, which must be one for master lists to be `known`.
 * ERR_BAD_DATA: nothing of the kind is in the file, or `installed` is malformed. ERR_FORGED: a
 * master list whose signature does not fit. ERR_NO_SPACE, ERR_NO_MEMORY. */
enum err import_read(struct span file, struct span installed, int64_t now_s, struct import *ret);

void import_finish(struct import *i);

#endif
