#include "tests/province/tar.h"

#include <string.h>

#define BLOCK 512

/* What a pax header says about the entry after it. */
struct pax {
	char path[256];
	uint64_t size;
	bool has_path, has_size;
};

/* A number field: octal digits, then blanks or NULs. */
static bool octal(const uint8_t *at, size_t n, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;

	while (i < n && at[i] == ' ')
		i++;
	for (; i < n && at[i] >= '0' && at[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(at[i] - '0'); /* at most 12 digits: 36 bits */
	for (; i < n; i++)
		if (at[i] != ' ' && at[i] != '\0')
			return false;
	*ret = v;
	return true;
}

static bool checksum_ok(const uint8_t *h)
{
	uint64_t said, sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : h[i];
	return octal(h + 148, 8, &said) && said == sum;
}

static bool is_zero(const uint8_t *h)
{
	for (size_t i = 0; i < BLOCK; i++)
		if (h[i])
			return false;
	return true;
}

/* The path of a ustar header: prefix, '/', name. */
static bool ustar_path(const uint8_t *h, char ret[256])
{
	size_t prefix = strnlen((const char *)h + 345, 155), name = strnlen((const char *)h, 100);
	size_t at = 0;

	if (prefix + 1 + name > 255)
		return false;
	if (prefix > 0) {
		memcpy(ret, h + 345, prefix);
		ret[prefix] = '/';
		at = prefix + 1;
	}
	memcpy(ret + at, h, name);
	ret[at + name] = '\0';
	return true;
}

static bool decimal(const uint8_t *at, size_t n, uint64_t *ret)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		if (at[i] < '0' || at[i] > '9' || v > UINT64_MAX / 10 - 1)
			return false;
		v = v * 10 + (uint64_t)(at[i] - '0');
	}
	*ret = v;
	return n > 0;
}

static bool pax_value(struct pax *p, const char *name, size_t name_len, const uint8_t *value,
		      size_t len)
{
	if (name_len == 4 && memcmp(name, "path", 4) == 0) {
		if (len == 0 || len >= sizeof p->path || memchr(value, '\0', len))
			return false;
		memcpy(p->path, value, len);
		p->path[len] = '\0';
		p->has_path = true;
	} else if (name_len == 4 && memcmp(name, "size", 4) == 0) {
		p->has_size = decimal(value, len, &p->size);
		return p->has_size;
	}
	return true;
}

/* Records "LENGTH NAME=VALUE\n", LENGTH counting itself. */
static bool pax_records(struct reader r, struct pax *p)
{
	while (r.left > 0 && !r.bad) {
		const uint8_t *blank = memchr(r.at, ' ', r.left);
		uint64_t n;

		if (!blank || !decimal(r.at, (size_t)(blank - r.at), &n) ||
		    n <= (size_t)(blank - r.at) + 1)
			return false;
		size_t skip = (size_t)(blank - r.at) + 1;
		const uint8_t *record = get_bytes(&r, n);
		if (!record || record[n - 1] != '\n')
			return false;
		const uint8_t *equals = memchr(record + skip, '=', n - skip);
		if (!equals)
			return false;
		size_t value_len = (size_t)(record + n - 1 - (equals + 1));
		if (!pax_value(p, (const char *)record + skip, (size_t)(equals - record) - skip,
			       equals + 1, value_len))
			return false;
	}
	return !r.bad;
}

bool tar_path_ok(const char *path)
{
	if (*path == '\0' || *path == '/')
		return false;
	for (const char *part = path; part;) {
		size_t n = strcspn(part, "/");

		if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && memcmp(part, "..", 2) == 0))
			return false;
		part = part[n] ? part + n + 1 : NULL;
	}
	for (const char *p = path; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '\\')
			return false;
	return true;
}

static enum err header(struct reader *r, const uint8_t **ret_header, struct reader *ret_body,
		       const struct pax *pax)
{
	const uint8_t *h = get_bytes(r, BLOCK);
	uint64_t size;

	if (!h)
		return ERR_BAD_DATA;
	if (is_zero(h))
		return ERR_NOT_FOUND;
	if (!checksum_ok(h) || memcmp(h + 257, "ustar", 5) != 0 || !octal(h + 124, 12, &size))
		return ERR_BAD_DATA;
	if (pax->has_size)
		size = pax->size;
	if (size > r->left)
		return ERR_BAD_DATA;
	*ret_body = get_part(r, size);
	(void)get_bytes(r, (BLOCK - size % BLOCK) % BLOCK);
	*ret_header = h;
	return r->bad ? ERR_BAD_DATA : ERR_OK;
}

enum err tar_next(struct reader *r, struct tar_entry *ret)
{
	struct pax pax = { 0 };
	struct tar_entry e;
	struct reader body;
	const uint8_t *h;

	for (;;) {
		enum err why = header(r, &h, &body, &pax);

		if (why != ERR_OK)
			return why;
		if (h[156] == 'x' ? !pax_records(body, &pax) : h[156] != 'g')
			break;
	}
	if ((h[156] != '0' && h[156] != '\0') || !ustar_path(h, e.path))
		return ERR_BAD_DATA;
	if (pax.has_path)
		memcpy(e.path, pax.path, sizeof e.path);
	if (!tar_path_ok(e.path))
		return ERR_BAD_DATA;
	e.bytes = body.at;
	e.len = body.left;
	*ret = e;
	return ERR_OK;
}
