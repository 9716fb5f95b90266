/* What the kiosk trusts when it looks at the signer of a chip, in a form of its own: a list of
 * certificates and CRLs, each with what a person wants to read about it. An operator installs
 * them; none comes with the product. Empty bytes are an empty list.
 *
 *     "MCA1", then for each: u8 kind, u8 source, i64 from_s, i64 until_s, 32 bytes SHA-256 of der,
 *     u16 length of subject, u32 length of der, subject (UTF-8), der; numbers little-endian */
#ifndef BASE_ANCHORS_H
#define BASE_ANCHORS_H

#include "firmware/base/buf.h"
#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define ANCHORS_MAX_BYTES  (8u << 20)
#define ANCHORS_MAX        4096
#define ANCHOR_MAX_DER     (1u << 20)
#define ANCHOR_SHA256      32
#define ANCHOR_SUBJECT_CAP 256

enum anchor_kind {
	ANCHOR_CSCA, /* a state's own root certificate: signed by itself */
	ANCHOR_LINK, /* its next key, signed by the one before: worth what that one is worth */
	ANCHOR_CRL,  /* what it has taken back */
	ANCHOR_KINDS
};

enum anchor_source {
	ANCHOR_FROM_FILE, /* the file was nothing but this */
	ANCHOR_FROM_LIST, /* it stood in a signed master list */
	ANCHOR_SOURCES
};

struct anchor {
	enum anchor_kind kind;
	enum anchor_source source;
	int64_t from_s, until_s; /* validity; of a CRL: its day and the next one's, 0: not said */
	uint8_t sha256[ANCHOR_SHA256];
	char subject[ANCHOR_SUBJECT_CAP]; /* "CN=Test State CSCA,C=UT"; of a CRL: its issuer */
	const uint8_t *der;               /* somebody else's bytes */
	size_t der_len;
};

/* Reading: begin with anchors_reader(), then anchors_next() until ERR_NOT_FOUND. The anchors' der
 * lie in `bytes`. ERR_BAD_DATA: not such a list, cut short, or beyond the bounds above; nothing
 * of it is to be used then. */
struct reader anchors_reader(const void *bytes, size_t len);
enum err anchors_next(struct reader *r, struct anchor *ret);

/* The whole of it is well-formed; *ret_count may be NULL. ERR_BAD_DATA. */
enum err anchors_check(const void *bytes, size_t len, uint32_t *ret_count);

/* Writing. Zero it before use. */
struct anchors {
	uint8_t *bytes;
	size_t len, cap;
	uint32_t count;
};

/* Copies `a` to the end. ERR_NO_SPACE: the list is full, or der is too long. ERR_NO_MEMORY. */
enum err anchors_add(struct anchors *list, const struct anchor *a);

/* A sealed memfd with the list, also an empty one. *ret_fd is the caller's. */
enum err anchors_mem(const struct anchors *list, int *ret_fd);
void anchors_finish(struct anchors *list);

/* "csca", "link", "crl"; "file", "master-list". Static; "?" outside. */
const char *anchor_kind_name(enum anchor_kind k);
const char *anchor_source_name(enum anchor_source s);

#endif
