/* A view: what one screen or one receipt shows, as named values. kiosk-core writes it into a
 * sealed memfd, kiosk-ui reads it; which names a screen has is said in screens.def.
 *
 * Form: entries one after the other, each u8 type (1 number, 2 text, 3 bytes, 4 row), u8 key
 * length, u32 value length, key and NUL, value (and NUL after text), little-endian. A row
 * entry begins a row of the group named by its key; what follows belongs to that row until the
 * next row entry. Values of the view itself come before the first row. */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIEW_MAX_BYTES   (32u << 20)
#define VIEW_MAX_ENTRIES 4096

/* Grows as needed; errors stick and come out of view_seal(). Zero it before use. */
struct view_writer {
	uint8_t *bytes;
	size_t len, cap;
	bool bad;
};

void view_num(struct view_writer *w, const char *key, int64_t n);
void view_text(struct view_writer *w, const char *key, const char *text); /* NULL counts as "" */
void view_bytes(struct view_writer *w, const char *key, const void *bytes, size_t len);
void view_row(struct view_writer *w, const char *group);

/* Makes the sealed file and wipes the writer, in any case. ERR_NO_MEMORY; ERR_BAD_DATA for a
 * key over 63 bytes or text that is not UTF-8. */
enum err view_seal(struct view_writer *w, int *ret_fd);

/* A view being read. `view_open` checks every entry, so that the getters cannot fail. Texts and
 * bytes live until view_close(), which accepts a zeroed view. */
struct view {
	const uint8_t *bytes;
	size_t len;
	struct view_entry *entries;
	size_t count;
};

struct view_entry {
	uint8_t type;
	const char *key;
	const uint8_t *value;
	uint32_t len;
};

/* Does not close fd. ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err view_open(int fd, struct view *ret);
void view_close(struct view *v);

/* Values of the view itself: "" or 0 when there is none of that name. */
const char *view_get_text(const struct view *v, const char *key);
int64_t view_get_num(const struct view *v, const char *key);
bool view_has(const struct view *v, const char *key);
const uint8_t *view_get_bytes(const struct view *v, const char *key, size_t *ret_len);

/* Values of row `i`, counted from 0 within its group. */
size_t view_rows(const struct view *v, const char *group);
const char *view_row_text(const struct view *v, const char *group, size_t i, const char *key);
int64_t view_row_num(const struct view *v, const char *group, size_t i, const char *key);
const uint8_t *view_row_bytes(const struct view *v, const char *group, size_t i, const char *key,
			      size_t *ret_len);

#endif
