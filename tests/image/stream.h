/* What comes out of a machine on one of its lines: kept in a file as it comes, and in memory to be
 * searched from where the last search ended. */
#ifndef IMAGE_STREAM_H
#define IMAGE_STREAM_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define STREAM_CAP (16u << 20)

struct stream {
	int file; /* -1: none */
	char *text;
	size_t len, cap;
	size_t from; /* where the next search begins */
};

/* Goes on writing at the end of the file at `path`. stream_finish() accepts a zeroed one. */
enum err stream_open(struct stream *s, const char *path);
void stream_finish(struct stream *s);

/* Carriage returns are left out. ERR_NO_SPACE past STREAM_CAP; the file goes on. */
enum err stream_add(struct stream *s, const char *bytes, size_t len);

/* The text from s->from on that holds `what`, which is behind it the next time; NULL: not yet. */
const char *stream_find(struct stream *s, const char *what);

/* The next search begins with what is still to come. */
void stream_skip(struct stream *s);

/* The last lines, at most `bytes` of them. */
const char *stream_tail(const struct stream *s, size_t bytes);

#endif
