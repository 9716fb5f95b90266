/* Signed data files of the product: catalogue and forms. Each NAME has a detached CMS
 * signature NAME.p7s (DER) beside it; without a good one it is not used. */
#ifndef CORE_ASSET_H
#define CORE_ASSET_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct json_object;

/* Reads dir/name, checks dir/name.p7s against the certificate in `anchor` (PEM), and parses
 * it. *ret_json is the caller's: json_object_put(). ERR_NOT_FOUND; ERR_FORGED: no signature, or
 * not by that certificate; ERR_BAD_DATA: not JSON; ERR_IO. */
enum err asset_load(const char *dir, const char *name, const char *anchor,
		    struct json_object **ret_json);

/* "" when there is no text of that name; it lives as long as `json`. */
const char *json_text(struct json_object *json, const char *name);

/* 0 when there is no number of that name. */
int json_num(struct json_object *json, const char *name);

/* False when there is no true of that name. */
bool json_flag(struct json_object *json, const char *name);

/* NULL when there is no list of that name. */
struct json_object *json_list(struct json_object *json, const char *name);

#endif
