#include "firmware/parse/pdf/store.h"

#include "firmware/base/auto.h"
#include "firmware/parse/pdf/flate.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_SECTIONS = 128, TAIL_BYTES = 2048, MAX_HOPS = 8, MAX_WIDTH = 8 };

/* Takes what was read from the budget; false when there is none any more. */
static bool spend(struct store *f, uint64_t bytes)
{
	if (bytes > f->budget) {
		f->budget = 0;
		f->partial = true;
		return false;
	}
	f->budget -= bytes;
	return true;
}

static struct reader reader_at(const struct store *f, int64_t at)
{
	if (at < 0 || (uint64_t)at >= f->len)
		return (struct reader){ .bad = true };
	return reader_of(f->bytes + at, f->len - (size_t)at);
}

/* Newer tables are read first, so what has a row keeps it. */
static bool set_row(struct store *f, int64_t number, struct row row)
{
	if (number < 0 || number >= STORE_MAX_OBJECTS) {
		f->partial = true;
		return true;
	}
	if ((size_t)number >= f->count) {
		size_t count = (size_t)number + (size_t)number / 2 + 64;
		struct row *more = reallocarray(f->rows, count, sizeof *more);

		if (!more)
			return false;
		memset(more + f->count, 0, (count - f->count) * sizeof *more);
		f->rows = more;
		f->count = count;
	}
	if (f->rows[number].kind == ROW_NONE)
		f->rows[number] = row;
	return true;
}

struct row store_row(const struct store *f, unsigned number)
{
	return number < f->count ? f->rows[number] : (struct row){ 0 };
}

/* "xref" has been read: subsections, up to and with the trailer. */
static enum err read_table(struct store *f, struct reader *r, struct value *ret_trailer)
{
	for (;;) {
		struct value first = value_next(r), count = value_next(r);

		if (value_is_word(&first, "trailer")) {
			*ret_trailer = count;
			return count.kind == KIND_DICT ? ERR_OK : ERR_BAD_DATA;
		}
		if (first.kind != KIND_NUMBER || count.kind != KIND_NUMBER)
			return ERR_BAD_DATA;
		for (int64_t i = 0; i < count.number; i++) {
			struct value at = value_next(r), generation = value_next(r);
			struct value use = value_next(r);
			bool used = value_is_word(&use, "n");

			if (at.kind != KIND_NUMBER || generation.kind != KIND_NUMBER ||
			    (!used && !value_is_word(&use, "f")))
				return ERR_BAD_DATA;
			if (at.number < 0 || (uint64_t)at.number >= f->len)
				used = false;
			struct row row = { .kind = used ? ROW_PLAIN : ROW_FREE,
					   .at = used ? (uint32_t)at.number : 0 };
			if (!set_row(f, first.number + i, row))
				return ERR_NO_MEMORY;
		}
	}
}

struct reader store_stream(struct store *f, const struct value *dict)
{
	struct reader r = reader_at(f, dict->at + dict->len - f->bytes);
	struct value word = value_next(&r), len = store_get(f, dict, "Length");

	if (r.bad || !value_is_word(&word, "stream") || len.kind != KIND_NUMBER || len.number < 0)
		return (struct reader){ .bad = true };
	uint8_t eol = get_u8(&r);
	if (eol == '\r')
		eol = get_u8(&r);
	if (eol != '\n')
		r.bad = true;
	return get_part(&r, (size_t)len.number);
}

bool store_has_stream(const struct store *f, const struct value *v)
{
	if (v->kind != KIND_DICT || v->at < f->bytes || v->at >= f->bytes + f->len)
		return false;
	struct reader r = reader_at(f, v->at + v->len - f->bytes);
	struct value word = value_next(&r);

	return value_is_word(&word, "stream");
}

/* Packed not at all, or by /FlateDecode with a PNG predictor. */
enum err store_unpack(struct store *f, const struct value *dict, uint8_t **ret, size_t *ret_len)
{
	struct reader raw = store_stream(f, dict);
	struct value filter = store_get(f, dict, "Filter"), how = store_get(f, dict, "DecodeParms");

	if (filter.kind == KIND_ARRAY) {
		struct reader inside = value_inside(&filter);

		filter = value_next(&inside);
		if (value_next(&inside).kind != KIND_NONE)
			return ERR_BAD_DATA;
	}
	if (how.kind == KIND_ARRAY) {
		struct reader inside = value_inside(&how);

		how = value_next(&inside);
	}
	if (raw.bad || (filter.kind != KIND_NONE && !value_is_name(&filter, "FlateDecode")))
		return ERR_BAD_DATA;
	struct value predictor = dict_get(&how, "Predictor"), columns = dict_get(&how, "Columns");
	size_t width =
		predictor.number >= 10 ? (columns.number > 0 ? (size_t)columns.number : 1) : 0;

