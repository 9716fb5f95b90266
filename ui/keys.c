#include "ui/keys.h"

#include "ui/letter.h"
#include "ui/page.h"
#include "ui/words.h"

#include <stdio.h>
#include <string.h>

/* Widths are in parts of a column; ten columns hold a row of letters, four more the keys for
 * marks beside them on a panel that lies. */
#define COLUMN       14
#define LETTERS      (10 * COLUMN)
#define WITH_MARKS   (14 * COLUMN)
#define PAD          (4 * COLUMN)
#define ROW_MAX_KEYS 16
#define MAX_ROWS     6

struct key {
	uint32_t code; /* of keyboard_press() */
	int at, width;
};

struct keys_row {
	struct key keys[ROW_MAX_KEYS];
	size_t count;
	int end;
};

struct keys {
	struct keys_row rows[MAX_ROWS];
	size_t count;
	int width;
};

static const struct {
	uint32_t code;
	enum word word, say;
	enum icon icon;
} FUNCTIONS[] = {
	{ KEYS_SHIFT, WORD_KEY_SHIFT, WORD_KEY_SHIFT, ICON_SHIFT },
	{ KEYS_ERASE, WORD_KEY_ERASE, WORD_KEY_ERASE_SPOKEN, ICON_BACKSPACE },
	{ KEYS_CLEAR, WORD_KEY_CLEAR, WORD_KEY_CLEAR, ICON_NONE },
	{ KEYS_TO_SYMBOLS, WORD_KEY_DIGITS, WORD_KEY_DIGITS, ICON_NONE },
	{ KEYS_TO_LETTERS, WORD_KEY_LETTERS, WORD_KEY_LETTERS, ICON_NONE },
	{ KEYS_TO_TELEX, WORD_KEY_TELEX, WORD_KEY_TELEX, ICON_NONE },
	{ KEYS_TO_MARKS, WORD_KEY_MARKS, WORD_KEY_MARKS, ICON_NONE },
	{ KEYS_TO_ABC, WORD_KEY_ABC, WORD_KEY_ABC, ICON_NONE },
	{ KEYS_TO_QWERTY, WORD_KEY_QWERTY, WORD_KEY_QWERTY, ICON_NONE },
	{ KEYS_DONE, WORD_KEY_DONE, WORD_KEY_DONE, ICON_NONE },
	{ KEYS_ACCENT + ACCENT_ACUTE, WORD_TONE_ACUTE, WORD_TONE_ACUTE, ICON_NONE },
	{ KEYS_ACCENT + ACCENT_GRAVE, WORD_TONE_GRAVE, WORD_TONE_GRAVE, ICON_NONE },
	{ KEYS_ACCENT + ACCENT_HOOK, WORD_TONE_HOOK, WORD_TONE_HOOK, ICON_NONE },
	{ KEYS_ACCENT + ACCENT_TILDE, WORD_TONE_TILDE, WORD_TONE_TILDE, ICON_NONE },
	{ KEYS_ACCENT + ACCENT_DOT, WORD_TONE_DOT, WORD_TONE_DOT, ICON_NONE },
	{ ' ', WORD_KEY_SPACE, WORD_KEY_SPACE, ICON_NONE },
};

static void add(struct keys_row *r, uint32_t code, int width)
{
	if (r->count == ROW_MAX_KEYS)
		return;
	r->keys[r->count++] = (struct key){ code, r->end, width };
	r->end += width;
}

static void add_letters(struct keys_row *r, const char *letters, bool capital, int width)
{
	size_t n;

	for (; *letters; letters += n) {
		struct letter l = letter_of(utf8_get(letters, &n));
		l.upper = capital && letter_is_alpha(&l);
		add(r, letter_codepoint(&l), width);
	}
}

static void add_accents(struct keys_row *r, enum accent from, enum accent to, int width)
{
	for (enum accent a = from; a <= to; a++)
		add(r, KEYS_ACCENT + a, width);
}

/* Standing: the five tones in a row, the seven letters in the next. */
static void marks_above(struct keys *k, bool capital)
{
	add_accents(&k->rows[k->count++], ACCENT_ACUTE, ACCENT_DOT, LETTERS / 5);
	add_letters(&k->rows[k->count++], "ăâđêôơư", capital, LETTERS / 7);
}

/* Lying: four columns to the right of the letters. */
static void marks_beside(struct keys_row *r, int row, bool capital)
{
	r->end = LETTERS;
	if (row == 0)
		add_accents(r, ACCENT_ACUTE, ACCENT_TILDE, COLUMN);
	if (row == 1)
		add_accents(r, ACCENT_DOT, ACCENT_DOT, COLUMN);
	add_letters(r, row == 0 ? "" : row == 1 ? "ăâđ" : "êôơư", capital, COLUMN);
}

