#include "tests/province/package.h"

#include "tests/province/pki.h"
#include "tests/province/tar.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything OpenSSL that lives while a package is opened. */
struct opening {
	const char *dir;
	EVP_PKEY *key;
	X509 *cert;
	X509_STORE *store;
	CMS_ContentInfo *sealed, *is_signed;
	BIO *in, *signed_der, *tar;
	char signer[64];
};

static void opening_finish(struct opening *o)
{
	BIO_free(o->tar);
	BIO_free(o->signed_der);
	BIO_free(o->in);
	CMS_ContentInfo_free(o->is_signed);
	CMS_ContentInfo_free(o->sealed);
	X509_STORE_free(o->store);
	X509_free(o->cert);
	EVP_PKEY_free(o->key);
}

void sha256_hex(const void *bytes, size_t len, char ret[65])
{
	unsigned char md[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes, len, md, NULL, EVP_sha256(), NULL) != 1)
		memset(md, 0, sizeof md);
	for (size_t i = 0; i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", md[i]);
}

static bool load_keys(struct opening *o)
{
	char path[PATH_MAX];
	FILE *f = pki_path(o->dir, PKI_SEAL, "key", path, sizeof path) ? fopen(path, "re") : NULL;

	o->key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	if (f)
		fclose(f);
	f = pki_path(o->dir, PKI_SEAL, "pem", path, sizeof path) ? fopen(path, "re") : NULL;
	o->cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	if (f)
		fclose(f);
	o->store = X509_STORE_new();
	return o->key && o->cert && o->store &&
	       pki_path(o->dir, PKI_KIOSK_CA, "pem", path, sizeof path) &&
	       X509_STORE_load_file(o->store, path) == 1;
}

static enum err unseal(struct opening *o, const void *bytes, size_t len, struct complaint *why)
{
	o->in = len <= INT_MAX ? BIO_new_mem_buf(bytes, (int)len) : NULL;
	o->signed_der = BIO_new(BIO_s_mem());
	o->sealed = o->in ? d2i_CMS_bio(o->in, NULL) : NULL;
	if (!o->sealed || !o->signed_der)
		return complain(why, ERR_BAD_DATA, "the package is not CMS in DER");
	if (OBJ_obj2nid(CMS_get0_type(o->sealed)) != NID_id_smime_ct_authEnvelopedData)
		return complain(why, ERR_BAD_DATA,
				"the package is CMS, but not AuthEnvelopedData (AES-256-GCM)");
	if (CMS_decrypt(o->sealed, o->key, o->cert, NULL, o->signed_der, 0) != 1)
		return complain(why, ERR_FORGED,
				"the package is not sealed for this province, or was "
				"changed on its way");
	return ERR_OK;
}

static void name_signer(struct opening *o)
{
	STACK_OF(X509) *signers = CMS_get0_signers(o->is_signed);

	if (sk_X509_num(signers) == 1)
		X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(signers, 0)),
					  NID_commonName, o->signer, sizeof o->signer);
	sk_X509_free(signers);
}

static enum err verify(struct opening *o, struct complaint *why)
{
	o->is_signed = d2i_CMS_bio(o->signed_der, NULL);
	o->tar = BIO_new(BIO_s_mem());
	if (!o->is_signed || !o->tar ||
	    OBJ_obj2nid(CMS_get0_type(o->is_signed)) != NID_pkcs7_signed)
		return complain(why, ERR_BAD_DATA, "inside the seal there is no CMS SignedData");
	if (CMS_verify(o->is_signed, NULL, o->store, NULL, o->tar, CMS_BINARY) != 1)
		return complain(
			why, ERR_FORGED,
			"the signature is not by the certificate of a kiosk of this province");
	name_signer(o);
	return ERR_OK;
}

static enum err take_tar(struct opening *o, struct package *p)
{
	char *bytes;
	long len = BIO_get_mem_data(o->tar, &bytes);

	p->tar = len > 0 ? malloc((size_t)len) : NULL;
	if (!p->tar)
		return len > 0 ? ERR_NO_MEMORY : ERR_BAD_DATA;
	memcpy(p->tar, bytes, (size_t)len);
	OPENSSL_cleanse(bytes, (size_t)len);
	p->tar_len = (size_t)len;
	return ERR_OK;
}

