/* Uploads in progress: a row in the store and a file in DIR/uploads, whose length is the offset. */
#ifndef PROVINCE_UPLOADS_H
#define PROVINCE_UPLOADS_H

#include "tests/province/world.h"

#define UPLOAD_MAX_BYTES (256 << 20)

/* Makes the file and the row; fills in u->id. ERR_IO. */
enum err upload_create(struct world *w, struct upload *u);

/* The row, and how many bytes are there; all of them once committed. ERR_NOT_FOUND, ERR_IO. */
enum err upload_find(struct world *w, const char *id, struct upload *ret, int64_t *ret_offset);

/* A descriptor at the end of the file. The caller closes it. ERR_NOT_FOUND. */
enum err upload_append(struct world *w, const char *id, int *ret_fd);

/* Forgets row and file. */
enum err upload_delete(struct world *w, const char *id);

/* The file of an upload; false when the path is too long. */
bool upload_path(const struct world *w, const char *id, char *ret, size_t cap);

/* The id out of "/v1/uploads/ID" or an absolute address of it; NULL when it is neither. */
const char *upload_id_of(const char *address);

#endif
