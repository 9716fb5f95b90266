/* A new certificate for a kiosk's TLS key: the request's signature proves that it has the key, the
 * old certificate, over which it asks, that it is the kiosk, and the one that it names. */
#include "tests/province/pki.h"
#include "tests/province/query.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#define MAX_REQUEST 8192

static X509_REQ *read_request(const char *text)
{
	BIO *in = BIO_new_mem_buf(text, -1);
	X509_REQ *r = in ? PEM_read_bio_X509_REQ(in, NULL, NULL, NULL) : NULL;

	BIO_free(in);
	return r;
}

static const char *issue(struct world *w, X509_REQ *r, char **ret_pem)
{
	char name[64] = "";
	EVP_PKEY *key = X509_REQ_get0_pubkey(r);

	if (!key || X509_REQ_verify(r, key) != 1)
		return "the request is not signed by its own key";
	(void)X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(r), NID_commonName, name,
					sizeof name);
	if (strcmp(name, w->client) != 0)
		return QUERY_FOREIGN;
	EVP_PKEY *strange = EVP_EC_gen("P-256");
	struct pki_subject who = { .key = w->fault.renew == RENEW_STRANGE ? strange : key,
				   .name = name,
				   .now_s = clock_wall_s(&w->clock) };
	enum pki_id by = w->fault.renew == RENEW_ROGUE ? PKI_ROGUE_CA : PKI_TLS_CA;
	enum err e = pki_issue(w->dir, PKI_TLS_CLIENT, by, &who, ret_pem);
	EVP_PKEY_free(strange);
	return e == ERR_OK ? NULL : "it could not be issued";
}

const char *query_renew(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *text = json_text(asked, "csr", MAX_REQUEST);
	X509_REQ *r = text ? read_request(text) : NULL;
	char *pem = NULL;

	if (!r)
		return "csr is no request in PEM";
	const char *why = issue(w, r, &pem);
	X509_REQ_free(r);
	if (pem)
		json_object_object_add(data, "certificate", json_object_new_string(pem));
	free(pem);
	return why;
}
