#include "firmware/base/config.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_BYTES 65536

enum kind { KIND_TEXT, KIND_PATH, KIND_NUM };

static const struct row {
	const char *name;
	enum kind kind;
	size_t at;
	const char *standard;
} ROWS[] = {
#define CONF(name, kind, standard, what) \
	{ #name, KIND_##kind, offsetof(struct config, name), standard },
#include "firmware/base/config.def"
#undef CONF
};
#define ROW_COUNT (sizeof ROWS / sizeof *ROWS)

struct parsing {
	struct config *out;
	config_error_fn *on_error;
	void *data;
	unsigned line;
	bool bad;
	bool seen[ROW_COUNT];
};

static void complain(struct parsing *p, const char *what, const char *name)
{
	char text[200];

	snprintf(text, sizeof text, "%s: %.80s", what, name);
	if (p->on_error)
		p->on_error(p->data, p->line, text);
	p->bad = true;
}

static bool set_num(uint32_t *at, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end || n > INT32_MAX)
		return false;
	*at = (uint32_t)n;
	return true;
}

static bool set(struct config *c, const struct row *row, const char *value)
{
	void *at = (char *)c + row->at;
	size_t len = strlen(value);

	if (row->kind == KIND_NUM)
		return set_num(at, value);
	if (len >= CONFIG_TEXT_CAP || (row->kind == KIND_PATH && value[0] != '/'))
		return false;
	memcpy(at, value, len + 1);
	return true;
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ' || *s == '\t')
		s++;
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

static void take_line(struct parsing *p, char *line)
{
	char *name = trim(line), *equals = strchr(name, '=');
	size_t i = 0;

	if (*name == '\0' || *name == '#')
		return;
	if (!equals) {
		complain(p, "not of the form name = value", name);
		return;
	}
	*equals = '\0';
	char *value = trim(equals + 1);
	name = trim(name);
	while (i < ROW_COUNT && strcmp(ROWS[i].name, name) != 0)
		i++;
	if (i == ROW_COUNT)
		complain(p, "unknown name", name);
	else if (p->seen[i])
		complain(p, "set twice", name);
	else if (!set(p->out, &ROWS[i], value))
		complain(p, "value of the wrong kind", name);
	if (i < ROW_COUNT)
		p->seen[i] = true;
}

static void fill_in(struct parsing *p)
{
	p->line = 0;
	for (size_t i = 0; i < ROW_COUNT; i++) {
		if (p->seen[i])
			continue;
		if (!ROWS[i].standard)
			complain(p, "must be set", ROWS[i].name);
		else if (!set(p->out, &ROWS[i], ROWS[i].standard))
			complain(p, "bad standard value", ROWS[i].name);
	}
}

static enum err take_lines(struct parsing *p, const char *text, size_t len)
{
	if (len > MAX_FILE_BYTES || !utf8_ok(text, len)) {
		complain(p, "not UTF-8 text, or over 64 KiB", "the file");
		return ERR_BAD_CONFIG;
	}
	AUTO_FREE char *copy = strndup(text, len);
	if (!copy)
		return ERR_NO_MEMORY;
	for (char *line = copy, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		p->line++;
		take_line(p, line);
	}
	return ERR_OK;
}

enum err config_parse(const char *text, size_t len, struct config *ret, config_error_fn *on_error,
		      void *data)
{
	struct config c = { 0 };
	struct parsing p = { .out = &c, .on_error = on_error, .data = data };
	enum err e = take_lines(&p, text, len);

	if (e != ERR_OK)
		return e;
	fill_in(&p);
	if (p.bad)
		return ERR_BAD_CONFIG;
	*ret = c;
	return ERR_OK;
}

const char *config_path(void)
{
	const char *path = getenv("KIOSK_CONF");

	return path ? path : "/etc/kiosk/kiosk.conf";
}

/* From its beginning, wherever others stand in it. */
static enum err read_all(int fd, char **ret_text, size_t *ret_len)
{
	AUTO_FREE char *text = malloc(MAX_FILE_BYTES + 1);
	size_t len = 0;
	ssize_t n = 1;

	if (!text)
		return ERR_NO_MEMORY;
	while (fd >= 0 && n > 0 && len <= MAX_FILE_BYTES) {
		n = pread(fd, text + len, MAX_FILE_BYTES + 1 - len, (off_t)len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || n < 0)
		return ERR_IO;
	*ret_text = text;
	*ret_len = len;
	text = NULL;
	return ERR_OK;
}

enum err config_load(const char *path, struct config *ret, config_error_fn *on_error, void *data)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = read_all(fd, &text, &len);

	if (e == ERR_IO && on_error)
		on_error(data, 0, "cannot be read");
	return e == ERR_OK ? config_parse(text, len, ret, on_error, data) : e;
}

enum err config_keep(const char *path, int *ret_fd)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = read_all(fd, &text, &len);

	if (e == ERR_OK && len > MAX_FILE_BYTES)
		e = ERR_BAD_CONFIG;
	return e == ERR_OK ? mem_of(text, len, ret_fd) : e;
}

enum err config_keep_part(const char *path, int *ret_fd)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO_FREE char *text = NULL, *whole = NULL;
	struct config c = { 0 };
	struct parsing p = { .out = &c };
	size_t len = 0, whole_len = 0;
	enum err e = read_all(fd, &text, &len);

	if (e == ERR_OK)
		e = take_lines(&p, text, len);
	if (e != ERR_OK || p.bad)
		return e == ERR_OK ? ERR_BAD_CONFIG : e;
	FILE *f = open_memstream(&whole, &whole_len);
	if (!f)
		return ERR_NO_MEMORY;
	fprintf(f, "%.*s\n", (int)len, text);
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (!p.seen[i] && !ROWS[i].standard)
			fprintf(f, "%s = -\n", ROWS[i].name);
	return fclose(f) == 0 ? mem_of(whole, whole_len, ret_fd) : ERR_NO_MEMORY;
}

enum err config_text(char **ret_text, size_t *ret_len)
{
	const char *kept = getenv("KIOSK_CONF_FD");

	if (kept)
		return read_all(atoi(kept), ret_text, ret_len);
	AUTO_FD fd = open(config_path(), O_RDONLY | O_CLOEXEC);
	return read_all(fd, ret_text, ret_len);
}

static void log_error(void *data, unsigned line, const char *what)
{
	log_line(LOG_ERROR, "config", "%s:%u: %s", (const char *)data, line, what);
}

enum err config_load_logged(struct config *ret)
{
	const char *path = config_path();
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = config_text(&text, &len);

	if (e != ERR_OK) {
		log_error((void *)(uintptr_t)path, 0, "cannot be read");
		return e;
	}
	return config_parse(text, len, ret, log_error, (void *)(uintptr_t)path);
}

int config_files_missing(const struct config *c, int mode,
			 void (*tell)(const char *name, const char *path))
{
	int missing = 0;

	for (size_t i = 0; i < ROW_COUNT; i++) {
		const char *path = (const char *)c + ROWS[i].at;

		if (ROWS[i].kind != KIND_PATH || strcmp(ROWS[i].name, "data_dir") == 0 ||
		    access(path, mode) == 0)
			continue;
		if (tell)
			tell(ROWS[i].name, path);
		missing++;
	}
	return missing;
}
