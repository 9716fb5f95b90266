#include "firmware/debug/debug_cert.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define DAY_S       86400
#define MAX_MACHINE 128

static void cert_end(X509 **c)
{
	X509_free(*c);
}

static void store_end(X509_STORE **s)
{
	X509_STORE_free(*s);
}

static void context_end(X509_STORE_CTX **c)
{
	X509_STORE_CTX_free(*c);
}

#define AUTO_CERT    __attribute__((cleanup(cert_end))) X509
#define AUTO_STORE   __attribute__((cleanup(store_end))) X509_STORE
#define AUTO_CONTEXT __attribute__((cleanup(context_end))) X509_STORE_CTX

static enum err load(const char *path, X509 **ret_cert)
{
	char bytes[DEBUG_CERT_MAX];
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	ssize_t n = read(fd, bytes, sizeof bytes);
	if (n < 0 || n == (ssize_t)sizeof bytes)
		return n < 0 ? ERR_IO : ERR_BAD_DATA;
	BIO *file = BIO_new_mem_buf(bytes, (int)n);
	X509 *cert = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
	BIO_free(file);
	ERR_clear_error();
	if (!cert)
		return ERR_BAD_DATA;
	*ret_cert = cert;
	return ERR_OK;
}

/* Its days are looked at for themselves, so that whoever reads the log knows
 * which it was. */
static enum err check_authority(X509 *cert, X509 *anchor)
{
	AUTO_STORE *store = X509_STORE_new();
	AUTO_CONTEXT *context = X509_STORE_CTX_new();

	if (!store || !context || X509_STORE_add_cert(store, anchor) != 1 ||
	    X509_STORE_CTX_init(context, store, cert, NULL) != 1)
		return ERR_NO_MEMORY;
	X509_VERIFY_PARAM *how = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_X509_STRICT);
	bool good = X509_verify_cert(context) == 1 && !X509_check_ca(cert);
	ERR_clear_error();
	return good ? ERR_OK : ERR_FORGED;
}

static bool seconds_of(const ASN1_TIME *at, int64_t *ret_s)
{
	struct tm t = { 0 };

	if (!at || ASN1_TIME_to_tm(at, &t) != 1)
		return false;
	*ret_s = timegm(&t);
	return true;
}

static enum err check_days(const X509 *cert, int64_t now_s)
{
	int64_t from = 0, until = 0;

	if (!seconds_of(X509_get0_notBefore(cert), &from) ||
	    !seconds_of(X509_get0_notAfter(cert), &until))
		return ERR_BAD_DATA;
	return now_s >= from && now_s <= until && until - from <= DEBUG_CERT_DAYS * DAY_S
		       ? ERR_OK
		       : ERR_OLD_CERT;
}

static enum err check_machine(const X509 *cert, const struct debug_cert_here *here)
{
	char machine[MAX_MACHINE] = "";
	X509_NAME *subject = X509_get_subject_name(cert);
	int at = X509_NAME_get_index_by_NID(subject, NID_serialNumber, -1);

	if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_serialNumber, at) >= 0)
		return ERR_BAD_DATA;
	int n = X509_NAME_get_text_by_NID(subject, NID_serialNumber, machine, sizeof machine);
	if (n <= 0 || (size_t)n != strlen(machine) || n == sizeof machine - 1)
		return ERR_BAD_DATA;
	if (strcmp(machine, "any") == 0)
		return here->any ? ERR_OK : ERR_DENIED;
	return here->disk[0] && strcmp(machine, here->disk) == 0 ? ERR_OK : ERR_DENIED;
}

enum err debug_cert_check(const char *path, const struct debug_cert_here *here)
{
	AUTO_CERT *anchor = NULL;
	AUTO_CERT *cert = NULL;
	enum err e = load(here->anchor_path, &anchor);

	if (e == ERR_OK)
		e = load(path, &cert);
	if (e == ERR_OK)
		e = check_authority(cert, anchor);
	if (e == ERR_OK)
		e = check_days(cert, here->now_s);
	return e == ERR_OK ? check_machine(cert, here) : e;
}
