#include "firmware/parse/chip/import_file.h"

#include "firmware/base/auto.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define TAG_OID      0x06
#define TAG_SEQUENCE 0x30
#define TAG_SET      0x31
#define TAG_VERSION  0xa0
#define TAG_INTEGER  0x02
#define PEM_BEGIN    "-----BEGIN "

struct taking {
	import_fn *fn;
	void *data;
	unsigned count;
};

static void hand_over(struct taking *t, enum import_item what, struct span der)
{
	t->count++;
	t->fn(t->data, what, der);
}

/* By what stands where. CMS begins with an OBJECT IDENTIFIER. Certificates have a [0] first, those
 * of version 1 a number, an algorithm, a name, and a SEQUENCE with their validity; a CRL has a date
 * there, and one of version 1 no number. */
static enum import_item kind_of(struct tlv object)
{
	struct span inner = object.value, first;
	struct tlv t = { 0 };

	if (object.tag != TAG_SEQUENCE || tlv_next(&inner, &t) != ERR_OK)
		return IMPORT_OTHER;
	if (t.tag == TAG_OID)
		return IMPORT_LIST;
	first = t.value;
	if (t.tag != TAG_SEQUENCE || tlv_next(&first, &t) != ERR_OK)
		return IMPORT_OTHER;
	if (t.tag == TAG_VERSION)
		return IMPORT_CERT;
	if (t.tag == TAG_SEQUENCE)
		return IMPORT_CRL; /* version 1 */
	if (t.tag != TAG_INTEGER || tlv_next(&first, &t) != ERR_OK ||
	    tlv_next(&first, &t) != ERR_OK || tlv_next(&first, &t) != ERR_OK)
		return IMPORT_OTHER;
	/* INTEGER, SEQUENCE, SEQUENCE (name), then: validity, or a date */
	return t.tag == TAG_SEQUENCE ? IMPORT_CERT : IMPORT_CRL;
}

static void take_der(struct taking *t, struct span file)
{
	struct tlv object = { 0 };
	enum err e = tlv_next(&file, &object);

	for (; e == ERR_OK; e = tlv_next(&file, &object))
		hand_over(t, kind_of(object), object.whole);
	/* a BER file with indefinite lengths is one object; OpenSSL reads it */
	if (e == ERR_BAD_DATA)
		hand_over(t,
			  t->count == 0 && file.at[0] == TAG_SEQUENCE ? IMPORT_LIST : IMPORT_OTHER,
			  file);
}

static enum import_item kind_of_label(const char *label)
{
	static const struct {
		const char *label;
		enum import_item kind;
	} LABELS[] = {
		{ PEM_STRING_X509, IMPORT_CERT },    { PEM_STRING_X509_OLD, IMPORT_CERT },
		{ PEM_STRING_X509_CRL, IMPORT_CRL }, { PEM_STRING_CMS, IMPORT_LIST },
		{ PEM_STRING_PKCS7, IMPORT_LIST },   { PEM_STRING_PKCS7_SIGNED, IMPORT_LIST },
	};

	for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++)
		if (strcmp(label, LABELS[i].label) == 0)
			return LABELS[i].kind;
	return IMPORT_OTHER;
}

static enum err take_pem(struct taking *t, struct span file)
{
	BIO *in = file.len <= INT_MAX ? BIO_new_mem_buf(file.at, (int)file.len) : NULL;
	char *label = NULL, *header = NULL;
	unsigned char *der = NULL;
	long len = 0;

	if (!in)
		return ERR_NO_MEMORY;
	while (PEM_read_bio(in, &label, &header, &der, &len) == 1) {
		hand_over(t, kind_of_label(label), (struct span){ der, (size_t)len });
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	/* what is cut short or no base64 ends the reading; only a clean end is an end */
	if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		hand_over(t, IMPORT_OTHER, (struct span){ file.at, 0 });
	ERR_clear_error();
	BIO_free(in);
	return ERR_OK;
}

/* One value: base64 over lines, of which all but the first begin with a space (RFC 2849). Moves
 * *text behind it. */
static enum err take_value(struct taking *t, struct span *text)
{
	AUTO_FREE uint8_t *der = malloc(text->len / 4 * 3 + 3);
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	int len = 0, more = 0, rc = ctx && der ? 0 : -1;
	bool ours = rc == 0;

	if (ctx)
		EVP_DecodeInit(ctx);
	while (text->len > 0 && ours) {
		const uint8_t *end = memchr(text->at, '\n', text->len);
		size_t line = end ? (size_t)(end - text->at) + 1 : text->len;

		rc = rc < 0 ? rc : EVP_DecodeUpdate(ctx, der + len, &more, text->at, (int)line);
		len += rc < 0 ? 0 : more;
		text->at += line;
		text->len -= line;
		ours = text->len > 0 && text->at[0] == ' ';
		text->at += ours;
		text->len -= ours;
	}
	if (rc >= 0 && EVP_DecodeFinal(ctx, der + len, &more) == 1) {
		struct span value = { der, (size_t)(len + more) };

		take_der(t, value);
	} else {
		hand_over(t, IMPORT_OTHER, (struct span){ text->at, 0 });
	}
	EVP_ENCODE_CTX_free(ctx);
	return der ? ERR_OK : ERR_NO_MEMORY;
}

/* The attributes of the ICAO PKD that hold what we take. */
static enum err take_ldif(struct taking *t, struct span text)
{
	static const char *const NAMES[] = { "\npkdMasterListContent:: ",
					     "\ncACertificate;binary:: ",
					     "\ncertificateRevocationList;binary:: " };
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		struct span rest = text;
		const uint8_t *at;

		while (e == ERR_OK &&
		       (at = memmem(rest.at, rest.len, NAMES[i], strlen(NAMES[i]))) != NULL) {
			at += strlen(NAMES[i]);
			rest.len -= (size_t)(at - rest.at);
			rest.at = at;
			e = take_value(t, &rest);
			/* the name's own line feed is the last byte of the value before it */
			rest.at -= rest.len > 0;
			rest.len += rest.len > 0;
		}
	}
	return e;
}

static bool is_ldif(struct span file)
{
	size_t head = file.len < 4096 ? file.len : 4096;

	return (file.len > 4 && memcmp(file.at, "dn: ", 4) == 0) ||
	       memmem(file.at, head, "\ndn: ", 5) != NULL;
}

enum err import_file(struct span file, import_fn *fn, void *data)
{
	struct taking t = { fn, data, 0 };
	enum err e = ERR_OK;

	if (file.len == 0)
		return ERR_BAD_DATA;
	if (file.at[0] == TAG_SEQUENCE)
		take_der(&t, file);
	else if (is_ldif(file))
		e = take_ldif(&t, file);
	else if (memmem(file.at, file.len, PEM_BEGIN, strlen(PEM_BEGIN)))
		e = take_pem(&t, file);
	if (e == ERR_OK && t.count == 0)
		e = ERR_BAD_DATA;
	return e;
}
