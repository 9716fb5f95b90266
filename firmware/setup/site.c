#include "firmware/setup/site.h"

#include "firmware/base/auto.h"
#include "firmware/setup/file.h"

#include <ctype.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#define LIST      "site.txt"
#define SIGNATURE "site.p7s"

static const char *const FILES[] = { "ca.pem", "answer.pem", "seal.pem", "catalogue.pem",
				     "kiosk-ca.pem" };
#define FILE_COUNT (sizeof FILES / sizeof *FILES)

static void hex(const unsigned char *bytes, size_t len, const char *form, char *ret)
{
	for (size_t i = 0; i < len; i++)
		snprintf(ret + 2 * i, 3, form[0] == 'X' ? "%02X" : "%02x", bytes[i]);
}

static bool sum_of(const void *bytes, size_t len, char ret[HEX_SHA256_CAP])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes, len, sum, &n, EVP_sha256(), NULL) != 1 || n != 32)
		return false;
	hex(sum, n, "x", ret);
	return true;
}

static bool is_certificate(const char *text, size_t len)
{
	BIO *in = BIO_new_mem_buf(text, (int)len);
	X509 *cert = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
	bool is = cert != NULL;

	X509_free(cert);
	BIO_free(in);
	return is;
}

/* The line "SUM  NAME" is in the list. */
static bool is_listed(const char *list, const char *sum, const char *name)
{
	char line[160];
	int n = snprintf(line, sizeof line, "%s  %s", sum, name);

	for (const char *at = list; n > 0 && (at = strstr(at, line)); at++)
		if ((at == list || at[-1] == '\n') && (at[n] == '\n' || at[n] == '\0'))
			return true;
	return false;
}

static bool is_as_listed(int dir_fd, const char *name, const char *list)
{
	AUTO_FREE char *text = NULL;
	char sum[HEX_SHA256_CAP];
	size_t len = 0;

	return file_get(dir_fd, name, SITE_MAX, &text, &len) == ERR_OK &&
	       is_certificate(text, len) && sum_of(text, len, sum) && is_listed(list, sum, name);
}

static bool describe(X509 *signer, struct site *ret)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!signer || X509_digest(signer, EVP_sha256(), sum, &n) != 1 || n != 32)
		return false;
	hex(sum, n, "X", ret->fingerprint);
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(signer), NID_commonName, ret->signer,
				      sizeof ret->signer) < 0)
		ret->signer[0] = '\0';
	for (char *c = ret->signer; *c; c++) /* it is shown */
		if (*c < ' ' || *c > '~')
			*c = '?';
	return true;
}

static bool is_signed(const char *list, size_t list_len, const char *p7, size_t p7_len,
		      struct site *ret)
{
	BIO *what = BIO_new_mem_buf(list, (int)list_len), *in = BIO_new_mem_buf(p7, (int)p7_len);
	CMS_ContentInfo *cms = in ? d2i_CMS_bio(in, NULL) : NULL;
	unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY;
	bool good = what && cms && CMS_verify(cms, NULL, NULL, what, NULL, flags) == 1;
	STACK_OF(X509) *signers = good ? CMS_get0_signers(cms) : NULL;

	good = signers && sk_X509_num(signers) == 1 && describe(sk_X509_value(signers, 0), ret);
	sk_X509_free(signers);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(what);
	return good;
}

enum err site_check(int dir_fd, struct site *ret)
{
	AUTO_FREE char *list = NULL, *p7 = NULL;
	size_t list_len = 0, p7_len = 0;
	struct site site = { 0 };
	enum err e = file_get(dir_fd, LIST, SITE_MAX, &list, &list_len);

	if (e == ERR_OK)
		e = file_get(dir_fd, SIGNATURE, SITE_MAX, &p7, &p7_len);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND && !list ? ERR_NOT_FOUND : ERR_FORGED;
	if (strlen(list) != list_len || !is_signed(list, list_len, p7, p7_len, &site))
		return ERR_FORGED;
	for (size_t i = 0; i < FILE_COUNT; i++)
		if (!is_as_listed(dir_fd, FILES[i], list))
			return ERR_FORGED;
	*ret = site;
	return ERR_OK;
}

static enum err copy_one(int from_fd, int to_fd, const char *name)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = file_get(from_fd, name, SITE_MAX, &text, &len);

	return e == ERR_OK ? file_put(to_fd, name, text, len) : e;
}

enum err site_copy_own(int from_fd, int to_fd, const char *id)
{
	static const char *const OWN[] = { "tls", "kiosk" };
	enum err e = ERR_OK;
	char name[64];

	for (size_t i = 0; i < 2 && e == ERR_OK; i++) {
		snprintf(name, sizeof name, "%s-%.16s.pem", OWN[i], id);
		e = copy_one(from_fd, to_fd, name);
		if (e == ERR_NOT_FOUND) /* it may come later */
			e = ERR_OK;
	}
	return e;
}

/* A list that cannot be read is one that is refused later, in words; one of an earlier set goes. */
static enum err copy_list(int from_fd, int to_fd)
{
	static const char *const PARTS[] = { SITE_LIST, SITE_LIST ".p7s" };
	enum err e = ERR_OK;

	for (size_t i = 0; i < 2 && e == ERR_OK; i++) {
		AUTO_FREE char *bytes = NULL;
		size_t len = 0;
		enum err got = file_get(from_fd, PARTS[i], SITE_LIST_MAX, &bytes, &len);

		e = got == ERR_NOT_FOUND ? file_drop(to_fd, PARTS[i])
					 : file_put(to_fd, PARTS[i], bytes ? bytes : "", len);
	}
	return e;
}

enum err site_copy(int from_fd, int to_fd, const char *id)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < FILE_COUNT && e == ERR_OK; i++)
		e = copy_one(from_fd, to_fd, FILES[i]);
	if (e == ERR_OK)
		e = copy_one(from_fd, to_fd, LIST);
	if (e == ERR_OK)
		e = copy_one(from_fd, to_fd, SIGNATURE);
	if (e == ERR_OK)
		e = copy_list(from_fd, to_fd);
	return e == ERR_OK ? site_copy_own(from_fd, to_fd, id) : e;
}

void site_groups(const char *fingerprint, char *ret, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; fingerprint[i] && n + 2 < cap; i++) {
		if (i > 0 && i % 4 == 0)
			ret[n++] = ' ';
		ret[n++] = fingerprint[i];
	}
	ret[n] = '\0';
}

bool site_same(const char *fingerprint, const char *typed)
{
	for (; *typed; typed++) {
		if (!isxdigit((unsigned char)*typed))
			continue;
		if (toupper((unsigned char)*typed) != *fingerprint)
			return false;
		fingerprint++;
	}
	return *fingerprint == '\0';
}
