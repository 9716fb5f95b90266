/* machine: plays proofs of an image with a machine in an emulator (image.def). */
#include "firmware/base/auto.h"
#include "tests/image/script.h"

#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

static const char USAGE[] =
	"machine [--o BUILD] [--board BOARD] [--keys DIR] [--seed N] [--keep] PROOF.txt...\n"
	"Plays each with a machine of its own, and prints TAP and the figures that were measured.\n"
	"Its lines, pictures and, after a failure or with --keep, its disks stay in\n"
	"BUILD/image-check/NAME.\n";

struct options {
	const char *o, *board, *keys;
	uint64_t seed;
	bool keep;
};

struct result {
	char name[64], title[256];
	bool good, skipped;
	unsigned seconds;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type;
	return at->level > 0 ? remove(path) : 0;
}

/* Disks are large, and worth something only where something went wrong. */
static int remove_disk(const char *path, const struct stat *st, int type, struct FTW *at)
{
	size_t len = strlen(path);

	(void)st, (void)at;
	return type == FTW_F && len > 4 && strcmp(path + len - 4, ".img") == 0 ? remove(path) : 0;
}

static bool find_places(const struct options *o, struct places *ret_places)
{
	char path[2 * MACHINE_PATH], real[PATH_MAX];
	struct places p = { .seed = o->seed };

	if (!realpath(o->o, real))
		return false;
	snprintf(p.o, sizeof p.o, "%.500s", real);
	snprintf(p.image, sizeof p.image, "%.400s/image/%.100s", p.o, o->board);
	snprintf(p.keys, sizeof p.keys, "%.400s/image/keys", p.o);
	if (o->keys && realpath(o->keys, real))
		snprintf(p.keys, sizeof p.keys, "%.500s", real);
	if (!realpath("tests/image", real))
		return false;
	snprintf(p.here, sizeof p.here, "%.500s", real);
	snprintf(path, sizeof path, "%s/image-check", p.o);
	(void)mkdir(path, 0755);
	*ret_places = p;
	return true;
}

static void name_of(const char *path, char out[64])
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	snprintf(out, 64, "%.*s", (int)strcspn(base, "."), base);
}

/* Emptied, and nobody else's as long as it is open. */
static int make_dir(const struct places *p, const char *name, char out[MACHINE_PATH])
{
	snprintf(out, MACHINE_PATH, "%.400s/image-check/%s", p->o, name);
	if (mkdir(out, 0755) < 0 && errno != EEXIST)
		return -1;
	AUTO_FD fd = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 ||
	    nftw(out, remove_one, 32, FTW_DEPTH | FTW_PHYS) != 0)
		return -1;
	return take_fd(&fd);
}

static void tell(const struct script *s, const struct result *r, int n, const char *dir)
{
	printf("%sok %d - %s: %s%s%s (%u s)\n", r->good || r->skipped ? "" : "not ", n, r->name,
	       r->title, r->skipped ? " # SKIP " : "", r->skipped ? s->why : "", r->seconds);
	if (!r->good && !r->skipped)
		printf("#   %s:%u: %s\n#   its lines and disks are in %s\n",
		       s->file ? s->file : r->name, s->line, s->why, dir);
	fflush(stdout);
}

static bool play_one(const struct options *o, const struct places *p, const char *path, int n)
{
	AUTO_FREE struct script *s = calloc(1, sizeof *s);
	struct result r = { .good = false };
	struct clock clock = { 0 };
	int64_t begun = clock_mono_ms(&clock);
	char dir[MACHINE_PATH] = "";

	name_of(path, r.name);
	script_title(path, r.title, sizeof r.title);
	AUTO_FD taken = make_dir(p, r.name, dir);
	if (!s || taken < 0 || script_init(s, p, dir) != ERR_OK)
		return fprintf(stderr, "%s: no folder, or somebody plays it; or no memory\n", path),
		       false;
	r.good = script_play(s, path);
	r.skipped = s->skip;
	r.seconds = (unsigned)((clock_mono_ms(&clock) - begun) / 1000);
	machine_off(&s->machine, false);
	tell(s, &r, n, dir);
	script_finish(s);
	if ((r.good || r.skipped) && !o->keep)
		(void)nftw(dir, remove_disk, 32, FTW_PHYS);
	return r.good || r.skipped;
}

int main(int argc, char **argv)
{
	static const struct option NAMES[] = { { "o", 1, 0, 'o' },
					       { "board", 1, 0, 'b' },
					       { "keys", 1, 0, 'k' },
					       { "seed", 1, 0, 's' },
					       { "keep", 0, 0, 'K' },
					       { "help", 0, 0, 'h' },
					       { 0 } };
	struct options o = { .o = "build", .board = "x86-kiosk", .seed = 1 };
	struct places places;
	int c, bad = 0;

	while ((c = getopt_long(argc, argv, "", NAMES, NULL)) != -1) {
		if (c == 'h')
			return fputs(USAGE, stdout) < 0;
		if (c == '?')
			return fputs(USAGE, stderr), 2;
		if (c == 'o')
			o.o = optarg;
		if (c == 'b')
			o.board = optarg;
		if (c == 'k')
			o.keys = optarg;
		if (c == 's')
			o.seed = strtoull(optarg, NULL, 0);
		o.keep |= c == 'K';
	}
	if (optind == argc)
		return fputs(USAGE, stderr), 2;
	signal(SIGPIPE, SIG_IGN);
	if (!find_places(&o, &places))
		return fprintf(stderr, "%s: no such folder, or not in the project's\n", o.o), 2;
	for (int i = optind; i < argc; i++)
		bad += !play_one(&o, &places, argv[i], i - optind + 1);
	printf("1..%d\n", argc - optind);
	return bad > 0;
}
