#include "tests/mrtd/fault.h"

#include <stdlib.h>
#include <string.h>

enum when { LIVE, MADE };

static const struct {
	const char *word;
	enum when when;
	unsigned least;
	const char *what;
} FAULTS[MRTD_FAULT_COUNT] = {
#define FAULT(word, when, least, what) { #word, when, least, what },
#include "tests/mrtd/fault.def"
#undef FAULT
};

bool mrtd_fault_is_made(enum mrtd_fault f)
{
	return FAULTS[f].when == MADE;
}

const char *mrtd_fault_word(enum mrtd_fault f)
{
	return FAULTS[f].word;
}

const char *mrtd_fault_what(enum mrtd_fault f)
{
	return FAULTS[f].what;
}

static bool same_word(const char *words, size_t len, const char *word)
{
	if (strlen(word) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((words[i] == '-' ? '_' : words[i]) != word[i])
			return false;
	return true;
}

enum err mrtd_faults_set(struct mrtd_faults *f, const char *words)
{
	size_t len = strcspn(words, " ");
	const char *rest = words + len + (words[len] == ' ');
	char *end;
	int i = 0;

	if (strcmp(words, "none") == 0) {
		*f = (struct mrtd_faults){ 0 };
		return ERR_OK;
	}
	while (i < MRTD_FAULT_COUNT && !same_word(words, len, FAULTS[i].word))
		i++;
	if (i == MRTD_FAULT_COUNT)
		return ERR_NOT_FOUND;
	unsigned long n = strtoul(rest, &end, 10);
	if (*rest && (*end || *rest < '0' || *rest > '9' || n > 100000))
		return ERR_BAD_DATA;
	if (!*rest && FAULTS[i].least)
		return ERR_BAD_DATA;
	f->n[i] = *rest ? (unsigned)n : 1;
	return ERR_OK;
}
