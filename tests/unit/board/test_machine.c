/* What is told of a machine: versions, its root's hash, what is plugged in, what can be tried. */
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/board/answer.h"
#include "firmware/board/kiosk.h"
#include "firmware/board/logs.h"
#include "firmware/board/machine.h"
#include "firmware/board/notes.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define TROUBLE_SUM "7bc45df4431c44136aa6e400e92a800a8e282fa2209d705fa75e6ef9552da173"

static char said[16384];

static int ask(const struct board *b, const char *line)
{
	FILE *f = fmemopen(said, sizeof said, "we");
	int code = answer_line(b, line, f);

	fclose(f);
	return code;
}

static bool says(const char *words)
{
	if (strstr(said, words))
		return true;
	printf("# not in what was said: %s\n# %s\n", words, said);
	return false;
}

/* A device at `chain` of bus 1, as the kernel tells of it. */
static void plug(const char *chain, const char *id, const char *in, const char *driver)
{
	char dir[200], path[300], link[400];

	snprintf(dir, sizeof dir, "/sys/devices/pci0000:00/0000:00:04.0/usb1/1-%s", chain);
	make_folder(dir);
	snprintf(path, sizeof path, "%s/idVendor", dir);
	snprintf(link, sizeof link, "%.4s\n", id);
	put_file(path, link);
	snprintf(path, sizeof path, "%s/idProduct", dir);
	snprintf(link, sizeof link, "%.4s\n", id + 5);
	put_file(path, link);
	snprintf(path, sizeof path, "%s/authorized", dir);
	put_file(path, in);
	snprintf(path, sizeof path, "%s/product", dir);
	put_file(path, "A \"device\"\x1b[2J\n");
	snprintf(path, sizeof path, "%s/1-%s:1.0", dir, chain);
	make_folder(path);
	if (driver[0]) {
		snprintf(link, sizeof link, "%s/driver", path);
		put_link(link, driver);
	}
	snprintf(path, sizeof path, "/sys/bus/usb/devices/1-%s", chain);
	snprintf(link, sizeof link, "../../..%s", dir + 4);
	put_link(path, link);
	snprintf(path, sizeof path, "/sys/bus/usb/devices/1-%s:1.0", chain);
	snprintf(link, sizeof link, "../../..%s/1-%s:1.0", dir + 4, chain);
	put_link(path, link);
}

static void machine_begin(void)
{
	make_folder("/proc");
	make_folder("/sys/bus/usb/devices");
	make_folder("/sys/devices/pci0000:00/0000:00:04.0/usb1");
	put_file("/sys/devices/pci0000:00/0000:00:04.0/usb1/speed", "480\n");
	put_link("/sys/bus/usb/devices/usb1", "../../../devices/pci0000:00/0000:00:04.0/usb1");
	put_file("/usr/share/kiosk/ports",
		 "# a remark\ncard 2 0b/*/*\nprinter 3 07/01/*\nkeypad 6 03/*/*\n");
	plug("2", "076b:3031", "1\n", "../../../../bus/usb/drivers/usbfs");
	plug("3", "0416:5011", "0\n", "");
}

static void versions(const struct board *b)
{
	eq_int(ask(b, "versions"), 0);
	ok(says("version image is 1.10\n"));
	ok(says("version updates is mocua-test\n"));
	ok(says("version slot is A\n"));
	ok(says("\nok\n"));
	eq_int(ask(b, "versions --csv"), 1);
}

static void hashes(const struct board *b)
{
	put_file("/proc/cmdline", "quiet gpt kiosk.offset=1\n");
	eq_int(ask(b, "hashes"), 0);
	ok(says("hash root unknown"));
	put_file("/proc/cmdline", "quiet kiosk.hash=0123 kiosk.offset=1\n");
	ask(b, "hashes");
	ok(says("hash root unknown"));
	put_file("/proc/cmdline", "quiet kiosk.hash=" HEX " kiosk.offset=1\n");
	eq_int(ask(b, "hashes"), 0);
	ok(says("hash root is " HEX "\n"));
	ok(says("1.10 " HEX "\n"));
}

