#include "firmware/parse/chip/import.h"

#include "firmware/parse/chip/cert.h"
#include "firmware/parse/chip/import_file.h"
#include "firmware/parse/chip/issuers.h"
#include "firmware/parse/chip/signed.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#define MASTER_LIST  "2.23.136.1.1.2"
#define TAG_INTEGER  0x02
#define TAG_SEQUENCE 0x30
#define TAG_SET      0x31

struct reading {
	struct import *to;
	struct span installed;
	int64_t now_s;
	struct anchors crls; /* judged when all the certificates are known */
	unsigned lists, strange_lists;
	enum err failed;
};

static void refuse(struct reading *r)
{
	if (r->to->refused < UINT16_MAX)
		r->to->refused++;
}

static bool has(const struct anchors *list, const uint8_t sha256[ANCHOR_SHA256])
{
	struct reader r = anchors_reader(list->bytes, list->len);
	struct anchor a;

	while (anchors_next(&r, &a) == ERR_OK)
		if (memcmp(a.sha256, sha256, ANCHOR_SHA256) == 0)
			return true;
	return false;
}

/* False: it is in the list already, or something failed. */
static bool is_new(struct reading *r, const struct anchors *list, struct anchor *a, struct span der)
{
	a->der = der.at;
	a->der_len = der.len;
	if (EVP_Digest(der.at, der.len, a->sha256, NULL, EVP_sha256(), NULL) != 1)
		r->failed = ERR_NO_MEMORY;
	return r->failed == ERR_OK && !has(list, a->sha256);
}

/* A root, or signed by another key: that one's worth is looked at when a card is read. */
static bool is_usable(X509 *c, int64_t now_s, enum anchor_kind *ret_kind)
{
	*ret_kind = cert_is_self_signed(c) ? ANCHOR_CSCA : ANCHOR_LINK;
	return cert_is_ca(c) && cert_time_s(X509_get0_notAfter(c)) >= now_s;
}

static void take_cert(struct reading *r, struct span der, enum anchor_source source)
{
	struct anchor a = { .source = source };

	if (!is_new(r, &r->to->list, &a, der))
		return;
	X509 *c = cert_read(der);
	if (!c || !is_usable(c, r->now_s, &a.kind)) {
		refuse(r);
	} else {
		a.from_s = cert_time_s(X509_get0_notBefore(c));
		a.until_s = cert_time_s(X509_get0_notAfter(c));
		cert_name_text(X509_get_subject_name(c), a.subject, sizeof a.subject);
		r->failed = anchors_add(&r->to->list, &a);
	}
	X509_free(c);
}

static void take_crl(struct reading *r, struct span der)
{
	struct anchor a = { .kind = ANCHOR_CRL };

	if (!is_new(r, &r->crls, &a, der))
		return;
	X509_CRL *c = cert_crl_read(der);
	if (!c) {
		refuse(r);
		return;
	}
	a.from_s = cert_time_s(X509_CRL_get0_lastUpdate(c));
	a.until_s = cert_time_s(X509_CRL_get0_nextUpdate(c));
	cert_name_text(X509_CRL_get_issuer(c), a.subject, sizeof a.subject);
	r->failed = anchors_add(&r->crls, &a);
	X509_CRL_free(c);
}

/* CscaMasterList ::= SEQUENCE { version, certList SET OF Certificate } */
static enum err take_list_certs(struct reading *r, struct span content)
{
	struct span list, certs;
	struct tlv t = { 0 };
	enum err e = tlv_find(content, TAG_SEQUENCE, &list);

