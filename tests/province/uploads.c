#include "tests/province/uploads.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

bool upload_path(const struct world *w, const char *id, char *ret, size_t cap)
{
	int n = snprintf(ret, cap, "%s/uploads/%s", w->dir, id);

	return n > 0 && (size_t)n < cap;
}

enum err upload_create(struct world *w, struct upload *u)
{
	unsigned char bytes[16];
	char path[PATH_MAX];

	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		return ERR_IO;
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(u->id + 2 * i, 3, "%02x", bytes[i]);
	if (!upload_path(w, u->id, path, sizeof path))
		return ERR_NO_SPACE;
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? err_of_errno() : store_upload_add(w->store, u);
}

enum err upload_find(struct world *w, const char *id, struct upload *ret, int64_t *ret_offset)
{
	struct upload u;
	struct stat st;
	char path[PATH_MAX];
	enum err e = store_upload_find(w->store, id, &u);

	if (e != ERR_OK)
		return e;
	int64_t offset = u.size;
	if (!u.committed) {
		if (!upload_path(w, id, path, sizeof path) || stat(path, &st) < 0)
			return ERR_NOT_FOUND;
		offset = st.st_size;
	}
	*ret = u;
	*ret_offset = offset;
	return ERR_OK;
}

enum err upload_append(struct world *w, const char *id, int *ret_fd)
{
	char path[PATH_MAX];

	if (!upload_path(w, id, path, sizeof path))
		return ERR_NOT_FOUND;
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return ERR_NOT_FOUND;
	*ret_fd = fd;
	return ERR_OK;
}

enum err upload_delete(struct world *w, const char *id)
{
	char path[PATH_MAX];

	if (upload_path(w, id, path, sizeof path))
		(void)unlink(path); /* without its row nobody will ask for the file */
	return store_upload_delete(w->store, id);
}

const char *upload_id_of(const char *address)
{
	static const char FOLDER[] = "/v1/uploads/";

	if (strncmp(address, "https://", 8) == 0) {
		address = strchr(address + 8, '/');
		if (!address)
			return NULL;
	}
	if (strncmp(address, FOLDER, sizeof FOLDER - 1) != 0)
		return NULL;
	const char *id = address + sizeof FOLDER - 1;
	return strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32 ? id : NULL;
}
