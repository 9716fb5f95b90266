#include "firmware/board/board.h"

#include "firmware/base/facts.h"

#include <stdio.h>
#include <string.h>

enum err board_path(const struct board *b, const char *path, char ret_path[PATH_MAX])
{
	int n = snprintf(ret_path, PATH_MAX, "%s%s", b->root, path);

	return n > 0 && n < PATH_MAX ? ERR_OK : ERR_NO_SPACE;
}

enum err board_open(const char *root, struct board *ret)
{
	struct board b = { .root = root };
	char path[PATH_MAX], name[4];
	enum err e = board_path(&b, BOARD_ASSETS, path);

	if (e == ERR_OK)
		version_read(path, &b.version);
	if (e == ERR_OK)
		e = board_path(&b, BOARD_SLOT, path);
	if (e == ERR_OK)
		e = facts_get(path, "SLOT", name, sizeof name);
	if (e != ERR_OK)
		return e;
	b.slot = slot_of(name);
	if (b.slot == SLOTS)
		return ERR_BAD_DATA;
	*ret = b;
	return ERR_OK;
}

const char *slot_name(enum slot s)
{
	return s == SLOT_A ? "A" : s == SLOT_B ? "B" : "?";
}

enum slot slot_of(const char *name)
{
	return strcmp(name, "A") == 0 ? SLOT_A : strcmp(name, "B") == 0 ? SLOT_B : SLOTS;
}

enum slot slot_other(enum slot s)
{
	return s == SLOT_A ? SLOT_B : SLOT_A;
}
