/* The keys of the on-screen keyboard: which there are in a state of it, and where. Inside of
 * keyboard.c; screens use keyboard.h. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "ui/keyboard.h"

/* Bits of keyboard.layer. */
enum keys_layer {
	KEYS_CAPITAL = 1,
	KEYS_SYMBOLS = 2,
	KEYS_TELEX = 4,     /* no keys for marks; letters make them */
	KEYS_ABC = 8,       /* a b c order, for who has never typed */
	KEYS_CLEARING = 16, /* "clear all" was tapped once */
	KEYS_PLAIN = 32,    /* nothing for marks at all; only while keys are laid out */
	KEYS_KEPT = KEYS_TELEX | KEYS_ABC, /* from field to field */
};

/* deed.index of a key: the letter it types, or one of these, beyond all letters. */
enum keys_function {
	KEYS_ACCENT = 0x110000, /* + enum accent */
	KEYS_SHIFT = 0x110010,
	KEYS_ERASE,
	KEYS_CLEAR,
	KEYS_TO_SYMBOLS,
	KEYS_TO_LETTERS,
	KEYS_TO_TELEX,
	KEYS_TO_MARKS,
	KEYS_TO_ABC,
	KEYS_TO_QWERTY,
	KEYS_DONE,
};

/* The type of a field for capitals, digits, hyphens and dots; nothing is composed there. */
#define KEYS_TYPE_CODE "code"

/* The type of a secret with letters: what a real keyboard without marks could type. */
#define KEYS_TYPE_SECRET "secret"

/* True when fields of that type are typed on the number pad. */
bool keys_is_pad(const char *type);

#endif
