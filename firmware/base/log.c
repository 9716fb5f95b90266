#include "firmware/base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINE 1000

static const char *const LEVELS[] = { "debug", "info", "warn", "error" };

/* The role is in the environment rather than in a variable: no program has writable globals. */
void log_open(enum role me)
{
	(void)setenv("KIOSK_ROLE", role_name(me), 1);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void log_scrub(char *line)
{
	for (char *p = line; *p; p++) {
		size_t run = 0;

		while (is_digit(p[run]))
			run++;
		if (run >= 9)
			memset(p + 3, '*', run - 6);
		if (run > 0)
			p += run - 1;
		else if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	}
}

/* The digits that a cut line ends with may be the beginning of a long number. */
static void drop_last_digits(char *line)
{
	char *end = line + strlen(line);

	while (end > line && is_digit(end[-1]))
		*--end = '\0';
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
	char line[MAX_LINE + 2];
	const char *role = getenv("KIOSK_ROLE");
	va_list args;

	if (level == LOG_DEBUG && !getenv("KIOSK_DEBUG"))
		return;
	int n = snprintf(line, MAX_LINE, "%s %s %s ", LEVELS[level], role ? role : "-", event);
	if (n < 0 || n >= MAX_LINE)
		return;
	va_start(args, format);
	int more = vsnprintf(line + n, (size_t)(MAX_LINE - n), format, args);
	va_end(args);
	if (more < 0)
		return;
	if (more >= MAX_LINE - n)
		drop_last_digits(line);
	log_scrub(line);
	size_t len = strlen(line);
	line[len++] = '\n';
	/* one write: lines of programs do not mix */
	ssize_t done = write(STDERR_FILENO, line, len);
	(void)done;
}
