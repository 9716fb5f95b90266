#include "firmware/guard/ports.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 256
#define WORDS_MAX      (2 + PORT_KINDS + PORT_IDS)

/* One number of a kind, "08" or "*"; `end` is what must stand behind it. */
static bool read_number(const char **at, char end, int *ret)
{
	char *behind;

	if (**at == '*') {
		*ret = -1;
		behind = (char *)(uintptr_t)*at + 1;
	} else {
		if (!isxdigit((unsigned char)**at))
			return false;
		unsigned long n = strtoul(*at, &behind, 16);
		if (n > 0xff || behind - *at > 2)
			return false;
		*ret = (int)n;
	}
	if (*behind != end)
		return false;
	*at = behind + 1;
	return true;
}

static bool read_kind(const char *word, struct port *p)
{
	struct port_kind *k = &p->kinds[p->kind_count];

	if (p->kind_count == PORT_KINDS || !read_number(&word, '/', &k->class) ||
	    !read_number(&word, '/', &k->subclass) || !read_number(&word, '\0', &k->protocol))
		return false;
	p->kind_count++;
	return true;
}

static bool read_id(const char *word, struct port *p)
{
	char *colon, *end;

	if (p->id_count == PORT_IDS || strspn(word, "0123456789abcdefABCDEF") != 4 ||
	    strlen(word) != 9 || strspn(word + 5, "0123456789abcdefABCDEF") != 4)
		return false;
	p->vendors[p->id_count] = (uint16_t)strtoul(word, &colon, 16);
	p->products[p->id_count] = (uint16_t)strtoul(word + 5, &end, 16);
	p->id_count++;
	return *colon == ':' && !*end;
}

static bool copy(char *to, size_t size, const char *from, size_t len)
{
	if (len == 0 || len >= size)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* 7, or 3.1: numbers with single dots between them */
static bool is_chain(const char *text)
{
	for (; isdigit((unsigned char)*text); text++) {
		text += strspn(text, "0123456789");
		if (!*text)
			return true;
		if (*text != '.')
			return false;
	}
	return false;
}

static bool read_port(const char *word, struct port *p)
{
	const char *slash = strchr(word, '/');

	if (slash && !copy(p->controller, sizeof p->controller, word, (size_t)(slash - word)))
		return false;
	if (slash)
		word = slash + 1;
	if ((word[0] == '2' || word[0] == '3') && word[1] == ':') {
		p->speed = word[0] - '0';
		word += 2;
	}
	return is_chain(word) && copy(p->chain, sizeof p->chain, word, strlen(word));
}

static bool read_words(char *words[], unsigned count, struct port *p)
{
	if (count < 3 ||
	    strspn(words[0], "abcdefghijklmnopqrstuvwxyz0123456789") != strlen(words[0]))
		return false;
	if (!copy(p->name, sizeof p->name, words[0], strlen(words[0])) || !read_port(words[1], p))
		return false;
	for (unsigned i = 2; i < count; i++)
		if (strchr(words[i], '/') ? !read_kind(words[i], p) : !read_id(words[i], p))
			return false;
	return p->kind_count > 0;
}

/* False: the line is bad. An empty one adds nothing. */
static bool read_line(const char *line, size_t len, struct ports *ret)
{
	char text[LINE_MAX_BYTES], *words[WORDS_MAX], *rest = text;
	struct port p = { 0 };
	unsigned count = 0;

	if (len >= sizeof text || memchr(line, '\0', len))
		return false;
	memcpy(text, line, len);
	text[len] = '\0';
	text[strcspn(text, "#")] = '\0';
	for (char *word = strtok_r(text, " \t\r", &rest); word;
	     word = strtok_r(NULL, " \t\r", &rest)) {
		if (count == WORDS_MAX)
			return false;
		words[count++] = word;
	}
	if (count == 0)
		return true;
	if (ret->count == PORTS_MAX || !read_words(words, count, &p))
		return false;
	ret->rows[ret->count++] = p;
	return true;
}

enum err ports_parse(const char *text, size_t len, struct ports *ret, unsigned *ret_line)
{
	struct ports p = { 0 };
	unsigned number = 0;

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		number++;
		if (!read_line(text, n, &p)) {
			*ret_line = number;
			return ERR_BAD_CONFIG;
		}
		n += end != NULL;
		text += n;
		len -= n;
	}
	*ret = p;
	return ERR_OK;
}

static bool same_side(const struct port *p, const struct usb_place *at)
{
	if (p->controller[0] ? strcmp(p->controller, at->controller) != 0 : !at->pci)
		return false;
	return p->speed == 0 || (p->speed == 3) == at->fast;
}

const struct port *ports_find(const struct ports *p, const struct usb_place *at)
{
	for (unsigned i = 0; i < p->count; i++)
		if (same_side(&p->rows[i], at) && strcmp(p->rows[i].chain, at->chain) == 0)
			return &p->rows[i];
	return NULL;
}

bool ports_behind(const struct ports *p, const struct usb_place *at)
{
	size_t len = strlen(at->chain);

	for (unsigned i = 0; i < p->count; i++)
		if (len > 0 && same_side(&p->rows[i], at) &&
		    strncmp(p->rows[i].chain, at->chain, len) == 0 && p->rows[i].chain[len] == '.')
			return true;
	return false;
}

static bool fits(int want, uint8_t is)
{
	return want < 0 || want == is;
}

static bool kind_fits(const struct port *p, const struct usb_kind *k)
{
	for (unsigned i = 0; i < p->kind_count; i++)
		if (fits(p->kinds[i].class, k->class) && fits(p->kinds[i].subclass, k->subclass) &&
		    fits(p->kinds[i].protocol, k->protocol))
			return true;
	return false;
}

static bool id_fits(const struct port *p, const struct usb_shape *s)
{
	for (unsigned i = 0; i < p->id_count; i++)
		if (p->vendors[i] == s->vendor && p->products[i] == s->product)
			return true;
	return p->id_count == 0;
}

bool port_takes(const struct port *p, const struct usb_shape *s)
{
	for (unsigned i = 0; i < s->kind_count; i++)
		if (!kind_fits(p, &s->kinds[i]))
			return false;
	return s->device.class != USB_CLASS_HUB && id_fits(p, s);
}