static void bottom_row(struct keys_row *r, int layer, int width)
{
	bool symbols = layer & KEYS_SYMBOLS;
	uint32_t order = layer & KEYS_ABC ? KEYS_TO_QWERTY : KEYS_TO_ABC;
	uint32_t marks = layer & KEYS_TELEX ? KEYS_TO_MARKS : KEYS_TO_TELEX;

	add(r, symbols ? KEYS_TO_LETTERS : KEYS_TO_SYMBOLS, COLUMN + COLUMN / 2);
	if (symbols || !(layer & KEYS_PLAIN))
		add(r, symbols ? order : marks, symbols ? 2 * COLUMN : COLUMN + COLUMN / 2);
	add(r, ' ', width - r->end - 4 * COLUMN);
	add(r, KEYS_CLEAR, 2 * COLUMN);
	add(r, KEYS_DONE, 2 * COLUMN);
}

static void letter_keys(struct keys *k, int layer, bool portrait)
{
	static const char *const QWERTY[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };
	static const char *const ABC[] = { "abcdefghij", "klmnopqrs", "tuvwxyz" };
	static const char *const SYMBOLS[] = { "1234567890", "@-_/():;'", ".,?!+&%" };
	bool capital = layer & KEYS_CAPITAL, symbols = layer & KEYS_SYMBOLS;
	bool marks = !(layer & (KEYS_TELEX | KEYS_SYMBOLS | KEYS_PLAIN));
	const char *const *letters = symbols ? SYMBOLS : layer & KEYS_ABC ? ABC : QWERTY;

	k->width = marks && !portrait ? WITH_MARKS : LETTERS;
	if (marks && portrait)
		marks_above(k, capital);
	for (int i = 0; i < 3; i++) {
		struct keys_row *r = &k->rows[k->count++];
		r->end = i == 1 || (i == 2 && symbols) ? COLUMN / 2 : 0;
		if (i == 2 && !symbols)
			add(r, KEYS_SHIFT, COLUMN + COLUMN / 2);
		if (i == 2 && symbols)
			r->end = COLUMN + COLUMN / 2;
		add_letters(r, letters[i], capital, COLUMN);
		if (i == 2)
			add(r, KEYS_ERASE, COLUMN + COLUMN / 2);
		if (marks && !portrait)
			marks_beside(r, i, capital);
	}
	bottom_row(&k->rows[k->count++], layer, k->width);
}

/* A code: capitals, digits and what stands between them, all at once. Lying, the digits are beside
 * the letters: there is no room for one more row. */
static void code_keys(struct keys *k, bool portrait)
{
	static const char *const LETTER_ROWS[] = { "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM-." };
	static const char *const DIGIT_ROWS[] = { "123", "456", "789" };

	k->width = portrait ? LETTERS : WITH_MARKS;
	if (portrait)
		add_letters(&k->rows[k->count++], "1234567890", false, COLUMN);
	for (int i = 0; i < 3; i++) {
		struct keys_row *r = &k->rows[k->count++];

		r->end = i == 1 ? COLUMN / 2 : 0;
		add_letters(r, LETTER_ROWS[i], true, COLUMN);
		r->end = portrait ? r->end : 11 * COLUMN;
		if (!portrait)
			add_letters(r, DIGIT_ROWS[i], false, COLUMN);
	}
	struct keys_row *last = &k->rows[k->count++];
	last->end = portrait ? COLUMN / 2 : 2 * COLUMN;
	add(last, KEYS_CLEAR, 3 * COLUMN);
	add(last, KEYS_ERASE, 3 * COLUMN);
	add(last, KEYS_DONE, 3 * COLUMN);
	last->end = 12 * COLUMN;
	if (!portrait)
		add(last, '0', COLUMN);
}

static void pad_keys(struct keys *k)
{
	static const char *const DIGITS[] = { "123", "456", "789" };

	k->width = PAD;
	for (int i = 0; i < 3; i++)
		add_letters(&k->rows[k->count++], DIGITS[i], false, COLUMN);
	add(&k->rows[0], KEYS_ERASE, COLUMN);
	add(&k->rows[1], KEYS_CLEAR, COLUMN);
	k->rows[3].end = COLUMN;
	add(&k->rows[3], '0', COLUMN);
	k->rows[3].end += COLUMN;
	add(&k->rows[3], KEYS_DONE, COLUMN);
	k->count++;
}

/* Words, spoken name, icon and strength of a key that is not a plain letter. */
static void dress(const struct page *p, struct node *n, uint32_t code)
{
	int layer = p->local->keyboard.layer;

	for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
		if (FUNCTIONS[i].code != code)
			continue;
		n->text = words(p->language, FUNCTIONS[i].word);
		n->say = words(p->language, FUNCTIONS[i].say);
		n->icon = FUNCTIONS[i].icon;
		n->tone = code == ' ' ? TONE_PLAIN : TONE_QUIET;
		n->type = TYPE_LABEL;
		/* large letters leave no room beside a sign that everybody knows */
		if (n->icon && (p->look & LOOK_SIZE) > 1)
			n->text = "";
	}
	if (code == KEYS_DONE)
		n->tone = TONE_PRIMARY;
	if (code == KEYS_SHIFT && layer & KEYS_CAPITAL)
		n->state |= STATE_SELECTED;
	if (code == KEYS_CLEAR && layer & KEYS_CLEARING) {
		n->text = words(p->language, WORD_KEY_CLEAR_SURE);
		n->say = words(p->language, WORD_KEY_CLEAR_SURE_SPOKEN);
		n->tone = TONE_DANGER;
	}
}

