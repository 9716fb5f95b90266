#include "drivers/token.h"

#include <libp11.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* PKCS #11 v2.40, 11.1: return values that mean something to an officer */
enum {
	RV_DEVICE_REMOVED = 0x32,
	RV_PIN_INCORRECT = 0xa0,
	RV_PIN_INVALID = 0xa1,
	RV_PIN_LEN_RANGE = 0xa2,
	RV_PIN_LOCKED = 0xa4,
	RV_TOKEN_NOT_PRESENT = 0xe0,
	RV_TOKEN_NOT_RECOGNIZED = 0xe1,
};

enum { LOCKED, LAST_TRY, MORE_TRIES };

struct token {
	PKCS11_CTX *module;
	PKCS11_SLOT *slots;
	unsigned slot_count;
	PKCS11_SLOT *slot; /* the one with `cert`; NULL: none */
	PKCS11_CERT *cert;
};

enum err token_open(const char *module, struct token **ret)
{
	struct token *t = calloc(1, sizeof *t);

	if (!t)
		return ERR_NO_MEMORY;
	t->module = PKCS11_CTX_new();
	if (!t->module || PKCS11_CTX_load(t->module, module) != 0) {
		PKCS11_CTX_free(t->module);
		free(t);
		ERR_clear_error();
		return ERR_NO_TOKEN;
	}
	*ret = t;
	return ERR_OK;
}

static void forget_slots(struct token *t)
{
	if (t->slots)
		PKCS11_release_all_slots(t->module, t->slots, t->slot_count);
	t->slots = NULL;
	t->slot_count = 0;
	t->slot = NULL;
	t->cert = NULL;
}

void token_close(struct token *t)
{
	if (!t)
		return;
	forget_slots(t);
	PKCS11_CTX_unload(t->module);
	PKCS11_CTX_free(t->module);
	free(t);
}

/* A person's certificate to sign with, not an authority's, not one for logging in only. */
static bool may_sign(X509 *x)
{
	uint32_t usage = X509_get_key_usage(x);

	return X509_check_ca(x) == 0 &&
	       (usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)));
}

static PKCS11_CERT *cert_of(PKCS11_SLOT *slot)
{
	PKCS11_CERT *certs = NULL;
	unsigned count = 0;

	if (!slot->token || !slot->token->initialized ||
	    PKCS11_enumerate_certs(slot->token, &certs, &count) != 0)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		if (certs[i].x509 && may_sign(certs[i].x509))
			return &certs[i];
	return NULL;
}

enum err token_look(struct token *t, char model[64])
{
	forget_slots(t);
	model[0] = '\0';
	if (PKCS11_enumerate_slots(t->module, &t->slots, &t->slot_count) != 0) {
		t->slots = NULL;
		ERR_clear_error();
		return ERR_NO_TOKEN;
	}
	for (unsigned i = 0; i < t->slot_count && !t->cert; i++) {
		t->cert = cert_of(&t->slots[i]);
		if (t->cert)
			t->slot = &t->slots[i];
	}
	ERR_clear_error();
	if (!t->cert)
		return ERR_NO_TOKEN;
	const PKCS11_TOKEN *token = t->slot->token;
	snprintf(model, 64, "%.31s %.31s", token->manufacturer ? token->manufacturer : "",
		 token->model ? token->model : "");
	if (!utf8_ok(model, strlen(model)))
		model[0] = '\0';
	return ERR_OK;
}

static uint8_t tries_left(const struct token *t)
{
	const PKCS11_TOKEN *token = t->slot->token;

	return token->userPinLocked ? LOCKED : token->userPinFinalTry ? LAST_TRY : MORE_TRIES;
}

/* Takes over `der`, which goes into a field of a message if it fits. */
static bool put_der(unsigned char *der, int len, uint8_t *out, size_t cap, uint16_t *ret_len)
{
	bool fits = len > 0 && (size_t)len <= cap;

	if (fits) {
		memcpy(out, der, (size_t)len);
		*ret_len = (uint16_t)len;
	}
	OPENSSL_free(der);
	return fits;
}

static bool put_parts(X509 *x, struct msg_token_cert *c)
{
	unsigned char *cert = NULL, *issuer = NULL, *number = NULL;
	int cert_len = i2d_X509(x, &cert);
	int issuer_len = i2d_X509_NAME(X509_get_issuer_name(x), &issuer);
	int number_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x), &number);
	bool good = put_der(cert, cert_len, c->cert, sizeof c->cert, &c->cert_len);

	good &= put_der(issuer, issuer_len, c->issuer, sizeof c->issuer, &c->issuer_len);
	return put_der(number, number_len, c->number, sizeof c->number, &c->number_len) && good;
}

