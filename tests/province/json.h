/* Small helpers on json-c: strict reading of what came from outside, one member at a time. */
#ifndef PROVINCE_JSON_H
#define PROVINCE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One JSON object, UTF-8, nothing after it, at most 16 deep; NULL otherwise. Yours to put. */
struct json_object *json_read(const void *bytes, size_t len);

/* The text of member `name`; NULL when it is not there, not a string, has a NUL inside, or is
 * longer than `max` bytes. Lives as long as `o`. */
const char *json_text(struct json_object *o, const char *name, size_t max);

/* False when it is not there, not a whole number, or negative. */
bool json_count(struct json_object *o, const char *name, int64_t *ret);

static inline void json_end(struct json_object **o)
{
	json_object_put(*o);
}
#define AUTO_JSON __attribute__((cleanup(json_end))) struct json_object *

#endif
