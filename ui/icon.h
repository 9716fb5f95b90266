/* Icons: glyphs of Debian's Material Design icon font, by our own names. */
#ifndef UI_ICON_H
#define UI_ICON_H

#define ICON(name, code) ICON_##name,
enum icon {
	ICON_NONE,
#include "ui/icons.def"
	ICON_COUNT
};
#undef ICON

/* 0 for ICON_NONE. */
unsigned icon_codepoint(enum icon i);
const char *icon_name(enum icon i); /* as in icons.def; "" for ICON_NONE */

#endif
