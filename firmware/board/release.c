#include "firmware/board/release.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

struct release {
	uint32_t major, count;
};

static bool take_number(const char **at, uint32_t *ret)
{
	uint32_t n = 0;
	int digits = 0;

	for (; isdigit((unsigned char)**at); ++*at, digits++) {
		if (digits == 9)
			return false;
		n = n * 10 + (uint32_t)(**at - '0');
	}
	*ret = n;
	return digits > 0;
}

static bool parse(const char *version, struct release *ret)
{
	struct release r;
	const char *at = version;

	if (!take_number(&at, &r.major) || *at++ != '.' || !take_number(&at, &r.count))
		return false;
	if (*at == '+')
		for (at++; isalnum((unsigned char)*at) || *at == '.'; at++)
			;
	if (*at || strlen(version) > 40)
		return false;
	*ret = r;
	return true;
}

bool release_ok(const char *version)
{
	struct release r;

	return parse(version, &r);
}

bool release_older(const char *a, const char *b)
{
	struct release x, y;

	if (!parse(b, &y))
		return false;
	if (!parse(a, &x))
		return true;
	return x.major != y.major ? x.major < y.major : x.count < y.count;
}
