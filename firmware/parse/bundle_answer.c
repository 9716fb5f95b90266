#include "firmware/parse/bundle_answer.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/bundle.h"
#include "firmware/base/mem.h"
#include "firmware/parse/answer.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

enum { MAX_PLAIN = BUNDLE_MAX_LOCKED - 2048, MAX_KEY = 8192 };

#define FRAME_LEN (sizeof BUNDLE_ANSWER_FRAME - 1)

static X509 *read_cert(struct blob der)
{
	const unsigned char *at = der.at;
	X509 *cert = der.len <= BUNDLE_MAX_LOCK ? d2i_X509(NULL, &at, (long)der.len) : NULL;
	char group[32] = "";

	EVP_PKEY *key = cert && at == der.at + der.len ? X509_get0_pubkey(cert) : NULL;
	if (key && EVP_PKEY_is_a(key, "EC") &&
	    EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 &&
	    strcmp(group, "prime256v1") == 0)
		return cert;
	X509_free(cert);
	return NULL;
}

bool bundle_lock_ok(struct blob der)
{
	X509 *cert = read_cert(der);
	bool good = cert != NULL;

	X509_free(cert);
	ERR_clear_error();
	return good;
}

static enum err to_der(CMS_ContentInfo *cms, uint8_t **ret_bytes, size_t *ret_len)
{
	int len = cms ? i2d_CMS_ContentInfo(cms, NULL) : -1;
	uint8_t *der = len > 0 ? malloc((size_t)len) : NULL, *end = der;

	if (!der)
		return ERR_NO_MEMORY;
	if (i2d_CMS_ContentInfo(cms, &end) != len) {
		free(der);
		return ERR_NO_MEMORY;
	}
	*ret_bytes = der;
	*ret_len = (size_t)len;
	return ERR_OK;
}

static CMS_ContentInfo *encrypt(const uint8_t *plain, size_t len, X509 *cert)
{
	STACK_OF(X509) *to = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf(plain, (int)len);
	CMS_ContentInfo *cms = NULL;

	if (to && in && sk_X509_push(to, cert) > 0)
		cms = CMS_encrypt(to, in, EVP_aes_256_gcm(), CMS_BINARY);
	BIO_free(in);
	sk_X509_free(to);
	return cms;
}

static enum err lock_for(X509 *cert, struct blob answer, uint8_t **ret_bytes, size_t *ret_len)
{
	size_t head = FRAME_LEN + 4, len = head + answer.len;
	size_t full = (len + BUNDLE_LOCK_STEP - 1) / BUNDLE_LOCK_STEP * BUNDLE_LOCK_STEP;
	AUTO_FREE uint8_t *plain = calloc(1, full);

	if (!plain)
		return ERR_NO_MEMORY;
	memcpy(plain, BUNDLE_ANSWER_FRAME, FRAME_LEN);
	for (int i = 0; i < 4; i++)
		plain[FRAME_LEN + (size_t)i] = (uint8_t)(answer.len >> 8 * i);
	memcpy(plain + head, answer.at, answer.len);
	CMS_ContentInfo *cms = encrypt(plain, full, cert);
	enum err e = to_der(cms, ret_bytes, ret_len);
	CMS_ContentInfo_free(cms);
	explicit_bzero(plain, full);
	return e;
}

enum err bundle_lock(struct blob answer, struct blob lock, uint8_t **ret_bytes, size_t *ret_len)
{
	X509 *cert = answer.len > 0 && answer.len < MAX_PLAIN - BUNDLE_LOCK_STEP ? read_cert(lock)
										 : NULL;
	enum err e = cert ? lock_for(cert, answer, ret_bytes, ret_len) : ERR_BAD_DATA;

	X509_free(cert);
	ERR_clear_error();
	return e;
}

/* Nobody is asked for a pass phrase. */
static int no_phrase(char *buf, int size, int writing, void *data)
{
	(void)buf, (void)size, (void)writing, (void)data;
	return -1;
}

/* What is inside, framed. */
static enum err open_plain(const char *plain, size_t len, uint8_t **ret_bytes, size_t *ret_len)
{
	struct reader r = reader_of(plain, len);
	const uint8_t *frame = get_bytes(&r, FRAME_LEN);
	uint32_t n = get_u32le(&r);
	const uint8_t *answer = get_bytes(&r, n);

	if (!frame || !answer || n == 0 || memcmp(frame, BUNDLE_ANSWER_FRAME, FRAME_LEN) != 0)
		return ERR_BAD_DATA;
	uint8_t *bytes = malloc(n);
	if (!bytes)
		return ERR_NO_MEMORY;
	memcpy(bytes, answer, n);
	*ret_bytes = bytes;
	*ret_len = n;
	return ERR_OK;
}

