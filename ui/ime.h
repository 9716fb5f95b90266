/* Typing Vietnamese: Telex keys, or letters and tones each with a key of their own. The word
 * left of the caret is taken apart anew at every key, so there is no hidden state: erasing,
 * moving the caret or coming back later all just work. Rules and their source: Telex as in
 * bamboo and UniKey; a key that cannot change the word is typed as a letter. */
#ifndef UI_IME_H
#define UI_IME_H

#include "ui/letter.h"

enum ime_how {
	IME_TELEX = 1,     /* s f r x j z, aa ee oo dd, w act on the word */
	IME_NEW_STYLE = 2, /* hoà, khoẻ, thuý; without it hòa, khỏe, thúy, as in place names */
};

/* A text and where the next letter goes. The bytes are the caller's, UTF-8 with NUL. */
struct ime_text {
	char *bytes;
	size_t cap;         /* with NUL */
	size_t caret;       /* in bytes, at a letter */
	size_t max_letters; /* 0: as many as `cap` allows */
};

/* Each returns false, and changes nothing, when the text is full or the key has no effect.
 * `how` is bits of enum ime_how. */
bool ime_letter(struct ime_text *t, unsigned how, uint32_t codepoint);
bool ime_accent(struct ime_text *t, unsigned how, enum accent a); /* the same again: removed */
bool ime_erase(struct ime_text *t, unsigned how);                 /* the letter left of the caret */

#endif
