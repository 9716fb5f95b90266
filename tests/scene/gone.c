#include "tests/scene/gone.h"

#include "firmware/base/auto.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct search {
	const char *text;
	size_t len;
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

		if (n < (ssize_t)s->len)
			return false;
		if (memmem(s->piece, (size_t)n, s->text, s->len))
			return true;
		if ((size_t)n < PIECE)
			return false;
		from += (size_t)n - s->len + 1;
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
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " rw", &from, &to) != 2 ||
		    !range_has(s, mem, from, to))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(s->why, s->cap, "\"%s\" is in the memory of %s: %.200s", s->text, name,
			 line);
		s->found = true;
	}
	(void)fclose(maps);
	return true;
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
	struct search s = { text, strlen(text), piece, why, cap, false };
	char path[WORLD_PATH];

	if (!piece || s.len == 0)
		return false;
	for (enum role r = 0; r < ROLE_COUNT && !s.found && !KEEPS_FREED; r++) {
		pid_t pid = r == ROLE_SUPER ? w->kiosk : world_find(w, r);

		if (pid > 0 && !look_at_memory(&s, pid, role_name(r)))
			printf("# not looked at: the memory of %s, which we may not read\n",
			       role_name(r));
	}
	world_path(w, "data", path);
	if (!s.found)
		look_at_folder(&s, path);
	world_path(w, "kiosk.log", path);
	if (!s.found)
		look_at_file(&s, path);
	return !s.found;
}
