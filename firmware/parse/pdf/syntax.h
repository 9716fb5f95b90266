/* PDF syntax, read (ISO 32000-1, 7.2 and 7.3): the values in hostile bytes, one after the other.
 * A value is a view of the bytes it was read from; nothing is copied, nothing recurses. */
#ifndef PARSE_PDF_SYNTAX_H
#define PARSE_PDF_SYNTAX_H

#include "firmware/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	KIND_NONE, /* the end, or no value */
	KIND_NUMBER,
	KIND_NAME,
	KIND_STRING,
	KIND_ARRAY,
	KIND_DICT,
	KIND_REF,  /* "12 0 R" */
	KIND_WORD, /* null, true, obj, stream, an operator */
};

struct value {
	enum kind kind;
	const uint8_t *at; /* from its first byte to its last, with brackets */
	size_t len;
	int64_t number; /* of a number, cut to an integer; of a reference, the object's */
};

/* The next value; KIND_NONE at the end, and at what is no value: r->bad is set then. */
struct value value_next(struct reader *r);

/* The next reference, however deep it stands in what is read; false: there is none any more. */
bool reference_next(struct reader *r, unsigned *ret_number);

/* What stands between the brackets of an array or a dictionary; empty for anything else. */
struct reader value_inside(const struct value *v);

/* The value of a key; KIND_NONE when it is not there. The last one wins, as readers have it. */
struct value dict_get(const struct value *dict, const char *key);

bool value_is_name(const struct value *v, const char *name);
bool value_is_word(const struct value *v, const char *word);

/* True when both are written with the same values, whatever blanks are between. */
bool value_same(const struct value *a, const struct value *b);

/* The bytes of a string; *ret_len <= cap. False when there are more, or it is none. */
bool value_bytes(const struct value *v, uint8_t *out, size_t cap, size_t *ret_len);

/* A text string as UTF-8 with a NUL, cut to cap at a character; "" for anything else. What has no
 * place in a line of text becomes a blank. */
void value_text(const struct value *v, char *out, size_t cap);

#endif
