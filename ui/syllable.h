/* A Vietnamese word in the making: letters without tones, and one tone beside them, because
 * where a tone is written follows from the spelling. */
#ifndef UI_SYLLABLE_H
#define UI_SYLLABLE_H

#include "ui/letter.h"

#define SYLLABLE_MAX 12

struct syllable {
	struct letter letters[SYLLABLE_MAX];
	size_t count;
	enum accent accent;
};

/* Where the vowels begin and end: [vowels, coda) are vowels, the rest from `coda` on. The u of
 * qu and the i of gi before another vowel belong to the onset. */
struct parts {
	size_t vowels, coda;
};

struct parts syllable_parts(const struct syllable *s);

/* True when the letters can be, or become by more letters or marks, a Vietnamese syllable. */
bool syllable_may_be(const struct syllable *s);

/* The same, or of the last syllable when the word has several: alô. */
bool syllable_may_end(const struct syllable *s);

/* True when that tone can stand on a syllable that ends like this one. */
bool syllable_takes(const struct syllable *s, enum accent a);

/* Index of the letter that carries the tone; s->count when there is no vowel. */
size_t syllable_tone_at(const struct syllable *s, bool new_style);

#endif
