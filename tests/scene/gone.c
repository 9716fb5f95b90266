#include "tests/scene/gone.h"

#include "firmware/base/auto.h"
#include "tests/scene/fact.h"
#include "tests/scene/seek.h"
#include "tests/visitor/visitor.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

#define SOON_MS    15000 /* on a busy machine; mostly it is at once */
#define MANY       50u
#define PAGE_BYTES 4096u
#define IN_MEMORY  (3ull << 62) /* /proc/PID/pagemap: present, or swapped out */

struct search {
	const struct seek *seek;
	char *why;
	size_t cap;
	size_t found; /* number of the text, SEEK_NONE */
};

static void look_at_file(struct search *s, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || s->found != SEEK_NONE)
		return;
	s->found = seek_in_file(s->seek, fd, 0, UINT64_MAX >> 2);
	if (s->found != SEEK_NONE)
		snprintf(s->why, s->cap, "in %.300s", path);
}

/* What can be written to, and what is shared by memory files, which readers cannot write to. */
static bool is_looked_at(const char *line, uint64_t *ret_from, uint64_t *ret_to)
{
	char may[5];

	return sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", ret_from, ret_to, may) == 3 &&
	       (strncmp(may, "rw", 2) == 0 || (may[0] == 'r' && strstr(line, "/memfd:")));
}

struct memory {
	int mem, map;
};

/* Only the pages that exist: touching what was never used would make it. */
static void look_at_range(struct search *s, const struct memory *m, uint64_t from, uint64_t to)
{
	size_t n = (size_t)((to - from) / PAGE_BYTES), end;
	AUTO_FREE uint64_t *pages = calloc(n, sizeof *pages);
	ssize_t got = pages ? pread(m->map, pages, n * sizeof *pages,
				    (off_t)(from / PAGE_BYTES * sizeof *pages))
			    : -1;

	n = got < 0 ? 0 : (size_t)got / sizeof *pages;
	for (size_t i = 0; i < n && s->found == SEEK_NONE; i = end) {
		end = i + 1;
		while (pages[i] & IN_MEMORY && end < n && pages[end] & IN_MEMORY)
			end++;
		if (pages[i] & IN_MEMORY)
			s->found = seek_in_file(s->seek, m->mem, from + i * PAGE_BYTES,
						from + end * PAGE_BYTES);
	}
}

static int open_of(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* False when we may not look. */
static bool look_at_memory(struct search *s, pid_t pid, const char *name)
{
	AUTO_FD mem = open_of(pid, "mem");
	AUTO_FD map = open_of(pid, "pagemap");
	AUTO_FD maps_fd = open_of(pid, "maps");
	char line[512];
	uint64_t from, to;

	FILE *maps = mem < 0 || map < 0 || maps_fd < 0 ? NULL : fdopen(maps_fd, "r");
	if (!maps)
		return false;
	(void)take_fd(&maps_fd);
	while (s->found == SEEK_NONE && fgets(line, sizeof line, maps)) {
		if (!is_looked_at(line, &from, &to))
			continue;
		look_at_range(s, &(struct memory){ mem, map }, from, to);
		line[strcspn(line, "\n")] = '\0';
		if (s->found != SEEK_NONE)
			snprintf(s->why, s->cap, "in the memory of %s: %.200s", name, line);
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
		if (s->found == SEEK_NONE && strncmp(target, "/memfd:", 7) == 0) {
			look_at_file(s, path);
			if (s->found != SEEK_NONE)
				snprintf(s->why, s->cap, "in a memory file of %s: %s", name,
					 target);
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

static void look_at_programs(struct search *s, const struct world *w)
{
	for (enum role r = 0; r < ROLE_COUNT && s->found == SEEK_NONE; r++) {
		pid_t pid = r == ROLE_SUPER ? w->kiosk : world_find(w, r);

		if (pid > 0 && !look_at_memory(s, pid, role_name(r)))
			printf("# not looked at: the memory of %s, which we may not read\n",
			       role_name(r));
		if (pid > 0)
			look_at_memory_files(s, pid, role_name(r));
	}
}

static void look_everywhere(struct search *s, const struct world *w)
{
	char path[WORLD_PATH];

	if (!KEEPS_FREED)
		look_at_programs(s, w);
	world_path(w, "data", path);
	look_at_folder(s, path);
	world_path(w, "kiosk.log", path);
	look_at_file(s, path);
}

static bool look(const struct world *w, const struct seek *k, const char *const texts[], char *why,
		 size_t cap)
{
	char where[512] = "";
	struct search s = { .seek = k, .why = where, .cap = sizeof where, .found = SEEK_NONE };

	look_everywhere(&s, w);
	if (s.found != SEEK_NONE)
		snprintf(why, cap, "\"%s\" is %.380s", texts[s.found], where);
	return s.found == SEEK_NONE;
}

bool gone_looked_for(const struct world *w, const char *text, char *why, size_t cap)
{
	struct seek *k = seek_create();
	size_t number;
	bool good = k && seek_add(k, text, &number) == ERR_OK;

	if (good)
		good = look(w, k, &text, why, cap);
	else
		snprintf(why, cap, "\"%s\" is nothing to look for", text);
	seek_destroy(k);
	return good;
}

bool gone_all(const struct world *w, const struct heard *h, char *why, size_t cap)
{
	const char *texts[HEARD_MAX];
	struct seek *k = seek_create();
	size_t number;

	for (size_t i = 0; k && i < h->judged; i++)
		if (seek_add(k, h->texts[i], &number) == ERR_OK)
			texts[number] = h->texts[i];
	bool good = k && look(w, k, texts, why, cap);
	seek_destroy(k);
	return good;
}

bool gone_soon(const struct world *w, const struct heard *h, char *why, size_t cap)
{
	struct fact f;
	bool good = false;

	fact_begin(&f, w, SOON_MS);
	do
		good = gone_all(w, h, why, cap);
	while (!good && fact_changed(&f));
	fact_end(&f);
	return good;
}

bool gone_visitors(const struct world *w, unsigned count, FILE *out)
{
	AUTO_FREE struct heard *h = calloc(1, sizeof *h);
	char line[256] = "scan ", phone[11], why[512];

	for (unsigned n = count > MANY ? count - MANY + 1 : 1; h && n <= count; n++) {
		visitor_card(&(struct visitor){ .n = n }, line + strlen("scan "));
		heard_line(h, w, "sim", line);
		visitor_phone(n, phone);
		heard_line(h, w, "type", phone);
	}
	if (!h)
		return false;
	heard_judge(h, w);
	bool good = gone_soon(w, h, why, sizeof why);
	if (!good)
		fprintf(out, "what a visitor told is still there: %s\n", why);
	return good;
}
