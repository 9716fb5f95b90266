/* Switching a machine on. */
#ifndef IMAGE_LAUNCH_H
#define IMAGE_LAUNCH_H

#include "tests/image/machine.h"

struct launch {
	/* The kernel that is given by hand; NULL: firmware finds what to start. */
	const char *kernel, *initrd, *append;
	bool uefi;         /* with firmware: always, but for a kernel that is given by hand */
	const char *first; /* a disk that firmware tries first; NULL: as it has noted itself */
};

/* Its variables (vars.fd) are those of a new board if there are none yet. ERR_GONE: the emulator
 * does not start, and emulator.log says why. */
enum err launch(struct machine *m, const struct launch *l);

#endif