static void devices(const struct board *b)
{
	eq_int(ask(b, "devices"), 1); /* one was refused */
	ok(says("usb 1-2 ok card 076b:3031 usbfs A \"device\"?[2J\n"));
	ok(says("usb 1-3 refused printer 0416:5011 - "));
	ok(says("part card ok 1-2 076b:3031\n"));
	ok(says("part printer refused 1-3"));
	ok(says("part keypad absent"));
	ok(says("part panel unknown"));
	ok(says("part tpm absent"));
	make_folder("/sys/class/tpm/tpm0");
	put_file("/sys/class/tpm/tpm0/tpm_version_major", "2\n");
	make_folder("/sys/class/drm/card0-Virtual-1");
	put_file("/sys/class/drm/card0-Virtual-1/status", "connected\n");
	make_folder("/sys/class/watchdog/watchdog0");
	put_file("/sys/class/watchdog/watchdog0/identity", "iTCO_wdt\n");
	put_file("/sys/class/watchdog/watchdog0/state", "inactive\n");
	ask(b, "devices --json");
	ok(says("{\"what\":\"part\",\"name\":\"tpm\",\"state\":\"ok\",\"words\":\"TPM 2\"}"));
	ok(says("A \\\"device\\\"?[2J"));
	ok(says("\"panel\",\"state\":\"ok\",\"words\":\"card0-Virtual-1\"}"));
	ok(says("\"watchdog\",\"state\":\"bad\""));
	ok(said[0] == '[' && says("}\n]\n"));
}

static void tried(const struct board *b)
{
	make_folder("/data/board");
	make_folder("/run/systemd/netif");
	put_file("/run/systemd/netif/state", "OPER_STATE=no-carrier\n");
	eq_int(ask(b, "self-test"), 1);
	ok(says("test root ok"));
	ok(says("test tpm absent"));
	ok(says("test disk ok"));
	ok(says("test clock unknown"));
	ok(says("test network bad no cable"));
	ok(says("test core bad"));
	eq_str(get_file("/data/board/trial"), "");
	make_folder("/dev");
	put_file("/dev/tpmrm0", ""); /* something that answers nothing */
	make_folder("/sys/fs/ext4/dm-1");
	put_file("/sys/fs/ext4/dm-1/errors_count", "3\n");
	ask(b, "self-test");
	ok(says("test tpm bad"));
	ok(says("test disk bad 3 errors"));
}

static void kept(const struct board *b)
{
	eq_int(machine_keep(b), ERR_OK);
	snprintf(said, sizeof said, "%s", get_file(BOARD_MACHINE));
	ok(says("version image is 1.10\n") && says("hash root is " HEX) && says("part card ok"));
}

static void both_slots(const struct board *b)
{
	eq_int(ask(b, "slots --json"), 0);
	ok(says("{\"what\":\"slot\",\"name\":\"A\",\"state\":\"runs\",\"words\":\"1.10 "));
	ok(says("\"name\":\"B\",\"state\":\"rests\""));
	eq_int(ask(b, "slots"), 0);
	ok(says("slot A runs 1.10 "));
}

/* The newest folder of logs on the stick. */
static const char *on_stick(const char *name)
{
	static char path[PATH_MAX];
	char folder[24];
	struct board b = world_board();

	notes_get(&b, BOARD_LOGS, "FOLDER", folder, sizeof folder);
	snprintf(path, sizeof path, BOARD_STICK "/%s/%s", folder, name);
	return path;
}

static void logs(const struct board *b)
{
	char command[PATH_MAX + 100];

	put_file("/usr/bin/journalctl", "#!/bin/sh\necho one line\nseq 100000\n");
	snprintf(command, sizeof command, "%s/usr/bin/journalctl", world.root);
	ok(chmod(command, 0755) == 0);
	put_file(BOARD_TROUBLE, "NO_TPM there is none\n");
	eq_int(logs_write(b), ERR_OK);
	snprintf(said, sizeof said, "%s", get_file(BOARD_LOGS));
	ok(says("STATE=done\n") && says("FOLDER=LOGS/"));
	ok(strncmp(get_file(on_stick("JOURNAL.TXT")), "one line\n1\n", 11) == 0);
	ok(strstr(get_file(on_stick("MACHINE.TXT")), "hash root is " HEX) != NULL);
	eq_str(get_file(on_stick("TROUBLE.TXT")), "NO_TPM there is none\n");
	eq_str(get_file(on_stick("READY.TXT")), "");
	eq_str(get_file(on_stick("STATUS.TXT")), ""); /* the kiosk does not run */
	/* sha256 of "NO_TPM there is none\n", by sha256sum */
	ok(strstr(get_file(on_stick("SUMS.TXT")), TROUBLE_SUM "  TROUBLE.TXT\n") != NULL);
	/* how it ended is what its unit has written, not what was there before */
	eq_int(ask(b, "logs"), 1);
	ok(says("logs - bad nobody wrote them"));
}

