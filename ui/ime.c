#include "ui/ime.h"

#include "ui/syllable.h"

#include <string.h>

static bool append(struct syllable *s, const struct letter *l)
{
	if (s->count == SYLLABLE_MAX)
		return false;
	s->letters[s->count] = *l;
	s->letters[s->count++].accent = ACCENT_NONE;
	return true;
}

/* The word before the caret. *ret_at is where it begins: the caret itself when there is none,
 * or when it is too long for a Vietnamese word. */
static struct syllable word_before(const struct ime_text *t, size_t *ret_at)
{
	struct letter found[SYLLABLE_MAX];
	struct syllable s = { 0 };
	size_t at = t->caret, count = 0;

	while (at > 0) {
		size_t n = utf8_last(t->bytes, at), len;
		struct letter l = letter_of(utf8_get(t->bytes + at - n, &len));
		if (!letter_is_alpha(&l))
			break;
		if (count == SYLLABLE_MAX) {
			count = 0;
			at = t->caret;
			break;
		}
		found[count++] = l;
		at -= n;
	}
	while (count-- > 0) {
		if (found[count].accent != ACCENT_NONE)
			s.accent = found[count].accent;
		append(&s, &found[count]);
	}
	*ret_at = at;
	return s;
}

/* Writes `len` bytes over [from, caret) and moves the caret behind them. */
static bool replace(struct ime_text *t, size_t from, const char *bytes, size_t len)
{
	size_t tail = strlen(t->bytes + t->caret);

	if (from + len + tail + 1 > t->cap)
		return false;
	memmove(t->bytes + from + len, t->bytes + t->caret, tail + 1);
	memcpy(t->bytes + from, bytes, len);
	t->caret = from + len;
	return true;
}

static bool put_word(struct ime_text *t, size_t at, const struct syllable *s, unsigned how)
{
	char bytes[SYLLABLE_MAX * 4];
	size_t len = 0, tone = syllable_tone_at(s, how & IME_NEW_STYLE);

	for (size_t i = 0; i < s->count; i++) {
		struct letter l = s->letters[i];
		l.accent = i == tone ? s->accent : ACCENT_NONE;
		len += utf8_put(bytes + len, letter_codepoint(&l));
	}
	return replace(t, at, bytes, len);
}

static enum accent accent_of_key(uint32_t key)
{
	static const char KEYS[] = "sfrxj";
	const char *at = key ? strchr(KEYS, (int)key) : NULL;

	return at ? (enum accent)(at - KEYS + 1) : ACCENT_NONE;
}

/* Each key_… returns false when the key is only a letter here. `undone` says that the key took
 * its own effect back and shall now be typed as well. */
static bool key_tone(struct syllable *s, uint32_t key, bool *ret_undone)
{
	enum accent a = accent_of_key(key);
	struct parts p = syllable_parts(s);

	if (p.vowels == p.coda || !syllable_may_be(s) || !syllable_takes(s, a))
		return false;
	if (key == 'z' && s->accent == ACCENT_NONE)
		return false;
	*ret_undone = a != ACCENT_NONE && s->accent == a;
	s->accent = *ret_undone ? ACCENT_NONE : a;
	return true;
}

static bool set_mark(struct syllable *s, size_t i, enum mark m)
{
	enum mark was = s->letters[i].mark;

	s->letters[i].mark = m;
	if (syllable_may_end(s))
		return true;
	s->letters[i].mark = was;
	return false;
}

static bool has(const struct syllable *s, size_t i, uint32_t base, enum mark m)
{
	return i < s->count && s->letters[i].base == base && s->letters[i].mark == m;
}

/* aa ee oo. The o after ươ makes uô. */
static bool key_roof(struct syllable *s, uint32_t key, bool *ret_undone)
{
	for (size_t i = s->count; i-- > 0;) {
		struct letter *l = &s->letters[i];
		if (l->base != key)
			continue;
		if (l->mark == MARK_ROOF) {
			l->mark = MARK_NONE;
			*ret_undone = true;
			return true;
		}
		bool pair = i > 0 && has(s, i - 1, 'u', MARK_HORN) && l->base == 'o';
		if (pair)
			s->letters[i - 1].mark = MARK_NONE;
		if (set_mark(s, i, MARK_ROOF))
			return true;
		if (pair)
			s->letters[i - 1].mark = MARK_HORN;
	}
	return false;
}

/* w where u and o stand together: uơ while they are last, because of thuở; then ươ. */
static bool key_horns(struct syllable *s, size_t u, bool *ret_undone)
{
	enum mark *first = &s->letters[u].mark, *second = &s->letters[u + 1].mark;

	if (*first == MARK_HORN && *second == MARK_HORN) {
		*first = *second = MARK_NONE;
		*ret_undone = true;
		return true;
	}
	bool plain = *first == MARK_NONE && *second == MARK_NONE;
	struct letter was[2] = { s->letters[u], s->letters[u + 1] };
	*first = plain && u + 2 == s->count ? MARK_NONE : MARK_HORN;
	*second = MARK_HORN;
	if (syllable_may_be(s))
		return true;
	s->letters[u] = was[0];
	s->letters[u + 1] = was[1];
	return false;
}

/* Without any vowel w itself is ư: tw, nhwngx. */
static bool lone_w(struct syllable *s, struct parts p)
{
	struct letter horned = { .base = 'u', .mark = MARK_HORN };

	if (p.vowels != s->count || !append(s, &horned))
		return false;
	if (syllable_may_be(s))
		return true;
	s->count--;
	return false;
}