static int64_t time_of(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) == 1 ? timegm(&tm) : 0;
}

static void put_holder(X509 *x, char out[256])
{
	int at = X509_NAME_get_index_by_NID(X509_get_subject_name(x), NID_commonName, -1);
	unsigned char *text = NULL;
	int len = -1;

	if (at >= 0)
		len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(
							 X509_get_subject_name(x), at)));
	if (len > 0 && len < 256 && utf8_ok((const char *)text, (size_t)len))
		snprintf(out, 256, "%.*s", len, (const char *)text);
	OPENSSL_free(text);
}

enum err token_cert(struct token *t, struct msg_token_cert *ret)
{
	struct msg_token_cert c = { .why = ERR_OK };

	if (!t->cert)
		return ERR_NO_TOKEN;
	X509 *x = t->cert->x509;
	if (!put_parts(x, &c))
		return ERR_NO_SPACE;
	put_holder(x, c.holder);
	c.key = EVP_PKEY_get_base_id(X509_get0_pubkey(x)) == EVP_PKEY_EC;
	c.left = tries_left(t);
	c.from_s = time_of(X509_get0_notBefore(x));
	c.until_s = time_of(X509_get0_notAfter(x));
	*ret = c;
	return ERR_OK;
}

/* What the module's last complaint means. OpenSSL's list is emptied. */
static enum err why(enum err otherwise)
{
	unsigned long code = ERR_peek_last_error();
	int rv = ERR_GET_REASON(code);

	ERR_clear_error();
	switch (rv) {
	case RV_PIN_INCORRECT:
	case RV_PIN_INVALID:
	case RV_PIN_LEN_RANGE:
		return ERR_WRONG_PIN;
	case RV_PIN_LOCKED:
		return ERR_LOCKED_PIN;
	case RV_DEVICE_REMOVED:
	case RV_TOKEN_NOT_PRESENT:
	case RV_TOKEN_NOT_RECOGNIZED:
		return ERR_GONE;
	default:
		return otherwise;
	}
}

static enum err sign_with(PKCS11_KEY *key, const uint8_t *digest, struct msg_token_signed *ret)
{
	EVP_PKEY *pkey = key ? PKCS11_get_private_key(key) : NULL;
	EVP_PKEY_CTX *c = pkey ? EVP_PKEY_CTX_new(pkey, NULL) : NULL;
	size_t len = sizeof ret->signature;
	bool good = c && EVP_PKEY_sign_init(c) == 1 &&
		    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) == 1 &&
		    EVP_PKEY_sign(c, ret->signature, &len, digest, 32) == 1;

	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(pkey);
	if (!good)
		return why(key ? ERR_BROKEN : ERR_NO_TOKEN);
	ret->signature_len = (uint16_t)len;
	return ERR_OK;
}

static enum err log_in_and_sign(struct token *t, const struct msg_token_sign *order,
				struct msg_token_signed *ret)
{
	if (PKCS11_login(t->slot, 0, order->pin) != 0)
		return why(ERR_BROKEN);
	enum err e = sign_with(PKCS11_find_key(t->cert), order->digest, ret);
	/* the next signature asks for the PIN again: the officer may have walked away */
	(void)PKCS11_logout(t->slot);
	ERR_clear_error();
	return e;
}

void token_sign(struct token *t, const struct msg_token_sign *order, struct msg_token_signed *ret)
{
	char model[64];
	struct msg_token_signed s = { .job = order->job, .why = ERR_NO_TOKEN };

	if (order->digest_len != 32)
		s.why = ERR_BAD_MESSAGE;
	else if (t->cert || token_look(t, model) == ERR_OK)
		s.why = (uint8_t)log_in_and_sign(t, order, &s);
	/* the flags of the PIN are those of the last look */
	if (token_look(t, model) == ERR_OK)
		s.left = tries_left(t);
	else
		s.left = UINT8_MAX;
	/* pulled out in the middle: not every module finds a word for it */
	if (s.why == ERR_BROKEN && s.left == UINT8_MAX)
		s.why = ERR_NO_TOKEN;
	if (s.why == ERR_WRONG_PIN && s.left == LOCKED)
		s.why = ERR_LOCKED_PIN;
	*ret = s;
}
