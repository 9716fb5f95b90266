/* zone: ui. Keys of the keyboard, one byte each, in any order and with the caret anywhere. */
#include "firmware/base/msg.h"
#include "ui/ime.h"

#include <stdlib.h>
#include <string.h>

#define CAP 40

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const uint32_t LETTERS[] = { U'ă', U'â', U'đ', U'ê', U'ô', U'ơ', U'ư',
				    U'Đ', U'ắ', U'Ặ', U'ñ', U'ក', U'😀', 0x301 };

static bool press(struct ime_text *t, unsigned how, uint8_t key)
{
	size_t letters = sizeof LETTERS / sizeof LETTERS[0];

	if (key >= ' ' && key < 0x7f)
		return ime_letter(t, how, key);
	if (key < 8)
		return ime_accent(t, how, (enum accent)(key % ACCENT_COUNT));
	if (key == '\b')
		return ime_erase(t, how);
	if (key == '\t') {
		t->caret -= utf8_last(t->bytes, t->caret);
		return true;
	}
	return ime_letter(t, how, LETTERS[key % letters]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char text[CAP] = "", before[CAP];
	struct ime_text t = { .bytes = text, .cap = CAP };

	if (len < 2)
		return 0;
	unsigned how = bytes[0] & 3;
	t.max_letters = bytes[1] % 20;
	for (size_t i = 2; i < len; i++) {
		memcpy(before, text, CAP);
		bool changed = press(&t, how, bytes[i]);
		if (!utf8_ok(text, strlen(text)) || t.caret > strlen(text) ||
		    (text[t.caret] & 0xc0) == 0x80)
			abort();
		if (!changed && strcmp(before, text) != 0)
			abort(); /* "no" means that nothing happened */
		if (t.max_letters > 0 && utf8_letters(text) > t.max_letters)
			abort();
	}
	return 0;
}
