/* scene: plays scenes with the real programs, or keeps a world running for a person. */
#include "firmware/base/auto.h"
#include "tests/scene/after.h"
#include "tests/scene/cards.h"
#include "tests/scene/cut.h"
#include "tests/scene/mill.h"
#include "tests/scene/rubbish.h"
#include "tests/scene/script.h"
#include "tests/scene/sensor.h"
#include "tests/scene/swift.h"

#include <ftw.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char USAGE[] =
	"scene [--window] [--now] [--dir DIR] [--shots DIR] SCENE.txt...\n"
	"                                               plays each in a world of its own; prints "
	"TAP;\n"
	"                                               in the morning, or now\n"
	"scene --hold COMMAND SCENE.txt                 at the end runs a shell command, with the "
	"supervisor's\n"
	"                                               process in KIOSK_PID\n"
	"scene --cut SEED,VISITS [--dir DIR]           people file while programs die (cut.h)\n"
	"scene --mill SEED,VISITS [--dir DIR]          the same, quickly: by the thousand, without "
	"a "
	"screen (mill.h)\n"
	"scene --cards SEED,EVENTS [--dir DIR]         cards and readers fail in every way "
	"(cards.h)\n"
	"scene --play [--dir DIR] [SCENE.txt]           a world for a person, until it is closed; "
	"a "
	"scene\n"
	"                                               prepares it\n"
	"A world is in DIR, or in a new folder under /tmp that goes when all went well.\n";

