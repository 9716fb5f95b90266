/* The objects of a PDF file that somebody brought: its cross-reference tables and streams, newest
 * first, and the objects they name, packed ones too (ISO 32000-1, 7.5). Everything is bounded; what
 * could not be followed makes the file `partial`. */
#ifndef PARSE_PDF_STORE_H
#define PARSE_PDF_STORE_H

#include "firmware/base/err.h"
#include "firmware/parse/pdf/syntax.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STORE_MAX_OBJECTS = 400000, STORE_MAX_PACKS = 512, STORE_MAX_UNPACKED = 32 << 20 };

enum row_kind { ROW_NONE, ROW_FREE, ROW_PLAIN, ROW_PACKED };

struct row {
	enum row_kind kind;
	uint32_t at;   /* of a plain one: where it begins; of a packed one: which of its stream */
	uint32_t pack; /* the stream's number */
};

/* An object stream, unpacked: which objects it holds, and where. */
struct pack {
	unsigned number;
	uint8_t *bytes;
	size_t len;
	uint32_t *objects, *offsets;
	size_t count;
};

/* Zero it before use; store_finish() frees it. */
struct store {
	const uint8_t *bytes;
	size_t len;
	struct row *rows;
	size_t count;         /* rows[0 .. count - 1] */
	struct value trailer; /* the newest */
	size_t start;         /* where its section begins */
	bool partial;
	uint64_t budget; /* bytes that may still be looked at: the same ones can be named often */
	struct pack packs[STORE_MAX_PACKS];
	size_t pack_count, unpacked;
};

/* Reads the file as it was when it ended at `len`. `bytes` must live as long as `ret`.
 * ERR_BAD_DATA: no table was found; ERR_NO_MEMORY. */
enum err store_open(const uint8_t *bytes, size_t len, struct store *ret);

/* Accepts a zeroed one. */
void store_finish(struct store *f);

/* ROW_NONE when it has none. */
struct row store_row(const struct store *f, unsigned number);

/* An object's value, KIND_NONE when there is none; of a stream its dictionary. It lives as long as
 * `f`. */
struct value store_object(struct store *f, unsigned number);

/* True when the value of a plain object has a stream behind it. */
bool store_has_stream(const struct store *f, const struct value *v);

/* The bytes of the stream behind a dictionary as they stand in the file; bad: there is none. */
struct reader store_stream(struct store *f, const struct value *dict);

/* The same, unpacked when they are packed by /FlateDecode. *ret is the caller's to free.
 * ERR_BAD_DATA: packed otherwise, damaged, or too much in all; ERR_NO_MEMORY. */
enum err store_unpack(struct store *f, const struct value *dict, uint8_t **ret, size_t *ret_len);

/* The value of a key, and the object when that is a reference. */
struct value store_get(struct store *f, const struct value *dict, const char *key);

#endif
