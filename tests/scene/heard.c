#include "tests/scene/heard.h"

#include "firmware/base/auto.h"
#include "tests/scene/seek.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define MIN_DIGITS   6
#define MIN_TEXT     8 /* bytes */
#define MIN_DISTINCT 3 /* digits: 000000 is everywhere */
#define MAX_LINE     2048

static bool is_number(const char *text, size_t len)
{
	return strspn(text, "0123456789") == len;
}

static unsigned distinct(const char *digits)
{
	unsigned seen = 0;

	for (; *digits; digits++)
		seen |= 1u << (*digits - '0');
	return (unsigned)__builtin_popcount(seen);
}

/* The code of a dossier is written on slips, in the log and in the audit log. */
static bool is_code(const char *text)
{
	return strncmp(text, "TAM-", 4) == 0 || strncmp(text, "000.", 4) == 0;
}

static bool is_worth_it(const char *text)
{
	size_t len = strlen(text);

	if (is_number(text, len))
		return len >= MIN_DIGITS && distinct(text) >= MIN_DISTINCT;
	return (len >= MIN_TEXT || text[0] == '#') && len < HEARD_CAP && !is_code(text);
}

static void hear(struct heard *h, const char *text)
{
	if (h->count == HEARD_MAX || !is_worth_it(text))
		return;
	h->news = true;
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->texts[i], text) == 0)
			return;
	snprintf(h->texts[h->count++], HEARD_CAP, "%s", text);
}

/* dd/mm/yyyy, and the ways cards and programs write it. */
static void hear_date(struct heard *h, const char *date)
{
	char d[3], m[3], y[5], out[16];

	if (sscanf(date, "%2[0-9]/%2[0-9]/%4[0-9]", d, m, y) != 3 &&
	    (strlen(date) != 8 || sscanf(date, "%2[0-9]%2[0-9]%4[0-9]", d, m, y) != 3))
		return;
	snprintf(out, sizeof out, "%s/%s/%s", d, m, y);
	hear(h, out);
	snprintf(out, sizeof out, "%s%s%s", d, m, y);
	hear(h, out);
	snprintf(out, sizeof out, "%s%s%s", y, m, d);
	hear(h, out);
	snprintf(out, sizeof out, "%s-%s-%s", y, m, d);
	hear(h, out);
}

static void hear_typed(struct heard *h, const char *text)
{
	hear(h, text);
	hear_date(h, text);
}

/* number||name|birth|sex|address|issued, as the code on a card has it. */
static void hear_code(struct heard *h, const char *code)
{
	char line[MAX_LINE], *at = line;

	if (!strchr(code, '|'))
		return;
	snprintf(line, sizeof line, "%s", code);
	for (char *part; (part = strsep(&at, "|"));)
		hear_typed(h, part);
}

/* The colour behind a face is named by the characters of its three bytes. */
static void hear_colour(struct heard *h, const char *rgb)
{
	char text[8];

	if (strlen(rgb) != 3)
		return;
	snprintf(text, sizeof text, "#%02x%02x%02x", (uint8_t)rgb[0], (uint8_t)rgb[1],
		 (uint8_t)rgb[2]);
	hear(h, text);
}

static void hear_of_card(struct heard *h, const char *key, const char *value)
{
	static const char *const KEYS[] = { "number", "name",   "birth",       "religion",
					    "home",   "father", "address",     "mother",
					    "spouse", "can",    "picture_note" };

	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
		if (strcmp(key, KEYS[i]) == 0)
			hear_typed(h, value);
	if (strcmp(key, "picture_back") == 0)
		hear_colour(h, value);
}

/* One line "key = value" of a card's file. */
static void card_line(struct heard *h, char *line)
{
	char key[32], value[HEARD_CAP];

	if (sscanf(line, "%31[a-z_] = %159[^\n]", key, value) == 2)
		hear_of_card(h, key, value);
}

