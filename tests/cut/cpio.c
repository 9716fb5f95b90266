#include "tests/cut/cpio.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAX_NAME  400
#define MAX_NAMES 400

struct cpio {
	FILE *out;
	unsigned ino;
	char folders[MAX_NAMES][MAX_NAME];
	size_t folder_count;
};

static void put(struct cpio *c, const void *bytes, size_t len)
{
	static const char ZEROS[4] = "";

	(void)fwrite(bytes, 1, len, c->out);
	(void)fwrite(ZEROS, 1, -len & 3, c->out); /* all parts begin at multiples of four */
}

static void put_entry(struct cpio *c, const char *name, unsigned mode, const void *bytes,
		      size_t len)
{
	char head[110 + MAX_NAME + 1];
	int n = snprintf(head, sizeof head,
			 "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s", ++c->ino,
			 mode, 0, 0, 1, 0, (unsigned)len, 0, 0, 0, 0, (unsigned)strlen(name) + 1, 0,
			 name);

	put(c, head, (size_t)n + 1);
	put(c, bytes, len);
}

static void put_folder(struct cpio *c, const char *name)
{
	for (size_t i = 0; i < c->folder_count; i++)
		if (strcmp(c->folders[i], name) == 0)
			return;
	if (c->folder_count < MAX_NAMES)
		snprintf(c->folders[c->folder_count++], MAX_NAME, "%s", name);
	put_entry(c, name, 040755, "", 0);
}

static void put_folders(struct cpio *c, const char *name)
{
	char folder[MAX_NAME];

	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
		put_folder(c, folder);
	}
}

static enum err put_file(struct cpio *c, const char *name, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
		return fd < 0 ? err_of_errno() : ERR_IO;
	void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return ERR_NO_MEMORY;
	put_entry(c, name, 0100755, bytes, (size_t)st.st_size);
	munmap(bytes, (size_t)st.st_size);
	return ERR_OK;
}

static enum err put_word(struct cpio *c, const char *word)
{
	char name[MAX_NAME];
	const char *path = strchr(word, '=');
	int len = path ? (int)(path - word) : (int)strlen(word);

	snprintf(name, sizeof name, "%.*s", len, word);
	put_folders(c, name);
	enum err e = path ? put_file(c, name, path + 1) : ERR_OK;
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", word, err_text(e));
	return e;
}

enum err cpio_pack(const char *out, char *const words[], int count)
{
	AUTO_FREE struct cpio *c = calloc(1, sizeof *c);
	enum err e = ERR_OK;

	if (!c)
		return ERR_NO_MEMORY;
	c->out = fopen(out, "we");
	if (!c->out)
		return err_of_errno();
	for (int i = 0; i < count && e == ERR_OK; i++)
		e = put_word(c, words[i]);
	put_entry(c, "TRAILER!!!", 0, "", 0);
	return fclose(c->out) == 0 ? e : ERR_IO;
}