	if (e == ERR_OK)
		e = tlv_next(&list, &t);
	if (e == ERR_OK && t.tag != TAG_INTEGER)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = tlv_find(list, TAG_SET, &certs);
	if (e != ERR_OK)
		return ERR_BAD_DATA;
	while (e == ERR_OK && r->failed == ERR_OK) {
		e = tlv_next(&certs, &t);
		if (e == ERR_OK && t.whole.len > ANCHOR_MAX_DER)
			refuse(r);
		else if (e == ERR_OK)
			take_cert(r, t.whole, ANCHOR_FROM_LIST);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Name and fingerprint of a certificate; of the two, the name is the one to be cut. */
static void write_signer(X509 *c, char *ret, size_t cap)
{
	uint8_t hash[ANCHOR_SHA256];
	char hex[2 * ANCHOR_SHA256 + 1], name[170];

	if (X509_digest(c, EVP_sha256(), hash, NULL) != 1)
		return;
	for (size_t i = 0; i < sizeof hash; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	cert_name_text(X509_get_subject_name(c), name, sizeof name);
	(void)snprintf(ret, cap, "%s SHA-256 %s", name, hex);
}

/* All signers, each with a certificate inside. */
static enum err check_list(struct reading *r, const struct signed_data *s)
{
	bool known = true;

	for (int i = 0; i < s->signers; i++) {
		unsigned notes = 0;
		X509 *cert = NULL;

		if (signed_check(s, i, &notes, &cert) != SIGN_GOOD)
			return ERR_FORGED;
		known = known && cert_is_for_lists(cert) &&
			issuers_judge(cert, r->installed, r->now_s) == CHIP_ISSUER_KNOWN;
		if (!r->to->signer[0])
			write_signer(cert, r->to->signer, sizeof r->to->signer);
	}
	r->lists++;
	r->strange_lists += !known;
	return ERR_OK;
}

static void take_list(struct reading *r, struct span der)
{
	struct signed_data s = { 0 };
	char type[64] = "";
	enum err e = signed_open(der, &s);

	if (e == ERR_OK)
		signed_type(&s, type, sizeof type);
	if (e == ERR_OK && strcmp(type, MASTER_LIST) != 0)
		e = ERR_BAD_DATA;
	if (e == ERR_OK)
		e = check_list(r, &s);
	if (e == ERR_OK)
		e = take_list_certs(r, s.content);
	if (e != ERR_OK)
		r->failed = e;
	signed_close(&s);
}

static void take(void *data, enum import_item what, struct span der)
{
	struct reading *r = data;

	if (r->failed != ERR_OK)
		return;
	if (what != IMPORT_LIST && der.len > ANCHOR_MAX_DER)
		refuse(r);
	else if (what == IMPORT_CERT)
		take_cert(r, der, ANCHOR_FROM_FILE);
	else if (what == IMPORT_CRL)
		take_crl(r, der);
	else if (what == IMPORT_LIST)
		take_list(r, der);
	else
		refuse(r);
}

/* Those that an anchor signed which the kiosk has, or gets by the same file. */
static void take_crls(struct reading *r)
{
	struct reader in = anchors_reader(r->crls.bytes, r->crls.len);
	struct span fresh = { r->to->list.bytes, r->to->list.len };
	struct anchors good = { 0 };
	struct anchor a;

	while (anchors_next(&in, &a) == ERR_OK && r->failed == ERR_OK) {
		X509_CRL *c = cert_crl_read((struct span){ a.der, a.der_len });

		if (c && (issuers_know_crl(c, r->installed) || issuers_know_crl(c, fresh)))
			r->failed = anchors_add(&good, &a);
		else
			refuse(r);
		X509_CRL_free(c);
	}
	in = anchors_reader(good.bytes, good.len);
	while (anchors_next(&in, &a) == ERR_OK && r->failed == ERR_OK)
		r->failed = anchors_add(&r->to->list, &a);
	anchors_finish(&good);
}

enum err import_read(struct span file, struct span installed, int64_t now_s, struct import *ret)
{
	struct import to = { 0 };
	struct reading r = { .to = &to, .installed = installed, .now_s = now_s };
	enum err e = file.len > IMPORT_MAX_BYTES ? ERR_BAD_DATA
						 : anchors_check(installed.at, installed.len, NULL);

	if (e == ERR_OK)
		e = import_file(file, take, &r);
	if (e == ERR_OK)
		e = r.failed;
	if (e == ERR_OK)
		take_crls(&r);
	if (e == ERR_OK)
		e = r.failed;
	anchors_finish(&r.crls);
	ERR_clear_error();
	if (e != ERR_OK) {
		import_finish(&to);
		return e;
	}
	to.known = r.lists > 0 && r.strange_lists == 0;
	*ret = to;
	return ERR_OK;
}

void import_finish(struct import *i)
{
	anchors_finish(&i->list);
	*i = (struct import){ 0 };
}
