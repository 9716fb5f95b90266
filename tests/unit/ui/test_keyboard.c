/* The on-screen keyboard: what keys do to a text, and that the keys are there, large and apart. */
#include "tests/unit/ui/stage.h"
#include "ui/keys.h"
#include "ui/letter.h"

static const char *press(struct keyboard *k, char *text, size_t cap, const char *letters)
{
	size_t n;

	for (; *letters; letters += n)
		keyboard_press(k, utf8_get(letters, &n), text, cap);
	return text;
}

static void names_begin_with_capitals(void)
{
	char text[64] = "";
	struct keyboard k = { 0 };

	keyboard_open(&k, "name", 20, text);
	ok(k.layer & KEYS_CAPITAL);
	press(&k, text, sizeof text, "N");
	ok(!(k.layer & KEYS_CAPITAL));
	press(&k, text, sizeof text, "guyên");
	keyboard_press(&k, KEYS_ACCENT + ACCENT_TILDE, text, sizeof text);
	eq_str(text, "Nguyễn");
	press(&k, text, sizeof text, "  ");
	eq_str(text, "Nguyễn "); /* one space is enough */
	ok(k.layer & KEYS_CAPITAL);
	keyboard_press(&k, KEYS_SHIFT, text, sizeof text);
	ok(!(k.layer & KEYS_CAPITAL));
	press(&k, text, sizeof text, "abcdefghijklmnopq");
	eq_int(utf8_letters(text), 20); /* the field's limit */
	eq_int(k.letters, 20);
}

static void digits_are_only_digits(void)
{
	char text[64] = "";
	struct keyboard k = { .layer = KEYS_TELEX };

	keyboard_open(&k, "phone", 10, text);
	ok(keyboard_type(&k, "0912a s3", text, sizeof text));
	eq_str(text, "09123");
	ok(!keyboard_press(&k, ' ', text, sizeof text));
	ok(keyboard_type(&k, "45678999", text, sizeof text));
	eq_str(text, "0912345678");
	ok(keyboard_type(&k, "\b\b", text, sizeof text));
	eq_str(text, "09123456");
	ok(keys_is_pad("digits") && keys_is_pad("number") && !keys_is_pad("name"));
}

static void dates_get_their_strokes(void)
{
	char text[64] = "";
	struct keyboard k = { 0 };

	keyboard_open(&k, "date", 10, text);
	press(&k, text, sizeof text, "05");
	eq_str(text, "05");
	press(&k, text, sizeof text, "0219901");
	eq_str(text, "05/02/1990");
	for (int i = 0; i < 4; i++)
		keyboard_press(&k, KEYS_ERASE, text, sizeof text);
	eq_str(text, "05/02");
	keyboard_press(&k, KEYS_ERASE, text, sizeof text);
	eq_str(text, "05/0");
	while (keyboard_press(&k, KEYS_ERASE, text, sizeof text))
		;
	eq_str(text, "");
}

static void clearing_takes_two_taps(void)
{
	char text[64] = "abc";
	struct keyboard k = { 0 };

	keyboard_open(&k, "text", 0, text);
	ok(!keyboard_press(&k, KEYS_CLEAR, text, sizeof text));
	ok(k.layer & KEYS_CLEARING);
	press(&k, text, sizeof text, "d"); /* something else in between: not meant */
	ok(!(k.layer & KEYS_CLEARING));
	eq_str(text, "abcd");
	keyboard_press(&k, KEYS_CLEAR, text, sizeof text);
	ok(keyboard_press(&k, KEYS_CLEAR, text, sizeof text));
	eq_str(text, "");
}

/* A secret is what was typed, also after Telex was chosen for another field. */
static void a_secret_is_not_composed(void)
{
	struct keyboard k = { .layer = KEYS_TELEX };
	char text[16] = "";

	keyboard_open(&k, KEYS_TYPE_SECRET, 8, text);
	for (const char *c = "aas"; *c; c++)
		keyboard_press(&k, (uint32_t)*c, text, sizeof text);
	eq_str(text, "aas");
}

static void telex_is_behind_a_key(void)
{
	char text[64] = "";
	struct keyboard k = { 0 };

	keyboard_open(&k, "address", 0, text);
	press(&k, text, sizeof text, "ddaats");
	eq_str(text, "ddaats");
	keyboard_press(&k, KEYS_TO_TELEX, text, sizeof text);
	press(&k, text, sizeof text, " ddaats");
	eq_str(text, "ddaats đất");
	keyboard_open(&k, "address", 0, text);
	ok(k.layer & KEYS_TELEX); /* from field to field */
	keyboard_press(&k, KEYS_TO_SYMBOLS, text, sizeof text);
	press(&k, text, sizeof text, "/1");
	eq_str(text, "ddaats đất/1");
	keyboard_press(&k, KEYS_TO_ABC, text, sizeof text);
	ok(k.layer & KEYS_ABC && !(k.layer & KEYS_SYMBOLS));
}

#define FORM "title = T\n[fields]\nkey = a\nlabel = A\ntype = %s\nvalue =\nmust = 1\nmax = 30\n"

static int keys_on(struct stage *s, const char *type, int *ret_smallest_um)
{
	char view[256];
	int n = 0;

	snprintf(view, sizeof view, FORM, type);
	stage_show(s, (struct shown){ .turn = 1, .screen = SCREEN_FORM }, view);
	stage_tap(s, "field.a");
	*ret_smallest_um = 1 << 30;
	for (size_t i = 0; i < s->app.now->count; i++) {
		const struct node *k = &s->app.now->nodes[i];
		int side = k->rect.w < k->rect.h ? k->rect.w : k->rect.h;
		if (k->kind != NODE_KEY)
			continue;
		n++;
		if (side * 248 < *ret_smallest_um)
			*ret_smallest_um = side * 248;
		for (size_t j = i + 1; j < s->app.now->count; j++)
			if (s->app.now->nodes[j].kind == NODE_KEY &&
			    rect_meets(k->rect, s->app.now->nodes[j].rect))
				ok(!"keys lie on one another");
	}
	return n;
}

static void keys_are_large(int width, int height)
{
	struct stage s;
	int smallest;

	stage_open(&s, width, height);
	eq_int(keys_on(&s, "name", &smallest), 26 + 12 + 7); /* letters, marks, the rest */
	ok(smallest >= 19900);
	ok(stage_find(&s, "keyboard.left") != NULL);
	stage_close(&s);
	stage_open(&s, width, height);
	eq_int(keys_on(&s, "phone", &smallest), 13);
	ok(smallest >= 19900);
	stage_close(&s);
}

int main(void)
{
	names_begin_with_capitals();
	digits_are_only_digits();
	dates_get_their_strokes();
	clearing_takes_two_taps();
	a_secret_is_not_composed();
	telex_is_behind_a_key();
	keys_are_large(1080, 1920);
	keys_are_large(1920, 1080);
	return tap_done();
}
