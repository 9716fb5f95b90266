#include "tests/scene/seek.h"

#include "firmware/base/auto.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXTS    256
#define MAX_PATTERNS (3 * MAX_TEXTS)
#define MAX_BYTES    256
#define HEAD         4 /* bytes of a pattern that are hashed */
#define HASHES       (1u << 16)
#define PIECE        (1u << 20)
#define RUN_PIXELS   8
#define WHOLE_DIGITS 8

struct pattern {
	uint8_t bytes[MAX_BYTES];
	size_t len, text;
	bool whole;    /* digits that are no part of a longer number */
	uint16_t next; /* of the same hash, from 1; 0: the last */
};

struct seek {
	uint16_t first[HASHES]; /* as pattern::next */
	struct pattern patterns[MAX_PATTERNS];
	size_t count, texts, longest;
	bool skipped[MAX_TEXTS];
};

struct seek *seek_create(void)
{
	return calloc(1, sizeof(struct seek));
}

void seek_destroy(struct seek *k)
{
	free(k);
}

static uint16_t hash_of(const uint8_t *at)
{
	uint32_t head;

	memcpy(&head, at, sizeof head);
	return (uint16_t)((head * 2654435761u) >> 16);
}

static struct pattern *begin(struct seek *k)
{
	struct pattern *p = &k->patterns[k->count];

	*p = (struct pattern){ .text = k->texts };
	return p;
}

static void put(struct pattern *p, const void *bytes, size_t len)
{
	if (len > sizeof p->bytes - p->len)
		len = sizeof p->bytes - p->len; /* its beginning will do */
	memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
}

static void end(struct seek *k, struct pattern *p)
{
	uint16_t h = hash_of(p->bytes);

	p->next = k->first[h];
	k->first[h] = (uint16_t)++k->count;
	k->longest = p->len > k->longest ? p->len : k->longest;
}

static void add_colour(struct seek *k, unsigned c)
{
	const uint8_t rgb[] = { (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c };
	const uint8_t full[] = { rgb[2], rgb[1], rgb[0], 0xff };
	const uint8_t none[] = { rgb[2], rgb[1], rgb[0], 0 };
	const struct {
		const uint8_t *at;
		size_t len;
	} ways[] = { { rgb, 3 }, { full, 4 }, { none, 4 } };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct pattern *p = begin(k);

		for (int n = 0; n < RUN_PIXELS; n++)
			put(p, ways[i].at, ways[i].len);
		end(k, p);
	}
}

static bool add_hex(struct seek *k, const char *hex)
{
	struct pattern *p = begin(k);
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		put(p, &(uint8_t){ (uint8_t)byte }, 1);
		if (!hex[1])
			break;
	}
	if (p->len < HEAD)
		return false;
	end(k, p);
	return true;
}

/* The next character of UTF-8. False: there is none, or it is damaged. */
static bool next_char(const char **at, uint32_t *ret)
{
	const uint8_t *p = (const uint8_t *)*at;
	int more = p[0] < 0x80 ? 0 : p[0] >> 5 == 6 ? 1 : p[0] >> 4 == 14 ? 2 : 3;
	uint32_t c = more == 0 ? p[0] : p[0] & (0x3fu >> more);

	if (!p[0])
		return false;
	for (int i = 1; i <= more; i++) {
		if (p[i] >> 6 != 2)
			return false;
		c = c << 6 | (p[i] & 0x3fu);
	}
	*at += more + 1;
	*ret = c;
	return true;
}

/* In units of `width` bytes, little endian; letters of the world's scripts fit into two. */
static void add_wide(struct seek *k, const char *text, size_t width)
{
	struct pattern *p = begin(k);
	uint32_t c;

	while (next_char(&text, &c))
		put(p, (const uint8_t[]){ (uint8_t)c, (uint8_t)(c >> 8), (uint8_t)(c >> 16), 0 },
		    width);
	end(k, p);
}

static bool is_text(const char *text)
{
	uint32_t c;

	while (next_char(&text, &c))
		;
	return !*text;
}

static bool add_text(struct seek *k, const char *text)
{
	struct pattern *p = begin(k);
	size_t len = strlen(text);

	if (len < HEAD || !is_text(text))
		return false;
	put(p, text, len);
	p->whole = len <= WHOLE_DIGITS && strspn(text, "0123456789") == len;
	end(k, p);
	add_wide(k, text, 2);
	add_wide(k, text, 4);
	return true;
}

enum err seek_add(struct seek *k, const char *text, size_t *ret_number)
{
	bool good = true;
	unsigned c;
	char more;

	if (k->texts == MAX_TEXTS)
		return ERR_NO_SPACE;
	if (sscanf(text, "#%6x%c", &c, &more) == 1)
		add_colour(k, c);
	else if (strncmp(text, "0x", 2) == 0)
		good = add_hex(k, text + 2);
	else
		good = add_text(k, text);
	if (!good)
		return ERR_BAD_DATA;
	*ret_number = k->texts++;
	return ERR_OK;
}

void seek_skip(struct seek *k, size_t number)
{
	k->skipped[number] = true;
}

bool seek_is_skipped(const struct seek *k, size_t number)
{
	return k->skipped[number];
}

/* What lies outside is no digit; what will be seen with its neighbours is left for then. */
static bool stands_alone(const struct pattern *p, const uint8_t *bytes, size_t len, size_t at,
			 const bool edges[2])
{
	size_t end = at + p->len;

	if (!p->whole)
		return true;
	if ((at == 0 && !edges[0]) || (end == len && !edges[1]))
		return false;
	return (at == 0 || !isdigit(bytes[at - 1])) && (end == len || !isdigit(bytes[end]));
}

size_t seek_in(const struct seek *k, const uint8_t *bytes, size_t len, bool first, bool last)
{
	const bool edges[2] = { first, last };

	for (size_t at = 0; at + HEAD <= len; at++)
		for (uint16_t i = k->first[hash_of(bytes + at)]; i; i = k->patterns[i - 1].next) {
			const struct pattern *p = &k->patterns[i - 1];

			if (p->len <= len - at && !k->skipped[p->text] &&
			    memcmp(bytes + at, p->bytes, p->len) == 0 &&
			    stands_alone(p, bytes, len, at, edges))
				return p->text;
		}
	return SEEK_NONE;
}

size_t seek_overlap(const struct seek *k)
{
	return k->longest + 1;
}

size_t seek_in_file(const struct seek *k, int fd, uint64_t from, uint64_t to)
{
	AUTO_FREE uint8_t *piece = malloc(PIECE);
	size_t found = SEEK_NONE;

	for (bool first = true; piece && from < to && found == SEEK_NONE; first = false) {
		size_t want = to - from < PIECE ? (size_t)(to - from) : PIECE;
		ssize_t n = pread(fd, piece, want, (off_t)from);
		bool last = n < (ssize_t)PIECE || (uint64_t)n == to - from;

		if (n <= 0)
			break;
		found = seek_in(k, piece, (size_t)n, first, last);
		if (last)
			break;
		from += (size_t)n - seek_overlap(k);
	}
	return found;
}
