/* What is on a screen by name, as `scene` keeps it beside a picture: the list of ui/dump.h. */
#ifndef IMAGE_NAMES_H
#define IMAGE_NAMES_H

#include "firmware/base/err.h"

#define NAMES_PANEL_W 1080
#define NAMES_PANEL_H 1920

struct names;

/* ERR_BAD_DATA: no such list. names_free() accepts NULL. */
enum err names_load(const char *path, struct names **ret_names);
void names_free(struct names *n);

/* The middle of a control, by its key, its name or its text, in parts of the panel's width and
 * height. ERR_NOT_FOUND. */
enum err names_find(const struct names *n, const char *what, double *ret_x, double *ret_y);

#endif
