/* Text of a card as text of ours: well-formed UTF-8 that a screen can show. Letters stay as the
 * card has them, composed or not. */
#ifndef PARSE_CHIP_TEXT_H
#define PARSE_CHIP_TEXT_H

#include "firmware/parse/chip/tlv.h"

/* Blanks and NULs at both ends are left out. Into out[cap], with a NUL. `wide`: UTF-16, high byte
 * first. False when something is not as on the card: what is no text, or has no place on a screen,
 * became ? or a blank, or the end does not fit. */
bool text_copy(struct span text, bool wide, char *out, size_t cap);

/* The same letters, be they composed or not? Both well-formed. */
bool text_same(const char *a, const char *b);

#endif
