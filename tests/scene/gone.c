#include "tests/scene/gone.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE (1u << 20)

/* Address sanitizers keep what was freed for a while, and what the libraries left in it. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED true
#endif
#endif
#ifndef KEEPS_FREED
#define KEEPS_FREED false
#endif

#define RUN_PIXELS 8

struct pattern {
	const void *at;
	size_t len;
};

/* The ways a run of pixels of one colour lies in memory: as a file's bytes, and as a screen's. */
struct run {
	uint8_t rgb[3 * RUN_PIXELS];
	uint8_t full[4 * RUN_PIXELS], zero[4 * RUN_PIXELS]; /* what the fourth byte is */
};

struct search {
	const char *text;
	struct pattern patterns[3];
	size_t count, longest;
	uint8_t *piece;
	char *why;
	size_t cap;
	bool found;
};

/* Looks through [from, to) of an open file, pieces overlapping so that none hides at an edge. */
static bool range_has(const struct search *s, int fd, uint64_t from, uint64_t to)
{
	while (from < to) {
		size_t want = to - from < PIECE ? (size_t)(to - from) : PIECE;
		ssize_t n = pread(fd, s->piece, want, (off_t)from);

		for (size_t i = 0; n > 0 && i < s->count; i++)
			if (memmem(s->piece, (size_t)n, s->patterns[i].at, s->patterns[i].len))
				return true;
		if (n < (ssize_t)PIECE)
			return false;
		from += (size_t)n - s->longest + 1;
	}
	return false;
}

static void look_at_file(struct search *s, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && range_has(s, fd, 0, UINT64_MAX >> 2)) {
		snprintf(s->why, s->cap, "\"%s\" is in %.300s", s->text, path);
		s->found = true;
	}
}

static void look_for(struct search *s, const void *at, size_t len)
{
	s->patterns[s->count++] = (struct pattern){ at, len };
	s->longest = len > s->longest ? len : s->longest;
}

/* `#rrggbb` is a colour, everything else a text. */
static void understand(struct search *s, struct run *r)
{
	char end;
	unsigned c;

	if (sscanf(s->text, "#%6x%c", &c, &end) != 1) {
		look_for(s, s->text, strlen(s->text));
		return;
	}
	for (size_t i = 0; i < RUN_PIXELS; i++) {
		const uint8_t rgb[] = { (uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c };
		const uint8_t bgr[] = { rgb[2], rgb[1], rgb[0] };

		memcpy(r->rgb + 3 * i, rgb, 3);
		memcpy(r->full + 4 * i, bgr, 3);
		memcpy(r->zero + 4 * i, bgr, 3);
		r->full[4 * i + 3] = 0xff;
		r->zero[4 * i + 3] = 0;
	}
	look_for(s, r->rgb, sizeof r->rgb);
	look_for(s, r->full, sizeof r->full);
	look_for(s, r->zero, sizeof r->zero);
}

/* What can be written to, and what is shared by memory files, which readers cannot write to. */
static bool is_looked_at(const char *line, uint64_t *ret_from, uint64_t *ret_to)
{
	char may[5];

	return sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", ret_from, ret_to, may) == 3 &&
	       (strncmp(may, "rw", 2) == 0 || (may[0] == 'r' && strstr(line, "/memfd:")));
}

/* False when we may not look. */
static bool look_at_memory(struct search *s, pid_t pid, const char *name)
{
	char path[64], line[512];
	uint64_t from, to;

	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	AUTO_FD mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	if (mem < 0 || !maps) {
		if (maps)
			(void)fclose(maps);
		return false;
	}
	while (!s->found && fgets(line, sizeof line, maps)) {
		if (!is_looked_at(line, &from, &to) || !range_has(s, mem, from, to))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(s->why, s->cap, "\"%s\" is in the memory of %s: %.200s", s->text, name,
			 line);
		s->found = true;
	}
	(void)fclose(maps);
	return true;
}

/* Those that are open, mapped or not. */
static void look_at_memory_files(struct search *s, pid_t pid, const char *name)
{
	char path[64], target[64];
	struct dirent **fds = NULL;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	int n = scandir(path, &fds, NULL, NULL);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "/proc/%d/fd/%.16s", pid, fds[i]->d_name);
		ssize_t len = readlink(path, target, sizeof target - 1);
		target[len > 0 ? len : 0] = '\0';
		if (!s->found && strncmp(target, "/memfd:", 7) == 0) {
			look_at_file(s, path);
			if (s->found)
				snprintf(s->why, s->cap, "\"%s\" is in a memory file of %s: %s",
					 s->text, name, target);
		}
		free(fds[i]);
	}
	free(fds);
}

static void look_at_folder(struct search *s, const char *dir)
{
	char path[WORLD_PATH + 256];
	struct dirent **names = NULL;
	int n = scandir(dir, &names, NULL, NULL);

	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%.250s", dir, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && names[i]->d_type == DT_DIR)
			look_at_folder(s, path);
		else if (names[i]->d_type == DT_REG)
			look_at_file(s, path);
		free(names[i]);
	}
	free(names);
}

bool gone_sees_memory(void)
{
	return !KEEPS_FREED;
}

bool gone_looked_for(const struct world *w, const char *text, char *why, size_t cap)
{
	AUTO_FREE uint8_t *piece = malloc(PIECE);
	struct search s = { .text = text, .piece = piece, .why = why, .cap = cap };
	struct run run;
	char path[WORLD_PATH];

	if (!piece || !*text)
		return false;
	understand(&s, &run);
	for (enum role r = 0; r < ROLE_COUNT && !s.found && !KEEPS_FREED; r++) {
		pid_t pid = r == ROLE_SUPER ? w->kiosk : world_find(w, r);

		if (pid > 0 && !look_at_memory(&s, pid, role_name(r)))
			printf("# not looked at: the memory of %s, which we may not read\n",
			       role_name(r));
		if (pid > 0)
			look_at_memory_files(&s, pid, role_name(r));
	}
	world_path(w, "data", path);
	if (!s.found)
		look_at_folder(&s, path);
	world_path(w, "kiosk.log", path);
	if (!s.found)
		look_at_file(&s, path);
	return !s.found;
}
