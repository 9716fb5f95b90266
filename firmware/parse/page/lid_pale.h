/* A small sheet before a lid about as bright as paper: told from it by a little more or less light,
 * or by its tint. */
#ifndef PARSE_PAGE_LID_PALE_H
#define PARSE_PAGE_LID_PALE_H

#include "firmware/base/err.h"
#include "firmware/parse/page/lid.h"

/* Leaves *ret alone when nothing is seen for certain: a frame or a tint on white paper is no sheet.
 * Only sheets much smaller than the picture are looked for; where one covers most of it, nothing
 * is gained by taking the rest away. ERR_NO_MEMORY. */
enum err lid_pale_find(const struct view *v, struct lid_found *ret);

#endif
