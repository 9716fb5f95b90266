#include "firmware/parse/chip/text.h"

#include "firmware/base/msg.h"
#include "firmware/parse/nfc.h"

#include <string.h>

enum { COMPARED = 512 };

struct pen {
	char *out;
	size_t cap, used;
	bool full, changed;
};

static void put(struct pen *p, uint32_t c)
{
	static const uint8_t LEAD[] = { 0, 0xc0, 0xe0, 0xf0 };

	if (!utf8_printable(c)) {
		p->changed = true;
		c = c == '\t' || c == '\r' || c == '\n' ? ' ' : '?';
	}
	size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	p->full = p->full || p->used + more + 1 >= p->cap;
	if (p->full)
		return;
	p->out[p->used++] = (char)(LEAD[more] | c >> (6 * more));
	while (more-- > 0)
		p->out[p->used++] = (char)(0x80 | (c >> (6 * more) & 0x3f));
}

/* Bytes that are no character count one by one. */
static void put_utf8(struct pen *p, struct span s)
{
	while (s.len > 0 && !p->full) {
		size_t n = 1;

		while (n <= 4 && n <= s.len && !utf8_ok((const char *)s.at, n))
			n++;
		if (n <= 4 && n <= s.len) {
			const char *at = (const char *)s.at;

			put(p, utf8_next(&at));
		} else {
			n = 1;
			put(p, '\0');
		}
		s.at += n;
		s.len -= n;
	}
}

static void put_utf16(struct pen *p, struct span s)
{
	uint32_t high = 0;

	for (; s.len >= 2 && !p->full; s.at += 2, s.len -= 2) {
		uint32_t c = (uint32_t)s.at[0] << 8 | s.at[1];

		if (c >= 0xd800 && c < 0xdc00) {
			high = c;
			continue;
		}
		if (c >= 0xdc00 && c < 0xe000)
			c = high ? 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00) : 0;
		high = 0;
		put(p, c);
	}
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\0';
}

/* Of UTF-16 only whole characters go. */
static struct span trimmed(struct span s, bool wide)
{
	size_t n = wide ? 2 : 1;

	while (s.len >= n && is_blank(s.at[n - 1]) && (!wide || s.at[0] == 0)) {
		s.at += n;
		s.len -= n;
	}
	while (s.len >= n && is_blank(s.at[s.len - 1]) && (!wide || s.at[s.len - 2] == 0))
		s.len -= n;
	return s;
}

bool text_copy(struct span text, bool wide, char *out, size_t cap)
{
	struct pen p = { .out = out, .cap = cap };

	if (cap == 0)
		return false;
	text = trimmed(text, wide);
	if (wide)
		put_utf16(&p, text);
	else
		put_utf8(&p, text);
	out[p.used] = '\0';
	return !p.full && !p.changed && (!wide || text.len % 2 == 0);
}

bool text_same(const char *a, const char *b)
{
	char left[COMPARED], right[COMPARED];

	return nfc_compose(a, strlen(a), left, sizeof left) == ERR_OK &&
	       nfc_compose(b, strlen(b), right, sizeof right) == ERR_OK && strcmp(left, right) == 0;
}
