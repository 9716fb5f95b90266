/* Nothing readable of a citizen stays: looks for a text or a colour where it could have stayed. */
#ifndef SCENE_GONE_H
#define SCENE_GONE_H

#include "tests/scene/world.h"

#include <stdbool.h>
#include <stddef.h>

/* True when `text` is in the memory of no program of the kiosk, in no file of its data and not in
 * its log; `#rrggbb` means some pixels of that colour in a row. Else `why` says where it is. A
 * program whose memory may not be read by us (it is undumpable; root may) is left out, and standard
 * output says so. */
bool gone_looked_for(const struct world *w, const char *text, char *why, size_t cap);

/* False in a build whose programs keep freed memory (sanitizers): there it is not looked at. */
bool gone_sees_memory(void);

#endif
