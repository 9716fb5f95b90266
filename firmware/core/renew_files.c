#include "firmware/core/renew_files.h"

#include "firmware/core/files.h"
#include "firmware/tpm/tpm.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEXT_KEY "next.key"
#define NEXT     "next.pem"
#define NOW      "now.pem"
#define BEFORE   "before.pem"

static void free_bio(BIO **b)
{
	BIO_free(*b);
}
#define AUTO_BIO __attribute__((cleanup(free_bio))) BIO *

static void free_key(EVP_PKEY **k)
{
	EVP_PKEY_free(*k);
}
#define AUTO_KEY __attribute__((cleanup(free_key))) EVP_PKEY *

static enum err replace(int dir_fd, const char *name, const void *bytes, size_t len)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };

	return files_replace(dir_fd, name, &part, 1);
}

static void wipe(uint8_t *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);
	free(bytes);
}

static enum err load_key(int dir_fd, EVP_PKEY **ret_key)
{
	uint8_t *pem = NULL;
	size_t len = 0;
	enum err e = files_read(dir_fd, NEXT_KEY, RENEW_MAX_BYTES, &pem, &len);

	if (e != ERR_OK)
		return e;
	struct tpm *tpm = NULL;
	if (tpm_has_key(pem, len))
		e = tpm_open(&tpm);
	if (e == ERR_OK)
		e = tpm_load(tpm, pem, len, ret_key);
	tpm_close(tpm);
	wipe(pem, len);
	/* a bad one is made anew: nobody has a certificate for it */
	return e == ERR_BAD_DATA ? ERR_NOT_FOUND : e;
}

/* In the board's TPM, where nobody can copy it. */
static enum err make_in_tpm(int dir_fd, EVP_PKEY **ret_key)
{
	struct tpm *tpm = NULL;
	char *pem = NULL;
	size_t len = 0;
	enum err e = tpm_open(&tpm);

	if (e == ERR_OK)
		e = tpm_make(tpm, &pem, &len);
	if (e == ERR_OK)
		e = replace(dir_fd, NEXT_KEY, pem, len);
	if (e == ERR_OK)
		e = tpm_load(tpm, pem, len, ret_key);
	free(pem);
	tpm_close(tpm);
	return e;
}

static enum err make_in_file(int dir_fd, EVP_PKEY **ret_key)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO_BIO out = BIO_new(BIO_s_secmem());
	char *pem = NULL;

	if (!key || !out ||
	    PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) != 1) {
		EVP_PKEY_free(key);
		return ERR_NO_MEMORY;
	}
	long len = BIO_get_mem_data(out, &pem);
	enum err e = replace(dir_fd, NEXT_KEY, pem, (size_t)len);
	if (e == ERR_OK)
		*ret_key = key;
	else
		EVP_PKEY_free(key);
	return e;
}

static X509_REQ *make_request(EVP_PKEY *key, const char *name)
{
	X509_REQ *r = X509_REQ_new();
	X509_NAME *n = r ? X509_REQ_get_subject_name(r) : NULL;

	if (n &&
	    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
				       0) == 1 &&
	    X509_REQ_set_pubkey(r, key) == 1 && X509_REQ_sign(r, key, EVP_sha256()) > 0)
		return r;
	X509_REQ_free(r);
	return NULL;
}

enum err renew_request(int dir_fd, const char *name, char **ret_pem)
{
	AUTO_KEY key = NULL;
	AUTO_BIO out = BIO_new(BIO_s_mem());
	char *text = NULL;
	enum err e = load_key(dir_fd, &key);

	if (e == ERR_NOT_FOUND)
		e = tpm_is_here() ? make_in_tpm(dir_fd, &key) : make_in_file(dir_fd, &key);
	if (e != ERR_OK)
		return e;
	X509_REQ *r = out ? make_request(key, name) : NULL;
	long len = r && PEM_write_bio_X509_REQ(out, r) == 1 ? BIO_get_mem_data(out, &text) : 0;
	char *pem = len > 0 ? strndup(text, (size_t)len) : NULL;
	X509_REQ_free(r);
	if (!pem)
		return ERR_NO_MEMORY;
	*ret_pem = pem;
	return ERR_OK;
}

/* ERR_FORGED when the first certificate is not the key's. */
static enum err is_of(const char *chain, size_t len, EVP_PKEY *key)
{
	AUTO_BIO in = BIO_new_mem_buf(chain, (int)len);
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;

	if (!cert)
		return ERR_BAD_DATA;
	int same = X509_check_private_key(cert, key);
	X509_free(cert);
	return same == 1 ? ERR_OK : ERR_FORGED;
}

/* The certificate stands first: who reads the first one reads ours. */
static enum err join(int dir_fd, const char *chain, size_t len)
{
	uint8_t *key = NULL;
	size_t key_len = 0;
	enum err e = files_read(dir_fd, NEXT_KEY, RENEW_MAX_BYTES, &key, &key_len);

	if (e != ERR_OK)
		return e;
	struct iovec parts[] = {
		{ .iov_base = (void *)(uintptr_t)chain, .iov_len = len },
		{ .iov_base = (void *)(uintptr_t) "\n", .iov_len = 1 },
		{ .iov_base = key, .iov_len = key_len },
	};
	e = files_replace(dir_fd, NEXT, parts, sizeof parts / sizeof *parts);
	wipe(key, key_len);
	return e;
}

static enum err forget(int dir_fd, const char *name)
{
	if (unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT)
		return err_of_errno();
	return files_sync(dir_fd);
}

enum err renew_take(int dir_fd, const char *chain, size_t len)
{
	AUTO_KEY key = NULL;
	enum err e = len <= RENEW_MAX_BYTES ? load_key(dir_fd, &key) : ERR_BAD_DATA;

	if (e == ERR_OK)
		e = is_of(chain, len, key);
	if (e == ERR_OK)
		e = join(dir_fd, chain, len);
	return e == ERR_OK ? forget(dir_fd, NEXT_KEY) : e;
}

enum err renew_load(int dir_fd, enum renew_which which, uint8_t **ret_pem, size_t *ret_len)
{
	return files_read(dir_fd, which == RENEW_NOW ? NOW : NEXT, 2 * RENEW_MAX_BYTES, ret_pem,
			  ret_len);
}

/* The former is copied first, so that there is a whole one at every moment. */
static enum err keep_former(int dir_fd)
{
	uint8_t *pem = NULL;
	size_t len = 0;
	enum err e = renew_load(dir_fd, RENEW_NOW, &pem, &len);

	if (e == ERR_OK)
		e = replace(dir_fd, BEFORE, pem, len);
	wipe(pem, len);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err renew_promote(int dir_fd)
{
	enum err e = ERR_OK;

	if (faccessat(dir_fd, NEXT, F_OK, 0) < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	e = keep_former(dir_fd);
	if (e != ERR_OK)
		return e;
	if (renameat(dir_fd, NEXT, dir_fd, NOW) < 0)
		return err_of_errno();
	return files_sync(dir_fd);
}

enum err renew_drop(int dir_fd)
{
	return forget(dir_fd, NEXT);
}
