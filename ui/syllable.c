#include "ui/syllable.h"

#include <string.h>

static const char ONSETS_OF[] =
#define ONSETS(list) list
#define RIMES(list)
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;
static const char RIMES_OF[] =
#define ONSETS(list)
#define RIMES(list) list
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;

static bool is_base(const struct syllable *s, size_t i, uint32_t base)
{
	return i < s->count && s->letters[i].base == base;
}

static bool vowel_at(const struct syllable *s, size_t i)
{
	return i < s->count && letter_is_vowel(&s->letters[i]);
}

struct parts syllable_parts(const struct syllable *s)
{
	size_t at = 0;

	while (at < s->count && !vowel_at(s, at))
		at++;
	bool qu = at == 1 && is_base(s, 0, 'q') && is_base(s, 1, 'u');
	bool gi = at == 1 && is_base(s, 0, 'g') && is_base(s, 1, 'i');
	if ((qu || gi) && vowel_at(s, at + 1) && s->letters[at].mark == MARK_NONE)
		at++;
	size_t coda = at;
	while (vowel_at(s, coda))
		coda++;
	return (struct parts){ at, coda };
}

/* Bytes of `list` from `at` on that spell letters [from, to) of s. A letter without a mark may
 * still get one. *ret_len is where the spelling stops; false when it differs. */
static bool spells(const char *list, const struct syllable *s, size_t from, size_t to,
		   size_t *ret_len)
{
	size_t at = 0;

	for (size_t i = from; i < to; i++) {
		size_t n;
		if (list[at] == ' ' || list[at] == '\0')
			return false;
		struct letter want = letter_of(utf8_get(list + at, &n));
		const struct letter *l = &s->letters[i];
		if (l->base != want.base || (l->mark != MARK_NONE && l->mark != want.mark))
			return false;
		at += n;
	}
	*ret_len = at;
	return true;
}

/* Is letters [from, to) a word of the list, or, when `begun` is enough, how one begins? */
static bool listed(const char *list, const struct syllable *s, size_t from, size_t to, bool begun)
{
	if (from == to)
		return true;
	for (const char *word = list; *word;) {
		size_t len;
		if (spells(word, s, from, to, &len) &&
		    (begun || word[len] == ' ' || word[len] == '\0'))
			return true;
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	return false;
}

static bool splits_at(const struct syllable *s, size_t vowels)
{
	return listed(ONSETS_OF, s, 0, vowels, vowels == s->count) &&
	       listed(RIMES_OF, s, vowels, s->count, true);
}

bool syllable_may_be(const struct syllable *s)
{
	struct parts p = syllable_parts(s);

	/* the second split is for giêng, giếc: g and iê */
	return splits_at(s, p.vowels) ||
	       (p.vowels == 2 && is_base(s, 0, 'g') && is_base(s, 1, 'i') && splits_at(s, 1));
}

bool syllable_may_end(const struct syllable *s)
{
	size_t from = s->count;

	if (syllable_may_be(s))
		return true;
	while (from > 0 && !vowel_at(s, from - 1))
		from--;
	while (from > 0 && vowel_at(s, from - 1))
		from--;
	struct syllable last = { .count = 0 };
	size_t onset = from;
	while (onset > 0 && !vowel_at(s, onset - 1))
		onset--;
	if (onset == 0)
		return false;
	for (size_t i = onset; i < s->count; i++)
		last.letters[last.count++] = s->letters[i];
	return syllable_may_be(&last);
}

bool syllable_takes(const struct syllable *s, enum accent a)
{
	struct parts p = syllable_parts(s);
	size_t coda = s->count - p.coda;
	bool stops = coda > 0 && (is_base(s, p.coda, 'p') || is_base(s, p.coda, 't') ||
				  is_base(s, p.coda, 'k') || is_base(s, p.coda, 'c'));

	return !stops || a == ACCENT_NONE || a == ACCENT_ACUTE || a == ACCENT_DOT;
}

static bool pair_is(const struct syllable *s, size_t at, char first, char second)
{
	return is_base(s, at, (uint32_t)first) && is_base(s, at + 1, (uint32_t)second);
}

size_t syllable_tone_at(const struct syllable *s, bool new_style)
{
	struct parts p = syllable_parts(s);
	size_t n = p.coda - p.vowels;

	if (n == 0)
		return s->count;
	for (size_t i = p.coda; i > p.vowels; i--)
		if (s->letters[i - 1].mark != MARK_NONE)
			return i - 1;
	if (n == 1)
		return p.vowels;
	if (n > 2 || p.coda < s->count)
		return p.vowels + 1;
	bool moved = pair_is(s, p.vowels, 'o', 'a') || pair_is(s, p.vowels, 'o', 'e') ||
		     pair_is(s, p.vowels, 'u', 'y');
	return p.vowels + (new_style && moved ? 1 : 0);
}
