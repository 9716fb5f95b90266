/* tus checksum: what a kiosk says of a piece, and what the piece is. */
#ifndef PROVINCE_SUM_H
#define PROVINCE_SUM_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUM_ALGORITHMS "sha1,sha256"

/* Zero it once. */
struct sum {
	EVP_MD_CTX *md; /* NULL: none was named */
	int64_t from;   /* where the piece begins */
	unsigned char said[EVP_MAX_MD_SIZE];
	int said_len;
};

/* Upload-Checksum, "sha256 BASE64"; NULL is none. False: it is not of that form, or of an algorithm
 * that is not known. */
bool sum_begin(struct sum *s, const char *header, int64_t from);
void sum_add(struct sum *s, const void *bytes, size_t n);
bool sum_fits(struct sum *s); /* also when none was named */
void sum_end(struct sum *s);

#endif
