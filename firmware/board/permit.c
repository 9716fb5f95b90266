#include "firmware/board/permit.h"

#include "firmware/base/auto.h"
#include "firmware/base/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

static void bio_end(BIO **b)
{
	BIO_free(*b);
}

static void cms_end(CMS_ContentInfo **c)
{
	CMS_ContentInfo_free(*c);
}

static void store_end(X509_STORE **s)
{
	X509_STORE_free(*s);
}

#define AUTO_BIO   __attribute__((cleanup(bio_end))) BIO
#define AUTO_CMS   __attribute__((cleanup(cms_end))) CMS_ContentInfo
#define AUTO_STORE __attribute__((cleanup(store_end))) X509_STORE

/* "2026-12-31", to its last second */
static bool parse_day(const char *text, int64_t *ret_s)
{
	struct tm t = { 0 }, same;
	char again[11];

	if (strlen(text) != 10 ||
	    sscanf(text, "%4d-%2d-%2d", &t.tm_year, &t.tm_mon, &t.tm_mday) != 3)
		return false;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	same = t;
	int64_t s = timegm(&same); /* which makes a day of the calendar of what is none */
	if (strftime(again, sizeof again, "%Y-%m-%d", &same) != 10 || strcmp(again, text) != 0)
		return false;
	*ret_s = s + DAY_S - 1;
	return true;
}

enum err permit_parse(const char *text, size_t len, struct permit *ret)
{
	struct permit p;
	char what[16], until[16];

	if (len > FACTS_MAX_BYTES || facts_in(text, len, "PERMIT", what, sizeof what) != ERR_OK ||
	    strcmp(what, "downgrade") != 0 ||
	    facts_in(text, len, "VERSION", p.version, sizeof p.version) != ERR_OK ||
	    facts_in(text, len, "MACHINE", p.machine, sizeof p.machine) != ERR_OK ||
	    facts_in(text, len, "UNTIL", until, sizeof until) != ERR_OK || !p.version[0] ||
	    !p.machine[0] || !parse_day(until, &p.until_s))
		return ERR_BAD_DATA;
	*ret = p;
	return ERR_OK;
}

/* Whoever may sign updates has no need of permits; one key for both would let a technician's do as
 * much as the release's. */
static bool is_technician(X509 *cert)
{
	return (X509_get_extension_flags(cert) & EXFLAG_XKUSAGE) &&
	       !(X509_get_extended_key_usage(cert) & (XKU_CODE_SIGN | XKU_ANYEKU));
}

static X509_STORE *anchors(const char *path, int64_t now_s)
{
	AUTO_BIO *file = BIO_new_file(path, "r");
	AUTO_STORE *store = X509_STORE_new();
	X509 *ca = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
	bool good = store && ca && X509_STORE_add_cert(store, ca) == 1 &&
		    X509_STORE_set_purpose(store, X509_PURPOSE_SMIME_SIGN) == 1;

	X509_free(ca);
	if (!good)
		return NULL;
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)now_s);
	X509_STORE *taken = store;
	store = NULL;
	return taken;
}

static bool signed_by_technicians(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *signers = CMS_get0_signers(cms);
	bool all = sk_X509_num(signers) > 0;

	for (int i = 0; i < sk_X509_num(signers); i++)
		all &= is_technician(sk_X509_value(signers, i));
	sk_X509_free(signers); /* the certificates are the CMS's */
	return all;
}

static enum err load(const char *path, uint8_t bytes[PERMIT_MAX], size_t *ret_len)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	while (n > 0 && len < PERMIT_MAX) {
		n = read(fd, bytes + len, PERMIT_MAX - len);
		len += n > 0 ? (size_t)n : 0;
	}
	*ret_len = len;
	return n < 0 ? ERR_IO : len == PERMIT_MAX ? ERR_BAD_DATA : ERR_OK;
}

enum err permit_open(const char *path, const char *anchor_path, int64_t now_s, struct permit *ret)
{
	uint8_t bytes[PERMIT_MAX];
	const uint8_t *at = bytes;
	char *text = NULL;
	size_t len = 0;
	enum err e = load(path, bytes, &len);

	if (e != ERR_OK)
		return e;
	AUTO_CMS *cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	AUTO_STORE *store = anchors(anchor_path, now_s);
	AUTO_BIO *words = BIO_new(BIO_s_mem());
	if (!store || !words)
		e = ERR_NO_MEMORY;
	else if (!cms)
		e = ERR_BAD_DATA;
	else if (CMS_verify(cms, NULL, store, NULL, words, 0) != 1 || !signed_by_technicians(cms))
		e = ERR_FORGED;
	ERR_clear_error();
	if (e != ERR_OK)
		return e;
	long n = BIO_get_mem_data(words, &text);
	return permit_parse(text, (size_t)n, ret);
}

enum err permit_allows(const struct permit *p, const char *version, const char *machine,
		       int64_t now_s)
{
	if (strcmp(p->version, version) != 0 ||
	    (strcmp(p->machine, "any") != 0 && strcmp(p->machine, machine) != 0))
		return ERR_DENIED;
	return now_s <= p->until_s ? ERR_OK : ERR_TIMEOUT;
}
