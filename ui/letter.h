/* Vietnamese letters taken apart and put together: base, mark, tone, case. Only composed (NFC)
 * letters are known; everything else stays itself. */
#ifndef UI_LETTER_H
#define UI_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mark { MARK_NONE, MARK_ROOF, MARK_BREVE, MARK_HORN, MARK_STROKE }; /* â ă ơ đ */

/* In the order of the Telex keys s f r x j. */
enum accent {
	ACCENT_NONE,
	ACCENT_ACUTE,
	ACCENT_GRAVE,
	ACCENT_HOOK,
	ACCENT_TILDE,
	ACCENT_DOT,
	ACCENT_COUNT
};

struct letter {
	uint32_t base; /* small a-z, or any other code point as it is */
	enum mark mark;
	enum accent accent;
	bool upper;
};

struct letter letter_of(uint32_t codepoint);
uint32_t letter_codepoint(const struct letter *l); /* no such letter: the base */

bool letter_is_vowel(const struct letter *l);
bool letter_is_alpha(const struct letter *l); /* a-z with or without marks */

/* The code point at `text`, which is UTF-8 and not at its end; *ret_len its bytes. */
uint32_t utf8_get(const char *text, size_t *ret_len);
size_t utf8_put(char out[4], uint32_t codepoint); /* bytes written */
size_t utf8_letters(const char *text);            /* code points */

/* Bytes of the last letter of text[0..len): 0 when len is 0. */
size_t utf8_last(const char *text, size_t len);

#endif