static void no_stick(const struct board *b)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s" BOARD_STICK, world.root);
	eq_int(nftw(path, world_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
	eq_int(logs_write(b), ERR_NOT_FOUND);
	snprintf(said, sizeof said, "%s", get_file(BOARD_LOGS));
	ok(says("STATE=failed\nWORDS=there is no stick"));
	ok(says("\nWORDS_VI=chưa thấy USB"));
}

static void say(int sock, const char *words)
{
	struct msg m = { .type = MSG_SAY };

	snprintf(m.say.text, sizeof m.say.text, "%s", words);
	assert(msg_send(sock, ROLE_CORE, ROLE_CTL, &m) == ERR_OK);
}

static void give(int sock, const char *words)
{
	struct msg m = { .type = MSG_SAY_FILE };

	assert(mem_of(words, strlen(words), &m.say_file.bytes) == ERR_OK);
	assert(msg_send(sock, ROLE_CORE, ROLE_CTL, &m) == ERR_OK);
	msg_finish(&m);
}

/* What core would say; its exit code. */
static uint8_t core_says(int sock, const char *line)
{
	if (strcmp(line, "board health") == 0) {
		say(sock, "core ok");
		say(sock, "devices bad: print keeps dying");
		say(sock, "province ok: not reached: no network");
		return 1;
	}
	if (strcmp(line, "chip probe") == 0)
		say(sock, "reader HID OMNIKEY");
	if (strcmp(line, "scan -") == 0) {
		say(sock, "error FEEDER_EMPTY");
		say(sock, "why there is no sheet in the feeder");
		return 1;
	}
	if (strcmp(line, "status") == 0)
		say(sock, "screen ATTRACT");
	if (strcmp(line, "audit export -") == 0)
		give(sock, "a tar");
	return 0;
}

/* Ends with its parent. */
static void play_core(int listener)
{
	struct msg m;

	for (;;) {
		int sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		struct msg end = { .type = MSG_SAID };
		struct pollfd p = { .fd = sock, .events = POLLIN };

		if (poll(&p, 1, 10000) == 1 && msg_recv(sock, ROLE_CORE, ROLE_CTL, &m) == ERR_OK &&
		    m.type == MSG_ASK) {
			end.said.code = core_says(sock, m.ask.line);
			assert(msg_send(sock, ROLE_CORE, ROLE_CTL, &end) == ERR_OK);
		}
		close(sock);
	}
}

static pid_t core_begin(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	make_folder("/run/kiosk");
	snprintf(at.sun_path, sizeof at.sun_path, "%s" KIOSK_CTL, world.root);
	assert(bind(listener, (struct sockaddr *)&at, sizeof at) == 0);
	assert(listen(listener, 4) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		play_core(listener);
	}
	close(listener);
	return pid;
}

/* What core says of itself and of its devices goes with the rest. */
static void with_core(const struct board *b)
{
	pid_t core = core_begin();

	eq_int(ask(b, "self-test"), 1);
	ok(says("test core ok\n"));
	ok(says("test devices bad print keeps dying\n"));
	ok(says("test province ok not reached: no network\n"));
	ok(says("test reader ok reader HID OMNIKEY\n"));
	ok(says("test scanner unknown there is no sheet in the feeder\n"));
	eq_int(logs_write(b), ERR_OK);
	eq_str(get_file(on_stick("STATUS.TXT")), "screen ATTRACT\n");
	eq_str(get_file(on_stick("AUDIT.TAR")), "a tar");
	kill(core, SIGKILL);
	eq_int(waitpid(core, NULL, 0), core);
}

int main(int argc, char **argv)
{
	int code = world_plays(argc, argv);

	if (code >= 0)
		return code;
	world_begin();
	make_folder("/run/kiosk-board");
	struct board b = slot_runs(SLOT_A);
	machine_begin();
	versions(&b);
	hashes(&b);
	devices(&b);
	tried(&b);
	kept(&b);
	both_slots(&b);
	logs(&b);
	with_core(&b);
	no_stick(&b);
	world_end();
	return tap_done();
}
