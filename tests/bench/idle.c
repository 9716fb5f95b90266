/* What the programs of a kiosk that nobody uses need: memory of each, and processor time of all
 * together. The simulated devices and the province are not among them.
 *
 *     KIOSK_PID=supervisor build/bench/idle [SECONDS] */
#include "firmware/base/auto.h"
#include "tests/bench/bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define PROGRAMS_MAX 32
#define TEXT_CAP     8192
#define SETTLE_S     3

struct program {
	pid_t pid;
	char name[64];
	double used_ms;
	long rss_kb, pss_kb, own_kb;
};

struct kiosk {
	struct program programs[PROGRAMS_MAX];
	size_t count;
};

/* A file of /proc/PID as text; "" when it is gone. */
static size_t read_proc(pid_t pid, const char *file, char text[TEXT_CAP])
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, TEXT_CAP - 1) : 0;
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static bool read_parent(pid_t pid, pid_t *ret_parent)
{
	char text[TEXT_CAP];

	read_proc(pid, "stat", text);
	const char *at = strrchr(text, ')');
	return at && sscanf(at, ") %*c %d", ret_parent) == 1;
}

/* Processor time of all threads; utime and stime would be in steps of 10 ms. -1: it is gone. */
static double read_used_ms(pid_t pid)
{
	char folder[64], text[TEXT_CAP];
	double ms = -1;

	snprintf(folder, sizeof folder, "/proc/%d/task", pid);
	DIR *d = opendir(folder);
	for (struct dirent *e; d && (e = readdir(d));) {
		pid_t thread = (pid_t)strtol(e->d_name, NULL, 10);

		if (thread > 0 && read_proc(thread, "schedstat", text) > 0)
			ms = (ms < 0 ? 0 : ms) + strtod(text, NULL) / 1e6;
	}
	if (d)
		closedir(d);
	return ms;
}

/* "kiosk-drv card": the program and its first argument, unless that is an option. `child`: it is
 * not the supervisor's own. */
static void read_name(pid_t pid, bool child, char name[64])
{
	char text[TEXT_CAP];
	size_t len = read_proc(pid, "cmdline", text), first = strlen(text) + 1;
	const char *slash = strrchr(text, '/'), *more = first < len ? text + first : "";

	snprintf(name, 64, "%.20s%s%.20s%s", slash ? slash + 1 : text,
		 *more && *more != '-' ? " " : "", *more == '-' ? "" : more,
		 child ? " (its child)" : "");
}

static long kb_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? strtol(at + strlen(word), NULL, 10) : -1;
}

static bool read_memory(struct program *p)
{
	char text[TEXT_CAP];

	read_proc(p->pid, "smaps_rollup", text);
	p->rss_kb = kb_after(text, "\nRss:");
	p->pss_kb = kb_after(text, "\nPss:");
	p->own_kb = kb_after(text, "\nAnonymous:");
	return p->rss_kb >= 0 && p->pss_kb >= 0;
}

static bool has(const struct kiosk *k, pid_t pid)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->programs[i].pid == pid)
			return true;
	return false;
}

static void add(struct kiosk *k, pid_t pid, pid_t parent)
{
	struct program *p = &k->programs[k->count];

	*p = (struct program){ .pid = pid, .used_ms = read_used_ms(pid) };
	read_name(pid, k->count > 0 && parent != k->programs[0].pid, p->name);
	k->count += k->count < PROGRAMS_MAX - 1;
}

/* Children of those we know already; true when one was new. */
static bool add_children(struct kiosk *k)
{
	DIR *d = opendir("/proc");
	size_t before = k->count;
	pid_t parent;

	for (struct dirent *e; d && (e = readdir(d));) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid > 0 && !has(k, pid) && read_parent(pid, &parent) && has(k, parent))
			add(k, pid, parent);
	}
	if (d)
		closedir(d);
	return k->count > before;
}

static bool find(struct kiosk *k, pid_t supervisor)
{
	k->count = 0;
	add(k, supervisor, 0);
	while (add_children(k))
		;
	return k->count > 1;
}

/* Percent of one core, of the programs of `k` that live on. -1: one has ended. */
static double busy(const struct kiosk *k, double span_ms)
{
	double used_ms = 0;

	for (size_t i = 0; i < k->count; i++) {
		const struct program *p = &k->programs[i];
		double now_ms = read_used_ms(p->pid);

		if (p->used_ms < 0 || now_ms < 0)
			return -1;
		printf("%-32s %8.2f ms of %.0f\n", p->name, now_ms - p->used_ms, span_ms);
		used_ms += now_ms - p->used_ms;
	}
	return 100 * used_ms / span_ms;
}

static bool tell_memory(struct kiosk *k)
{
	char name[96];
	double rss = 0, pss = 0;

	for (size_t i = 0; i < k->count; i++) {
		struct program *p = &k->programs[i];

		if (!read_memory(p))
			return false;
		printf("%-24s rss %6ld  pss %6ld  own %6ld kB\n", p->name, p->rss_kb, p->pss_kb,
		       p->own_kb);
		snprintf(name, sizeof name, "resident, %s", p->name);
		bench_row(name, (double)p->rss_kb / 1024, "MB RSS", 0);
		bench_row("", (double)p->pss_kb / 1024, "MB PSS", 0);
		rss += (double)p->rss_kb / 1024;
		pss += (double)p->pss_kb / 1024;
	}
	bench_row("resident, all: a shared page each time", rss, "MB RSS", 120);
	bench_row("resident, all: a shared page once", pss, "MB PSS", 120);
	return true;
}

int main(int argc, char **argv)
{
	const char *pid = getenv("KIOSK_PID");
	int seconds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 20;
	static struct kiosk k;

	if (!pid || seconds < 1)
		return fputs("usage: KIOSK_PID=... idle [SECONDS]\n", stderr), 2;
	poll(NULL, 0, SETTLE_S * 1000);
	if (!find(&k, (pid_t)strtol(pid, NULL, 10)))
		return fputs("idle: no kiosk\n", stderr), 1;
	double from_ms = bench_now_ms();
	poll(NULL, 0, seconds * 1000);
	double percent = busy(&k, bench_now_ms() - from_ms);
	if (percent < 0 || !tell_memory(&k))
		return fputs("idle: a program has ended meanwhile\n", stderr), 1;
	bench_row("processor when idle, all", percent, "% of a core", 1);
	return 0;
}
