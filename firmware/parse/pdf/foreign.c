#include "firmware/parse/pdf/foreign.h"

#include "firmware/base/auto.h"
#include "firmware/parse/pdf/after.h"
#include "firmware/parse/pdf/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEAD_BYTES = 1024, MAX_CMS_BYTES = 256 << 10, MAX_PAGES = 1000000 };

#define RANGE_KEY "/ByteRange"

/* "D:20261122101503+07'00'"; 0 when it is not one (ISO 32000-1, 7.9.4). */
static int64_t read_time(const struct value *v)
{
	static const uint8_t DIGITS[] = { 4, 2, 2, 2, 2, 2 };
	char text[64];
	int n[6], zone = 0;
	const char *at = text;

	value_text(v, text, sizeof text);
	if (strncmp(at, "D:", 2) == 0)
		at += 2;
	for (size_t i = 0; i < 6; i++) {
		n[i] = 0;
		for (int k = 0; k < DIGITS[i]; k++, at++) {
			if (*at < '0' || *at > '9')
				return 0;
			n[i] = n[i] * 10 + (*at - '0');
		}
	}
	char sign = *at;
	if (sign == '+' || sign == '-') {
		int hours = 0, minutes = 0;
		char *end;

		hours = (int)strtol(at + 1, &end, 10);
		if (*end == '\'')
			minutes = (int)strtol(end + 1, &end, 10);
		if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
			return 0;
		zone = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	}
	struct tm t = { .tm_year = n[0] - 1900,
			.tm_mon = n[1] - 1,
			.tm_mday = n[2],
			.tm_hour = n[3],
			.tm_min = n[4],
			.tm_sec = n[5] };
	return (int64_t)timegm(&t) - zone;
}

/* The length of an element whose tag was read; an indefinite one sets *ret_open. */
static size_t read_len(struct reader *r, bool *ret_open)
{
	uint8_t first = get_u8(r);
	size_t n = first;

	*ret_open = first == 0x80;
	if (first <= 0x80)
		return first & 0x7f;
	n = 0;
	for (int i = 0; i < (first & 0x7f); i++) {
		r->bad |= n > MAX_CMS_BYTES;
		n = n << 8 | get_u8(r);
	}
	return n;
}

/* How long the element is that `bytes` begin with; 0 when they are none. Some programs sign with
 * indefinite lengths (X.690, 8.1.3.6), so BER is understood, not only DER. */
static size_t ber_len(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	size_t depth = 0;

	if (len < 2 || bytes[0] != 0x30)
		return 0;
	do {
		uint8_t tag = get_u8(&r);
		bool open;

		if ((tag & 0x1f) == 0x1f)
			while (get_u8(&r) & 0x80 && !r.bad)
				;
		size_t n = read_len(&r, &open);
		if (open)
			depth++;
		else if (tag == 0 && n == 0 && depth > 0)
			depth--;
		else
			get_bytes(&r, n);
	} while (depth > 0 && !r.bad);
	return r.bad ? 0 : len - r.left;
}

static enum err read_cms(const struct value *contents, struct foreign_signature *ret)
{
	size_t cap = contents->len / 2 + 1, len = 0;
	AUTO_FREE uint8_t *bytes = cap <= 2 * MAX_CMS_BYTES ? malloc(cap) : NULL;

	if (!bytes)
		return cap <= 2 * MAX_CMS_BYTES ? ERR_NO_MEMORY : ERR_BAD_DATA;
	if (!value_bytes(contents, bytes, cap, &len))
		return ERR_BAD_DATA;
	size_t cms_len = ber_len(bytes, len);
	if (cms_len <= 2)
		return ERR_BAD_DATA;
	ret->cms = bytes;
	ret->cms_len = cms_len;
	bytes = NULL;
	return ERR_OK;
}

/* All up to the gap and all from behind it: signed bytes that are anything else were put together
 * by somebody. */
static bool read_range(const struct store *f, const struct value *dict,
		       const struct value *contents, struct foreign_signature *ret)
{
	struct value range = dict_get(dict, "ByteRange");
	struct reader r = value_inside(&range);
	size_t gap = (size_t)(contents->at - f->bytes), behind = gap + contents->len;
	int64_t n[4];

	for (int i = 0; i < 4; i++) {
		struct value v = value_next(&r);

		if (v.kind != KIND_NUMBER || v.number < 0 || (uint64_t)v.number > f->len)
			return false;
		n[i] = v.number;
	}
	ret->at[0] = 0;
	ret->len[0] = gap;
	ret->at[1] = behind;
	ret->len[1] = (size_t)n[3];
	return n[0] == 0 && (size_t)n[1] == gap && (size_t)n[2] == behind && n[3] > 0 &&
	       (size_t)n[3] <= f->len - behind;
}

static void read_said(const struct value *dict, struct foreign_signature *ret)
{
	struct value name = dict_get(dict, "Name"), reason = dict_get(dict, "Reason");
	struct value place = dict_get(dict, "Location"), kind = dict_get(dict, "SubFilter");
	struct value when = dict_get(dict, "M");
	size_t n = kind.len < sizeof ret->kind ? kind.len : sizeof ret->kind;

	value_text(&name, ret->name, sizeof ret->name);
	value_text(&reason, ret->reason, sizeof ret->reason);
	value_text(&place, ret->place, sizeof ret->place);
	ret->time_s = read_time(&when);
	for (size_t i = 1; kind.kind == KIND_NAME && i < n; i++)
		ret->kind[i - 1] =
			(char)(kind.at[i] > 0x20 && kind.at[i] < 0x7f ? kind.at[i] : '?');
}