	if (predictor.number == 2 || width > 4096)
		return ERR_BAD_DATA;
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len;
	enum err e = flate_unpack(raw, filter.kind != KIND_NONE, STORE_MAX_UNPACKED - f->unpacked,
				  &bytes, &len);
	if (e != ERR_OK)
		return e;
	if (!spend(f, len) || (width > 0 && !flate_unpredict(bytes, &len, width)))
		return ERR_BAD_DATA;
	f->unpacked += len;
	*ret = bytes;
	*ret_len = len;
	bytes = NULL;
	return ERR_OK;
}

static uint64_t get_field(struct reader *r, int64_t width, uint64_t otherwise)
{
	uint64_t n = 0;

	for (int64_t i = 0; i < width; i++)
		n = n << 8 | get_u8(r);
	return width > 0 ? n : otherwise;
}

/* ISO 32000-1, 7.5.8.3. */
static struct row packed_row(const struct store *f, struct reader *r, const int64_t width[3])
{
	uint64_t kind = get_field(r, width[0], 1), second = get_field(r, width[1], 0);
	uint64_t third = get_field(r, width[2], 0);

	if (kind == 1 && second < f->len)
		return (struct row){ .kind = ROW_PLAIN, .at = (uint32_t)second };
	if (kind == 2 && second < STORE_MAX_OBJECTS && third < STORE_MAX_OBJECTS)
		return (struct row){ .kind = ROW_PACKED,
				     .pack = (uint32_t)second,
				     .at = (uint32_t)third };
	return (struct row){ .kind = ROW_FREE };
}

static bool read_widths(const struct value *dict, int64_t width[3])
{
	struct value list = dict_get(dict, "W");
	struct reader r = value_inside(&list);

	for (int i = 0; i < 3; i++) {
		struct value v = value_next(&r);

		if (v.kind != KIND_NUMBER || v.number < 0 || v.number > MAX_WIDTH)
			return false;
		width[i] = v.number;
	}
	return width[0] + width[1] + width[2] > 0;
}

static enum err read_rows(struct store *f, const struct value *dict, struct reader rows)
{
	struct value index = dict_get(dict, "Index"), size = dict_get(dict, "Size");
	struct reader r = value_inside(&index);
	int64_t width[3];

	if (!read_widths(dict, width))
		return ERR_BAD_DATA;
	for (bool more = true; more;) {
		struct value first = value_next(&r), count = value_next(&r);

		if (index.kind != KIND_ARRAY) {
			first.number = 0;
			count = size;
			more = false;
		} else if (count.kind != KIND_NUMBER) {
			break;
		}
		for (int64_t i = 0; i < count.number && rows.left > 0; i++) {
			struct row row = packed_row(f, &rows, width);

			if (rows.bad)
				return ERR_BAD_DATA;
			if (!set_row(f, first.number + i, row))
				return ERR_NO_MEMORY;
		}
	}
	return ERR_OK;
}

/* A cross-reference stream: an object whose dictionary is the trailer, too. */
static enum err read_stream(struct store *f, struct reader *r, struct value *ret_trailer)
{
	struct value generation = value_next(r), word = value_next(r), dict = value_next(r);
	struct value type = dict_get(&dict, "Type");
	AUTO_FREE uint8_t *rows = NULL;
	size_t len;

	if (generation.kind != KIND_NUMBER || !value_is_word(&word, "obj") ||
	    !value_is_name(&type, "XRef"))
		return ERR_BAD_DATA;
	enum err e = store_unpack(f, &dict, &rows, &len);
	if (e != ERR_OK)
		return e;
	*ret_trailer = dict;
	e = read_rows(f, &dict, reader_of(rows, len));
	f->unpacked -= len;
	return e;
}

static enum err read_section(struct store *f, int64_t at, struct value *ret_trailer)
{
	struct reader r = reader_at(f, at);
	size_t left = r.left;
	struct value head = value_next(&r);
	enum err e = ERR_BAD_DATA;

	if (value_is_word(&head, "xref"))
		e = read_table(f, &r, ret_trailer);
	else if (head.kind == KIND_NUMBER)
		e = read_stream(f, &r, ret_trailer);
	return e == ERR_OK && !spend(f, left - r.left) ? ERR_BAD_DATA : e;
}

/* Where the newest section begins: behind the last "startxref". */
static int64_t find_start(const struct store *f)
{
	size_t tail = f->len < TAIL_BYTES ? f->len : TAIL_BYTES;
	const uint8_t *from = f->bytes + f->len - tail, *found = NULL;

	for (const uint8_t *at = from; at; at = at ? at + 1 : NULL) {
		at = memmem(at, (size_t)(f->bytes + f->len - at), "startxref", 9);
		found = at ? at : found;
	}
	if (!found)
		return -1;
	struct reader r = reader_of(found + 9, (size_t)(f->bytes + f->len - found) - 9);
	struct value v = value_next(&r);
	return v.kind == KIND_NUMBER ? v.number : -1;
}

static enum err read_sections(struct store *f)
{
	int64_t seen[MAX_SECTIONS], at = find_start(f);
	struct value trailer = { 0 };

