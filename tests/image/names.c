#include "tests/image/names.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct names {
	struct json_object *root, *nodes;
};

void names_free(struct names *n)
{
	if (n)
		json_object_put(n->root);
	free(n);
}

enum err names_load(const char *path, struct names **ret_names)
{
	struct names *n = calloc(1, sizeof *n);

	if (!n)
		return ERR_NO_MEMORY;
	n->root = json_object_from_file(path);
	if (!json_object_object_get_ex(n->root, "nodes", &n->nodes) ||
	    !json_object_is_type(n->nodes, json_type_array)) {
		names_free(n);
		return ERR_BAD_DATA;
	}
	*ret_names = n;
	return ERR_OK;
}

static bool is(struct json_object *node, const char *field, const char *what)
{
	struct json_object *value;

	return json_object_object_get_ex(node, field, &value) &&
	       strcmp(json_object_get_string(value), what) == 0;
}

static double side(struct json_object *rect, size_t at)
{
	return json_object_get_double(json_object_array_get_idx(rect, at));
}

enum err names_find(const struct names *n, const char *what, double *ret_x, double *ret_y)
{
	static const char *const FIELDS[] = { "key", "name", "text" };
	size_t count = json_object_array_length(n->nodes);

	for (size_t f = 0; f < sizeof FIELDS / sizeof *FIELDS; f++)
		for (size_t i = 0; i < count; i++) {
			struct json_object *rect, *node = json_object_array_get_idx(n->nodes, i);

			if (!is(node, FIELDS[f], what) ||
			    !json_object_object_get_ex(node, "rect", &rect) ||
			    json_object_array_length(rect) != 4)
				continue;
			*ret_x = (side(rect, 0) + side(rect, 2) / 2) / NAMES_PANEL_W;
			*ret_y = (side(rect, 1) + side(rect, 3) / 2) / NAMES_PANEL_H;
			return ERR_OK;
		}
	return ERR_NOT_FOUND;
}
