#include "board/flash/tell.h"

#include <stdio.h>
#include <string.h>

#define BAR 10

void tell_sentence(const char *code, const char *sentence, const char *detail, char *ret,
		   size_t cap)
{
	bool note = code[0] == 'N';

	(void)snprintf(ret, cap, "%s%s%s%s%s%s", note ? "" : "[", note ? "" : code,
		       note ? "" : "] ", sentence, detail ? " " : "", detail ? detail : "");
}

static unsigned letters(const char *text, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

void tell_wrap(const char *text, unsigned columns, char *ret, size_t cap)
{
	size_t at = 0;
	unsigned used = 0;

	if (cap == 0)
		return;
	while (*text && at + 2 < cap) {
		size_t blanks = strspn(text, " "), word = strcspn(text + blanks, " ");
		unsigned width = letters(text, blanks + word);
		if (used > 0 && used + width > columns) {
			ret[at++] = '\n';
			text += blanks;
			width -= (unsigned)blanks;
			blanks = used = 0;
		}
		if (at + blanks + word + 1 >= cap)
			break;
		memcpy(ret + at, text, blanks + word);
		at += blanks + word;
		text += blanks + word;
		used += width;
	}
	ret[at] = '\0';
}

void tell_progress(enum say what, uint64_t done, uint64_t total, int64_t took_ms, char *ret,
		   size_t cap)
{
	unsigned percent = total ? (unsigned)(done * 100 / total) : 0;
	int64_t left_s =
		took_ms * (int64_t)((total - done) >> 10) / ((int64_t)(done >> 10) + 1) / 1000;
	char left[24] = "-:--";
	char bar[BAR + 1];

	for (unsigned i = 0; i < BAR; i++)
		bar[i] = i < percent * BAR / 100 ? '#' : '.';
	bar[BAR] = '\0';
	if (took_ms > 500 && percent > 1) /* earlier it is a guess that frightens people */
		(void)snprintf(left, sizeof(left), "%lld:%02lld", (long long)(left_s / 60),
			       (long long)(left_s % 60));
	(void)snprintf(ret, cap, "%s | %s [%s] %3u%% %llu/%llu MB, %s | %s %s", say_vi(what),
		       say_en(what), bar, percent, (unsigned long long)(done / 1000000),
		       (unsigned long long)(total / 1000000), say_vi(SAY_LEFT), say_en(SAY_LEFT),
		       left);
}

const char *tell_banner(enum talk_end end)
{
	static const char *const BANNERS[] = {
		"\n"
		"   #######   ##    ##\n"
		"  ##     ##  ##   ##\n"
		"  ##     ##  ##  ##\n"
		"  ##     ##  #####\n"
		"  ##     ##  ##  ##\n"
		"  ##     ##  ##   ##\n"
		"   #######   ##    ##\n\n",
		"\n"
		"  #######   ###    ####  ##      #######  #####\n"
		"  ##       ## ##    ##   ##      ##       ##  ##\n"
		"  #####   ##   ##   ##   ##      #####    ##   ##\n"
		"  ##      #######   ##   ##      ##       ##  ##\n"
		"  ##      ##   ##  ####  ######  #######  #####\n\n",
		"\n"
		"   ####  ######   ####   #####\n"
		"  ##       ##    ##  ##  ##  ##\n"
		"   ####    ##    ##  ##  #####\n"
		"      ##   ##    ##  ##  ##\n"
		"   ####    ##     ####   ##\n\n"
	};

	return BANNERS[end];
}
