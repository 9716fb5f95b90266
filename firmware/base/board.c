#include "firmware/base/board.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE_BYTES 8192

static const struct trouble_row ROWS[] = {
#define TROUBLE(word, code, holds, vi, vi_next, en, en_next) \
	{ #word, code, TROUBLE_##holds, { vi, en }, { vi_next, en_next } },
#include "firmware/base/board.def"
#undef TROUBLE
};

const struct trouble_row *trouble_row(enum trouble t)
{
	return &ROWS[t < TROUBLE_COUNT ? t : 0];
}

enum trouble trouble_by_word(const char *word)
{
	enum trouble t = 0;

	while (t < TROUBLE_COUNT && strcmp(ROWS[t].word, word) != 0)
		t++;
	return t;
}

static bool is_told(const struct trouble_told *all, size_t n, enum trouble t)
{
	for (size_t i = 0; i < n; i++)
		if (all[i].trouble == t)
			return true;
	return false;
}

/* Words for a technician, as far as they are plain: they are shown on a screen. */
static void take_words(const char *from, size_t len, char *ret, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < cap; i++)
		if (from[i] >= ' ' && from[i] <= '~')
			ret[n++] = from[i];
	ret[n] = '\0';
}

size_t troubles_parse(const char *text, size_t len, struct trouble_told ret[TROUBLES_MAX])
{
	size_t n = 0;

	for (size_t at = 0; at < len && n < TROUBLES_MAX;) {
		const char *line = text + at, *end = memchr(line, '\n', len - at);
		size_t line_len = end ? (size_t)(end - line) : len - at;
		size_t word_len = 0;
		char word[24];

		while (word_len < line_len && line[word_len] != ' ')
			word_len++;
		take_words(line, word_len, word, sizeof word);
		enum trouble t = trouble_by_word(word);
		if (t < TROUBLE_COUNT && !is_told(ret, n, t)) {
			ret[n].trouble = t;
			size_t skip = word_len < line_len ? word_len + 1 : word_len;
			take_words(line + skip, line_len - skip, ret[n].why, sizeof ret[n].why);
			n++;
		}
		at += line_len + 1;
	}
	return n;
}

static void put(char *to, const char *dir, const char *name)
{
	if (snprintf(to, PATH_MAX, "%s%s", dir, name) >= PATH_MAX)
		to[0] = '\0';
}

void board_places(const char *sim_dir, struct board_places *ret)
{
	const char *s = sim_dir;

	put(ret->run, s ? s : "", s ? "/board-run" : "/run/kiosk-board");
	put(ret->kept, s ? s : "", s ? "/board" : "/data/board");
	put(ret->update, s ? s : "", s ? "/board/update" : "/data/board/update");
	put(ret->setup, s ? s : "", s ? "/setup" : "/data/setup");
	put(ret->etc, s ? s : "", s ? "/conf" : "/etc/kiosk");
	put(ret->stick, s ? s : "", s ? "/board-run/stick" : "/run/kiosk-board/stick");
	put(ret->helper, s ? s : "", s ? "/run/helper" : "/run/kiosk-board/setup");
	put(ret->conf, s ? s : "", s ? "/board.conf" : "/usr/share/kiosk/board.conf");
}

size_t board_troubles(const struct board_places *b, struct trouble_told ret[TROUBLES_MAX])
{
	AUTO_FD dir = open(b->run, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD fd = openat(dir, "trouble", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[MAX_FILE_BYTES];
	size_t len = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && len < sizeof text) {
		n = read(fd, text + len, sizeof text - len);
		len += n > 0 ? (size_t)n : 0;
	}
	return troubles_parse(text, len, ret);
}