static enum err decrypt(struct blob locked, EVP_PKEY *key, X509 *cert, BIO *plain)
{
	const unsigned char *at = locked.at;
	CMS_ContentInfo *cms = locked.len <= BUNDLE_MAX_LOCKED
				       ? d2i_CMS_ContentInfo(NULL, &at, (long)locked.len)
				       : NULL;
	enum err e = ERR_BAD_DATA;

	if (cms && at == locked.at + locked.len &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == NID_id_smime_ct_authEnvelopedData)
		e = CMS_decrypt(cms, key, cert, NULL, plain, 0) == 1 ? ERR_OK : ERR_FORGED;
	CMS_ContentInfo_free(cms);
	return e;
}

static enum err unlock_by(EVP_PKEY *key, X509 *cert, struct blob locked, uint8_t **ret_bytes,
			  size_t *ret_len)
{
	BIO *plain = BIO_new(BIO_s_mem());
	char *at = NULL;

	if (!plain)
		return ERR_NO_MEMORY;
	enum err e = decrypt(locked, key, cert, plain);
	long len = BIO_get_mem_data(plain, &at);
	if (e == ERR_OK)
		e = len > 0 ? open_plain(at, (size_t)len, ret_bytes, ret_len) : ERR_BAD_DATA;
	BIO_free(plain);
	return e;
}

enum err bundle_unlock(struct blob locked, struct blob key, uint8_t **ret_bytes, size_t *ret_len)
{
	BIO *in = key.len <= MAX_KEY ? BIO_new_mem_buf(key.at, (int)key.len) : NULL;
	EVP_PKEY *own = in ? PEM_read_bio_PrivateKey(in, NULL, no_phrase, NULL) : NULL;
	X509 *cert = own ? PEM_read_bio_X509(in, NULL, no_phrase, NULL) : NULL;
	enum err e = cert ? unlock_by(own, cert, locked, ret_bytes, ret_len) : ERR_BAD_CONFIG;

	X509_free(cert);
	EVP_PKEY_free(own);
	BIO_free(in);
	ERR_clear_error();
	return e;
}

static void put_facts(const struct msg_answer_facts *f, struct msg_bundle_answer *ret)
{
	ret->accepted = f->accepted;
	memcpy(ret->key, f->key, sizeof ret->key);
	memcpy(ret->manifest, f->manifest, sizeof ret->manifest);
	memcpy(ret->code, f->code, sizeof ret->code);
	memcpy(ret->reason, f->reason, sizeof ret->reason);
	ret->time_s = f->time_s;
	ret->due_s = f->due_s;
}

struct mapped {
	struct blob answer, key, anchor;
};

static enum err work(const struct msg_job_bundle_answer *j, const struct mapped *m, struct msg *ret)
{
	struct msg answer = { .type = MSG_BUNDLE_ANSWER, .bundle_answer.bytes = -1 };
	struct msg_answer_facts facts;
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	enum err e = j->lock ? bundle_lock(m->answer, m->key, &bytes, &len)
			     : bundle_unlock(m->answer, m->key, &bytes, &len);
	struct blob said = j->lock ? m->answer : (struct blob){ bytes, len };

	if (e == ERR_OK)
		e = answer_read(said, m->anchor, j->now_s, &facts);
	if (e == ERR_OK)
		e = mem_of(bytes, len, &answer.bundle_answer.bytes);
	if (e != ERR_OK)
		return e;
	put_facts(&facts, &answer.bundle_answer);
	*ret = answer;
	return ERR_OK;
}

static enum err map(int fd, size_t max, struct blob *ret)
{
	const void *at;
	enum err e = mem_map(fd, max, &at, &ret->len);

	if (e == ERR_OK)
		ret->at = at;
	return e;
}

static void unmap(struct blob *b)
{
	if (b->at)
		mem_unmap(b->at, b->len);
}

enum err bundle_answer_job(const struct msg_job_bundle_answer *j, struct msg *ret)
{
	struct mapped m = { 0 };
	enum err e = map(j->anchor, ANCHOR_MAX_BYTES, &m.anchor);

	if (e == ERR_OK)
		e = map(j->key, MAX_KEY, &m.key);
	if (e != ERR_OK)
		e = ERR_BAD_CONFIG;
	else
		e = map(j->answer, ANSWER_MAX_BYTES, &m.answer);
	if (e == ERR_OK)
		e = work(j, &m, ret);
	unmap(&m.answer);
	unmap(&m.key);
	unmap(&m.anchor);
	return e;
}
