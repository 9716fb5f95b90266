/* An update, from the bundle to a slot that is proven, with the power cut before every single thing
 * that kiosk-board or rauc changes. Whatever is cut: the machine starts something good, ends in the
 * new version, or in the old one and says so, and nothing is left under way.
 * torture-wraps: write rename unlink */
#include "firmware/board/bundle.h"
#include "firmware/board/install.h"
#include "firmware/board/notes.h"
#include "firmware/board/pending.h"
#include "firmware/board/prove.h"
#include "firmware/board/start.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

#include <sys/wait.h>

#define CUT 99

static int until_cut; /* 0: never */

static void maybe_cut(void)
{
	if (until_cut > 0 && --until_cut == 0)
		_exit(CUT);
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
int __real_rename(const char *from, const char *to);
int __real_unlink(const char *path);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
int __wrap_rename(const char *from, const char *to);
int __wrap_unlink(const char *path);

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	if (fd > 2) /* what is logged is gone with the power anyway */
		maybe_cut();
	return __real_write(fd, bytes, len);
}

int __wrap_rename(const char *from, const char *to)
{
	maybe_cut();
	return __real_rename(from, to);
}

int __wrap_unlink(const char *path)
{
	maybe_cut();
	return __real_unlink(path);
}

static void deaf(void *data, const char *words, const char *vi)
{
	(void)vi;
	(void)data, (void)words;
}

/* How one power-on ends. */
enum end { END_PROVEN, END_RESTART, END_CUT, END_NOTHING_STARTS, END_UNTOLD };

/* Core holds back in a trial, and at no other time. */
static bool told_rightly(const struct board *b)
{
	return notes_there(b, BOARD_UNPROVEN) == prove_is_trial(b);
}

/* From the firmware to a proven start. `bad`: what is new never gets good. */
static int live(const struct board *b, bool bad)
{
	bool leave = false, again = false;

	if (tries_count(b, &leave) == ERR_OK && leave)
		return END_RESTART;
	if (start_decide(b, &again) == ERR_OK && again)
		return END_RESTART;
	if (!told_rightly(b))
		return END_UNTOLD;
	if (bad && prove_is_trial(b)) {
		put_file("/kiosk.runs", "0");
		(void)prove(b, 0);
		return notes_there(b, BOARD_UNPROVEN) ? END_RESTART : END_UNTOLD;
	}
	if (prove_good(b) != ERR_OK)
		return END_RESTART;
	return told_rightly(b) && !prove_is_trial(b) ? END_PROVEN : END_UNTOLD;
}

/* In a child: its death is the cut. *left is how much later the cut is to come, if it did not. */
static enum end power_on(bool bad, bool update, int *left)
{
	enum slot s = firmware_chooses();
	int ends[2], status, now = *left;

	if (s == SLOTS)
		return END_NOTHING_STARTS;
	struct board b = slot_runs(s);
	put_file("/kiosk.runs", "1");
	assert(pipe(ends) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		char path[PATH_MAX];

		until_cut = *left;
		int how = live(&b, bad);
		snprintf(path, sizeof path, "%s" BOARD_STICK "/x.raucb", world.root);
		if (how == END_PROVEN && update)
			(void)install(&b, path, deaf, NULL);
		now = until_cut;
		until_cut = 0;
		assert(write(ends[1], &now, sizeof now) == sizeof now);
		_exit(how);
	}
	close(ends[1]);
	waitpid(pid, &status, 0);
	bool cut = read(ends[0], left, sizeof *left) != sizeof *left;
	close(ends[0]);
	if (cut)
		*left = 0;
	return cut ? END_CUT : (enum end)WEXITSTATUS(status);
}

static void begin(void)
{
	world_begin();
	put_file(BOARD_STICK "/x.raucb", "");
	put_file("/rauc.version", "1.20");
	put_file("/rauc.info", "RAUC_MF_COMPATIBLE='mocua-test'\nRAUC_MF_VERSION='1.20'\n");
}

/* True when it settled within so many power-ons, in that version. */
static bool settles(bool bad, const char *want, const char * or)
{
	struct pending p;
	int never = 0;

	for (int i = 0; i < 12; i++) {
		enum end how = power_on(bad, false, &never);

		if (how == END_NOTHING_STARTS || how == END_UNTOLD)
			return false;
		if (how != END_PROVEN)
			continue;
		struct board b = world_board();
		struct tries t;
		bool first =
			tries_load(&b, &t) == ERR_OK && entries_now(&b, t.number).first == b.slot;

		return first && !pending_get(&b, &p) &&
		       (strcmp(b.version.number, want) == 0 || strcmp(b.version.number, or) == 0);
	}
	return false;
}

/* The whole of it, the n-th change being the one that does not happen. False: there were fewer. */
static bool cut_at(int n, bool bad)
{
	int left = n;
	char what[100];

	begin();
	enum end how = power_on(false, true, &left);
	for (int i = 0; i < 6 && how != END_CUT && how != END_UNTOLD && left > 0; i++)
		how = power_on(bad, false, &left);
	bool good = how != END_UNTOLD && settles(bad, bad ? "1.10" : "1.20", "1.10");
	if (!good) {
		printf("# cut before change %d: ends in %s, A has %s, B has ", n,
		       get_file(BOARD_SLOT), get_slot(SLOT_A));
		printf("%s\n", get_slot(SLOT_B));
	}
	snprintf(what, sizeof what, "cut before change %d", n);
	tap_line(good, __FILE__, __LINE__, what);
	world_end();
	return how == END_CUT;
}

static void cut_in_rauc(int step, bool comes)
{
	char number[12];
	int never = 0;

	begin();
	snprintf(number, sizeof number, "%d", step);
	put_file("/rauc.cut", number);
	eq_int(power_on(false, true, &never), END_CUT);
	ok(settles(false, comes ? "1.20" : "1.10", "-"));
	if (!comes)
		ok(strstr(get_file(BOARD_ROLLBACK), "WHY=CUT") != NULL);
	world_end();
}

static void whole(void)
{
	int never = 0;

	begin();
	eq_int(power_on(false, true, &never), END_PROVEN);
	ok(settles(false, "1.20", "-"));
	eq_str(get_file(BOARD_ROLLBACK), "");
	ok(strstr(get_file(BOARD_SLOTS), "FIRST=B") && strstr(get_file(BOARD_SLOTS), "BEST=1.20"));
	world_end();
}

/* Health never gets good: back at once, and it is said why. */
static void rejected(void)
{
	int never = 0;

	begin();
	eq_int(power_on(false, true, &never), END_PROVEN);
	eq_int(power_on(true, false, &never), END_RESTART);
	ok(settles(true, "1.10", "-"));
	ok(strstr(get_file(BOARD_ROLLBACK), "WHY=CORE") != NULL);
	ok(strstr(get_file(BOARD_ROLLBACK), "VERSION=1.20") != NULL);
	eq_int(firmware_chooses(), SLOT_A);
	world_end();
}

int main(int argc, char **argv)
{
	int played = world_plays(argc, argv), n = 1;

	if (played >= 0)
		return played;
	whole();
	rejected();
	for (int step = 1; step <= 4; step++)
		cut_in_rauc(step, step == 4);
	while (cut_at(n, false))
		n++;
	ok(n > 20);
	for (n = 1; cut_at(n, true); n++)
		;
	ok(n > 20);
	return tap_done();
}
