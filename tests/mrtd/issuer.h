/* A state that issues identity cards, made anew each time with OpenSSL: a root (CSCA), signers of
 * documents (DS), EF.SOD, CRL, master list; right, or wrong in one chosen way. Every name is
 * invented: "Test State", C=UT. Nothing is written to disk. A zeroed form is a sound, usual one.
 * Fails only by abort(): these are tests. */
#ifndef MRTD_ISSUER_H
#define MRTD_ISSUER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISSUER_NOW_S INT64_C(1795262400) /* 2026-11-21; what a zero `now_s` means */

enum issuer_key {
	ISSUER_P256,
	ISSUER_P384,
	ISSUER_BP256, /* brainpoolP256r1, and so on */
	ISSUER_BP384,
	ISSUER_BP512,
	ISSUER_RSA,     /* 2048 bits, PKCS #1 */
	ISSUER_RSA_PSS, /* 2048 bits */
	ISSUER_RSA_1024,
	ISSUER_KEYS
};

/* How a key signs. */
struct issuer_sign {
	enum issuer_key key;
	bool explicit_curve; /* the curve by its numbers instead of its name */
	const char *digest;  /* "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"; NULL: SHA256 */
};

enum issuer_when { ISSUER_VALID, ISSUER_EXPIRED, ISSUER_NOT_YET };

/* Bytes on the heap: issuer_free() them. */
struct issuer_bytes {
	uint8_t *at;
	size_t len;
};
void issuer_free(struct issuer_bytes *b);

/* The root. */
struct issuer_form {
	struct issuer_sign sign;
	const char *name; /* CN; NULL: "Test State CSCA" */
	enum issuer_when when;
	int64_t now_s;
	bool not_a_ca; /* basicConstraints say so */
};
struct issuer;
struct issuer *issuer_create(const struct issuer_form *f); /* NULL: the usual */
void issuer_destroy(struct issuer *i);                     /* NULL is allowed */

/* Its certificate, DER: the anchor an operator would install. */
struct issuer_bytes issuer_csca(const struct issuer *i);

/* `next`'s key and name under a certificate signed by `before`: a link certificate. */
struct issuer_bytes issuer_link(const struct issuer *before, const struct issuer *next);

/* One file of the card as it will be read, with its tag. */
struct issuer_file {
	unsigned dg; /* 1..16 */
	const void *bytes;
	size_t len;
};

/* EF.SOD. */
struct issuer_sod {
	const struct issuer_file *files;
	size_t file_count;
	const char *hash;        /* of the files; NULL: SHA256 */
	struct issuer_sign sign; /* of the document signer */
	enum issuer_when when;   /* its certificate */
	bool revoked;            /* it is in issuer_crl() from now on */
	bool v1;                 /* LDSSecurityObject version 1, LDS 1.8, Unicode 4.0.0 */
	bool legacy_type;        /* content type 1.3.27.1.1.1 */
	bool by_key_id;          /* the signer is named by SKI instead of issuer and serial */
	bool no_attributes;      /* the signature is straight over the list */
	bool plain_signature;    /* ECDSA as r || s, algorithm ecdsa-plain-* of BSI TR-03111 */
	bool plain_unsaid;       /* the same under the usual ecdsa-with-* name */
	bool no_certificate;     /* the signer's is left out */
	bool list_signer;        /* whose certificate is for master lists */
	bool unknown_algorithm;  /* the signature has a name that nobody knows */
	bool bare_type;          /* content type id-data, as China's passports have it */
	bool foreign_type;       /* signed, but as something else: a master list */
	unsigned signers;        /* 0: 1; each has its own certificate */
	unsigned bad_signer;     /* 1 is the first: one bit of its signature is wrong */
	bool altered_list;       /* a bit of it was changed after signing */
	unsigned missing_dg;     /* left out of the list */
	unsigned wrong_dg;       /* its hash has a wrong bit, before signing */
	unsigned double_dg;      /* twice in the list */
};
struct issuer_bytes issuer_sod(struct issuer *i, const struct issuer_sod *s);

/* EF.CardSecurity: these SecurityInfos signed by a document signer (ICAO Doc 9303-11 section
 * 9.2.11). Of *s only sign, when, and revoked count. */
struct issuer_bytes issuer_card_security(struct issuer *i, const struct issuer_sod *s,
					 const void *infos, size_t len);

/* CRL with the serials of the revoked document signers, or of all made so far. */
struct issuer_bytes issuer_crl(const struct issuer *i, bool revoke_all);

/* ICAO master list with these DER certificates, signed by a master list signer under `i`. */
struct issuer_list {
	const struct issuer_bytes *certs;
	size_t cert_count;
	struct issuer_sign sign;
	bool bad_signature;
	bool no_certificate; /* the signer's is left out */
	bool wrong_type;     /* content type is not that of a master list */
	bool not_for_lists;  /* the signer's certificate lacks the extended usage for lists */
};
struct issuer_bytes issuer_master_list(struct issuer *i, const struct issuer_list *l);

/* PEM of DER bytes: `label` "CERTIFICATE" or "X509 CRL". */
struct issuer_bytes issuer_pem(const char *label, struct issuer_bytes der);

#endif
