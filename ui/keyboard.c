#include "ui/keyboard.h"

#include "ui/ime.h"
#include "ui/keys.h"

#include <stdio.h>
#include <string.h>

#define DATE_DIGITS 8

static bool is_type(const struct keyboard *k, const char *type)
{
	return strcmp(k->type, type) == 0;
}

bool keys_is_pad(const char *type)
{
	return !strcmp(type, "number") || !strcmp(type, "digits") || !strcmp(type, "phone") ||
	       !strcmp(type, "date");
}

/* Names get a capital at every word, other texts at their beginning. */
static void choose_case(struct keyboard *k, const char *text)
{
	bool word = k->caret == 0 || (is_type(k, "name") && text[k->caret - 1] == ' ');
	bool wanted = word && (is_type(k, "name") || is_type(k, "text"));

	k->layer = wanted ? k->layer | KEYS_CAPITAL : k->layer & ~KEYS_CAPITAL;
}

void keyboard_open(struct keyboard *k, const char *type, int max, const char *text)
{
	snprintf(k->type, sizeof k->type, "%s", type);
	k->max = max;
	k->caret = strlen(text);
	k->letters = (int)utf8_letters(text);
	k->layer &= KEYS_KEPT;
	choose_case(k, text);
}

/* The digits of a date with its strokes: 05/02/1990. `digit` 0 takes the last one away. */
static bool type_date(struct keyboard *k, uint32_t digit, char *text, size_t cap)
{
	char digits[DATE_DIGITS + 2] = "", out[16] = "";
	size_t n = 0, len = 0;

	for (const char *c = text; *c && n < DATE_DIGITS; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	if (digit ? n == DATE_DIGITS : n == 0)
		return false;
	if (digit)
		digits[n++] = (char)digit;
	else
		n--;
	for (size_t i = 0; i < n; i++) {
		if (i == 2 || i == 4)
			out[len++] = '/';
		out[len++] = digits[i];
	}
	if (len + 1 > cap)
		return false;
	memcpy(text, out, len + 1);
	text[len] = '\0';
	k->caret = len;
	return true;
}

static struct ime_text text_of(const struct keyboard *k, char *text, size_t cap)
{
	size_t len = strlen(text);

	return (struct ime_text){ .bytes = text,
				  .cap = cap,
				  .caret = k->caret < len ? k->caret : len,
				  .max_letters = k->max > 0 ? (size_t)k->max : 0 };
}

static unsigned how(const struct keyboard *k)
{
	bool plain =
		keys_is_pad(k->type) || is_type(k, KEYS_TYPE_CODE) || is_type(k, KEYS_TYPE_SECRET);

	return k->layer & KEYS_TELEX && !plain ? IME_TELEX : 0;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* Only digits into number fields, no two spaces, no space in front. */
static bool is_welcome(const struct keyboard *k, uint32_t c, const char *text, size_t caret)
{
	if (keys_is_pad(k->type))
		return is_digit(c);
	if (c < ' ' || c == 0x7f)
		return false;
	return c != ' ' || (caret > 0 && text[caret - 1] != ' ' && text[caret] != ' ');
}

static bool letter(struct keyboard *k, uint32_t c, char *text, size_t cap)
{
	struct ime_text t = text_of(k, text, cap);

	if (!is_welcome(k, c, text, t.caret))
		return false;
	if (is_type(k, "date"))
		return type_date(k, c, text, cap);
	if (!ime_letter(&t, how(k), c))
		return false;
	k->caret = t.caret;
	choose_case(k, text);
	return true;
}

static bool erase(struct keyboard *k, char *text, size_t cap)
{
	struct ime_text t = text_of(k, text, cap);

	if (is_type(k, "date"))
		return type_date(k, 0, text, cap);
	if (!ime_erase(&t, how(k)))
		return false;
	k->caret = t.caret;
	choose_case(k, text);
	return true;
}

static bool accent(struct keyboard *k, enum accent a, char *text, size_t cap)
{
	struct ime_text t = text_of(k, text, cap);

	if (!ime_accent(&t, how(k), a))
		return false;
	k->caret = t.caret;
	return true;
}

/* The second tap clears. */
static bool clear(struct keyboard *k, bool sure, char *text)
{
	if (!*text)
		return false;
	if (!sure) {
		k->layer |= KEYS_CLEARING;
		return false;
	}
	explicit_bzero(text, strlen(text));
	k->caret = 0;
	choose_case(k, text);
	return true;
}

static bool press(struct keyboard *k, uint32_t key, char *text, size_t cap)
{
	bool sure = k->layer & KEYS_CLEARING;

	k->layer &= ~KEYS_CLEARING;
	if (key < KEYS_ACCENT)
		return letter(k, key, text, cap);
	switch (key) {
	case KEYS_SHIFT:
		k->layer ^= KEYS_CAPITAL;
		return false;
	case KEYS_ERASE:
		return erase(k, text, cap);
	case KEYS_CLEAR:
		return clear(k, sure, text);
	case KEYS_TO_SYMBOLS:
		k->layer |= KEYS_SYMBOLS;
		return false;
	case KEYS_TO_LETTERS:
		k->layer &= ~KEYS_SYMBOLS;
		return false;
	case KEYS_TO_TELEX:
		k->layer |= KEYS_TELEX;
		return false;
	case KEYS_TO_MARKS:
		k->layer &= ~KEYS_TELEX;
		return false;
	case KEYS_TO_ABC:
		k->layer = (k->layer | KEYS_ABC) & ~KEYS_SYMBOLS;
		return false;
	case KEYS_TO_QWERTY:
		k->layer &= ~(KEYS_ABC | KEYS_SYMBOLS);
		return false;
	default:
		if (key < KEYS_ACCENT + ACCENT_COUNT)
			return accent(k, (enum accent)(key - KEYS_ACCENT), text, cap);
		return false;
	}
}

bool keyboard_press(struct keyboard *k, uint32_t key, char *text, size_t cap)
{
	bool changed = press(k, key, text, cap);

	k->letters = (int)utf8_letters(text);
	return changed;
}

bool keyboard_type(struct keyboard *k, const char *typed, char *text, size_t cap)
{
	bool changed = false;
	size_t n;

	k->layer &= ~KEYS_CLEARING;
	for (; *typed; typed += n) {
		uint32_t c = utf8_get(typed, &n);
		bool did = c == '\b' ? erase(k, text, cap) : letter(k, c, text, cap);
		changed = changed || did;
	}
	k->letters = (int)utf8_letters(text);
	return changed;
}