struct options {
	const char *dir, *shots, *hold, *cut, *cards, *mill;
	bool play, window, now;
	int scenes;
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void remove_tree(const char *dir)
{
	(void)nftw(dir, remove_one, 32, FTW_DEPTH | FTW_PHYS); /* what stays is only litter */
}

static bool make_dir(const char *wanted, char out[WORLD_PATH])
{
	char path[PATH_MAX];

	if (!wanted) {
		snprintf(out, WORLD_PATH, "/tmp/kiosk-XXXXXX");
		return mkdtemp(out) != NULL;
	}
	if (mkdir(wanted, 0755) < 0 && errno != EEXIST)
		return false;
	return realpath(wanted, path) && snprintf(out, WORLD_PATH, "%s", path) < WORLD_PATH;
}

static void show_log(const struct world *w)
{
	char path[WORLD_PATH], line[1024];
	long from = 0;

	world_path(w, "kiosk.log", path);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	if (fseek(f, 0, SEEK_END) == 0 && ftell(f) > 4000)
		from = ftell(f) - 4000;
	(void)fseek(f, from, SEEK_SET);
	while (fgets(line, sizeof line, f))
		fprintf(stderr, "#   %s", line);
	(void)fclose(f);
}

/* While the world stands as the scene left it. */
static bool hold(const char *command, const struct world *w, struct script *s)
{
	int status = 1;
	pid_t pid = command ? fork() : 0;

	if (!command)
		return true;
	if (pid == 0) {
		char number[16];

		snprintf(number, sizeof number, "%d", w->kiosk);
		setenv("KIOSK_PID", number, 1);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	snprintf(s->why, sizeof s->why, "%.400s failed", command);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static bool play_one(const struct options *o, const char *path, int n)
{
	struct world w = { .window = o->window, .now = o->now };
	struct script s;
	char title[256];

	script_title(path, title, sizeof title);
	script_init(&s, &w, o->shots);
	bool good = make_dir(o->dir, w.dir) && world_start(&w) == ERR_OK && script_play(&s, path) &&
		    hold(o->hold, &w, &s) && after_scene(&s);
	if (s.skip && o->scenes == 1) /* prove tells only of whole files that are skipped */
		printf("1..0 # SKIP %s\n", s.why);
	else if (s.skip)
		printf("ok %d - %s # SKIP %s\n", n, title, s.why);
	else
		printf("%sok %d - %s\n", good ? "" : "not ", n, title);
	good |= s.skip;
	if (!good) {
		/* on standard error: prove shows that, and keeps comments to itself */
		fprintf(stderr, "#   %s:%u: %s\n#   the world is in %s\n", path, s.line, s.why,
			w.dir);
		show_log(&w);
	}
	if (n == o->scenes && !(s.skip && n == 1))
		printf("1..%d\n", n);
	fflush(stdout);
	script_finish(&s);
	world_stop(&w);
	if (good && !o->dir)
		remove_tree(w.dir);
	return good;
}

/* SEED,N of whatever happens by lot. */
static int play_lots(const struct options *o, const char *lots,
		     bool (*play)(struct world *w, uint64_t seed, unsigned n, FILE *out))
{
	struct world w = { 0 };
	uint64_t seed = 0;
	unsigned n = 0;

	if (sscanf(lots, "%" SCNu64 ",%u", &seed, &n) != 2)
		return fputs(USAGE, stderr), 2;
	bool good = make_dir(o->dir, w.dir) && (!o->mill || mill_programs(&w)) &&
		    world_start(&w) == ERR_OK && play(&w, seed, n, stdout);
	if (!good)
		printf("The promise is broken. The world is in %s\n", w.dir);
	world_stop(&w);
	if (good && !o->dir)
		remove_tree(w.dir);
	return good ? 0 : 1;
}

static void tell(const struct world *w)
{
	printf("The kiosk is open. Its world is in %s\n"
	       "  try      KIOSK_RUN=%s/run %s/kioskctl status\n"
	       "  province %s\n"
	       "  log      %s/kiosk.log\n"
	       "Close the window, or press Ctrl-C, to end it.\n",
	       w->dir, w->dir, w->bin, w->page_url, w->dir);
	fflush(stdout);
}

static pid_t open_panel(const struct world *w)
{
	char bin[WORLD_PATH + 8], usim[WORLD_PATH], province[WORLD_PATH], screen[WORLD_PATH];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(bin, sizeof bin, "%s/panel", w->bin);
	world_path(w, "usim/usim.sock", usim);
	world_path(w, "run/province.sock", province);
	world_path(w, "run/ui.sock", screen);
	execl(bin, bin, "--usim", usim, "--province", province, "--kiosk", screen, (char *)NULL);
	_exit(127);
}

/* What stands in the world before a person comes. */
static bool prepare(struct world *w, const char *path)
{
	struct script s;

	script_init(&s, w, NULL);
	bool good = script_play(&s, path);
	if (!good)
		fprintf(stderr, "%s:%u: %s\n", path, s.line, s.why);
	script_finish(&s);
	return good;
}

static int play_for_person(const struct options *o, const char *prelude)
{
	struct world w = { .window = true };
	int status;

	if (!make_dir(o->dir, w.dir) || world_start(&w) != ERR_OK ||
	    (prelude && !prepare(&w, prelude))) {
		world_stop(&w);
		return 1;
	}
	tell(&w);
	pid_t panel = open_panel(&w);
	/* the first of them to end ends it all */
	pid_t first = wait(&status);
	if (first == w.kiosk)
		w.kiosk = 0;
	if (panel > 0 && first != panel)
		kill(panel, SIGTERM);
	world_stop(&w);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option NAMES[] = { { "dir", 1, 0, 'd' },
					       { "shots", 1, 0, 's' },
					       { "hold", 1, 0, 'h' },
					       { "help", 0, 0, 'H' },
					       { "play", 0, 0, 'p' },
					       { "cut", 1, 0, 'c' },
					       { "window", 0, 0, 'w' },
					       { "cards", 1, 0, 'C' },
					       { "mill", 1, 0, 'm' },
					       { "now", 0, 0, 'n' },
					       { 0 } };
	struct options o = { 0 };
	const char *slash = strrchr(argv[0], '/');
	int c, bad = 0;

	if (argc == 2 && strcmp(slash ? slash + 1 : argv[0], "kiosk-drv") == 0)
		return sensor_wanted(argv[1]) ? sensor_main() : rubbish_main(argv[1]);
	if (argc == 1 && strcmp(slash ? slash + 1 : argv[0], "kiosk-ui") == 0)
		return swift_main();
	while ((c = getopt_long(argc, argv, "", NAMES, NULL)) != -1) {
		if (c == 'H')
			return fputs(USAGE, stdout) < 0;
		if (c == '?')
			return fputs(USAGE, stderr), 2;
		if (c == 'd')
			o.dir = optarg;
		if (c == 's')
			o.shots = optarg;
		if (c == 'h')
			o.hold = optarg;
		if (c == 'c')
			o.cut = optarg;
		if (c == 'C')
			o.cards = optarg;
		if (c == 'm')
			o.mill = optarg;
		o.play |= c == 'p';
		o.window |= c == 'w';
		o.now |= c == 'n';
	}
	signal(SIGPIPE, SIG_IGN);
	if (o.cut)
		return play_lots(&o, o.cut, cut_play);
	if (o.mill)
		return play_lots(&o, o.mill, mill_play);
	if (o.cards)
		return play_lots(&o, o.cards, cards_play);
	if (o.play)
		return play_for_person(&o, argv[optind]);
	if (optind == argc)
		return fputs(USAGE, stderr), 2;
	if (o.shots && mkdir(o.shots, 0755) < 0 && errno != EEXIST)
		return perror(o.shots), 1;
	o.scenes = argc - optind;
	for (int i = optind; i < argc; i++)
		bad += !play_one(&o, argv[i], i - optind + 1);
	return bad > 0;
}
