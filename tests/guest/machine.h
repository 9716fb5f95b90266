/* The machine around the guest program: what its first process has to do, and its disk. */
#ifndef GUEST_MACHINE_H
#define GUEST_MACHINE_H

#include "firmware/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct machine {
	bool real;          /* this is a machine's first process, not a try by hand */
	const char *disk;   /* that is mounted and cut */
	const char *tell;   /* another one (tell.h); NULL: there is none */
	const char *record; /* and one for what the kernel records (layer.h); NULL: there is none */
	const char *scratch, *log;
	bool recorded; /* what is mounted now */
};

/* Mounts what every program needs, loads the drivers of the disks, waits until they are there. */
enum err machine_begin(struct machine *m, bool real);
void machine_end(struct machine *m); /* switches it off */

/* Nothing of the disk is remembered from before. By hand: nothing happens. */
enum err machine_mount(struct machine *m, const char *dir, bool recorded);
void machine_unmount(struct machine *m, const char *dir);

/* Takes all the room there is under `dir`, in a file of its own. How many bytes that were; by hand,
 * where the disk is somebody's, none. */
int64_t machine_fill(const struct machine *m, const char *dir);
void machine_empty(const struct machine *m, const char *dir);

/* The last of it goes to standard error. */
void machine_show_log(int log);

#endif
