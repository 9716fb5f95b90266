#include "tests/scene/fact.h"

#include "firmware/base/auto.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

/* What leaves no trace in a file, such as a device's state in core, is looked at so often. */
#define UNSEEN_MS 50

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* True when something changed, or `most_ms` are over and that was not the end. */
static bool next_change(int watch, int64_t until_ms, int most_ms)
{
	char events[4096];
	struct pollfd p = { .fd = watch, .events = POLLIN };
	int64_t left = until_ms - now_ms();

	if (left <= 0 || (poll(&p, 1, left < most_ms ? (int)left : most_ms) < 0 && errno != EINTR))
		return false;
	while (watch >= 0 && read(watch, events, sizeof events) > 0)
		;
	return true;
}

void fact_begin(struct fact *f, const struct world *w, int wait_ms)
{
	char path[WORLD_PATH];

	f->until_ms = now_ms() + wait_ms;
	f->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	world_path(w, "kiosk.log", path);
	(void)inotify_add_watch(f->watch, path, IN_MODIFY);
	world_path(w, "data", path);
	(void)inotify_add_watch(f->watch, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE);
	(void)inotify_add_watch(f->watch, w->bin, IN_OPEN);
}

void fact_end(struct fact *f)
{
	if (f->watch >= 0)
		close(f->watch);
	f->watch = -1;
}

bool fact_changed(struct fact *f)
{
	return next_change(f->watch, f->until_ms, UNSEEN_MS);
}

enum err fact_file(const char *path, int wait_ms)
{
	char folder[WORLD_PATH];
	AUTO_FD watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int64_t until_ms = now_ms() + wait_ms;

	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (!slash || watch < 0)
		return ERR_IO;
	*slash = '\0';
	if (inotify_add_watch(watch, folder, IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
		return ERR_IO;
	while (access(path, F_OK) != 0)
		if (!next_change(watch, until_ms, wait_ms))
			return ERR_TIMEOUT;
	return ERR_OK;
}

bool fact_line(const char *path, const char *text, long *at)
{
	char line[2048];
	FILE *f = fopen(path, "re");
	bool found = false;

	if (!f)
		return false;
	if (fseek(f, *at, SEEK_SET) == 0)
		while (!found && fgets(line, sizeof line, f))
			found = strstr(line, text) != NULL;
	if (found)
		*at = ftell(f);
	(void)fclose(f);
	return found;
}
