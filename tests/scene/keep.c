#include "tests/scene/keep.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"
#include "tests/scene/line.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define ANSWERED_MS 10000

enum err keep_file(const char *from, const char *to)
{
	AUTO_FD in = open(from, O_RDONLY | O_CLOEXEC);
	AUTO_FD out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	struct stat st;

	if (in < 0 || out < 0 || fstat(in, &st) < 0)
		return ERR_IO;
	return sendfile(out, in, NULL, (size_t)st.st_size) == st.st_size ? ERR_OK : ERR_IO;
}

enum err keep_names(int screen, int wait_ms, const char *to)
{
	AUTO_FREE char *names = malloc(LINE_CAP);

	if (!names)
		return ERR_NO_MEMORY;
	enum err e = line_ask_body(screen, "dump", wait_ms, names);
	if (e != ERR_OK)
		return e;
	AUTO_FD fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t len = strlen(names);
	return fd >= 0 && write(fd, names, len) == (ssize_t)len ? ERR_OK : ERR_IO;
}

static bool looks_pressed(int screen)
{
	AUTO_FREE char *names = malloc(LINE_CAP);

	return names && line_ask_body(screen, "dump", ANSWERED_MS, names) == ERR_OK &&
	       strstr(names, "\"pressed\"");
}

void keep_answered(int screen, const struct world *w)
{
	struct fact f;

	fact_begin(&f, w, ANSWERED_MS);
	while (looks_pressed(screen) && fact_changed(&f))
		;
	fact_end(&f);
}
