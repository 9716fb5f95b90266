/* Which list of procedures the kiosk goes by: the one that was shipped, or a newer one that the
 * province has given. What the province gave is kept in DIR/catalogue:
 *
 *     list     "MCC1", u32 (little-endian) length of the signature, signature, list
 *     before   the same, of the one before: a visit that a power cut stopped goes on with it
 *     keys     statements of catalogue_keys.h
 *     floor    "NUMBER KEY": the newest that was ever in use, and whose it was
 *
 * Lists are numbered by who signs them, and a number never goes back under one key; a new key
 * begins anew, so that a stolen key's highest number is no end. The floor is durable before a list
 * is in use. Every list is checked again when it is read. */
#ifndef CORE_CATALOGUE_BOOK_H
#define CORE_CATALOGUE_BOOK_H

#include "firmware/base/err.h"
#include "firmware/core/catalogue.h"
#include "firmware/core/catalogue_keys.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list and whose it is; `key` is a place in catalogue_keys. */
struct catalogue_copy {
	struct catalogue *list; /* NULL: there is none */
	size_t key;
	uint8_t *file; /* as it is kept; NULL: shipped */
	size_t file_len;
	int64_t got_s; /* when it was kept; 0: shipped */
};

struct catalogue_book {
	int dir_fd;
	struct catalogue_keys keys;
	struct catalogue_copy shipped, got, before;
	bool has_floor;
	int64_t floor;
	size_t floor_key;
};

/* The places of a kiosk's configuration. */
struct catalogue_places {
	const char *assets_dir, *anchor, *data_dir;
};

/* Reads all there is, and makes the floor durable. What is damaged or forged among what was given
 * counts as not there. Errors are catalogue_open()'s, of the shipped list; ERR_BAD_CONFIG. */
enum err catalogue_book_open(const struct catalogue_places *p, struct catalogue_book *ret);
void catalogue_book_close(struct catalogue_book *b); /* a zeroed one is allowed */

/* The newest of all: lives until the next catalogue_book_take(), and one longer. */
const struct catalogue *catalogue_book_now(const struct catalogue_book *b);
const struct catalogue_copy *catalogue_book_copy(const struct catalogue_book *b);

/* One of those that are there, by its version; NULL. */
const struct catalogue *catalogue_book_find(const struct catalogue_book *b, const char *version);

/* The newest is older than what has been in use here already. */
bool catalogue_book_is_behind(const struct catalogue_book *b);

/* catalogue_book_is_behind(), or past its day. */
bool catalogue_book_is_old(const struct catalogue_book *b, int64_t now_s);

/* A list (JSON) with its detached signature: durable, then the newest. Not while a visit uses the
 * one before this. ERR_FORGED; ERR_BAD_DATA; ERR_REFUSED: its number is not above what was in use
 * under that key, or the key is an old one; ERR_NO_SPACE, ERR_IO: not in use. */
enum err catalogue_book_take(struct catalogue_book *b, const char *text, size_t text_len,
			     const uint8_t *cms, size_t cms_len, int64_t now_s);

/* The next key, durable. ERR_FORGED: the present one did not sign it. */
enum err catalogue_book_take_key(struct catalogue_book *b, const uint8_t *cms, size_t len);

#endif
