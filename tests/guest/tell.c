#include "tests/guest/tell.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum err tell_open(struct tell *t, const char *path)
{
	*t = (struct tell){ .fd = -1 };
	t->block = aligned_alloc(TELL_BLOCK, TELL_BLOCK);
	if (!t->block)
		return ERR_NO_MEMORY;
	if (path)
		t->fd = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	return path && t->fd < 0 ? err_of_errno() : ERR_OK;
}

void tell_now(struct tell *t)
{
	if (t->used == 0)
		return;
	if (t->fd < 0) {
		(void)fwrite(t->block, 1, t->used, stdout);
		(void)fflush(stdout);
	} else {
		memset(t->block + t->used, 0, TELL_BLOCK - t->used);
		if (pwrite(t->fd, t->block, TELL_BLOCK, 0) != TELL_BLOCK)
			perror("tell");
	}
	t->used = 0;
}

void tell_line(struct tell *t, const char *format, ...)
{
	char line[TELL_SECTOR];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(line, sizeof line - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	unsigned len = n < (int)sizeof line - 1 ? (unsigned)n : (unsigned)sizeof line - 2;
	line[len++] = '\n';
	if (t->used + len > TELL_BLOCK)
		tell_now(t);
	memcpy(t->block + t->used, line, len);
	t->used += len;
}

enum err tell_order(struct tell *t, char ret_line[TELL_SECTOR])
{
	tell_now(t);
	if (t->fd < 0) {
		if (!fgets(ret_line, TELL_SECTOR, stdin))
			return ERR_IO;
	} else {
		if (pread(t->fd, t->block, TELL_SECTOR, 0) != TELL_SECTOR)
			return ERR_IO;
		memcpy(ret_line, t->block, TELL_SECTOR - 1);
		ret_line[TELL_SECTOR - 1] = '\0';
	}
	ret_line[strcspn(ret_line, "\n")] = '\0';
	return ERR_OK;
}
