/* USB sticks. Below the setting stick_dir each folder is one, mounted there by the board. Whatever
 * lies on it may be hostile: no link is followed, nothing but plain files is opened, and what is in
 * them is decoded by kiosk-parse. What is written is written through in small steps, so that a slow
 * stick keeps nobody at the screen waiting.
 *
 * A stick may be pulled out at any moment but while something is written: where there is a file
 * STICK_WISH below stick_dir, the board keeps each read-only, and clean, until stick_wish().
 *
 * Errors here: ERR_GONE pulled out, ERR_NO_SPACE full, ERR_DENIED read-only, ERR_IO. */
#ifndef BASE_STICK_H
#define BASE_STICK_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STICK_NAME_CAP  64
#define STICK_MAX_NAMES 4096
#define STICK_CHUNK     (256u << 10) /* one step */

/* The stick of that name below `dir`; "": the only one. ERR_GONE: `dir` is ""; ERR_NOT_FOUND: none
 * is plugged in, or none of that name; ERR_FIELD_CHOICE: several are, and none was named. */
enum err stick_pick(const char *dir, const char *name, int *ret_fd, char ret_name[STICK_NAME_CAP]);

/* `dir` is stick_dir. Asks the board to let sticks be written, or no more: it does so soon, as
 * stick_is_locked() tells, and may be asked again. ERR_NOT_FOUND: they are writable always. */
#define STICK_WISH ".wish"
enum err stick_wish(const char *dir, bool to_write);

/* Whether nothing can be written now to the stick of that folder. */
bool stick_is_locked(int dir_fd);

/* Calls fn with the names in a folder, of any kind, in no order; after STICK_MAX_NAMES or the first
 * false it ends. */
typedef bool stick_fn(void *data, const char *name);
enum err stick_each(int dir_fd, stick_fn *fn, void *data);

/* A folder in a folder. ERR_NOT_FOUND: it is not there, and shall not be made. ERR_BAD_DATA: it is
 * something else. */
enum err stick_folder(int dir_fd, const char *name, bool make, int *ret_fd);

/* The folder's names, or all of the stick, are on it when this returns. */
enum err stick_sync_names(int dir_fd);
enum err stick_sync_all(int fd);

/* No error when it is not there. */
enum err stick_remove(int dir_fd, const char *name);

/* A file on its way to the stick, under a name that ends in .tmp; it takes its own only whole. */
struct stick_out {
	int dir_fd, fd; /* fd -1: none; dir_fd is the caller's */
	uint64_t len;
	char name[24], half[24];
};

/* `name`: 8.3. A file of that name goes when it ends; ERR_BAD_DATA: it is a folder. */
enum err stick_begin(int dir_fd, const char *name, struct stick_out *ret);
enum err stick_write(struct stick_out *o, const void *bytes, size_t len);
enum err stick_end(struct stick_out *o);
void stick_drop(struct stick_out *o); /* nothing is left of it; after stick_end() nothing happens */

/* All of it at once. */
enum err stick_put(int dir_fd, const char *name, const void *bytes, size_t len);

/* A file read from the stick itself, past what the kernel remembers of it. */
struct stick_in {
	int fd; /* -1: none */
	bool direct;
	uint64_t bytes, at;
	uint8_t *chunk; /* of STICK_CHUNK, aligned */
};

/* ERR_NOT_FOUND; ERR_BAD_DATA: no plain file, or longer than `max`. */
enum err stick_in_open(int dir_fd, const char *name, uint64_t max, struct stick_in *ret);

/* The next bytes, up to STICK_CHUNK; *ret_len 0: that was all. ERR_BAD_DATA: it is shorter than it
 * said. They live until the next call. */
enum err stick_in_next(struct stick_in *i, const uint8_t **ret_bytes, size_t *ret_len);
void stick_in_close(struct stick_in *i);

/* The whole file, malloc'ed; for what is small. As stick_in_open(). */
enum err stick_get(int dir_fd, const char *name, size_t max, uint8_t **ret_bytes, size_t *ret_len);

/* Bytes that still go on it, and what a file is rounded up to. */
enum err stick_room(int fd, uint64_t *ret_bytes, uint64_t *ret_cluster_bytes);

#endif
