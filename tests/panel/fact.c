#include "tests/panel/fact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the value of SECTION.KEY begins, or "". Sections hold no objects. */
static const char *value_of(const char *status, const char *name)
{
	char section[64], key[64];
	size_t n = strcspn(name, ".");

	if (!name[n])
		return "";
	snprintf(section, sizeof section, "\"%.*s\":{", (int)n, name);
	snprintf(key, sizeof key, "\"%s\":", name + n + 1);
	const char *from = strstr(status, section);
	const char *to = from ? strchr(from, '}') : NULL;
	const char *at = from ? strstr(from + strlen(section), key) : NULL;
	return at && to && at < to ? at + strlen(key) : "";
}

bool fact_flag(const char *status, const char *name)
{
	return strncmp(value_of(status, name), "true", 4) == 0;
}

long fact_number(const char *status, const char *name)
{
	return strtol(value_of(status, name), NULL, 10);
}

void fact_text(const char *status, const char *name, char *ret, size_t size)
{
	const char *p = value_of(status, name);
	size_t n = 0;

	for (p += *p == '"'; *p && *p != '"' && n < size - 1; p++) {
		p += *p == '\\' && p[1];
		ret[n++] = *p;
	}
	ret[n] = '\0';
}
