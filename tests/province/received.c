#include "tests/province/received.h"

#include "firmware/base/auto.h"
#include "tests/province/uploads.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool received_path(const struct world *w, const char *folder, const char *file, char *ret,
		   size_t cap)
{
	int n = snprintf(ret, cap, "%s/received/%s%s%s", w->dir, folder, *file ? "/" : "", file);

	return n > 0 && (size_t)n < cap;
}

void received_name(size_t i, bool pdf, char ret[16])
{
	snprintf(ret, 16, "%02u.%s", (unsigned)(i + 1) % 1000, pdf ? "pdf" : "bin");
}

static enum err write_file(int dir, const char *name, const uint8_t *bytes, size_t len)
{
	AUTO_FD fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_of_errno();
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0)
			return err_of_errno();
		bytes += n;
		len -= (size_t)n;
	}
	return fdatasync(fd) < 0 ? err_of_errno() : ERR_OK;
}

static enum err write_papers(int dir, const struct package *p)
{
	enum err e = write_file(dir, "manifest.json", p->manifest_bytes, p->manifest_len);

	for (size_t i = 0; e == ERR_OK && i < p->manifest.paper_count; i++) {
		size_t len = (size_t)p->manifest.papers[i].bytes;
		char name[16];

		if (!p->papers[i])
			continue; /* by reference */
		received_name(i, len >= 4 && memcmp(p->papers[i], "%PDF", 4) == 0, name);
		e = write_file(dir, name, p->papers[i], len);
	}
	for (size_t i = 0; e == ERR_OK && i < p->manifest.original_count; i++) {
		char name[32];

		snprintf(name, sizeof name, "original-%02u.png", (unsigned)(i + 1) % 1000);
		e = write_file(dir, name, p->originals[i], (size_t)p->manifest.originals[i].bytes);
	}
	return e;
}

static void remove_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	(void)rmdir(path);
}

void received_remove(struct world *w, const char *folder)
{
	char path[PATH_MAX];

	if (received_path(w, folder, "", path, sizeof path))
		remove_all(path);
}

enum err received_write(struct world *w, const char *folder, const char *upload,
			const struct package *p)
{
	char part[PATH_MAX], path[PATH_MAX], sealed[PATH_MAX];

	if (!received_path(w, ".part", "", part, sizeof part) ||
	    !received_path(w, folder, "", path, sizeof path) ||
	    !upload_path(w, upload, sealed, sizeof sealed))
		return ERR_NO_SPACE;
	remove_all(part);
	remove_all(path);
	if (mkdir(part, 0700) < 0)
		return err_of_errno();
	AUTO_FD dir = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_of_errno();
	enum err e = write_papers(dir, p);
	if (e == ERR_OK && linkat(AT_FDCWD, sealed, dir, "package.cms", 0) < 0)
		e = err_of_errno();
	if (e == ERR_OK && (fsync(dir) < 0 || rename(part, path) < 0))
		e = err_of_errno();
	return e;
}

enum err received_answer(struct world *w, const char *folder, const void *der, size_t len)
{
	char path[PATH_MAX];

	if (!received_path(w, folder, "answer.der", path, sizeof path))
		return ERR_NO_SPACE;
	return write_file(AT_FDCWD, path, der, len);
}