static bool key_w(struct syllable *s, bool *ret_undone)
{
	struct parts p = syllable_parts(s);

	for (size_t i = p.vowels; i + 1 < p.coda; i++) {
		if (s->letters[i].base == 'u' && s->letters[i + 1].base == 'o')
			return key_horns(s, i, ret_undone);
		if (has(s, i, 'u', MARK_NONE) && has(s, i + 1, 'a', MARK_NONE) &&
		    set_mark(s, i, MARK_HORN))
			return true;
	}
	for (size_t i = p.coda; i-- > p.vowels;) {
		struct letter *l = &s->letters[i];
		enum mark want = l->base == 'a' ? MARK_BREVE : MARK_HORN;
		if (l->base != 'a' && l->base != 'o' && l->base != 'u')
			continue;
		if (l->mark == want) {
			l->mark = MARK_NONE;
			*ret_undone = true;
			return true;
		}
		if (set_mark(s, i, want))
			return true;
	}
	return lone_w(s, p);
}

/* dd: the first letter of a word, or the last of an abbreviation (UBND, TĐ). */
static bool key_d(struct syllable *s, bool *ret_undone)
{
	struct parts p = syllable_parts(s);
	size_t at = p.vowels == s->count && s->count > 0 ? s->count - 1 : 0;

	if (!has(s, at, 'd', MARK_NONE) && !has(s, at, 'd', MARK_STROKE))
		return false;
	if (s->letters[at].mark == MARK_STROKE) {
		s->letters[at].mark = MARK_NONE;
		*ret_undone = true;
		return true;
	}
	if (at > 0 || s->count == 1) {
		/* not the second d of an English word: add, ddd */
		if (at > 0 && has(s, at - 1, 'd', MARK_NONE))
			return false;
		s->letters[at].mark = MARK_STROKE;
		return true;
	}
	return set_mark(s, at, MARK_STROKE);
}

static bool telex(struct syllable *s, uint32_t key, bool *ret_undone)
{
	*ret_undone = false;
	switch (key) {
	case 's':
	case 'f':
	case 'r':
	case 'x':
	case 'j':
	case 'z':
		return key_tone(s, key, ret_undone);
	case 'a':
	case 'e':
	case 'o':
		return key_roof(s, key, ret_undone);
	case 'w':
		return key_w(s, ret_undone);
	case 'd':
		return key_d(s, ret_undone);
	default:
		return false;
	}
}

/* uơ or ưo followed by a letter is always ươ: thuở alone keeps its u. */
static void settle_horns(struct syllable *s)
{
	struct parts p = syllable_parts(s);

	for (size_t i = p.vowels; i + 2 < s->count && i + 1 < p.coda; i++) {
		struct letter *u = &s->letters[i], *o = u + 1;
		bool one = (u->mark == MARK_HORN) != (o->mark == MARK_HORN);
		if (u->base != 'u' || o->base != 'o' || !one || u->mark == MARK_ROOF ||
		    o->mark == MARK_ROOF)
			continue;
		struct letter was[2] = { *u, *o };
		u->mark = o->mark = MARK_HORN;
		if (!syllable_may_be(s)) {
			*u = was[0];
			*o = was[1];
		}
	}
}

static bool room_for_one(const struct ime_text *t)
{
	return t->max_letters == 0 || utf8_letters(t->bytes) < t->max_letters;
}

static bool type_plain(struct ime_text *t, uint32_t codepoint)
{
	char bytes[4];

	return room_for_one(t) && replace(t, t->caret, bytes, utf8_put(bytes, codepoint));
}

bool ime_letter(struct ime_text *t, unsigned how, uint32_t codepoint)
{
	struct letter l = letter_of(codepoint);
	size_t at;
	struct syllable s = word_before(t, &at);
	size_t had = s.count;
	bool changed = false, undone = false;

	if (!letter_is_alpha(&l) || l.accent != ACCENT_NONE)
		return type_plain(t, codepoint);
	if ((how & IME_TELEX) && l.mark == MARK_NONE)
		changed = telex(&s, l.base, &undone);
	if (changed && !undone && s.count > had) {
		s.letters[had].upper = l.upper;
		return room_for_one(t) && put_word(t, at, &s, how);
	}
	if (changed && !undone)
		return put_word(t, at, &s, how);
	if (!room_for_one(t))
		return false;
	if (!append(&s, &l))
		return type_plain(t, codepoint);
	if (how & IME_TELEX)
		settle_horns(&s);
	return put_word(t, at, &s, how);
}

bool ime_accent(struct ime_text *t, unsigned how, enum accent a)
{
	size_t at;
	struct syllable s = word_before(t, &at);
	struct parts p = syllable_parts(&s);

	if (p.vowels == p.coda)
		return false;
	s.accent = s.accent == a ? ACCENT_NONE : a;
	return put_word(t, at, &s, how);
}

bool ime_erase(struct ime_text *t, unsigned how)
{
	size_t at;
	struct syllable s = word_before(t, &at);

	if (t->caret == 0)
		return false;
	if (s.count == 0)
		return replace(t, t->caret - utf8_last(t->bytes, t->caret), "", 0);
	s.count--;
	struct parts p = syllable_parts(&s);
	if (p.vowels == p.coda)
		s.accent = ACCENT_NONE;
	return put_word(t, at, &s, how);
}
