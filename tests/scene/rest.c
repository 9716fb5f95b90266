#include "tests/scene/rest.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROVINCE = ROLE_COUNT, SLEEPERS };

/* What each program's sleeping has come to. */
struct sleepers {
	long sleeps[SLEEPERS]; /* how often it went to sleep; 0: it is not there */
	bool all;
};

static long number_after(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

/* False when it is awake. */
static bool look(pid_t pid, long *ret_sleeps)
{
	char path[64], text[4096];

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	if (n <= 0)
		return true; /* it has ended */
	text[n] = '\0';
	*ret_sleeps = number_after(text, "\nvoluntary_ctxt_switches:");
	return strstr(text, "\nState:\tS") != NULL;
}

static struct sleepers look_at_all(const struct world *w)
{
	struct sleepers s = { 0 };

	s.all = w->province <= 0 || look(w->province, &s.sleeps[PROVINCE]);
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		pid_t pid = r == ROLE_SUPER ? w->kiosk : world_find(w, r);

		if (pid > 0 && !look(pid, &s.sleeps[r]))
			s.all = false;
	}
	return s;
}

enum err rest_wait(const struct world *w, int wait_ms)
{
	struct sleepers before = look_at_all(w), now = before;
	bool rests = false;
	struct fact f;

	fact_begin(&f, w, wait_ms);
	do {
		before = now;
		now = look_at_all(w);
		rests = before.all && now.all &&
			memcmp(before.sleeps, now.sleeps, sizeof now.sleeps) == 0;
	} while (!rests && fact_changed(&f));
	fact_end(&f);
	return rests ? ERR_OK : ERR_TIMEOUT;
}
