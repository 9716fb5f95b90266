#include "ui/letter.h"

#include <uchar.h>

/* Columns: enum accent. */
static const struct {
	uint32_t base;
	enum mark mark;
	char32_t small[ACCENT_COUNT + 1], capital[ACCENT_COUNT + 1];
} VOWELS[] = {
	{ 'a', MARK_NONE, U"aáàảãạ", U"AÁÀẢÃẠ" }, { 'a', MARK_BREVE, U"ăắằẳẵặ", U"ĂẮẰẲẴẶ" },
	{ 'a', MARK_ROOF, U"âấầẩẫậ", U"ÂẤẦẨẪẬ" }, { 'e', MARK_NONE, U"eéèẻẽẹ", U"EÉÈẺẼẸ" },
	{ 'e', MARK_ROOF, U"êếềểễệ", U"ÊẾỀỂỄỆ" }, { 'i', MARK_NONE, U"iíìỉĩị", U"IÍÌỈĨỊ" },
	{ 'o', MARK_NONE, U"oóòỏõọ", U"OÓÒỎÕỌ" }, { 'o', MARK_ROOF, U"ôốồổỗộ", U"ÔỐỒỔỖỘ" },
	{ 'o', MARK_HORN, U"ơớờởỡợ", U"ƠỚỜỞỠỢ" }, { 'u', MARK_NONE, U"uúùủũụ", U"UÚÙỦŨỤ" },
	{ 'u', MARK_HORN, U"ưứừửữự", U"ƯỨỪỬỮỰ" }, { 'y', MARK_NONE, U"yýỳỷỹỵ", U"YÝỲỶỸỴ" },
};

#define VOWEL_COUNT (sizeof VOWELS / sizeof VOWELS[0])

struct letter letter_of(uint32_t codepoint)
{
	if (codepoint == U'đ' || codepoint == U'Đ')
		return (struct letter){ 'd', MARK_STROKE, ACCENT_NONE, codepoint == U'Đ' };
	for (size_t i = 0; i < VOWEL_COUNT; i++)
		for (enum accent a = 0; a < ACCENT_COUNT; a++)
			if (VOWELS[i].small[a] == codepoint || VOWELS[i].capital[a] == codepoint)
				return (struct letter){ VOWELS[i].base, VOWELS[i].mark, a,
							VOWELS[i].capital[a] == codepoint };
	if (codepoint >= 'A' && codepoint <= 'Z')
		return (struct letter){ .base = codepoint - 'A' + 'a', .upper = true };
	return (struct letter){ .base = codepoint };
}

uint32_t letter_codepoint(const struct letter *l)
{
	if (l->base == 'd' && l->mark == MARK_STROKE)
		return l->upper ? U'Đ' : U'đ';
	for (size_t i = 0; i < VOWEL_COUNT; i++)
		if (VOWELS[i].base == l->base && VOWELS[i].mark == l->mark &&
		    l->accent < ACCENT_COUNT)
			return l->upper ? VOWELS[i].capital[l->accent] : VOWELS[i].small[l->accent];
	return l->upper && l->base >= 'a' && l->base <= 'z' ? l->base - 'a' + 'A' : l->base;
}

bool letter_is_vowel(const struct letter *l)
{
	return l->base == 'a' || l->base == 'e' || l->base == 'i' || l->base == 'o' ||
	       l->base == 'u' || l->base == 'y';
}

bool letter_is_alpha(const struct letter *l)
{
	return l->base >= 'a' && l->base <= 'z';
}

uint32_t utf8_get(const char *text, size_t *ret_len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t c = len == 1 ? p[0] : p[0] & (0x7fu >> len);

	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			*ret_len = i;
			return 0xfffd;
		}
		c = c << 6 | (p[i] & 0x3f);
	}
	*ret_len = len;
	return c;
}

size_t utf8_put(char out[4], uint32_t codepoint)
{
	if (codepoint < 0x80) {
		out[0] = (char)codepoint;
		return 1;
	}
	size_t len = codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--, codepoint >>= 6)
		out[i] = (char)(0x80 | (codepoint & 0x3f));
	out[0] = (char)((0xf00u >> len) | codepoint);
	return len;
}

size_t utf8_letters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((uint8_t)*text & 0xc0) != 0x80;
	return n;
}

size_t utf8_last(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && ((uint8_t)text[len - 1 - n] & 0xc0) == 0x80)
		n++;
	return n < len ? n + 1 : n;
}
