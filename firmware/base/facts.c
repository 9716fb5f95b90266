#include "firmware/base/facts.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

enum err facts_in(const char *text, size_t len, const char *name, char *ret_value, size_t size)
{
	size_t want = strlen(name);

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end - text) : len;

		if (line > want && text[want] == '=' && memcmp(text, name, want) == 0) {
			size_t n = line - want - 1;

			if (n >= size || !is_plain(text + want + 1, n))
				return ERR_BAD_DATA;
			memcpy(ret_value, text + want + 1, n);
			ret_value[n] = '\0';
			return ERR_OK;
		}
		line += end != NULL;
		text += line;
		len -= line;
	}
	return ERR_NOT_FOUND;
}

enum err facts_get(const char *path, const char *name, char *ret_value, size_t size)
{
	char text[FACTS_MAX_BYTES + 1];
	size_t len = 0;
	ssize_t n = 1;
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	while (n > 0 && len < sizeof text) {
		n = read(fd, text + len, sizeof text - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return ERR_IO;
	return len > FACTS_MAX_BYTES ? ERR_BAD_DATA : facts_in(text, len, name, ret_value, size);
}
