#include "tests/image/stream.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <string.h>

enum err stream_open(struct stream *s, const char *path)
{
	*s = (struct stream){ .file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) };
	if (s->file < 0)
		return err_of_errno();
	s->cap = 4096;
	s->text = calloc(1, s->cap);
	return s->text ? ERR_OK : ERR_NO_MEMORY;
}

void stream_finish(struct stream *s)
{
	if (s->text)
		close(s->file);
	free(s->text);
	*s = (struct stream){ .file = -1 };
}

static enum err make_room(struct stream *s, size_t len)
{
	size_t cap = s->cap;

	while (cap <= s->len + len && cap <= STREAM_CAP)
		cap *= 2;
	if (cap > STREAM_CAP)
		return ERR_NO_SPACE;
	if (cap == s->cap)
		return ERR_OK;
	char *more = realloc(s->text, cap);
	if (!more)
		return ERR_NO_MEMORY;
	s->text = more;
	s->cap = cap;
	return ERR_OK;
}

/* A byte 0 would end the text for every search. */
enum err stream_add(struct stream *s, const char *bytes, size_t len)
{
	if (s->file >= 0 && write(s->file, bytes, len) < 0)
		return err_of_errno();
	enum err e = make_room(s, len);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != '\r' && bytes[i] != '\0')
			s->text[s->len++] = bytes[i];
	s->text[s->len] = '\0';
	return ERR_OK;
}

const char *stream_find(struct stream *s, const char *what)
{
	const char *at = s->text ? strstr(s->text + s->from, what) : NULL;

	if (at)
		s->from = (size_t)(at - s->text) + strlen(what);
	return at;
}

void stream_skip(struct stream *s)
{
	s->from = s->len;
}

const char *stream_tail(const struct stream *s, size_t bytes)
{
	return !s->text ? "" : s->len > bytes ? s->text + s->len - bytes : s->text;
}
