/* What staff ask for at the screen: they see what lies on the stick and why it is not taken, have
 * it installed, and are told how far it is. */
#include "firmware/board/asked.h"
#include "firmware/board/prove.h"
#include "firmware/board/start.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

static struct board good_start(void)
{
	struct board b = slot_runs(firmware_chooses());
	bool again = false;

	put_file("/kiosk.runs", "1");
	eq_int(start_decide(&b, &again), ERR_OK);
	eq_int(prove_good(&b), ERR_OK);
	return b;
}

static void stick_has(const char *version, const char *compatible)
{
	char said[200];

	snprintf(said, sizeof said, "RAUC_MF_COMPATIBLE='%s'\nRAUC_MF_VERSION='%s'\n", compatible,
		 version);
	put_file("/rauc.info", said);
	put_file("/rauc.version", version);
	put_file(BOARD_STICK "/mocua.raucb", "a bundle");
}

static bool do_asked(const struct board *b, const char *order)
{
	bool restart = false;

	put_file(BOARD_ASKED, order);
	eq_int(asked(b, &restart), ERR_OK);
	eq_str(get_file(BOARD_ASKED), "");
	return restart;
}

static bool tells(const char *path, const char *words)
{
	if (strstr(get_file(path), words))
		return true;
	printf("# %s: %s\n", path, get_file(path));
	return false;
}

static void looks(void)
{
	world_begin();
	struct board b = good_start();
	bool restart = false;

	eq_int(asked(&b, &restart), ERR_NOT_FOUND);
	ok(!do_asked(&b, "DEED=look\n"));
	ok(tells(BOARD_TOLD, "DEED=look\nSTATE=done\n"));
	ok(tells(BOARD_OFFERED, "COUNT=0\n"));
	stick_has("1.20", "mocua-test");
	put_file(BOARD_STICK "/readme.txt", "no bundle");
	ok(!do_asked(&b, "DEED=look\n"));
	ok(tells(BOARD_OFFERED,
		 "FILE_0=mocua.raucb\nVERSION_0=1.20\nGOOD_0=1\nWHY_0=\nWHY_VI_0=\nCOUNT=1\n"));
	stick_has("1.20", "mocua-other");
	ok(!do_asked(&b, "DEED=look\n"));
	ok(tells(BOARD_OFFERED, "GOOD_0=0\nWHY_0=it is for another board: mocua-other"));
	ok(tells(BOARD_OFFERED, "WHY_VI_0=dành cho loại máy khác: mocua-other"));
	stick_has("1.5", "mocua-test");
	ok(!do_asked(&b, "DEED=look\n"));
	ok(tells(BOARD_OFFERED, "WHY_0=it is older (1.5)"));
	ok(tells(BOARD_OFFERED, "WHY_VI_0=cũ hơn (1.5)"));
	world_end();
}

static void installs(void)
{
	world_begin();
	struct board b = good_start();

	stick_has("1.20", "mocua-other");
	ok(!do_asked(&b, "DEED=install\nFILE=mocua.raucb\n"));
	ok(tells(BOARD_TOLD, "STATE=refused\n"));
	ok(tells(BOARD_TOLD, "WHY_VI=máy không nhận bản này: dành cho loại máy khác"));
	eq_int(firmware_chooses(), SLOT_A);
	stick_has("1.20", "mocua-test");
	put_file("/rauc.fails", "1");
	ok(!do_asked(&b, "DEED=install\nFILE=mocua.raucb\n"));
	ok(tells(BOARD_TOLD, "STATE=failed\nVERSION=1.20\n"));
	put_file("/rauc.fails", "0");
	ok(!do_asked(&b, "DEED=install\nFILE=mocua.raucb\n"));
	ok(tells(BOARD_TOLD, "STATE=done\nVERSION=1.20\n"));
	ok(tells(BOARD_TOLD, "WHY_VI=đã cài bản 1.20"));
	eq_int(firmware_chooses(), SLOT_B);
	ok(do_asked(&b, "DEED=restart\n"));
	ok(tells(BOARD_TOLD, "DEED=restart\nSTATE=busy\n"));
	world_end();
}

static void strange_words(void)
{
	static char endless[3000];

	world_begin();
	struct board b = good_start();

	stick_has("1.20", "mocua-test");
	put_file("/rauc.fails", "1");
	put_file("/rauc.says",
		 " 40% Copying\n 20% back\n-7% \n999% \nLastError: \033[J\xe1\xbb bad\n");
	ok(!do_asked(&b, "DEED=install\nFILE=mocua.raucb\n"));
	ok(tells(BOARD_TOLD, "STATE=failed\nVERSION=1.20\nPERCENT=\n"));
	ok(tells(BOARD_TOLD, "WHY=failed: LastError:  [J?? bad; the kiosk goes on with 1.10\n"));
	memset(endless, 'x', sizeof endless - 1);
	memcpy(endless, "LastError: ", 11);
	put_file("/rauc.says", endless);
	ok(!do_asked(&b, "DEED=install\nFILE=mocua.raucb\n"));
	ok(tells(BOARD_TOLD, "WHY=failed: LastError: xxx"));
	ok(tells(BOARD_TOLD, "\nWHY_VI=ghi không xong: không đọc hoặc không ghi được;"));
	put_file(BOARD_STICK "/\xff\xfe.raucb", "a bundle");
	ok(!do_asked(&b, "DEED=look\n"));
	ok(tells(BOARD_OFFERED, "COUNT=1\n"));
	ok(tells(BOARD_OFFERED, "FILE_0=mocua.raucb\n"));
	world_end();
}

static void strange_orders(void)
{
	static const char *const BAD[] = { "",
					   "DEED=shell\n",
					   "DEED=install\n",
					   "DEED=install\nFILE=../x.raucb\n",
					   "DEED=install\nFILE=.raucb\n",
					   "DEED=install\nFILE=/etc/x.raucb\n" };

	world_begin();
	struct board b = good_start();

	stick_has("1.20", "mocua-test");
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
		ok(!do_asked(&b, BAD[i]));
		ok(tells(BOARD_TOLD, "STATE=failed\n"));
	}
	ok(!do_asked(&b, "DEED=install\nFILE=gone.raucb\n"));
	ok(tells(BOARD_TOLD, "STATE=refused\n"));
	eq_int(firmware_chooses(), SLOT_A);
	world_end();
}

int main(int argc, char **argv)
{
	int played = world_plays(argc, argv);

	if (played >= 0)
		return played;
	looks();
	installs();
	strange_words();
	strange_orders();
	return tap_done();
}
