#include "firmware/parse/chip/cert.h"

#include "firmware/base/msg.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TAG_SEQUENCE 0x30
#define TAG_VERSION  0xa0
#define TAG_INTEGER  0x02
#define USE_LISTS    "2.23.136.1.1.3"

void cert_name_text(const X509_NAME *name, char *ret, size_t cap)
{
	unsigned long how = (XN_FLAG_RFC2253 | ASN1_STRFLGS_UTF8_CONVERT) & ~ASN1_STRFLGS_ESC_MSB;
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;

	if (out && name && X509_NAME_print_ex(out, name, 0, how) >= 0)
		len = BIO_get_mem_data(out, &text);
	size_t n = len > 0 ? (size_t)len : 0;
	if (n >= cap)
		n = cap - 1;
	/* a character that was cut in two goes */
	while (n > 0 && !utf8_ok(text, n))
		n--;
	if (n > 0)
		memcpy(ret, text, n);
	ret[n] = '\0';
	BIO_free(out);
}

int64_t cert_time_s(const ASN1_TIME *t)
{
	struct tm tm;

	return t && ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

/* Both begin alike: SEQUENCE { SEQUENCE { [version,] ... Name ... } }; `skip` objects stand between
 * the version and the name. */
static enum err find_name(struct span der, uint32_t version_tag, int skip, struct span *ret)
{
	struct span certificate, inner, rest;
	struct tlv t = { 0 };
	enum err e = tlv_find(der, TAG_SEQUENCE, &certificate);

	if (e == ERR_OK)
		e = tlv_find(certificate, TAG_SEQUENCE, &inner);
	if (e != ERR_OK)
		return e;
	rest = inner;
	e = tlv_next(&rest, &t);
	if (e == ERR_OK && t.tag == version_tag)
		e = tlv_next(&rest, &t);
	for (; e == ERR_OK && skip > 0; skip--)
		e = tlv_next(&rest, &t);
	if (e == ERR_OK)
		*ret = t.whole;
	return e;
}

static X509_NAME *name_of(struct span der)
{
	const unsigned char *at = der.at;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der.len);

	ERR_clear_error();
	return name;
}

X509_NAME *cert_subject_in(struct span der)
{
	struct span name;

	/* serial | algorithm, issuer, validity, subject */
	return find_name(der, TAG_VERSION, 4, &name) == ERR_OK ? name_of(name) : NULL;
}

X509_NAME *cert_crl_issuer_in(struct span der)
{
	struct span name;

	/* algorithm | issuer */
	return find_name(der, TAG_INTEGER, 1, &name) == ERR_OK ? name_of(name) : NULL;
}

X509 *cert_read(struct span der)
{
	const unsigned char *at = der.at;
	X509 *c = der.len <= LONG_MAX ? d2i_X509(NULL, &at, (long)der.len) : NULL;

	ERR_clear_error();
	if (c && at == der.at + der.len)
		return c;
	X509_free(c);
	return NULL;
}

X509_CRL *cert_crl_read(struct span der)
{
	const unsigned char *at = der.at;
	X509_CRL *c = der.len <= LONG_MAX ? d2i_X509_CRL(NULL, &at, (long)der.len) : NULL;

	ERR_clear_error();
	if (c && at == der.at + der.len)
		return c;
	X509_CRL_free(c);
	return NULL;
}

bool cert_is_ca(X509 *c)
{
	enum { BASIC_CONSTRAINTS = 1, KEY_USAGE_ONLY = 4 };
	int ca = X509_check_ca(c);

	return ca == BASIC_CONSTRAINTS || ca == KEY_USAGE_ONLY;
}

bool cert_is_self_signed(X509 *c)
{
	bool good = X509_NAME_cmp(X509_get_subject_name(c), X509_get_issuer_name(c)) == 0 &&
		    X509_verify(c, X509_get0_pubkey(c)) == 1;

	ERR_clear_error();
	return good;
}

bool cert_is_for_lists(X509 *c)
{
	EXTENDED_KEY_USAGE *uses = X509_get_ext_d2i(c, NID_ext_key_usage, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(uses) && !found; i++) {
		char name[64] = "";

		OBJ_obj2txt(name, sizeof name, sk_ASN1_OBJECT_value(uses, i), 1);
		found = strcmp(name, USE_LISTS) == 0;
	}
	sk_ASN1_OBJECT_pop_free(uses, ASN1_OBJECT_free);
	return found;
}

bool cert_is_for_documents(X509 *c)
{
	return (X509_get_key_usage(c) & KU_DIGITAL_SIGNATURE) && !cert_is_for_lists(c);
}
