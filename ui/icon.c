#include "ui/icon.h"

#define ICON(name, code) [ICON_##name] = code,
static const unsigned CODES[ICON_COUNT] = {
#include "ui/icons.def"
};
#undef ICON

unsigned icon_codepoint(enum icon i)
{
	return i < ICON_COUNT ? CODES[i] : 0;
}

#define ICON(name, code) [ICON_##name] = #name,
static const char *const NAMES[ICON_COUNT] = {
	[ICON_NONE] = "",
#include "ui/icons.def"
};
#undef ICON

const char *icon_name(enum icon i)
{
	return i < ICON_COUNT ? NAMES[i] : "";
}