static struct node *add_key(struct page *p, const struct key *k, struct rect r)
{
	struct letter shown = letter_of(k->code);
	char name[32], bytes[5] = "";

	snprintf(name, sizeof name, "key.%x", k->code);
	if (k->code > KEYS_ACCENT && k->code < KEYS_ACCENT + ACCENT_COUNT)
		shown = (struct letter){ .base = 'a',
					 .accent = (enum accent)(k->code - KEYS_ACCENT),
					 .upper = p->local->keyboard.layer & KEYS_CAPITAL };
	struct node *n = page_add(p, name, NODE_KEY, r);
	n->type = TYPE_BUTTON;
	n->align = ALIGN_CENTRE;
	n->state |= STATE_REPEATS;
	n->deed = (struct deed){ .local = LOCAL_KEY, .index = k->code, .field = p->local->field };
	if (k->code == KEYS_DONE)
		n->deed.local = LOCAL_DONE;
	dress(p, n, k->code);
	if (k->code < KEYS_SHIFT && k->code != ' ') {
		bytes[utf8_put(bytes, letter_codepoint(&shown))] = '\0';
		n->text = page_format(p, "%s", bytes);
		n->type = TYPE_BUTTON;
	}
	return n;
}

static void add_keys(struct page *p, const struct keys *k, struct rect area, int height)
{
	int gap = mm(p, GAP_MM);

	for (size_t i = 0; i < k->count; i++) {
		struct rect line = cut_top(&area, height + (i + 1 < k->count ? gap : 0));
		line.h = height;
		for (size_t j = 0; j < k->rows[i].count; j++) {
			const struct key *key = &k->rows[i].keys[j];
			int from = (line.w + gap) * key->at / k->width;
			int to = (line.w + gap) * (key->at + key->width) / k->width;
			add_key(p, key,
				(struct rect){ line.x + from, line.y, to - from - gap, height });
		}
	}
}

void keyboard_add_pad(struct page *p, struct rect area)
{
	static const uint32_t PAD_KEYS[] = { '1', '2', '3', '4',        '5', '6',
					     '7', '8', '9', KEYS_CLEAR, '0', KEYS_ERASE };

	for (int i = 0; i < 12; i++) {
		struct node *n = add_key(p, &(struct key){ .code = PAD_KEYS[i] },
					 grid_cell(area, 3, 4, mm(p, GAP_MM), i));
		if (PAD_KEYS[i] < KEYS_SHIFT)
			n->type = TYPE_H1;
	}
}

/* How many letters still fit; NULL when there is no limit. */
static const char *letters_left(struct page *p)
{
	const struct keyboard *k = &p->local->keyboard;
	char buf[WORDS_CAP];

	if (k->max <= 0)
		return NULL;
	if (k->letters >= k->max)
		return words(p->language, WORD_KEY_FULL);
	words_fill_num(
		buf, sizeof buf,
		words(p->language, keys_is_pad(k->type) ? WORD_KEY_LEFT_DIGITS : WORD_KEY_LEFT),
		k->max - k->letters, 0);
	return page_format(p, "%s", buf);
}

/* Keys of 20 mm where that leaves at least half of the area for what is being filled in. */
static int key_height(const struct page *p, const struct rect *area, size_t rows, int rest)
{
	int wanted = mm(p, CONTROL_MM), gap = mm(p, GAP_MM);
	int most = (area->h * 55 / 100 - rest) / (int)rows - gap;

	return most < wanted ? most : wanted;
}

void keyboard_add(struct page *p, struct rect *area)
{
	const struct keyboard *k = &p->local->keyboard;
	struct keys keys = { 0 };
	int margin = mm(p, 4), gap = mm(p, GAP_MM);
	bool is_secret = strcmp(k->type, KEYS_TYPE_SECRET) == 0;
	const char *left = letters_left(p);
	int strip = left ? page_line(p, TYPE_CAPTION) + mm(p, 1) : 0;

	if (keys_is_pad(k->type))
		pad_keys(&keys);
	else if (strcmp(k->type, KEYS_TYPE_CODE) == 0)
		code_keys(&keys, is_portrait(p->metrics));
	else
		letter_keys(&keys, k->layer | (is_secret ? KEYS_PLAIN : 0),
			    is_portrait(p->metrics));
	int height = key_height(p, area, keys.count, 2 * margin + strip);
	int all = (int)keys.count * (height + gap) - gap + 2 * margin + strip;
	struct rect ground = cut_bottom(area, all);
	page_add(p, "keyboard", NODE_KEYS, ground);
	struct rect inner = inset(ground, margin, margin);
	if (left) {
		struct node *n = page_add(p, "keyboard.left", NODE_TEXT, cut_top(&inner, strip));
		n->text = left;
		n->type = TYPE_CAPTION;
		n->align = ALIGN_END;
	}
	int across = (keys_is_pad(k->type) ? 44 : 36) * keys.width / COLUMN;
	add_keys(p, &keys, centred(inner, mm(p, across), inner.h), height);
}
