#include "board/flash/map.h"

#include <ctype.h>
#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_CAP 192

enum field { NONE, ROOT, SIZE, BLOCK, BLOCKS, MAPPED, KIND, SELF, MAP, RANGE, FIELDS };

static const char *const NAMES[FIELDS] = { "",
					   "bmap",
					   "ImageSize",
					   "BlockSize",
					   "BlocksCount",
					   "MappedBlocksCount",
					   "ChecksumType",
					   "BmapFileChecksum",
					   "BlockMap",
					   "Range" };

struct reading {
	struct map map;
	size_t cap;
	uint64_t number[FIELDS];
	bool seen[FIELDS], bad;
	XML_Parser parser;
	enum field in, parent[FIELDS]; /* the element we are in, and what it stands in */
	uint8_t sha256[32];
	char text[TEXT_CAP];
	size_t text_len;
};

static bool hash_of(const char *hex, uint8_t ret[32])
{
	if (strlen(hex) != 64)
		return false;
	for (size_t i = 0; i < 64; i++) {
		char c = hex[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
						   : -1;
		if (digit < 0)
			return false;
		ret[i / 2] = (uint8_t)(i % 2 ? ret[i / 2] | digit : digit << 4);
	}
	return true;
}

/* A number at *at, which moves behind it. Twelve digits are more blocks than any disk has. */
static bool number_of(const char **at, uint64_t *ret)
{
	uint64_t n = 0;
	int digits = 0;

	for (; isdigit((unsigned char)**at); (*at)++, digits++)
		n = n * 10 + (uint64_t)(**at - '0');
	if (digits == 0 || digits > 12)
		return false;
	*ret = n;
	return true;
}

/* Where an element may stand: the head's fields and the map in the root, ranges in the map. */
static bool may_open(const struct reading *r, enum field f)
{
	enum field outer = f == ROOT ? NONE : f == RANGE ? MAP : ROOT;

	return r->in == outer && (f == RANGE || !r->seen[f]);
}

static void on_open(void *data, const char *name, const char **attributes)
{
	struct reading *r = data;
	enum field f = ROOT;
	bool has_one = attributes[0] && !attributes[2];

	while (f < FIELDS && strcmp(NAMES[f], name) != 0)
		f++;
	if (f == FIELDS || !may_open(r, f)) {
		r->bad = true;
		return;
	}
	if (f == ROOT)
		r->bad |= !has_one || strcmp(attributes[0], "version") != 0 ||
			  strcmp(attributes[1], "2.0") != 0;
	else if (f == RANGE)
		r->bad |= !has_one || strcmp(attributes[0], "chksum") != 0 ||
			  !hash_of(attributes[1], r->sha256);
	else
		r->bad |= attributes[0] != NULL;
	r->seen[f] = true;
	r->parent[f] = r->in;
	r->in = f;
	r->text_len = 0;
}

static void on_text(void *data, const char *text, int len)
{
	struct reading *r = data;

	if (len < 0 || r->text_len + (size_t)len >= TEXT_CAP) {
		bool blank = true;
		for (int i = 0; i < len; i++)
			blank &= isspace((unsigned char)text[i]) != 0;
		r->bad |= !blank;
		return;
	}
	memcpy(r->text + r->text_len, text, (size_t)len);
	r->text_len += (size_t)len;
}

/* The text of the element that ends, without blanks around it. */
static const char *trimmed(struct reading *r)
{
	char *at = r->text;

	r->text[r->text_len] = '\0';
	while (isspace((unsigned char)*at))
		at++;
	for (char *end = at + strlen(at); end > at && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	return at;
}

static bool room_for_one(struct reading *r)
{
	if (r->map.count < r->cap)
		return true;
	size_t cap = r->cap ? 2 * r->cap : 64;
	struct map_range *more =
		cap > MAP_MAX_RANGES ? NULL : reallocarray(r->map.ranges, cap, sizeof(*more));
	if (!more)
		return false;
	r->map.ranges = more;
	r->cap = cap;
	return true;
}

/* "12" or "12-40", in blocks. */
static bool add_range(struct reading *r, const char *text)
{
	uint64_t first, last;

	if (!number_of(&text, &first))
		return false;
	last = first;
	if (*text == '-') {
		text++;
		if (!number_of(&text, &last))
			return false;
	}
	if (*text || last < first || !room_for_one(r))
		return false;
	struct map_range *new = &r->map.ranges[r->map.count++];
	new->start = first *MAP_BLOCK;
	new->bytes = (last - first + 1) * MAP_BLOCK;
	memcpy(new->sha256, r->sha256, sizeof(new->sha256));
	return true;
}

static void on_close(void *data, const char *name)
{
	struct reading *r = data;
	enum field f = r->in;
	const char *text = trimmed(r);

	(void)name; /* expat has seen that it is the one that was opened */
	if (r->bad || f == NONE)
		return;
	if (f == RANGE)
		r->bad = !add_range(r, text);
	else if (f == KIND)
		r->bad = strcmp(text, "sha256") != 0;
	else if (f == SIZE || f == BLOCK || f == BLOCKS || f == MAPPED)
		r->bad = !number_of(&text, &r->number[f]) || *text;
	r->in = r->parent[f];
	r->text_len = 0;
}

/* No entities of the writer's own, which could make much of little. */
static void on_doctype(void *data, const char *name, const char *id, const char *public, int inner)
{
	struct reading *r = data;

	(void)name, (void)id, (void)public, (void)inner;
	r->bad = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static bool ranges_fit(struct reading *r)
{
	uint64_t end = 0, blocks = 0;

	for (size_t i = 0; i < r->map.count; i++) {
		const struct map_range *m = &r->map.ranges[i];
		if (i > 0 && m->start < end)
			return false;
		end = m->start + m->bytes;
		blocks += m->bytes / MAP_BLOCK;
	}
	r->map.mapped_bytes = blocks * MAP_BLOCK;
	return end <= r->map.image_bytes && blocks == r->number[MAPPED];
}

static bool is_whole(struct reading *r)
{
	for (enum field f = ROOT; f < RANGE; f++) {
		if (!r->seen[f])
			return false;
	}
	r->map.image_bytes = r->number[SIZE];
	return r->number[BLOCK] == MAP_BLOCK && r->number[SIZE] % MAP_BLOCK == 0 &&
	       r->number[SIZE] / MAP_BLOCK == r->number[BLOCKS] && ranges_fit(r);
}

enum err map_parse(const char *xml, size_t len, struct map *ret)
{
	struct reading r = { .in = NONE };
	XML_Parser p = len <= INT_MAX ? XML_ParserCreate("UTF-8") : NULL;
	bool good = p != NULL;

	r.parser = p;
	if (p) {
		XML_SetUserData(p, &r);
		XML_SetElementHandler(p, on_open, on_close);
		XML_SetCharacterDataHandler(p, on_text);
		XML_SetStartDoctypeDeclHandler(p, on_doctype);
		good = XML_Parse(p, xml, (int)len, 1) == XML_STATUS_OK;
		XML_ParserFree(p);
	}
	if (!good || r.bad || !is_whole(&r)) {
		map_finish(&r.map);
		return ERR_BAD_DATA;
	}
	*ret = r.map;
	return ERR_OK;
}

void map_finish(struct map *m)
{
	free(m->ranges);
	*m = (struct map){ 0 };
}
