#include "firmware/board/notes.h"

#include "firmware/base/auto.h"
#include "firmware/base/facts.h"
#include "firmware/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static enum err sync_folder(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return ERR_BAD_DATA;
	*slash = '\0';
	AUTO_FD dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir >= 0 && fsync(dir) == 0 ? ERR_OK : err_of_errno();
}

static enum err write_new(const char *path, const char *lines)
{
	size_t len = strlen(lines);
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_of_errno();
	return write(fd, lines, len) == (ssize_t)len && fsync(fd) == 0 ? ERR_OK : err_of_errno();
}

enum err notes_put(const struct board *b, const char *path, const char *lines)
{
	char at[PATH_MAX], part[PATH_MAX + 8];
	enum err e = board_path(b, path, at);

	if (e != ERR_OK)
		return e;
	snprintf(part, sizeof part, "%s.new", at);
	e = write_new(part, lines);
	if (e == ERR_OK && rename(part, at) < 0)
		e = err_of_errno();
	return e == ERR_OK ? sync_folder(at) : e;
}

enum err notes_drop(const struct board *b, const char *path)
{
	char at[PATH_MAX];
	enum err e = board_path(b, path, at);

	if (e != ERR_OK)
		return e;
	if (unlink(at) < 0)
		return errno == ENOENT ? ERR_OK : err_of_errno();
	return sync_folder(at);
}

void notes_get(const struct board *b, const char *path, const char *name, char *ret, size_t size)
{
	char at[PATH_MAX];

	if (board_path(b, path, at) != ERR_OK || facts_get(at, name, ret, size) != ERR_OK)
		ret[0] = '\0';
}

void notes_trouble(const struct board *b, const char *word, const char *words)
{
	char at[PATH_MAX], line[400];
	int n = snprintf(line, sizeof line, "%s %.300s\n", word, words);

	if (n < 0 || board_path(b, BOARD_TROUBLE, at) != ERR_OK)
		return;
	AUTO_FD fd = open(at, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		log_line(LOG_ERROR, "trouble.untold", "%s", line);
}

bool notes_there(const struct board *b, const char *path)
{
	char at[PATH_MAX];

	return board_path(b, path, at) == ERR_OK && access(at, F_OK) == 0;
}
