/* Orders of core to install a bundle of the update server, and what is told of them. */
#include "firmware/board/pending.h"
#include "firmware/board/prove.h"
#include "firmware/board/start.h"
#include "firmware/board/take.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

#include <sys/wait.h>

#define WANTED BOARD_UPDATE "/wanted"
#define TAKEN  "/data/board/taken"

static struct board good_start(void)
{
	struct board b = slot_runs(firmware_chooses());
	bool again = false;

	put_file("/kiosk.runs", "1");
	eq_int(start_decide(&b, &again), ERR_OK);
	eq_int(prove_good(&b), ERR_OK);
	return b;
}

static void order(const char *version)
{
	char said[200];

	snprintf(said, sizeof said, "RAUC_MF_COMPATIBLE='mocua-test'\nRAUC_MF_VERSION='%s'\n",
		 version);
	put_file("/rauc.info", said);
	put_file("/rauc.version", version);
	put_file(BOARD_UPDATE "/5.raucb", "a bundle");
	put_file(WANTED, "NAME=5.raucb\n");
}

static void written(void)
{
	world_begin();
	struct board b = good_start();
	eq_int(take(&b, 0), ERR_NOT_FOUND);
	order("1.20");
	eq_int(take(&b, 0), ERR_OK);
	eq_str(get_file(WANTED), "");
	ok(strstr(get_file(TAKEN), "NAME=5.raucb\nRESULT=written\nTRIES=1\nVERSION=1.20\n"));
	eq_int(firmware_chooses(), SLOT_B);
	eq_int(take(&b, 0), ERR_NOT_FOUND); /* once only */
	world_end();
}

/* The power went after it was whole, and before that was noted: it is not written once more. */
static void written_and_cut(void)
{
	world_begin();
	struct board b = good_start();
	order("1.20");
	eq_int(take(&b, 0), ERR_OK);
	put_file(TAKEN, "NAME=5.raucb\nRESULT=writing\nTRIES=1\n");
	eq_int(take_again(&b), ERR_OK);
	eq_str(get_file(WANTED), "");
	ok(strstr(get_file(TAKEN), "NAME=5.raucb\nRESULT=written\nTRIES=1\nVERSION=1.20\n"));
	world_end();
}

static void refused(void)
{
	world_begin();
	struct board b = good_start();
	order("1.5");
	eq_int(take(&b, 0), ERR_REFUSED);
	ok(strstr(get_file(TAKEN), "RESULT=refused") && strstr(get_file(TAKEN), "it is older"));
	eq_int(firmware_chooses(), SLOT_A);
	order("1.20");
	put_file("/rauc.fails", "1");
	eq_int(take(&b, 0), ERR_IO);
	ok(strstr(get_file(TAKEN), "RESULT=failed") && strstr(get_file(TAKEN), "Input/output"));
	world_end();
}

static void strange_orders(void)
{
	static const char *const BAD[] = { "",
					   "NAME=\n",
					   "NAME=../5.raucb\n",
					   "NAME=.raucb\n",
					   "NAME=5.raucb/x\n",
					   "NAME=a5.raucb\n",
					   "5.raucb\n" };

	world_begin();
	struct board b = good_start();
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		put_file(WANTED, BAD[i]);
		eq_int(take(&b, 0), ERR_NOT_FOUND);
	}
	eq_str(get_file(TAKEN), "");
	put_file(WANTED, "NAME=6.raucb\n"); /* and no such file */
	eq_int(take(&b, 0), ERR_REFUSED);
	ok(strstr(get_file(TAKEN), "RESULT=refused"));
	world_end();
}

/* The power goes after that step of writing; then a start as always. */
static void cut(int step)
{
	char text[8];
	pid_t pid = fork();

	snprintf(text, sizeof text, "%d", step);
	if (pid == 0) {
		struct board b = world_board();

		put_file("/rauc.cut", text);
		_exit(take(&b, 0) == ERR_OK ? 0 : 1);
	}
	waitpid(pid, NULL, 0);
}

static void cut_and_again(void)
{
	world_begin();
	struct board b = good_start();
	order("1.20");
	for (int i = 1; i <= 3; i++) {
		cut(2);
		ok(strstr(get_file(TAKEN), "RESULT=writing") != NULL);
		eq_str(get_file(WANTED), "");
		b = good_start();
		eq_int(b.slot, SLOT_A);
		eq_int(take_again(&b), ERR_OK);
		eq_str(get_file(WANTED), "NAME=5.raucb\n");
	}
	eq_int(take(&b, 0), ERR_IO); /* the fourth is not tried */
	ok(strstr(get_file(TAKEN), "RESULT=failed\nTRIES=4\n") != NULL);
	eq_int(take_again(&b), ERR_OK);
	eq_str(get_file(WANTED), "");
	order("1.20"); /* the server's next wish */
	put_file(BOARD_UPDATE "/5.raucb", "a bundle");
	cut(2);
	b = good_start();
	eq_int(take_again(&b), ERR_OK);
	eq_int(take(&b, 0), ERR_OK);
	ok(strstr(get_file(TAKEN), "RESULT=written\nTRIES=2\nVERSION=1.20\n") != NULL);
	eq_int(firmware_chooses(), SLOT_B);
	world_end();
}

int main(int argc, char **argv)
{
	int played = world_plays(argc, argv);

	if (played >= 0)
		return played;
	written();
	written_and_cut();
	refused();
	strange_orders();
	cut_and_again();
	return tap_done();
}
