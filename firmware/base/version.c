#include "firmware/base/version.h"

#include "firmware/base/facts.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static void get(const char *path, const char *name, char *ret, size_t size)
{
	if (facts_get(path, name, ret, size) != ERR_OK || strchr(ret, ' '))
		ret[0] = '\0';
}

void version_read(const char *assets_dir, struct version *ret)
{
	char path[PATH_MAX], keys[8];

	snprintf(path, sizeof path, "%s/version", assets_dir);
	get(path, "VERSION", ret->number, sizeof ret->number);
	get(path, "BOARD", ret->board, sizeof ret->board);
	get(path, "COMPATIBLE", ret->compatible, sizeof ret->compatible);
	get(path, "KEYS", keys, sizeof keys);
	ret->test_keys = strcmp(keys, "test") == 0;
	if (!ret->number[0])
		snprintf(ret->number, sizeof ret->number, "0");
}
