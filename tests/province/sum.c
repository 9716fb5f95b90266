#include "tests/province/sum.h"

#include <string.h>

bool sum_begin(struct sum *s, const char *header, int64_t from)
{
	const char *base64 = header ? strchr(header, ' ') : NULL;
	size_t n = base64 ? strlen(++base64) : 0;

	s->from = from;
	if (!header)
		return true;
	if (n == 0 || n % 4 != 0 || n / 4 * 3 > sizeof s->said)
		return false;
	s->said_len = EVP_DecodeBlock(s->said, (const unsigned char *)base64, (int)n);
	s->said_len -= (base64[n - 1] == '=') + (base64[n - 2] == '=');
	bool sha256 = strncmp(header, "sha256 ", 7) == 0 && s->said_len == 32;
	bool sha1 = strncmp(header, "sha1 ", 5) == 0 && s->said_len == 20;
	if (!sha256 && !sha1)
		return false;
	s->md = EVP_MD_CTX_new();
	return EVP_DigestInit_ex(s->md, sha256 ? EVP_sha256() : EVP_sha1(), NULL) == 1;
}

void sum_add(struct sum *s, const void *bytes, size_t n)
{
	if (s->md)
		EVP_DigestUpdate(s->md, bytes, n);
}

bool sum_fits(struct sum *s)
{
	unsigned char is[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!s->md)
		return true;
	return EVP_DigestFinal_ex(s->md, is, &n) == 1 && (int)n == s->said_len &&
	       memcmp(is, s->said, n) == 0;
}

void sum_end(struct sum *s)
{
	EVP_MD_CTX_free(s->md);
	s->md = NULL;
}