static enum err look_after(struct store *f, struct foreign_signature *s)
{
	struct store then = { 0 };
	size_t end = s->at[1] + s->len[1];

	s->after = AFTER_NOTHING;
	if (end == f->len)
		return ERR_OK;
	enum err e = store_open(f->bytes, end, &then);
	s->after = e == ERR_OK ? after_signing(&then, f) : AFTER_UNKNOWN;
	store_finish(&then);
	return e == ERR_NO_MEMORY ? e : ERR_OK;
}

static void insert(struct foreign *ret, const struct foreign_signature *s)
{
	size_t i = ret->count++;

	for (; i > 0 && ret->signatures[i - 1].len[0] > s->len[0]; i--)
		ret->signatures[i] = ret->signatures[i - 1];
	ret->signatures[i] = *s;
}

static bool is_listed(const struct foreign *ret, size_t gap)
{
	for (size_t i = 0; i < ret->count; i++)
		if (ret->signatures[i].len[0] == gap)
			return true;
	return false;
}

/* Not a signature's dictionary: nothing happens. */
static enum err try_signature(struct store *f, const struct value *dict, struct foreign *ret)
{
	struct value range = dict_get(dict, "ByteRange"), contents = dict_get(dict, "Contents");
	struct foreign_signature s = { 0 };

	if (range.kind != KIND_ARRAY)
		return ERR_OK;
	if (contents.kind != KIND_STRING || contents.at[0] != '<' || contents.at < f->bytes ||
	    contents.at >= f->bytes + f->len || ret->count == FOREIGN_SIGNATURES ||
	    !read_range(f, dict, &contents, &s)) {
		ret->partial = true;
		return ERR_OK;
	}
	if (is_listed(ret, s.len[0]))
		return ERR_OK;
	enum err e = read_cms(&contents, &s);
	if (e != ERR_OK) {
		ret->partial = true;
		return e == ERR_NO_MEMORY ? e : ERR_OK;
	}
	read_said(dict, &s);
	e = look_after(f, &s);
	if (e == ERR_OK)
		insert(ret, &s);
	else
		free(s.cms);
	return e;
}

static size_t count_ranges(const uint8_t *pdf, size_t len)
{
	const uint8_t *at = pdf, *end = pdf + len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), RANGE_KEY, sizeof RANGE_KEY - 1))) {
		at += sizeof RANGE_KEY - 1;
		n++;
	}
	return n;
}

static enum err read_signatures(struct store *f, struct foreign *ret)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < f->count; i++) {
		struct value v = store_object(f, (unsigned)i), direct = dict_get(&v, "V");

		e = try_signature(f, &v, ret);
		if (e == ERR_OK && direct.kind == KIND_DICT)
			e = try_signature(f, &direct, ret);
	}
	return e;
}

/* Who adds a signature has it cover all that was added. What stands behind the last of them, were
 * it only a comment, is nobody's word. */
static void find_unsigned_end(struct foreign *ret)
{
	bool whole = false;

	for (size_t i = 0; i < ret->count; i++)
		whole |= ret->signatures[i].after == AFTER_NOTHING;
	for (size_t i = 0; i < ret->count && !whole; i++)
		if (ret->signatures[i].after == AFTER_SIGNATURES)
			ret->signatures[i].after = AFTER_MORE;
}

static enum err read_file(struct store *f, struct foreign *ret)
{
	struct value root = store_get(f, &f->trailer, "Root"), pages = store_get(f, &root, "Pages");
	struct value count = store_get(f, &pages, "Count");

	ret->encrypted = dict_get(&f->trailer, "Encrypt").kind != KIND_NONE;
	if (ret->encrypted)
		return ERR_OK;
	if (count.kind == KIND_NUMBER && count.number > 0 && count.number <= MAX_PAGES)
		ret->pages = (uint32_t)count.number;
	enum err e = read_signatures(f, ret);
	find_unsigned_end(ret);
	ret->partial |= f->partial || count_ranges(f->bytes, f->len) > ret->count;
	return e;
}

enum err foreign_read(const uint8_t *pdf, size_t len, struct foreign *ret)
{
	struct foreign found = { 0 };
	struct store f = { 0 };

	if (len > FOREIGN_MAX_BYTES)
		return ERR_NO_SPACE;
	if (!memmem(pdf, len < HEAD_BYTES ? len : HEAD_BYTES, "%PDF-", 5))
		return ERR_BAD_DATA;
	enum err e = store_open(pdf, len, &f);
	if (e == ERR_OK)
		e = read_file(&f, &found);
	else if (e == ERR_BAD_DATA)
		found.partial = true;
	store_finish(&f);
	if (e == ERR_NO_MEMORY)
		foreign_finish(&found);
	else
		*ret = found;
	return e == ERR_NO_MEMORY ? e : ERR_OK;
}

void foreign_finish(struct foreign *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->signatures[i].cms);
	*f = (struct foreign){ 0 };
}
