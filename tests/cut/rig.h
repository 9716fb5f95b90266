/* The machine in an emulator whose plug is pulled, and its disks: the one that matters, the one by
 * which it is ordered about and tells what it did (tests/guest/tell.h), and the one on which its
 * kernel records what it writes to the first (log.h). */
#ifndef CUT_RIG_H
#define CUT_RIG_H

#include "firmware/base/err.h"
#include "tests/cut/drive.h"
#include "tests/cut/nbd.h"

#include <sys/types.h>

#define RIG_ORDER   512
#define RIG_CONSOLE 6000
#define RIG_DISKS   3
#define RIG_RECORD  (256u << 20)

typedef void rig_line_fn(void *data, const char *line);

struct rig {
	const char *dir; /* vmlinuz, initrd */
	struct drive drive;
	char order[RIG_ORDER];
	rig_line_fn *line; /* for each line that the machine tells */
	void *data;
	uint8_t *record; /* of RIG_RECORD bytes; NULL: nothing is recorded */
	uint64_t cut_at; /* the power goes at that request to the drive; 0: never */
	bool was_cut;

	pid_t machine;
	int socks[RIG_DISKS], screen;
	struct nbd disks[RIG_DISKS];
	char console[RIG_CONSOLE]; /* the last of what it wrote there */
	size_t console_len;
};

/* Switches it on. `r` is zeroed but for dir, drive, line, data. ERR_GONE: it did not come up. */
enum err rig_on(struct rig *r);

/* Serves it until it is switched off, cut, or `wait_ms` pass without a request (ERR_TIMEOUT; then
 * its power is off too). */
enum err rig_run(struct rig *r, int wait_ms);

/* Without warning. */
void rig_off(struct rig *r);

#endif