/* One line of what is true of a page: "field KEY VALUE", "code KIND VALUE", "pixels HEX". */
static void truth_line(struct heard *h, char *line)
{
	char value[MAX_LINE], hex[HEARD_CAP];

	if (sscanf(line, "field %*s %2047[^\n]", value) == 1)
		hear_typed(h, value);
	if (sscanf(line, "code %*s %2047[^\n]", value) == 1)
		hear_code(h, value);
	if (sscanf(line, "pixels %150[0-9a-f]", value) == 1) {
		snprintf(hex, sizeof hex, "0x%.150s", value);
		hear(h, hex);
	}
}

static void read_lines(struct heard *h, const char *path, void (*each)(struct heard *, char *))
{
	FILE *f = fopen(path, "re");
	char line[MAX_LINE];

	while (f && fgets(line, sizeof line, f))
		each(h, line);
	if (f)
		(void)fclose(f);
}

static void hear_card(struct heard *h, const struct world *w, const char *name)
{
	char path[2 * WORLD_PATH];

	snprintf(path, sizeof path, "%s/../cards/%.100s.card", w->bin, name);
	read_lines(h, path, card_line);
}

/* Whatever a picture's file lies beside. */
static void hear_pictures(struct heard *h, const char *line)
{
	char words[MAX_LINE], path[MAX_LINE + 8], *at = words;

	snprintf(words, sizeof words, "%s", line);
	for (char *word; (word = strsep(&at, " "));) {
		char *dot = strrchr(word, '.');

		if (word[0] != '/' || !dot)
			continue;
		snprintf(path, sizeof path, "%.*s.truth", (int)(dot - word), word);
		read_lines(h, path, truth_line);
	}
}

static void hear_devices(struct heard *h, const struct world *w, const char *line)
{
	char name[64];

	if (strncmp(line, "scan ", 5) == 0)
		hear_code(h, line + 5);
	if (sscanf(line, "card in %63s", name) == 1 || sscanf(line, "card show-qr %63s", name) == 1)
		hear_card(h, w, name);
	hear_pictures(h, line);
}

void heard_line(struct heard *h, const struct world *w, const char *word, const char *rest)
{
	if (strcmp(word, "type") == 0 || strcmp(word, "spell") == 0)
		hear_typed(h, rest);
	if (strcmp(word, "sim") == 0)
		hear_devices(h, w, rest);
}

static bool says(const char *folder, const char *name, struct seek *k, size_t *ret_number)
{
	char path[2 * WORLD_PATH + 256];

	snprintf(path, sizeof path, "%s/%.250s", folder, name);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	*ret_number = fd < 0 ? SEEK_NONE : seek_in_file(k, fd, 0, UINT64_MAX >> 2);
	return *ret_number != SEEK_NONE;
}

static void skip_said(struct seek *k, const char *folder, const char *prefix)
{
	DIR *d = opendir(folder);
	size_t number;

	for (struct dirent *e; d && (e = readdir(d));)
		while (e->d_type == DT_REG && strncmp(e->d_name, prefix, strlen(prefix)) == 0 &&
		       says(folder, e->d_name, k, &number))
			seek_skip(k, number);
	if (d)
		closedir(d);
}

static void drop(struct heard *h, size_t i)
{
	h->count--;
	memmove(h->texts[i], h->texts[i + 1], (h->count - i) * sizeof *h->texts);
}

void heard_judge(struct heard *h, const struct world *w)
{
	struct seek *k = h->judged < h->count ? seek_create() : NULL;
	char path[WORLD_PATH + 16];
	size_t number, from = h->judged;

	for (size_t i = from; k && i < h->count; i++)
		if (seek_add(k, h->texts[i], &number) != ERR_OK)
			drop(h, i--);
	if (!k)
		return;
	skip_said(k, w->bin, "kiosk");
	skip_said(k, w->assets, "");
	snprintf(path, sizeof path, "%s/forms", w->assets);
	skip_said(k, path, "");
	world_path(w, "conf", path);
	skip_said(k, path, "");
	for (size_t i = h->count; i-- > from;)
		if (seek_is_skipped(k, i - from))
			drop(h, i);
	h->judged = h->count;
	seek_destroy(k);
}
