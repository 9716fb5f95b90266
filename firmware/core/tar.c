#include "firmware/core/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512

/* ustar header, POSIX.1-1988. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type;
	char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8];
	char prefix[155], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is one block");

static size_t padded(size_t len)
{
	return (len + BLOCK - 1) / BLOCK * BLOCK;
}

enum err tar_init(struct tar *t, size_t files, size_t bytes)
{
	/* a header and at most one block of padding each, and the two blocks of the end */
	size_t cap = files * 2 * BLOCK + bytes + 2 * BLOCK;
	uint8_t *at = malloc(cap);

	if (!at)
		return ERR_NO_MEMORY;
	*t = (struct tar){ .bytes = at, .cap = cap };
	return ERR_OK;
}

void tar_finish(struct tar *t)
{
	if (t->bytes)
		explicit_bzero(t->bytes, t->len);
	free(t->bytes);
	*t = (struct tar){ 0 };
}

static void fill(struct header *h, const char *name, size_t len)
{
	unsigned sum = 0;

	memset(h, 0, sizeof *h);
	(void)snprintf(h->name, sizeof h->name, "%s", name);
	memcpy(h->mode, "0000644", 8);
	memcpy(h->uid, "0000000", 8);
	memcpy(h->gid, "0000000", 8);
	(void)snprintf(h->size, sizeof h->size, "%011zo", len);
	memcpy(h->mtime, "00000000000", 12);
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	h->type = '0';
	memset(h->checksum, ' ', sizeof h->checksum);
	for (size_t i = 0; i < sizeof *h; i++)
		sum += ((const uint8_t *)h)[i];
	(void)snprintf(h->checksum, sizeof h->checksum - 1, "%06o", sum);
}

enum err tar_add(struct tar *t, const char *name, const void *bytes, size_t len)
{
	struct header h;

	if (len > t->cap || BLOCK + padded(len) > t->cap - t->len || strlen(name) >= sizeof h.name)
		return ERR_NO_SPACE;
	fill(&h, name, len);
	memcpy(t->bytes + t->len, &h, sizeof h);
	t->len += sizeof h;
	if (len > 0)
		memcpy(t->bytes + t->len, bytes, len);
	memset(t->bytes + t->len + len, 0, padded(len) - len);
	t->len += padded(len);
	return ERR_OK;
}

enum err tar_end(struct tar *t)
{
	if (t->cap - t->len < 2 * BLOCK)
		return ERR_NO_SPACE;
	memset(t->bytes + t->len, 0, 2 * BLOCK);
	t->len += 2 * BLOCK;
	return ERR_OK;
}
