/* Which way is up, by reading a strip of text in the directions that are possible: for when the
 * shapes of letters alone do not tell. */
#ifndef PARSE_PAGE_STRIP_H
#define PARSE_PAGE_STRIP_H

#include "firmware/base/err.h"
#include "firmware/parse/page/leaf.h"
#include "firmware/parse/page/lie.h"

/* Does nothing when it is clear already, or there is no text. `raw` is the whole raw picture in
 * gray. ERR_NO_MEMORY. */
enum err strip_find_up(const struct plane *raw, const struct leaf_wish *wish, struct lie *l);

#endif
