/* kiosk-board: which of two slots a kiosk runs, and how it comes to the next release. Runs as
 * root, and nothing of a citizen passes here. */
#include "firmware/base/log.h"
#include "firmware/board/answer.h"
#include "firmware/board/asked.h"
#include "firmware/board/install.h"
#include "firmware/board/logs.h"
#include "firmware/board/machine.h"
#include "firmware/board/prove.h"
#include "firmware/board/start.h"
#include "firmware/board/take.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define PROVE_S 600 /* a kiosk is up in less than 30 s; an emulated one, on a busy day, in 300 */

static const char HELP[] =
	"kiosk-board VERB: slots and updates of a kiosk\n"
	"\n"
	"  slots, list, install PATH, restart, health, mark-good   as on /run/kiosk-board/ctl\n"
	"  versions, hashes, devices, self-test [--json]           the same\n"
	"  logs                                                    the same\n"
	"  write-logs     onto the stick; for kiosk-logs.service, which may mount it anew\n"
	"  look           keeps versions, hash and devices for the kiosk's screen\n"
	"  answer         one such line from standard input, for a connection there\n"
	"  count A|B      in the first file system: one more start of that slot; resets the\n"
	"                 machine when it failed too often\n"
	"  start          when /data is open: boot entries, ways back; 3: restart for the other "
	"slot\n"
	"  prove [S]      waits for a good start and marks it; leaves an update that is not good\n"
	"  take           installs what core has ordered, and restarts when nobody is there\n"
	"  asked          what staff ask for at the screen: looks, installs from the stick, "
	"restarts\n"
	"  may-install    rauc's question before it writes\n";

static int count(const char *name)
{
	struct board b = { .root = "", .slot = slot_of(name) };
	bool leave = false;

	if (b.slot == SLOTS)
		return 2;
	enum err e = tries_count(&b, &leave);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		log_line(LOG_ERROR, "tries", "%s", err_text(e));
	if (leave) {
		sync();
		(void)reboot(RB_AUTOBOOT);
	}
	return 0; /* whatever is wrong with counting, the kiosk starts */
}

static int start(const struct board *b)
{
	bool again = false;
	enum err e = start_decide(b, &again);

	if (e != ERR_OK && e != ERR_NOT_FOUND) {
		log_line(LOG_ERROR, "start", "%s", err_text(e));
		return 1;
	}
	if (!again && take_again(b) != ERR_OK)
		log_line(LOG_ERROR, "start", "an order that was cut off is not given again");
	return again && prove_restart(b) == ERR_OK ? 3 : 0;
}

static int take_order(const struct board *b)
{
	enum err e = take(b, PROVE_S);

	if (e == ERR_OK)
		return answer_line(b, "restart", stdout);
	log_line(LOG_WARN, "update.not_taken", "%s", err_text(e));
	return e == ERR_IO ? 1 : 0; /* the rest is told by core */
}

static int do_asked(const struct board *b)
{
	bool restart = false;
	enum err e = asked(b, &restart);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		log_line(LOG_ERROR, "asked", "%s", err_text(e));
	if (restart)
		return answer_line(b, "restart", stdout);
	return e == ERR_OK || e == ERR_NOT_FOUND ? 0 : 1;
}

/* $KIOSK_PROVE_S comes from the signed command line of an image that is tried (systemd.setenv=). */
static uint32_t prove_limit_s(const char *given)
{
	const char *text = given ? given : getenv("KIOSK_PROVE_S");
	unsigned long s = text ? strtoul(text, NULL, 10) : 0;

	return s > 0 && s < 86400 ? (uint32_t)s : PROVE_S;
}

static int may_install(const struct board *b)
{
	const char *folder = getenv("RAUC_BUNDLE_MOUNT_POINT");

	return folder && install_may(b, folder) == ERR_OK ? 0 : 1;
}

static int one_line(const struct board *b, char **words)
{
	char line[PATH_MAX];
	int n = snprintf(line, sizeof line, "%s%s%s", words[0], words[1] ? " " : "",
			 words[1] ? words[1] : "");

	return n > 0 && (size_t)n < sizeof line ? answer_line(b, line, stdout) : 2;
}

int main(int argc, char **argv)
{
	struct board b;

	log_open(ROLE_SUPER);
	signal(SIGPIPE, SIG_IGN); /* an update goes on when who asked for it has left */
	if (argc < 2 || strcmp(argv[1], "--help") == 0) {
		fputs(HELP, argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	if (strcmp(argv[1], "count") == 0)
		return count(argc == 3 ? argv[2] : "");
	if (setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1) != 0 ||
	    board_open("", &b) != ERR_OK) {
		log_line(LOG_ERROR, "start", "nobody knows which slot runs: %s", BOARD_SLOT);
		return 1;
	}
	if (strcmp(argv[1], "start") == 0)
		return start(&b);
	if (strcmp(argv[1], "prove") == 0)
		return prove(&b, prove_limit_s(argc == 3 ? argv[2] : NULL)) == ERR_OK ? 0 : 1;
	if (strcmp(argv[1], "take") == 0)
		return take_order(&b);
	if (strcmp(argv[1], "asked") == 0)
		return do_asked(&b);
	if (strcmp(argv[1], "may-install") == 0)
		return may_install(&b);
	if (strcmp(argv[1], "look") == 0)
		return machine_keep(&b) == ERR_OK ? 0 : 1;
	if (strcmp(argv[1], "write-logs") == 0)
		return logs_write(&b) == ERR_OK ? 0 : 1;
	if (strcmp(argv[1], "answer") == 0)
		return answer(&b, stdin, stdout);
	return one_line(&b, argv + 1);
}