/* Finds the place in the manifest of a document of the archive; each place is taken once. */
static bool take_place(const struct manifest_paper *rows, size_t n, const uint8_t **places,
		       const struct tar_entry *e)
{
	char hash[65];

	sha256_hex(e->bytes, e->len, hash);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].reference || places[i] || strcmp(rows[i].sha256, hash) != 0 ||
		    (uint64_t)rows[i].bytes != e->len)
			continue;
		places[i] = e->bytes;
		return true;
	}
	return false;
}

static enum err place_document(struct package *p, const struct tar_entry *e, struct complaint *why)
{
	const struct manifest *m = &p->manifest;
	bool paper = strncmp(e->path, "papers/", 7) == 0;

	if (!paper && strncmp(e->path, "originals/", 10) != 0)
		return complain(why, ERR_BAD_DATA,
				"\"%.80s\" in the package is not under papers/ or originals/",
				e->path);
	if (paper ? take_place(m->papers, m->paper_count, p->papers, e)
		  : take_place(m->originals, m->original_count, p->originals, e))
		return ERR_OK;
	return complain(why, ERR_FORGED,
			"\"%.80s\" in the package is not in the manifest with that "
			"hash and size",
			e->path);
}

static enum err all_there(const struct manifest_paper *rows, size_t n, const uint8_t **places,
			  struct complaint *why)
{
	for (size_t i = 0; i < n; i++)
		if (!places[i] && !rows[i].reference)
			return complain(why, ERR_FORGED,
					"document %s of the manifest is not in the "
					"package",
					rows[i].id);
	return ERR_OK;
}

static enum err read_tar(struct package *p, struct complaint *why)
{
	struct reader r = reader_of(p->tar, p->tar_len);
	struct tar_entry entry;

	if (tar_next(&r, &entry) != ERR_OK || strcmp(entry.path, "manifest.json") != 0)
		return complain(why, ERR_BAD_DATA,
				"manifest.json is not the first file of the tar");
	p->manifest_bytes = entry.bytes;
	p->manifest_len = entry.len;
	sha256_hex(entry.bytes, entry.len, p->manifest_sha256);
	enum err e = manifest_read(entry.bytes, entry.len, &p->manifest, why);
	if (e != ERR_OK)
		return e;
	while ((e = tar_next(&r, &entry)) == ERR_OK) {
		e = place_document(p, &entry, why);
		if (e != ERR_OK)
			return e;
	}
	if (e != ERR_NOT_FOUND)
		return complain(why, ERR_BAD_DATA,
				"the tar is damaged, or has more than plain files");
	const struct manifest *m = &p->manifest;
	e = all_there(m->papers, m->paper_count, p->papers, why);
	return e == ERR_OK ? all_there(m->originals, m->original_count, p->originals, why) : e;
}

static enum err fill(struct opening *o, struct package *p, const void *bytes, size_t len,
		     struct complaint *why)
{
	if (!load_keys(o))
		return complain(why, ERR_IO, "the province's own keys cannot be read");
	enum err e = unseal(o, bytes, len, why);
	if (e == ERR_OK)
		e = verify(o, why);
	if (e == ERR_OK)
		e = take_tar(o, p);
	if (e == ERR_OK)
		e = read_tar(p, why);
	if (e == ERR_OK && strcmp(o->signer, p->manifest.kiosk) != 0)
		return complain(why, ERR_FORGED, "the manifest is of kiosk %s, but %s signed it",
				p->manifest.kiosk, o->signer);
	return e;
}

enum err package_open(const char *dir, const void *bytes, size_t len, struct package **ret,
		      struct complaint *why)
{
	struct opening o = { .dir = dir };
	struct package *p = calloc(1, sizeof *p);

	if (!p)
		return ERR_NO_MEMORY;
	enum err e = fill(&o, p, bytes, len, why);
	opening_finish(&o);
	if (e == ERR_OK)
		*ret = p;
	else
		package_destroy(p);
	return e;
}

void package_destroy(struct package *p)
{
	if (!p)
		return;
	if (p->tar)
		OPENSSL_cleanse(p->tar, p->tar_len);
	free(p->tar);
	OPENSSL_cleanse(p, sizeof *p);
	free(p);
}
