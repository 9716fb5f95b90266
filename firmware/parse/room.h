/* The empty room: the state of this program in which hostile bytes may be opened. First
 * everything the libraries load lazily is loaded, then the door is locked (sandbox.h), and only
 * then the first job is looked at. */
#ifndef PARSE_ROOM_H
#define PARSE_ROOM_H

#include "firmware/base/err.h"
#include "firmware/parse/code.h"
#include "firmware/parse/page/text.h"
#include <stdbool.h>

/* Zero it before use. */
struct room {
	struct code_finder *codes;
	struct text_reader *reader; /* NULL until room_prepare_pages() */
};

/* Makes each library do what it does only once: time zone, converters, tables, buffers.
 * ERR_NO_MEMORY; ERR_BROKEN when a library fails on a sample of our own. */
enum err room_prepare(struct room *r);

/* The same, and a reader of text: for whom pages are read. OMP_THREAD_LIMIT=1 must have been in the
 * environment when this program was started: tesseract's threads cost more than they give, and the
 * locked room has none. ERR_NOT_FOUND when the reader's model is not installed. */
enum err room_prepare_pages(struct room *r);

/* From here on only memory and the descriptors already open; see role.def, PARSE. *ret_locked,
 * if not NULL, is false on a kernel without seccomp, where the door stays open. ERR_IO,
 * ERR_NO_MEMORY. */
enum err room_lock(bool *ret_locked);

/* The codes in a picture that may be a page or a frame. As code_find(). */
enum err room_find_codes(struct room *r, const struct image *picture, struct codes *ret);

/* Accepts a zeroed one. */
void room_finish(struct room *r);

#endif
