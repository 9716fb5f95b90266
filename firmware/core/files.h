/* Small files that survive a power cut, and what goes with them. For the storing half only. */
#ifndef CORE_FILES_H
#define CORE_FILES_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#define FILES_HASH_BYTES 32

/* Opens a folder below `dir_fd`, making it (0700, durable) when it is missing. */
enum err files_folder(int dir_fd, const char *name, int *ret_fd);

/* Writes `parts` to a new file and syncs its data; its name is durable only after files_sync().
 * After any error there is no file of that name. ERR_NO_SPACE, ERR_IO, ERR_DENIED. */
enum err files_write(int dir_fd, const char *name, const struct iovec *parts, size_t count);

/* files_write() under a temporary name, then takes the name's place, durably: whole or not at
 * all. `name` is at most 200 bytes. */
enum err files_replace(int dir_fd, const char *name, const struct iovec *parts, size_t count);

/* Can the file be read and written, if it is there? Gives itself the right to it when it may.
 * ERR_BAD_DATA: it is somebody else's, or no plain file. ERR_IO: the disk is read-only. */
enum err files_usable(int dir_fd, const char *name);

/* Names of the folder become durable. */
enum err files_sync(int dir_fd);

/* The whole file, malloc'ed. ERR_NOT_FOUND; ERR_BAD_DATA over `max` bytes; ERR_NO_MEMORY. */
enum err files_read(int dir_fd, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* SHA-256 of all that `fd` holds, from its beginning; the file position is 0 afterwards. */
enum err files_hash(int fd, uint8_t ret_hash[FILES_HASH_BYTES], uint64_t *ret_bytes);

/* Deletes a folder of plain files; no error when there is none. */
enum err files_remove_folder(int dir_fd, const char *name);

/* Calls fn with each name in the folder but "." and ".."; stops at the first error of fn. fn may
 * delete the file it is called with. */
typedef enum err files_fn(void *data, const char *name);
enum err files_each(int dir_fd, files_fn *fn, void *data);

/* Deletes what a cut left of files_replace() in the folder; adds how many to *count. */
enum err files_sweep(int dir_fd, uint32_t *count);

/* Lower-case hex and NUL: 2 * len + 1 bytes. */
void hex_of(const uint8_t *bytes, size_t len, char *ret_text);

/* True for exactly `digits` lower-case hex digits and the end. */
bool hex_ok(const char *text, size_t digits);

#endif
