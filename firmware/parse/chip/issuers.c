#include "firmware/parse/chip/issuers.h"

#include "firmware/base/anchors.h"
#include "firmware/parse/chip/cert.h"

#include <openssl/err.h>

#define MAX_LINKS    4
#define MAX_ATTEMPTS 64 /* signatures looked at for one signer */

struct walk {
	struct span anchors;
	int64_t now_s;
	int attempts;
	enum chip_issuer best;
};

static bool is_in_time(X509 *c, int64_t now_s)
{
	int64_t from_s = cert_time_s(X509_get0_notBefore(c));
	int64_t until_s = cert_time_s(X509_get0_notAfter(c));

	return from_s <= now_s && now_s <= until_s;
}

/* The next certificate of that subject; NULL at the end. The caller frees. */
static X509 *next_named(struct reader *r, const X509_NAME *name, enum anchor_kind kind)
{
	struct anchor a;

	while (anchors_next(r, &a) == ERR_OK) {
		struct span der = { a.der, a.der_len };
		X509_NAME *subject = a.kind == kind ? cert_subject_in(der) : NULL;
		bool same = subject && X509_NAME_cmp(subject, name) == 0;
		X509 *c = same ? cert_read(der) : NULL;

		X509_NAME_free(subject);
		if (c && cert_is_ca(c))
			return c;
		X509_free(c);
	}
	return NULL;
}

/* One more may be looked at. */
static bool goes_on(const struct walk *w)
{
	return w->best != CHIP_ISSUER_KNOWN && w->attempts < MAX_ATTEMPTS;
}

static bool has_signed(X509 *by, X509 *c, struct walk *w)
{
	w->attempts++;
	return X509_verify(c, X509_get0_pubkey(by)) == 1;
}

/* Looks at every way up: a key that was certified again leads to an old and a new one. */
static void climb(struct walk *w, X509 *c, bool in_time, int links)
{
	const X509_NAME *name = X509_get_issuer_name(c);

	in_time = in_time && is_in_time(c, w->now_s);
	for (int kind = ANCHOR_CSCA; kind <= ANCHOR_LINK; kind++) {
		struct reader r = anchors_reader(w->anchors.at, w->anchors.len);
		X509 *up;

		for (; goes_on(w) && (up = next_named(&r, name, kind)) != NULL; X509_free(up)) {
			if (!has_signed(up, c, w))
				continue;
			if (kind == ANCHOR_LINK && links < MAX_LINKS)
				climb(w, up, in_time, links + 1);
			else if (kind == ANCHOR_CSCA)
				w->best = in_time && is_in_time(up, w->now_s) ? CHIP_ISSUER_KNOWN
									      : CHIP_ISSUER_EXPIRED;
		}
	}
}

bool issuers_know_crl(X509_CRL *crl, struct span anchors)
{
	const X509_NAME *name = X509_CRL_get_issuer(crl);
	bool good = false;

	for (int kind = ANCHOR_CSCA; kind <= ANCHOR_LINK; kind++) {
		struct reader r = anchors_reader(anchors.at, anchors.len);

		for (X509 *up; !good && (up = next_named(&r, name, kind)); X509_free(up))
			good = X509_CRL_verify(crl, X509_get0_pubkey(up)) == 1;
	}
	ERR_clear_error();
	return good;
}

/* An old CRL still takes back what it took back. */
static bool revokes(struct span der, X509 *c, struct span anchors)
{
	X509_NAME *issuer = cert_crl_issuer_in(der);
	bool same = issuer && X509_NAME_cmp(issuer, X509_get_issuer_name(c)) == 0;
	X509_CRL *crl = same ? cert_crl_read(der) : NULL;
	X509_REVOKED *entry = NULL;

	bool listed = crl && X509_CRL_get0_by_serial(crl, &entry, X509_get0_serialNumber(c)) == 1;
	bool good = listed && issuers_know_crl(crl, anchors);
	X509_CRL_free(crl);
	X509_NAME_free(issuer);
	return good;
}

static bool is_revoked(X509 *c, struct span anchors)
{
	struct reader r = anchors_reader(anchors.at, anchors.len);
	struct anchor a;

	while (anchors_next(&r, &a) == ERR_OK)
		if (a.kind == ANCHOR_CRL && revokes((struct span){ a.der, a.der_len }, c, anchors))
			return true;
	return false;
}

enum chip_issuer issuers_judge(X509 *signer, struct span anchors, int64_t now_s)
{
	struct walk w = { .anchors = anchors, .now_s = now_s, .best = CHIP_ISSUER_UNKNOWN };

	climb(&w, signer, true, 0);
	ERR_clear_error();
	if (w.best != CHIP_ISSUER_UNKNOWN && is_revoked(signer, anchors))
		return CHIP_ISSUER_REVOKED;
	return w.best;
}
