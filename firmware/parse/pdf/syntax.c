#include "firmware/parse/pdf/syntax.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/nfc.h"

#include <string.h>

enum { MAX_DEPTH = 64, MAX_DIGITS = 15, TEXT_BYTES = 2048 };

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_delimiter(uint8_t c)
{
	return c == '(' || c == ')' || c == '<' || c == '>' || c == '[' || c == ']' || c == '{' ||
	       c == '}' || c == '/' || c == '%';
}

static bool is_regular(uint8_t c)
{
	return !is_blank(c) && !is_delimiter(c);
}

static void skip_blanks(struct reader *r)
{
	while (!r->bad && r->left > 0) {
		if (*r->at == '%') {
			while (r->left > 0 && *r->at != '\n' && *r->at != '\r')
				get_u8(r);
		} else if (is_blank(*r->at)) {
			get_u8(r);
		} else {
			return;
		}
	}
}

static void skip_string(struct reader *r)
{
	size_t depth = 0;

	do {
		uint8_t c = get_u8(r);

		if (c == '\\')
			get_u8(r);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	} while (depth > 0 && !r->bad);
}

/* One token: a bracket of an array or dictionary is one of its own. */
static struct value token_next(struct reader *r)
{
	skip_blanks(r);
	struct value v = { .at = r->at };
	uint8_t c = r->left > 0 ? *r->at : 0, second = r->left > 1 ? r->at[1] : 0;

	if (r->bad || r->left == 0)
		return v;
	if (c == '(') {
		v.kind = KIND_STRING;
		skip_string(r);
	} else if ((c == '<' && second == '<') || (c == '>' && second == '>')) {
		v.kind = KIND_DICT;
		get_bytes(r, 2);
	} else if (c == '<') {
		v.kind = KIND_STRING;
		while (get_u8(r) != '>' && !r->bad)
			;
	} else if (c == '[' || c == ']') {
		v.kind = KIND_ARRAY;
		get_u8(r);
	} else {
		v.kind = c == '/' ? KIND_NAME : KIND_WORD;
		get_u8(r);
		while ((c == '/' || is_regular(c)) && r->left > 0 && is_regular(*r->at))
			get_u8(r);
		r->bad |= is_delimiter(c) && c != '/';
	}
	v.len = (size_t)(r->at - v.at);
	return v;
}

/* A word that is a number; the part behind the point is cut off. */
static bool to_number(struct value *v)
{
	size_t i = v->len > 0 && (v->at[0] == '+' || v->at[0] == '-') ? 1 : 0, digits = 0;
	bool minus = i > 0 && v->at[0] == '-', point = false;
	int64_t n = 0;

	for (; i < v->len; i++) {
		if (v->at[i] == '.' && !point)
			point = true;
		else if (v->at[i] < '0' || v->at[i] > '9' || ++digits > MAX_DIGITS)
			return false;
		else if (!point)
			n = n * 10 + (v->at[i] - '0');
	}
	if (digits == 0)
		return false;
	v->kind = KIND_NUMBER;
	v->number = minus ? -n : n;
	return true;
}

/* From an opening bracket to its partner. Which kinds are open is a stack of bits. */
static void skip_nested(struct reader *r, struct value *v)
{
	uint64_t open = v->kind == KIND_DICT;
	unsigned depth = 1;

	while (depth > 0 && !r->bad) {
		struct value t = token_next(r);

		if (t.kind == KIND_NONE) {
			r->bad = true;
		} else if (t.kind == KIND_DICT || t.kind == KIND_ARRAY) {
			bool dict = t.kind == KIND_DICT;

			if (t.at[0] == '<' || t.at[0] == '[') {
				r->bad |= ++depth > MAX_DEPTH;
				open = open << 1 | dict;
			} else {
				r->bad |= (open & 1) != dict;
				open >>= 1;
				depth--;
			}
		}
	}
	v->len = (size_t)(r->at - v->at);
}

/* "12 0 R" looks like a number first. */
static void try_reference(struct reader *r, struct value *v)
{
	struct reader ahead = *r;
	struct value generation = token_next(&ahead);

	if (v->number <= 0 || generation.kind != KIND_WORD || !to_number(&generation))
		return;
	struct value word = token_next(&ahead);
	if (ahead.bad || !value_is_word(&word, "R"))
		return;
	v->kind = KIND_REF;
	v->len = (size_t)(ahead.at - v->at);
	*r = ahead;
}

struct value value_next(struct reader *r)
{
	struct value v = token_next(r);

	if (v.kind == KIND_ARRAY || v.kind == KIND_DICT) {
		if (v.at[0] == ']' || v.at[0] == '>')
			r->bad = true;
		else
			skip_nested(r, &v);
	} else if (v.kind == KIND_WORD && to_number(&v)) {
		try_reference(r, &v);
	}
	return r->bad ? (struct value){ 0 } : v;
}

bool reference_next(struct reader *r, unsigned *ret_number)
{
	for (;;) {
		struct value v = token_next(r);

		if (v.kind == KIND_NONE || r->bad)
			return false;
		if (v.kind == KIND_WORD && to_number(&v)) {
			try_reference(r, &v);
			if (v.kind == KIND_REF && v.number <= UINT32_MAX) {
				*ret_number = (unsigned)v.number;
				return true;
			}
		}
	}
}

struct reader value_inside(const struct value *v)
{
	size_t edge = v->kind == KIND_DICT ? 2 : 1;

	if ((v->kind != KIND_DICT && v->kind != KIND_ARRAY) || v->len < 2 * edge)
		return (struct reader){ 0 };
	return reader_of(v->at + edge, v->len - 2 * edge);
}

