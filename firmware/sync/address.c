#include "firmware/sync/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define SCHEME "https://"

/* How much of `base` is scheme, host and port. */
static size_t origin_len(const char *base)
{
	return sizeof SCHEME - 1 + strcspn(base + sizeof SCHEME - 1, "/");
}

/* A server behind a proxy often takes itself for http; what we use of it is the path alone. */
static size_t scheme_len(const char *location)
{
	return strncmp(location, SCHEME, 8) == 0 ? 8 : strncmp(location, "http://", 7) == 0 ? 7 : 0;
}

bool address_base_ok(const char *base)
{
	static const char HOST[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-:[]";

	if (strncmp(base, SCHEME, sizeof SCHEME - 1) != 0)
		return false;
	const char *host = base + sizeof SCHEME - 1;
	size_t n = strspn(host, HOST);
	return n > 0 && n < 256 && (host[n] == '\0' || strcmp(host + n, "/") == 0);
}

/* Printable ASCII without anything that could be read as another place or a header. */
static bool path_ok(const char *path)
{
	if (path[0] != '/' || path[1] == '/' || strlen(path) >= ADDRESS_MAX_BYTES)
		return false;
	for (const char *p = path; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\\\"<>^`{|}#", *p))
			return false;
	return !strstr(path, "/../") && !strstr(path, "/./");
}

enum err address_path(const char *base, const char *location, char ret_path[ADDRESS_MAX_BYTES])
{
	const char *host = base + sizeof SCHEME - 1;
	size_t n = strcspn(host, "/"), scheme = scheme_len(location);

	if (scheme > 0) {
		location += scheme;
		if (strcspn(location, "/") != n || strncmp(location, host, n) != 0)
			return ERR_FORGED;
		location += n;
	} else if (strstr(location, "://") || strncmp(location, "//", 2) == 0) {
		return ERR_FORGED;
	}
	if (!path_ok(location))
		return ERR_BAD_DATA;
	memcpy(ret_path, location, strlen(location) + 1);
	return ERR_OK;
}

enum err address_join(const char *base, const char *path, char ret[2 * ADDRESS_MAX_BYTES])
{
	int n = snprintf(ret, 2 * ADDRESS_MAX_BYTES, "%.*s%s", (int)origin_len(base), base, path);

	return n > 0 && n < 2 * ADDRESS_MAX_BYTES ? ERR_OK : ERR_NO_SPACE;
}
