#include "firmware/guard/place.h"

#include "firmware/guard/sysfs.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAST_MBIT 5000

/* "usb2": a root hub. */
static bool is_root(const char *word, size_t len)
{
	if (len < 4 || strncmp(word, "usb", 3) != 0)
		return false;
	for (size_t i = 3; i < len; i++)
		if (!isdigit((unsigned char)word[i]))
			return false;
	return true;
}

/* "2-3.1": a device; one of its interfaces has a colon behind that. */
static bool is_device(const char *word, size_t len)
{
	size_t bus = strspn(word, "0123456789");

	return bus > 0 && bus + 1 < len && word[bus] == '-' &&
	       bus + 1 + strspn(word + bus + 1, "0123456789.") == len;
}

/* dddd:dd:dd.d, as PCI names what is on it */
static bool is_pci(const char *word)
{
	static const char SHAPE[] = "xxxx:xx:xx.x";
	size_t i = 0;

	for (; SHAPE[i] && word[i]; i++)
		if (SHAPE[i] == 'x' ? !isxdigit((unsigned char)word[i]) : SHAPE[i] != word[i])
			return false;
	return !SHAPE[i] && !word[i];
}

static bool copy(char *to, size_t size, const char *from, size_t len)
{
	if (len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

static bool is_fast(const char *path, size_t root_len)
{
	char dir[SYSFS_PATH], speed[16];

	return copy(dir, sizeof dir, path, root_len) &&
	       sysfs_text(dir, "speed", speed, sizeof speed) == ERR_OK &&
	       strtoul(speed, NULL, 10) >= FAST_MBIT;
}

/* After the root hub, devices stand one in the other; the last counts. */
static const char *last_device(const char *at, struct usb_place *p)
{
	for (;;) {
		const char *word = at + (*at == '/');
		size_t len = strcspn(word, "/");

		if (!is_device(word, len))
			return at;
		const char *chain = strchr(word, '-') + 1;
		if (!copy(p->chain, sizeof p->chain, chain, (size_t)(word + len - chain)))
			return NULL;
		at = word + len;
	}
}

enum err usb_place_of(const char *path, struct usb_place *ret, char *ret_dir, unsigned size)
{
	struct usb_place p = { 0 };
	const char *before = NULL;
	size_t before_len = 0;

	for (const char *at = path; *at;) {
		const char *word = at + (*at == '/');
		size_t len = strcspn(word, "/");

		if (before && is_root(word, len)) {
			const char *end = last_device(word + len, &p);

			if (!end || !copy(p.controller, sizeof p.controller, before, before_len) ||
			    !copy(ret_dir, size, path, (size_t)(end - path)))
				return ERR_BAD_DATA;
			p.pci = is_pci(p.controller);
			p.fast = is_fast(path, (size_t)(word + len - path));
			*ret = p;
			return ERR_OK;
		}
		before = word;
		before_len = len;
		at = word + len;
	}
	return ERR_BAD_DATA;
}
