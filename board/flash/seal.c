#include "board/flash/seal.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUMS_CAP (1u << 20)
#define STEP     (1u << 18)

static enum say read_whole(int dir, const char *name, char **ret, size_t *ret_len)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > SUMS_CAP)
		return SAY_NO_IMAGE;
	size_t len = (size_t)st.st_size;
	AUTO_FREE char *text = malloc(len + 1);
	if (!text)
		return SAY_NO_MEMORY;
	if (pread(fd, text, len, 0) != (ssize_t)len)
		return SAY_NO_IMAGE;
	text[len] = '\0';
	*ret = text;
	*ret_len = len;
	text = NULL;
	return SAY_OK;
}

/* Times do not count: the clock of a machine that was never set up may say anything. */
static X509_STORE *store_of(const char *anchor_pem)
{
	FILE *f = fopen(anchor_pem, "re");
	X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	X509_STORE *store = cert ? X509_STORE_new() : NULL;

	if (f)
		(void)fclose(f);
	if (store && (X509_STORE_add_cert(store, cert) != 1 ||
		      X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN |
							  X509_V_FLAG_NO_CHECK_TIME) != 1 ||
		      X509_STORE_set_purpose(store, X509_PURPOSE_ANY) != 1)) {
		X509_STORE_free(store);
		store = NULL;
	}
	X509_free(cert);
	return store;
}

/* The same authority names technicians, who sign permits and no image. */
static bool may_sign_code(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	int count = sk_X509_num(signers);
	bool good = count > 0;

	for (int i = 0; i < count && good; i++) {
		X509 *x = sk_X509_value(signers, i);
		good = (X509_get_extension_flags(x) & EXFLAG_XKUSAGE) &&
		       (X509_get_extended_key_usage(x) & XKU_CODE_SIGN);
	}
	sk_X509_free(signers);
	return good;
}

static bool is_signed(X509_STORE *store, const char *text, size_t len, const char *der,
		      size_t der_len)
{
	BIO *in = BIO_new_mem_buf(text, (int)len), *seal = BIO_new_mem_buf(der, (int)der_len);
	CMS_ContentInfo *cms = seal ? d2i_CMS_bio(seal, NULL) : NULL;
	bool good = cms && in && CMS_verify(cms, NULL, store, in, NULL, CMS_BINARY) == 1 &&
		    may_sign_code(cms);

	CMS_ContentInfo_free(cms);
	BIO_free(seal);
	BIO_free(in);
	return good;
}

enum say seal_open(int dir, const char *anchor_pem, char **ret)
{
	AUTO_FREE char *text = NULL, *der = NULL;
	size_t len = 0, der_len = 0;
	enum say s = read_whole(dir, "SHA256SUMS", &text, &len);

	if (s == SAY_OK)
		s = read_whole(dir, "SHA256SUMS.p7s", &der, &der_len);
	if (s != SAY_OK)
		return s;
	X509_STORE *store = store_of(anchor_pem);
	if (!store)
		return SAY_ANCHOR;
	bool good = is_signed(store, text, len, der, der_len);
	X509_STORE_free(store);
	if (!good)
		return SAY_SIGNATURE;
	*ret = text;
	text = NULL;
	return SAY_OK;
}

bool seal_sum(const char *sums, const char *name, char ret[65])
{
	for (const char *line = sums; line && *line;) {
		size_t len = strcspn(line, "\n");
		if (len == 66 + strlen(name) && line[64] == ' ' &&
		    memcmp(line + 66, name, len - 66) == 0) {
			memcpy(ret, line, 64);
			ret[64] = '\0';
			return strspn(ret, "0123456789abcdef") == 64;
		}
		line += len + (line[len] == '\n');
	}
	return false;
}

static bool is_sum(const char *hex, const uint8_t sum[32])
{
	char mine[65];

	for (size_t i = 0; i < 32; i++)
		(void)snprintf(mine + 2 * i, 3, "%02x", sum[i]);
	return strcmp(mine, hex) == 0;
}

bool seal_lists(const char *sums, const char *name, const void *bytes, size_t len)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	char listed[65];

	return seal_sum(sums, name, listed) &&
	       EVP_Digest(bytes, len, sum, NULL, EVP_sha256(), NULL) == 1 && is_sum(listed, sum);
}

static enum say hash_file(EVP_MD_CTX *sha, int fd, uint64_t bytes, image_tick *tick, void *data)
{
	AUTO_FREE uint8_t *step = malloc(STEP);

	if (!step || EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
		return SAY_NO_MEMORY;
	for (uint64_t at = 0; at < bytes;) {
		ssize_t n = pread(fd, step, STEP, (off_t)at);
		if (n <= 0)
			return SAY_SUMS;
		if (EVP_DigestUpdate(sha, step, (size_t)n) != 1)
			return SAY_NO_MEMORY;
		at += (uint64_t)n;
		tick(data, at, bytes);
	}
	return SAY_OK;
}

enum say seal_check_file(const char *sums, const char *name, int fd, uint64_t bytes,
			 image_tick *tick, void *data, char ret_sum[65])
{
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	uint8_t sum[EVP_MAX_MD_SIZE];
	char listed[65];
	enum say s = !sha ? SAY_NO_MEMORY : hash_file(sha, fd, bytes, tick, data);

	if (s == SAY_OK && (EVP_DigestFinal_ex(sha, sum, NULL) != 1 ||
			    !seal_sum(sums, name, listed) || !is_sum(listed, sum)))
		s = SAY_SUMS;
	EVP_MD_CTX_free(sha);
	if (s == SAY_OK)
		memcpy(ret_sum, listed, sizeof(listed));
	return s;
}
