/* What kiosk-core needs while 10 dossiers wait, and while 100,000 do: memory after its start and a
 * look at the queue, and processor time until then.
 *
 *     build/bench/queue fill DIR N      before: so many wait in the kiosk that will run in DIR
 *     build/bench/queue look FILE       while it runs, with the supervisor's process in KIOSK_PID
 *     build/bench/queue tell FILE FILE  both, beside each other */
#include "tests/bench/bench.h"
#include "tests/bench/fill.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>

struct look {
	long rss_kb, pss_kb, own_kb;
	double used_ms;
};

static int fill(const char *dir, int n)
{
	struct clock clock = { 0 };
	struct store *s = NULL;
	char data[PATH_MAX];

	snprintf(data, sizeof data, "%s/data", dir);
	struct store_options o = { .dir = data, .clock = &clock };
	enum err e = store_open(&o, &s);
	if (e == ERR_OK)
		e = bench_fill(s, n);
	store_close(s);
	if (e != ERR_OK)
		printf("queue: %s\n", err_text(e));
	return e != ERR_OK;
}

/* A file of /proc/PID as text. */
static bool read_proc(long pid, const char *file, char text[4096])
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/%s", pid, file);
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, 4095, f) : 0;
	if (f)
		fclose(f);
	text[n] = '\0';
	return n > 0;
}

/* The supervisor's child of that name; 0: there is none. */
static long find(const char *name)
{
	const char *super = getenv("KIOSK_PID");
	DIR *d = super ? opendir("/proc") : NULL;
	char text[4096];
	long found = 0;

	for (struct dirent *e; d && (e = readdir(d));) {
		long pid = strtol(e->d_name, NULL, 10), parent = 0;

		if (pid <= 0 || !read_proc(pid, "stat", text) || !strstr(text, name))
			continue;
		if (sscanf(strrchr(text, ')'), ") %*c %ld", &parent) == 1 && parent == atol(super))
			found = pid;
	}
	if (d)
		closedir(d);
	return found;
}

static long kb_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? strtol(at + strlen(word), NULL, 10) : 0;
}

static int look(const char *file)
{
	char text[4096];
	long pid = find("(kiosk-core)");
	FILE *f = fopen(file, "we");

	if (!f || !pid || !read_proc(pid, "smaps_rollup", text))
		return 1;
	fprintf(f, "%ld %ld %ld", kb_after(text, "\nRss:"), kb_after(text, "\nPss:"),
		kb_after(text, "\nAnonymous:"));
	if (read_proc(pid, "schedstat", text))
		fprintf(f, " %.3f\n", strtod(text, NULL) / 1e6);
	return fclose(f) != 0;
}

static bool read_look(const char *file, struct look *ret)
{
	FILE *f = fopen(file, "re");
	bool good = f && fscanf(f, "%ld %ld %ld %lf", &ret->rss_kb, &ret->pss_kb, &ret->own_kb,
				&ret->used_ms) == 4;

	if (f)
		fclose(f);
	return good;
}

static int tell(const char *few_file, const char *many_file)
{
	struct look few, many;

	if (!read_look(few_file, &few) || !read_look(many_file, &many))
		return 1;
	printf("%-10s %10s %10s %10s %12s\n", "waiting", "RSS KiB", "PSS KiB", "own KiB", "CPU ms");
	printf("%-10s %10ld %10ld %10ld %12.1f\n", "10", few.rss_kb, few.pss_kb, few.own_kb,
	       few.used_ms);
	printf("%-10s %10ld %10ld %10ld %12.1f\n", "100,000", many.rss_kb, many.pss_kb, many.own_kb,
	       many.used_ms);
	bench_row("kiosk-core, 10 waiting: memory (PSS)", (double)few.pss_kb / 1024, "MiB", 0);
	bench_row("kiosk-core, 100,000 waiting: more than with 10",
		  (double)(many.pss_kb - few.pss_kb) / 1024, "MiB", 4);
	bench_row("  the same, processor time of its start", many.used_ms / few.used_ms, "x", 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "fill") == 0)
		return fill(argv[2], atoi(argv[3]));
	if (argc == 3 && strcmp(argv[1], "look") == 0)
		return look(argv[2]);
	if (argc == 4 && strcmp(argv[1], "tell") == 0)
		return tell(argv[2], argv[3]);
	return 2;
}
