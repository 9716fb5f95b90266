#include "ui/sample.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/screens.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_CAP   4096
#define SIDE_MAX   4000
#define FILE_BYTES (1 << 20)

static bool number_of_err(const char *name, int64_t *ret)
{
	for (int e = 0; e < ERR_COUNT; e++)
		if (strcmp(err_name((enum err)e), name) == 0) {
			*ret = e;
			return true;
		}
	return false;
}

static bool number_of_screen(const char *name, int64_t *ret)
{
	for (int s = 0; s < SCREEN_COUNT; s++)
		if (strcmp(screen_name((enum screen)s), name) == 0) {
			*ret = s;
			return true;
		}
	return false;
}

static bool number_of(const char *value, int64_t *ret)
{
	size_t digits = strspn(value[0] == '-' ? value + 1 : value, "0123456789");

	if (digits == 0 || digits > 18 || value[digits + (value[0] == '-')])
		return false;
	*ret = strtoll(value, NULL, 10);
	return true;
}

/* Gray lines of writing on white paper, with a stamp; the same for the same size. */
static void draw_page_rgb(uint8_t *rgb, int w, int h)
{
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++, rgb += 3) {
			int line = y * 40 / h, at = x * 30 / w;
			bool ink = at > 2 && at < 27 - line * 7 % 11 && line > 3 && line < 36 &&
				   line % 2 == 0 && y * 40 % h > h / 3 && x * 7 % 11 > 1;
			int dx = x - w * 3 / 4, dy = y - h * 5 / 6, r2 = dx * dx + dy * dy;
			bool stamp = r2 < w * w / 60 && r2 > w * w / 80;
			rgb[0] = stamp ? 200 : ink ? 70 : 250;
			rgb[1] = stamp ? 40 : ink ? 75 : 249;
			rgb[2] = stamp ? 40 : ink ? 85 : 245;
		}
}

static bool in_oval(int x, int y, int w, int h)
{
	return x * x * h * h + y * y * w * w <= w * w * h * h;
}

/* Nobody's face: hair, head and shoulders before a light ground. */
static void draw_face_rgb(uint8_t *rgb, int w, int h)
{
	static const uint8_t GROUND[] = { 214, 226, 240 }, HAIR[] = { 45, 40, 44 };
	static const uint8_t SKIN[] = { 226, 184, 150 }, COAT[] = { 60, 84, 120 };

	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++, rgb += 3) {
			const uint8_t *c = GROUND;
			int dx = x - w / 2;
			if (in_oval(dx, y - h * 11 / 10, w * 46 / 100, h * 38 / 100))
				c = COAT;
			if (in_oval(dx, y - h * 40 / 100, w * 27 / 100, h * 29 / 100))
				c = HAIR;
			if (in_oval(dx, y - h * 47 / 100, w * 22 / 100, h * 25 / 100))
				c = SKIN;
			memcpy(rgb, c, 3);
		}
}

/* "page:300x424" or "face:120x160". */
static bool put_picture(struct view_writer *w, const char *key, const char *value)
{
	bool face = value[0] == 'f';
	const char *size = value + 5;
	int width = 0, height = 0;

	if (sscanf(size, "%dx%d", &width, &height) != 2 || width < 1 || height < 1 ||
	    width > SIDE_MAX || height > SIDE_MAX)
		return false;
	size_t len = (size_t)width * (size_t)height * 3;
	AUTO_FREE uint8_t *rgb = malloc(len);
	if (!rgb)
		return false;
	if (face)
		draw_face_rgb(rgb, width, height);
	else
		draw_page_rgb(rgb, width, height);
	view_bytes(w, key, rgb, len);
	if (strcmp(key, "large_image") == 0 || strcmp(key, "live") == 0)
		return true; /* its size is said apart */
	view_num(w, face ? "face_width" : "width", width);
	view_num(w, face ? "face_height" : "height", height);
	return true;
}

/* In place: \n, \t and the quotes around. */
static void unescape(char *value)
{
	size_t len = strlen(value), to = 0, from = 0;

	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		value[len - 1] = '\0';
		from = 1;
	}
	for (; value[from]; from++) {
		if (value[from] == '\\' && (value[from + 1] == 'n' || value[from + 1] == 't'))
			value[to++] = value[++from] == 'n' ? '\n' : '\t';
		else
			value[to++] = value[from];
	}
	value[to] = '\0';
}

static bool put_value(struct view_writer *w, const char *key, char *value)
{
	int64_t n = 0;

	if (value[0] == '@' && !number_of_err(value + 1, &n))
		return false;
	if (value[0] == '#' && !number_of_screen(value + 1, &n))
		return false;
	if (value[0] == '@' || value[0] == '#' || number_of(value, &n)) {
		view_num(w, key, n);
		return true;
	}
	if (strncmp(value, "page:", 5) == 0 || strncmp(value, "face:", 5) == 0)
		return put_picture(w, key, value);
	unescape(value);
	view_text(w, key, value);
	return true;
}

static char *trimmed(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	for (size_t len = strlen(s); len > 0 && isspace((unsigned char)s[len - 1]); len--)
		s[len - 1] = '\0';
	return s;
}

static bool put_line(struct view_writer *w, char *line)
{
	char *at = trimmed(line), *eq = strchr(at, '=');
	size_t len = strlen(at);

	if (len == 0 || (at[0] == '#' && !eq) || strncmp(at, "# ", 2) == 0)
		return true;
	if (at[0] == '[' && at[len - 1] == ']' && len > 2 && len < 60) {
		at[len - 1] = '\0';
		view_row(w, at + 1);
		return true;
	}
	if (!eq || eq == at)
		return false;
	*eq = '\0';
	return put_value(w, trimmed(at), trimmed(eq + 1));
}

enum err sample_parse(const char *text, size_t len, struct view *ret, unsigned *ret_line)
{
	struct view_writer w = { 0 };
	char line[LINE_CAP];
	bool good = true;
	unsigned number = 0;

	for (const char *at = text, *end = text + len; at < end && good;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop ? stop : end) - at);
		number++;
		good = n < sizeof line && !memchr(at, '\0', n);
		if (good) {
			memcpy(line, at, n);
			line[n] = '\0';
			good = put_line(&w, line);
		}
		at += n + 1;
	}
	AUTO_FD fd = -1;
	enum err e = view_seal(&w, &fd);
	if (!good) {
		*ret_line = number;
		return ERR_BAD_DATA;
	}
	return e == ERR_OK ? view_open(fd, ret) : e;
}

enum err sample_load(const char *path, struct view *ret)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = malloc(FILE_BYTES);
	ssize_t len = fd < 0 || !text ? -1 : read(fd, text, FILE_BYTES);
	unsigned line = 0;

	if (len < 0) {
		log_line(LOG_ERROR, "sample.unreadable", "file=%s", path);
		return ERR_IO;
	}
	enum err e = sample_parse(text, (size_t)len, ret, &line);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "sample.bad", "file=%s line=%u", path, line);
	return e;
}
