#include "firmware/guard/tell.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <syslog.h>
#include <unistd.h>

#define WORD           "USB_REFUSED"
#define FILE_MAX_BYTES 16384

static void tell_log(const char *words)
{
	openlog("kiosk-usb", LOG_CONS, LOG_DAEMON);
	syslog(LOG_WARNING, "refused: %s", words);
}

/* Whether `line` is to be added to `text`. */
static bool is_news(const char *text, const char *line)
{
	unsigned ours = 0;
	size_t len = strlen(line);

	for (const char *at = text; *at;
	     at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n')) {
		if (strncmp(at, line, len) == 0)
			return false;
		ours += strncmp(at, WORD " ", sizeof WORD) == 0;
	}
	return ours < TELL_MAX;
}

void tell_refused(const char *dir, const char *words)
{
	char path[256], line[300], text[FILE_MAX_BYTES];
	int len = snprintf(line, sizeof line, WORD " %s\n", words);

	tell_log(words);
	snprintf(path, sizeof path, "%s/trouble", dir);
	AUTO_FD fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0 || len < 0 || (size_t)len >= sizeof line || flock(fd, LOCK_EX) < 0)
		return;
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	if (n < 0 || (size_t)n == sizeof text - 1)
		return;
	text[n] = '\0';
	if (is_news(text, line) && write(fd, line, (size_t)len) < 0)
		tell_log("the folder for troubles is full");
}
