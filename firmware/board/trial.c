#include "firmware/board/trial.h"

#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/facts.h"
#include "firmware/board/machine.h"
#include "firmware/board/notes.h"
#include "firmware/board/sysfs.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define TPM       "/dev/tpmrm0"
#define TPM_MS    20000
#define TRIAL     "/data/board/trial"
#define NET_STATE "/run/systemd/netif/state"
#define TIME_SET  "/run/systemd/timesync/synchronized"

/* TPM2_GetRandom of 8 bytes, TCG TPM 2.0 Part 3, 16.1. */
static enum err draw_random(int fd)
{
	static const uint8_t ASK[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 8 };
	uint8_t answer[64];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (write(fd, ASK, sizeof ASK) != sizeof ASK)
		return ERR_IO;
	if (poll(&p, 1, TPM_MS) <= 0)
		return ERR_TIMEOUT;
	ssize_t n = read(fd, answer, sizeof answer);
	struct reader r = reader_of(answer, n > 0 ? (size_t)n : 0);
	(void)get_bytes(&r, 6); /* tag and length */
	uint32_t code = get_u32be(&r);
	uint16_t len = get_u16be(&r);
	return !r.bad && code == 0 && len > 0 && r.left == len ? ERR_OK : ERR_BAD_DATA;
}

static void try_tpm(const struct board *b, struct rows *r)
{
	char path[PATH_MAX];
	AUTO_FD fd = board_path(b, TPM, path) == ERR_OK
			     ? open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK)
			     : -1;

	if (fd < 0 && (errno == ENOENT || errno == ENODEV)) {
		rows_say(r, "test", "tpm", "absent", "no TPM is there");
		return;
	}
	enum err e = fd < 0 ? err_of_errno() : draw_random(fd);
	rows_say(r, "test", "tpm", e == ERR_OK ? "ok" : "bad", "%s",
		 e == ERR_OK ? "it has drawn random bytes" : err_text(e));
}

/* What ext4 has met since it was made. */
static unsigned long disk_errors(const struct board *b)
{
	AUTO_FREE struct sysfs_names *all = malloc(sizeof *all);
	unsigned long sum = 0;
	char dir[40 + SYSFS_NAME], count[24];

	if (!all || sysfs_names(b, "/sys/fs/ext4", all) != ERR_OK)
		return 0;
	for (size_t i = 0; i < all->count; i++) {
		snprintf(dir, sizeof dir, "/sys/fs/ext4/%s", all->name[i]);
		if (sysfs_line(b, dir, "errors_count", count, sizeof count))
			sum += strtoul(count, NULL, 10);
	}
	return sum;
}

static void try_disk(const struct board *b, struct rows *r)
{
	char back[16];
	unsigned long errors = disk_errors(b);
	enum err e = notes_put(b, TRIAL, "TRIAL=written\n");

	notes_get(b, TRIAL, "TRIAL", back, sizeof back);
	bool same = strcmp(back, "written") == 0;
	enum err gone = notes_drop(b, TRIAL);
	if (e == ERR_OK && gone == ERR_OK && same && errors == 0)
		rows_say(r, "test", "disk", "ok", "data is written and read");
	else if (errors > 0)
		rows_say(r, "test", "disk", "bad", "%lu errors of the file system were met",
			 errors);
	else
		rows_say(r, "test", "disk", "bad", "%s", err_text(e != ERR_OK ? e : ERR_IO));
}

static void try_clock(const struct board *b, struct rows *r)
{
	bool set = notes_there(b, TIME_SET);

	rows_say(r, "test", "clock", set ? "ok" : "unknown", "%s",
		 set ? "the network has set it" : "the network has not set it since the start");
}

static void try_network(const struct board *b, struct rows *r)
{
	char state[24], path[PATH_MAX];

	if (board_path(b, NET_STATE, path) != ERR_OK ||
	    facts_get(path, "OPER_STATE", state, sizeof state) != ERR_OK)
		rows_say(r, "test", "network", "unknown", "systemd-networkd does not say");
	else if (strcmp(state, "routable") == 0)
		rows_say(r, "test", "network", "ok", "it has an address and a way out");
	else if (strcmp(state, "no-carrier") == 0 || strcmp(state, "off") == 0)
		rows_say(r, "test", "network", "bad", "no cable, or nothing at its other end");
	else
		rows_say(r, "test", "network", "bad", "no address that leads out (%s)", state);
}

void trial(const struct board *b, struct rows *r)
{
	char line[4096];
	bool verified = sysfs_line(b, "/proc", "cmdline", line, sizeof line) &&
			strstr(line, " kiosk.hash=");

	rows_say(r, "test", "root", verified ? "ok" : "bad", "%s",
		 verified ? "each block is compared with the signed hash when it is read"
			  : "this start named no hash");
	try_tpm(b, r);
	try_disk(b, r);
	try_clock(b, r);
	try_network(b, r);
	machine_devices(b, r);
	trial_kiosk(b, r);
}