	for (size_t n = 0; at >= 0; n++) {
		for (size_t i = 0; i < n; i++)
			if (seen[i] == at || n == MAX_SECTIONS)
				return ERR_BAD_DATA;
		enum err e = read_section(f, at, &trailer);
		if (e != ERR_OK)
			return e;
		seen[n] = at;
		if (n == 0) {
			f->trailer = trailer;
			f->start = (size_t)at;
		}
		struct value previous = dict_get(&trailer, "Prev");
		/* tables for two kinds of readers at once: which of them is shown differs */
		f->partial |= dict_get(&trailer, "XRefStm").kind != KIND_NONE;
		at = previous.kind == KIND_NUMBER ? previous.number : -1;
	}
	return f->trailer.kind == KIND_DICT ? ERR_OK : ERR_BAD_DATA;
}

enum err store_open(const uint8_t *bytes, size_t len, struct store *ret)
{
	ret->bytes = bytes;
	ret->len = len;
	ret->budget = 8 * (uint64_t)len + (1 << 20);
	if (len > UINT32_MAX)
		return ERR_BAD_DATA;
	return read_sections(ret);
}

static void free_pack(struct pack *p)
{
	free(p->bytes);
	free(p->objects);
	free(p->offsets);
}

void store_finish(struct store *f)
{
	for (size_t i = 0; i < f->pack_count; i++)
		free_pack(&f->packs[i]);
	free(f->rows);
	*f = (struct store){ 0 };
}

static struct value plain_object(struct store *f, unsigned number, uint32_t at)
{
	struct reader r = reader_at(f, at);
	size_t left = r.left;
	struct value n = value_next(&r), generation = value_next(&r), word = value_next(&r);
	struct value v = { 0 };

	if (n.kind == KIND_NUMBER && n.number == number && generation.kind == KIND_NUMBER &&
	    value_is_word(&word, "obj"))
		v = value_next(&r);
	return spend(f, left - r.left) ? v : (struct value){ 0 };
}

/* The pairs of numbers it begins with. */
static bool index_pack(struct pack *p, int64_t count, int64_t first)
{
	struct reader r = reader_of(p->bytes, p->len);

	if (count <= 0 || count > STORE_MAX_OBJECTS || first < 0 || (uint64_t)first > p->len)
		return false;
	p->count = (size_t)count;
	p->objects = calloc(p->count, sizeof *p->objects);
	p->offsets = calloc(p->count, sizeof *p->offsets);
	for (size_t i = 0; p->objects && p->offsets && i < p->count; i++) {
		struct value number = value_next(&r), at = value_next(&r);

		if (number.kind != KIND_NUMBER || at.kind != KIND_NUMBER || at.number < 0 ||
		    (uint64_t)(first + at.number) >= p->len)
			return false;
		p->objects[i] = (uint32_t)number.number;
		p->offsets[i] = (uint32_t)(first + at.number);
	}
	return p->objects && p->offsets;
}

/* NULL when it cannot be unpacked. */
static const struct pack *find_pack(struct store *f, unsigned number)
{
	for (size_t i = 0; i < f->pack_count; i++)
		if (f->packs[i].number == number)
			return &f->packs[i];
	struct row row = store_row(f, number);
	if (row.kind != ROW_PLAIN || f->pack_count == STORE_MAX_PACKS)
		return NULL;
	struct value dict = plain_object(f, number, row.at), type = dict_get(&dict, "Type");
	struct value first = dict_get(&dict, "First"), count = dict_get(&dict, "N");
	struct pack p = { .number = number };
	if (!value_is_name(&type, "ObjStm"))
		return NULL;
	/* one that is broken stays in the list, empty: it is not tried again for each object */
	if (store_unpack(f, &dict, &p.bytes, &p.len) == ERR_OK &&
	    !index_pack(&p, count.number, first.kind == KIND_NUMBER ? first.number : -1))
		p.count = 0;
	f->packs[f->pack_count] = p;
	return &f->packs[f->pack_count++];
}

/* ISO 32000-1, 7.5.7. */
static struct value packed_object(struct store *f, unsigned number, const struct row *row)
{
	const struct pack *p = find_pack(f, row->pack);
	struct value none = { 0 };

	if (!p || row->at >= p->count || p->objects[row->at] != number)
		return none;
	uint32_t at = p->offsets[row->at];
	struct reader r = reader_of(p->bytes + at, p->len - at);
	struct value v = value_next(&r);
	return spend(f, v.len) ? v : none;
}

struct value store_object(struct store *f, unsigned number)
{
	struct row row = store_row(f, number);
	struct value v = { 0 };

	if (row.kind == ROW_PLAIN)
		v = plain_object(f, number, row.at);
	else if (row.kind == ROW_PACKED)
		v = packed_object(f, number, &row);
	if (v.kind == KIND_NONE && row.kind != ROW_NONE && row.kind != ROW_FREE)
		f->partial = true;
	return v;
}

struct value store_get(struct store *f, const struct value *dict, const char *key)
{
	struct value v = dict_get(dict, key);

	for (int i = 0; v.kind == KIND_REF && i < MAX_HOPS; i++)
		v = v.number <= UINT32_MAX ? store_object(f, (unsigned)v.number)
					   : (struct value){ 0 };
	return v.kind == KIND_REF ? (struct value){ 0 } : v;
}
