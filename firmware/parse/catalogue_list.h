/* A list of procedures (JSON, form of assets/catalogue.json) that comes from outside: read, made
 * whole from a delta, checked against catalogue.def, and written in its one canonical form. */
#ifndef PARSE_CATALOGUE_LIST_H
#define PARSE_CATALOGUE_LIST_H

#include "firmware/parse/statement.h"

#include <json-c/json.h>

/* One JSON object of UTF-8 and nothing behind it. ERR_BAD_DATA; ERR_NO_MEMORY. *ret is the
 * caller's: json_object_put(). */
enum err list_read(struct blob text, struct json_object **ret);

/* Every value is there and within its bounds, and no code stands twice. ERR_BAD_DATA. */
enum err list_check(struct json_object *list, int64_t *ret_number);

/* The list that `delta` makes of `base` (query.h); both stay as they are, and the new one shares
 * procedures with them. ERR_BAD_DATA: it names one that the base has not. */
enum err list_apply(struct json_object *base, struct json_object *delta, struct json_object **ret);

/* RFC 8785 (members in order of their names, no blanks), as far as a list goes: whole numbers, and
 * names of ASCII letters, digits and _. ERR_BAD_DATA: there is something else in it, or it is
 * longer than CATALOGUE_MAX_BYTES. *ret_text is the caller's to free(). */
enum err list_write(struct json_object *list, char **ret_text, size_t *ret_len);

#endif
