#include "firmware/core/copy_code.h"

#include "firmware/core/counter.h"
#include "firmware/core/files.h"
#include "firmware/core/seal.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

/* With all the rest it makes a QR code of 65 modules, which a printer of 300 dpi draws well. */
#define TITLE_BYTES 64
#define BASE64_CAP  96

/* `len` is at most COPY_SIGNATURE. */
static void base64url(const uint8_t *bytes, size_t len, char out[BASE64_CAP])
{
	int n = EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);

	while (n > 0 && out[n - 1] == '=')
		n--;
	out[n] = '\0';
	for (char *at = out; *at; at++)
		*at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
}

/* Whole characters; none that would end the field. */
static void put_title(const char *title, char out[TITLE_BYTES + 1])
{
	size_t len = strnlen(title, TITLE_BYTES + 1);

	if (len > TITLE_BYTES)
		for (len = TITLE_BYTES; len > 0 && ((uint8_t)title[len] & 0xc0) == 0x80;)
			len--;
	for (size_t i = 0; i < len; i++)
		out[i] = title[i] == '|' || (uint8_t)title[i] < ' ' ? ' ' : title[i];
	out[len] = '\0';
}

static bool is_p256(const EVP_PKEY *key)
{
	char group[32] = "";

	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	       EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
	       (strcmp(group, "prime256v1") == 0 || strcmp(group, "P-256") == 0);
}

static bool split(const uint8_t *der, size_t len, uint8_t out[COPY_SIGNATURE])
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool good = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32;

	ECDSA_SIG_free(sig);
	return good;
}

static bool sign(EVP_PKEY *key, const char *text, uint8_t out[COPY_SIGNATURE])
{
	uint8_t der[128];
	size_t len = sizeof der;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(c, der, &len, (const uint8_t *)text, strlen(text)) == 1;

	EVP_MD_CTX_free(c);
	return good && split(der, len, out);
}

static enum err key_hint(const struct package_keys *k, char ret[2 * COPY_KEY_BYTES + 1])
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (X509_digest(seal_cert(k), EVP_sha256(), hash, &len) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, COPY_KEY_BYTES, ret);
	return ERR_OK;
}

enum err copy_code_hint(const uint8_t *cert, size_t len, char ret_hint[COPY_HINT_CAP])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(cert, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, COPY_HINT_BYTES, ret_hint);
	return ERR_OK;
}

enum err copy_code_make(const struct package_keys *k, const struct copy_statement *s,
			char ret_code[COPY_CODE_CAP])
{
	char code[COPY_CODE_CAP], title[TITLE_BYTES + 1], stamp[LOCAL_STAMP_CAP];
	char digest[BASE64_CAP], signature[BASE64_CAP], key[2 * COPY_KEY_BYTES + 1];
	uint8_t raw[COPY_SIGNATURE];

	if (!is_p256(seal_key(k)))
		return ERR_DENIED;
	enum err e = key_hint(k, key);
	if (e != ERR_OK)
		return e;
	put_title(s->title, title);
	local_stamp(s->at_s, stamp);
	base64url(s->digest, sizeof s->digest, digest);
	int n = snprintf(code, sizeof code, COPY_MARK "%s|%s|%u|%s|%s|%s|%s", s->number, stamp,
			 s->pages, title, digest, s->hint, key);
	if (n < 0 || (size_t)n >= sizeof code - BASE64_CAP)
		return ERR_BAD_DATA;
	if (!sign(seal_key(k), code, raw))
		return ERR_NO_MEMORY;
	base64url(raw, sizeof raw, signature);
	snprintf(code + n, sizeof code - (size_t)n, "|%s", signature);
	memcpy(ret_code, code, sizeof code);
	return ERR_OK;
}
