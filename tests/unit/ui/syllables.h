/* Every syllable that ui/rimes.def can spell, and the Telex keys for it in four orders. */
#ifndef TESTS_UNIT_UI_SYLLABLES_H
#define TESTS_UNIT_UI_SYLLABLES_H

#include "ui/ime.h"
#include "ui/syllable.h"

#include <stdio.h>
#include <string.h>

static const char ONSET_LIST[] =
#define ONSETS(list) list
#define RIMES(list)
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;
static const char RIME_LIST[] =
#define ONSETS(list)
#define RIMES(list) list
#include "ui/rimes.def"
#undef ONSETS
#undef RIMES
	;

/* The next word of a list of words. */
static inline const char *next(const char **list, char *word, size_t cap)
{
	size_t n = strcspn(*list, " ");

	snprintf(word, cap, "%.*s", (int)n, *list);
	*list += n + strspn(*list + n, " ");
	return n > 0 ? word : NULL;
}

static inline bool starts(const char *text, const char *const *with)
{
	for (; *with; with++)
		if (strncmp(text, *with, strlen(*with)) == 0)
			return true;
	return false;
}

/* Does Vietnamese spell this onset before this rime? k gh ngh before e ê i y, c g ng elsewhere;
 * qu stands for a sound with u of its own; gi before a vowel that is not i. */
static inline bool spelled_so(const char *onset, const char *rime)
{
	static const char *const FRONT[] = { "e", "ê", "i", "y", NULL };
	static const char *const ROUND[] = { "u", "ư", "o", "ô", "ơ", "i", NULL };
	static const char *const Y[] = { "y", NULL };
	bool k = !strcmp(onset, "k") || !strcmp(onset, "gh") || !strcmp(onset, "ngh");
	bool c = !strcmp(onset, "c") || !strcmp(onset, "g") || !strcmp(onset, "ng");

	if (k || c)
		return k == starts(rime, FRONT);
	if (!strcmp(onset, "qu"))
		return !starts(rime, ROUND);
	if (!strcmp(onset, "gi"))
		return !starts(rime, FRONT);
	return *onset == '\0' || !starts(rime, Y) || strcmp(rime, "y") == 0;
}

static inline void letter_keys(const struct letter *l, char *mark_key)
{
	static const char KEYS[] = { [MARK_BREVE] = 'w', [MARK_HORN] = 'w' };

	*mark_key = l->mark == MARK_ROOF || l->mark == MARK_STROKE ? (char)l->base
		    : l->mark == MARK_NONE                         ? '\0'
								   : KEYS[l->mark];
}

static inline void add(char *out, const char *text)
{
	memcpy(out + strlen(out), text, strlen(text) + 1);
}

/* The Telex keys for `toneless` with tone `a`. order 0: marks at once, tone at the end; 1: tone
 * after the vowels; 2: marks and tone at the end; 3: marks after the vowels. */
static inline void keys_of(const char *toneless, enum accent a, int order, char *out)
{
	struct syllable s = { 0 };
	char late[8] = "", tone[2] = { a ? "sfrxj"[a - 1] : '\0', '\0' };
	bool tone_typed = false;

	for (size_t n; *toneless; toneless += n)
		s.letters[s.count++] = letter_of(utf8_get(toneless, &n));
	struct parts p = syllable_parts(&s);
	for (size_t i = 0; i < s.count; i++) {
		char mark;
		letter_keys(&s.letters[i], &mark);
		if (order == 1 && i == p.coda && a)
			add(out, tone), tone_typed = true;
		if (order == 3 && i == p.coda)
			add(out, late), late[0] = '\0';
		add(out, (char[]){ (char)s.letters[i].base, '\0' });
		/* oo is ô, so that xoong needs one more */
		if (i > 0 && s.letters[i].base == 'o' && s.letters[i - 1].base == 'o')
			add(out, "o");
		/* of ươ only one w: the other horn comes by itself */
		bool second = i > 0 && s.letters[i].mark == MARK_HORN &&
			      s.letters[i - 1].mark == MARK_HORN && s.letters[i].base == 'o';
		if (second && order == 0)
			continue;
		if (mark && !(second && late[0]))
			add(order == 0 || i < p.vowels ? out : late, (char[]){ mark, '\0' });
	}
	add(out, late);
	if (!tone_typed)
		add(out, tone);
}

static inline void accented(const char *toneless, enum accent a, char *out)
{
	struct ime_text t = { .bytes = out, .cap = 64, .caret = strlen(toneless) };

	memcpy(out, toneless, strlen(toneless) + 1);
	ime_accent(&t, 0, a);
}

typedef void syllable_fn(void *data, const char *keys, const char *want);

/* Calls `each` for every onset, rime and tone; the order of keys goes round. Returns how many. */
static inline int each_syllable(syllable_fn *each, void *data)
{
	char onset[8] = "", rime[16], toneless[32], want[64];
	const char *onsets = ONSET_LIST;
	bool bare = true;
	int n = 0;

	for (; bare || next(&onsets, onset, sizeof onset); bare = false) {
		const char *rimes = RIME_LIST;
		while (next(&rimes, rime, sizeof rime)) {
			struct syllable s = { 0 };
			if (!spelled_so(onset, rime))
				continue;
			n++;
			snprintf(toneless, sizeof toneless, "%s%s", onset, rime);
			const char *c = toneless;
			for (size_t len; *c; c += len)
				s.letters[s.count++] = letter_of(utf8_get(c, &len));
			for (enum accent a = ACCENT_NONE; a < ACCENT_COUNT; a++) {
				char keys[32] = "";
				if (!syllable_takes(&s, a))
					continue;
				keys_of(toneless, a, (n + (int)a) % 4, keys);
				if (a)
					accented(toneless, a, want);
				else
					memcpy(want, toneless, sizeof toneless);
				each(data, keys, want);
			}
		}
	}
	return n;
}

#endif
