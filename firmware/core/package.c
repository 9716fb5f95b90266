#include "firmware/core/package.h"

#include "firmware/base/auto.h"
#include "firmware/core/files.h"
#include "firmware/core/manifest.h"
#include "firmware/core/outbox_files.h"
#include "firmware/core/seal.h"
#include "firmware/core/tar.h"

#include <openssl/evp.h>
#include <string.h>

static enum err hash_hex(const void *bytes, size_t len, char ret_hex[PACKAGE_HASH_CAP])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return ERR_NO_MEMORY;
	hex_of(hash, FILES_HASH_BYTES, ret_hex);
	return ERR_OK;
}

/* What is done with each document of a dossier, in order. */
typedef enum err document_fn(void *data, const char *name, const uint8_t *bytes, size_t len);

static enum err each_original(const struct dossier *d, size_t paper, document_fn *fn, void *data)
{
	const struct dossier_paper *p = &d->papers[paper];
	enum err e = ERR_OK;

	for (size_t i = 0; p->sources && i < p->pages && e == ERR_OK; i++) {
		char name[MANIFEST_FILE_CAP];

		manifest_original(paper, i, name);
		if (p->sources[i].original)
			e = fn(data, name, p->sources[i].original, p->sources[i].original_len);
	}
	return e;
}

static enum err each_document(const struct dossier *d, document_fn *fn, void *data)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < d->paper_count && e == ERR_OK; i++) {
		char name[MANIFEST_FILE_CAP];

		if (d->papers[i].reference)
			continue;
		manifest_file(i, name);
		e = fn(data, name, d->papers[i].pdf, d->papers[i].pdf_len);
		if (e == ERR_OK)
			e = each_original(d, i, fn, data);
	}
	return e;
}

struct size {
	size_t files, bytes;
};

static enum err count(void *data, const char *name, const uint8_t *bytes, size_t len)
{
	struct size *s = data;

	(void)name, (void)bytes;
	if (len > PACKAGE_MAX_BYTES - s->bytes)
		return ERR_NO_SPACE;
	s->files++;
	s->bytes += len;
	return ERR_OK;
}

static enum err add(void *data, const char *name, const uint8_t *bytes, size_t len)
{
	return tar_add(data, name, bytes, len);
}

static enum err pack(const struct dossier *d, const char *json, size_t json_len, struct tar *t)
{
	struct size s = { .files = 1 };
	enum err e = each_document(d, count, &s);

	if (e == ERR_OK)
		e = tar_init(t, s.files, s.bytes + json_len);
	if (e == ERR_OK)
		e = tar_add(t, "manifest.json", json, json_len);
	if (e == ERR_OK)
		e = each_document(d, add, t);
	return e == ERR_OK ? tar_end(t) : e;
}

static enum err copy_text(const char *from, char *ret, size_t cap)
{
	size_t len = from ? strlen(from) : 0;

	if (len == 0 || len >= cap)
		return ERR_BAD_DATA;
	memcpy(ret, from, len + 1);
	return ERR_OK;
}

/* Of a supplement that is handed in without a network the procedure may not be known. */
static enum err copy_kind(const struct dossier *d, struct package *p)
{
	if (!d->supplement)
		return copy_text(d->procedure, p->procedure, sizeof p->procedure);
	if (d->procedure && strlen(d->procedure) < sizeof p->procedure)
		(void)copy_text(d->procedure, p->procedure, sizeof p->procedure);
	return copy_text(d->supplement->dossier_code, p->supplement, sizeof p->supplement);
}

/* The plain text of the dossier, and what is known of it from outside. */
static enum err compose(const struct dossier *d, struct tar *t, struct package *p)
{
	char *json = NULL;
	size_t len = 0;
	enum err e = copy_text(d->key, p->key, sizeof p->key);

	if (e == ERR_OK)
		e = copy_text(d->receipt_code, p->receipt_code, sizeof p->receipt_code);
	if (e == ERR_OK)
		e = copy_kind(d, p);
	if (e == ERR_OK)
		e = manifest_make(d, &json, &len);
	if (e != ERR_OK)
		return e;
	e = hash_hex(json, len, p->manifest);
	if (e == ERR_OK)
		e = outbox_name(p);
	if (e == ERR_OK)
		e = pack(d, json, len, t);
	explicit_bzero(json, len);
	free(json);
	return e;
}

static enum err write_file(int dir_fd, const struct package *p, uint8_t *der, size_t len)
{
	struct iovec part = { der, len };
	char name[OUTBOX_FILE_CAP];

	outbox_unclaimed(p->name, name);
	enum err e = files_write(dir_fd, name, &part, 1);
	if (e == ERR_OK)
		e = files_sync(dir_fd);
	if (e != ERR_OK)
		(void)unlinkat(dir_fd, name, 0);
	return e;
}

enum err package_make(const struct dossier *d, const struct package_keys *keys, int dir_fd,
		      struct package *ret_package)
{
	struct package p = { 0 };
	struct tar t = { 0 };
	AUTO_FREE uint8_t *der = NULL;
	size_t len = 0;
	enum err e = compose(d, &t, &p);

	if (e == ERR_OK)
		e = seal_bytes(keys, t.bytes, t.len, &der, &len);
	tar_finish(&t);
	if (e == ERR_OK)
		e = hash_hex(der, len, p.sha256);
	p.bytes = len;
	if (e == ERR_OK)
		e = write_file(dir_fd, &p, der, len);
	if (e == ERR_OK)
		*ret_package = p;
	return e;
}
