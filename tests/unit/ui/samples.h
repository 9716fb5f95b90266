/* The sample views of tests/golden/views: SCREEN.view or SCREEN-what_is_special.view. */
#ifndef TESTS_UNIT_UI_SAMPLES_H
#define TESTS_UNIT_UI_SAMPLES_H

#include "tests/unit/ui/stage.h"

#include <dirent.h>

#define SAMPLES_DIR "tests/golden/views"
#define SAMPLES_MAX 256

struct sample_name {
	char name[80]; /* without .view */
	enum screen screen;
};

static inline int sample_order(const void *a, const void *b)
{
	return strcmp(((const struct sample_name *)a)->name, ((const struct sample_name *)b)->name);
}

static inline size_t samples_list(struct sample_name *ret)
{
	DIR *d = opendir(SAMPLES_DIR);
	size_t n = 0;

	for (struct dirent *e; d && n < SAMPLES_MAX && (e = readdir(d));) {
		size_t len = strlen(e->d_name), base = strcspn(e->d_name, "-.");
		if (len < 6 || len > 80 || strcmp(e->d_name + len - 5, ".view") != 0)
			continue;
		snprintf(ret[n].name, sizeof ret[n].name, "%.*s", (int)len - 5, e->d_name);
		ret[n].screen = SCREEN_COUNT;
		for (int s = 0; s < SCREEN_COUNT; s++)
			if (strlen(screen_name((enum screen)s)) == base &&
			    strncmp(screen_name((enum screen)s), e->d_name, base) == 0)
				ret[n].screen = (enum screen)s;
		n++;
	}
	if (d)
		closedir(d);
	qsort(ret, n, sizeof *ret, sample_order);
	return n;
}

/* Shows the sample as if kiosk-core had; what was typed before is forgotten. */
static inline bool sample_show(struct stage *s, const struct sample_name *sample,
			       struct shown shown)
{
	char path[128];
	struct view v = { 0 }, nothing = { 0 };
	struct shown attract = { .screen = SCREEN_ATTRACT };

	snprintf(path, sizeof path, SAMPLES_DIR "/%.79s.view", sample->name);
	if (sample->screen == SCREEN_COUNT || sample_load(path, &v) != ERR_OK)
		return false;
	app_show(&s->app, &attract, &nothing, 0);
	shown.screen = sample->screen;
	app_show(&s->app, &shown, &v, 0);
	return true;
}

#endif
