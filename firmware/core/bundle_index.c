#include "firmware/core/bundle_index.h"

#include "firmware/base/auto.h"
#include "firmware/core/db.h"
#include "firmware/core/files.h"
#include "firmware/core/seal.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define KEY_FILE "stick.key"
#define MAX_KEY  8192

/* Valid whatever the clock says. */
#define FROM  "20000101000000Z"
#define UNTIL "20991231235959Z"

static void free_bio(BIO **b)
{
	BIO_free(*b);
}
#define AUTO_BIO __attribute__((cleanup(free_bio))) BIO *

static bool name_it(X509 *c)
{
	X509_NAME *n = X509_get_subject_name(c);
	unsigned char serial[16];
	BIGNUM *number = NULL;
	bool good =
		n && X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
						(const unsigned char *)"answers", -1, -1, 0) == 1;

	good = good && RAND_bytes(serial, sizeof serial) == 1;
	serial[0] = (serial[0] & 0x7f) | 0x40;
	number = good ? BN_bin2bn(serial, sizeof serial, NULL) : NULL;
	good = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(c));
	BN_free(number);
	return good && X509_set_issuer_name(c, n) == 1;
}

/* Signed by itself: nothing is trusted because of it, it only says for whom something is locked. */
static X509 *certify(EVP_PKEY *key)
{
	X509 *c = X509_new();

	if (c && X509_set_version(c, X509_VERSION_3) && name_it(c) &&
	    ASN1_TIME_set_string(X509_getm_notBefore(c), FROM) &&
	    ASN1_TIME_set_string(X509_getm_notAfter(c), UNTIL) && X509_set_pubkey(c, key) &&
	    X509_sign(c, key, EVP_sha256()) > 0)
		return c;
	X509_free(c);
	return NULL;
}

static enum err keep(struct store *s, EVP_PKEY *key, X509 *cert)
{
	AUTO_BIO out = BIO_new(BIO_s_secmem());
	char *pem = NULL;

	if (!out || PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) != 1 ||
	    PEM_write_bio_X509(out, cert) != 1)
		return ERR_NO_MEMORY;
	long len = BIO_get_mem_data(out, &pem);
	struct iovec part = { pem, (size_t)len };
	return db_wrote(s, files_replace(s->dir_fd, KEY_FILE, &part, 1));
}

static enum err make_key(struct store *s)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = key ? certify(key) : NULL;
	enum err e = cert ? keep(s, key, cert) : ERR_NO_MEMORY;

	X509_free(cert);
	EVP_PKEY_free(key);
	return e;
}

static X509 *cert_of(const uint8_t *pem, size_t len)
{
	AUTO_BIO in = BIO_new_mem_buf(pem, (int)len);

	return in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
}

enum err bundle_key(struct store *s, uint8_t **ret_pem, size_t *ret_len)
{
	uint8_t *pem = NULL;
	size_t len = 0;
	enum err e = files_read(s->dir_fd, KEY_FILE, MAX_KEY, &pem, &len);
	X509 *cert = e == ERR_OK ? cert_of(pem, len) : NULL;

	if (cert) {
		X509_free(cert);
		*ret_pem = pem;
		*ret_len = len;
		return ERR_OK;
	}
	free(pem);
	if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_BAD_DATA)
		return e;
	e = make_key(s);
	return e == ERR_OK ? files_read(s->dir_fd, KEY_FILE, MAX_KEY, ret_pem, ret_len) : e;
}

static void put_le(uint8_t **at, uint64_t n, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*(*at)++ = (uint8_t)(n >> 8 * i);
}

static void put_bytes(uint8_t **at, const void *bytes, size_t len)
{
	memcpy(*at, bytes, len);
	*at += len;
}

static uint8_t digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void put_hex(uint8_t **at, const char *hex)
{
	while (*hex) {
		if (*hex == '-') {
			hex++;
			continue;
		}
		*(*at)++ = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
		hex += 2;
	}
}

static void put_row(uint8_t **at, const struct bundle_row *r)
{
	put_le(at, r->name, 4);
	put_hex(at, r->key);
	put_hex(at, r->sha256);
	put_le(at, r->bytes, 8);
}

static bool row_ok(const struct bundle_row *r)
{
	return strlen(r->key) == 36 && strspn(r->key, "0123456789abcdef-") == 36 &&
	       hex_ok(r->sha256, 64);
}

static enum err lock_der(struct store *s, uint8_t **ret_der, int *ret_len)
{
	uint8_t *pem = NULL;
	size_t len = 0;
	enum err e = bundle_key(s, &pem, &len);

	if (e != ERR_OK)
		return e;
	X509 *cert = cert_of(pem, len);
	explicit_bzero(pem, len);
	free(pem);
	*ret_der = NULL;
	*ret_len = cert ? i2d_X509(cert, ret_der) : -1;
	X509_free(cert);
	return *ret_len > 0 ? ERR_OK : ERR_NO_MEMORY;
}

/* What is signed. */
static enum err text_of(struct store *s, const struct bundle_list *l, uint8_t **ret_text,
			size_t *ret_len)
{
	uint8_t *lock = NULL;
	int lock_len = 0;
	enum err e = lock_der(s, &lock, &lock_len);

	if (e != ERR_OK)
		return e;
	size_t len = sizeof BUNDLE_FRAME - 1 + 12 + (size_t)lock_len +
		     (size_t)l->count * BUNDLE_ROW_BYTES;
	uint8_t *text = malloc(len), *at = text;
	if (text) {
		put_bytes(&at, BUNDLE_FRAME, sizeof BUNDLE_FRAME - 1);
		put_le(&at, l->id, 4);
		put_le(&at, (uint64_t)lock_len, 4);
		put_bytes(&at, lock, (size_t)lock_len);
		put_le(&at, l->count, 4);
		for (uint32_t i = 0; i < l->count; i++)
			put_row(&at, &l->rows[i]);
	}
	OPENSSL_free(lock);
	if (!text)
		return ERR_NO_MEMORY;
	*ret_text = text;
	*ret_len = len;
	return ERR_OK;
}

static enum err with_head(const uint8_t *der, size_t len, uint8_t **ret_bytes, size_t *ret_len)
{
	uint8_t *file = malloc(BUNDLE_HEAD_BYTES + len), *at = file;

	if (!file)
		return ERR_NO_MEMORY;
	put_bytes(&at, BUNDLE_MAGIC, sizeof BUNDLE_MAGIC - 1);
	put_le(&at, BUNDLE_VERSION, 4);
	put_le(&at, len, 4);
	put_bytes(&at, der, len);
	*ret_bytes = file;
	*ret_len = BUNDLE_HEAD_BYTES + len;
	return ERR_OK;
}

enum err bundle_index_make(struct store *s, const struct package_keys *k,
			   const struct bundle_list *l, uint8_t **ret_bytes, size_t *ret_len)
{
	AUTO_FREE uint8_t *text = NULL;
	AUTO_FREE uint8_t *der = NULL;
	size_t text_len = 0, len = 0;

	for (uint32_t i = 0; i < l->count; i++)
		if (!row_ok(&l->rows[i]))
			return ERR_BAD_DATA;
	enum err e = l->count <= BUNDLE_MAX_ROWS ? text_of(s, l, &text, &text_len) : ERR_NO_SPACE;
	if (e == ERR_OK)
		e = seal_sign(k, text, text_len, &der, &len);
	if (e == ERR_OK && len > BUNDLE_MAX_INDEX - BUNDLE_HEAD_BYTES)
		e = ERR_NO_SPACE;
	return e == ERR_OK ? with_head(der, len, ret_bytes, ret_len) : e;
}