struct value dict_get(const struct value *dict, const char *key)
{
	struct value found = { 0 };

	if (dict->kind != KIND_DICT)
		return found;
	struct reader r = value_inside(dict);
	for (;;) {
		struct value k = value_next(&r), v = value_next(&r);

		if (k.kind != KIND_NAME || v.kind == KIND_NONE)
			return found;
		if (value_is_name(&k, key))
			found = v;
	}
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* #41 in a name is A: else a key could hide behind another spelling. */
bool value_is_name(const struct value *v, const char *name)
{
	size_t i = 1;

	if (v->kind != KIND_NAME)
		return false;
	while (i < v->len) {
		uint8_t c = v->at[i++];

		if (c == '#' && v->len - i >= 2 && hex_digit(v->at[i]) >= 0 &&
		    hex_digit(v->at[i + 1]) >= 0) {
			c = (uint8_t)(hex_digit(v->at[i]) << 4 | hex_digit(v->at[i + 1]));
			i += 2;
		}
		if (c == 0 || (uint8_t)*name++ != c)
			return false;
	}
	return *name == '\0';
}

bool value_is_word(const struct value *v, const char *word)
{
	return v->kind == KIND_WORD && v->len == strlen(word) && memcmp(v->at, word, v->len) == 0;
}

bool value_same(const struct value *a, const struct value *b)
{
	struct reader left = reader_of(a->at, a->len), right = reader_of(b->at, b->len);

	if (a->kind != b->kind)
		return false;
	for (;;) {
		struct value x = token_next(&left), y = token_next(&right);

		if (x.kind != y.kind || x.len != y.len ||
		    (x.len > 0 && memcmp(x.at, y.at, x.len) != 0))
			return false;
		if (x.kind == KIND_NONE)
			return !left.bad && !right.bad;
	}
}

static size_t hex_bytes(struct reader r, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (r.left > 0) {
		int digit = hex_digit(get_u8(&r));

		if (digit < 0)
			continue;
		if (n / 2 < cap)
			out[n / 2] = (uint8_t)(n % 2 ? out[n / 2] | digit : digit << 4);
		n++;
	}
	return (n + 1) / 2;
}

/* What follows a backslash; -1: nothing, it joined two lines. */
static int escaped(struct reader *r)
{
	uint8_t c = get_u8(r);
	const char *at = strchr("nrtbf", c);

	if (c && at)
		return "\n\r\t\b\f"[at - "nrtbf"];
	if (c == '\r' && r->left > 0 && *r->at == '\n')
		get_u8(r);
	if (c == '\r' || c == '\n')
		return -1;
	if (c < '0' || c > '7')
		return c;
	int n = c - '0';
	for (int i = 0; i < 2 && r->left > 0 && *r->at >= '0' && *r->at <= '7'; i++)
		n = n * 8 + (get_u8(r) - '0');
	return n & 0xff;
}

static size_t literal_bytes(struct reader r, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (r.left > 0) {
		int c = get_u8(&r);

		if (c == '\\')
			c = escaped(&r);
		if (c < 0)
			continue;
		if (n < cap)
			out[n] = (uint8_t)c;
		n++;
	}
	return n;
}

bool value_bytes(const struct value *v, uint8_t *out, size_t cap, size_t *ret_len)
{
	if (v->kind != KIND_STRING || v->len < 2)
		return false;
	struct reader r = reader_of(v->at + 1, v->len - 2);
	size_t n = v->at[0] == '<' ? hex_bytes(r, out, cap) : literal_bytes(r, out, cap);

	if (n > cap)
		return false;
	*ret_len = n;
	return true;
}

static size_t put_utf8(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t LEAD[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(LEAD[n] | c);
	return n;
}

enum coding { CODING_UTF8, CODING_UTF16, CODING_LATIN };

static uint32_t utf16_next(struct reader *r)
{
	uint32_t c = get_u16be(r);

	if (c < 0xd800 || c >= 0xe000)
		return c;
	uint32_t low = c < 0xdc00 ? get_u16be(r) : 0;
	if (low < 0xdc00 || low >= 0xe000)
		return ' ';
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

static uint32_t utf8_from(struct reader *r)
{
	const char *at = (const char *)r->at;
	uint32_t c = utf8_next(&at);

	get_bytes(r, (size_t)(at - (const char *)r->at));
	return c;
}

static void decode_text(struct reader r, enum coding coding, char *out, size_t cap)
{
	size_t used = 0;

	while (r.left > 0) {
		uint32_t c = coding == CODING_UTF8    ? utf8_from(&r)
			     : coding == CODING_UTF16 ? utf16_next(&r)
						      : get_u8(&r);
		char bytes[4];
		size_t n = put_utf8(utf8_printable(c) ? c : ' ', bytes);

		if (r.bad || n > cap - 1 - used)
			break;
		memcpy(out + used, bytes, n);
		used += n;
	}
	out[used] = '\0';
}

/* PDFDocEncoding is taken for Latin-1 here: they differ in quotation marks and the like. */
void value_text(const struct value *v, char *out, size_t cap)
{
	uint8_t bytes[TEXT_BYTES + 1];
	size_t n = 0;

	out[0] = '\0';
	if (!value_bytes(v, bytes, TEXT_BYTES, &n))
		return;
	bytes[n] = '\0';
	if (n >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)
		decode_text(reader_of(bytes + 2, n - 2), CODING_UTF16, out, cap);
	else if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 &&
		 utf8_ok((char *)bytes + 3, n - 3))
		decode_text(reader_of(bytes + 3, n - 3), CODING_UTF8, out, cap);
	else
		decode_text(reader_of(bytes, n), CODING_LATIN, out, cap);
}
