/* Where this kiosk runs: folders, sockets, the world of the simulation. Made once at start and
 * then only read. */
#ifndef SUPER_HOST_H
#define SUPER_HOST_H

#include "firmware/base/board.h"
#include "firmware/base/config.h"
#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include "firmware/base/sandbox.h"
#include <limits.h>
#include <stdbool.h>

struct host {
	struct config config;
	char config_path[PATH_MAX];
	char bin_dir[PATH_MAX]; /* the programs are here */
	char run_dir[PATH_MAX];
	bool setup; /* it is not set up: kiosk-setup stands in the place of core */
	bool sim;
	char sim_dir[PATH_MAX]; /* everything of a simulation is under it */
	char screen_dir[PATH_MAX], token_dir[PATH_MAX];
	char authority[PATH_MAX]; /* of the desktop's X server, for a simulation in a window */
	const char *world;        /* root of the simulated USB devices; NULL: there is none */
	int run_fd;               /* the lock in run_dir: one kiosk only */
	int ctl_sock;             /* listening, for core */
	int remote_sock;          /* listening, for ui; -1: no remote control */
	struct board_places board;
	/* kiosk.conf as it was at the start (config_keep()); in set-up, the board's part */
	int config_fd;
	int clock_fd; /* the shared clock page; -1: real time */
};

/* Finds the programs beside /proc/self/exe and the configuration; logs what is wrong.
 * sim_dir NULL: the real kiosk. Where the board has its part of the settings, a kiosk whose own are
 * missing or wrong, or that is to be set up anew, is found in set-up instead. ERR_BAD_CONFIG,
 * ERR_IO, ERR_DENIED. */
enum err host_find(struct host *h, const char *sim_dir, bool set_up);

/* Makes the folders and the listening sockets. Logs what it could not. ERR_BUSY: another kiosk
 * runs here; ERR_DENIED, ERR_IO. */
enum err host_open(struct host *h);

/* Closes the sockets and removes their names. */
void host_close(struct host *h);

/* The places of role.def on this host, for a role whose executable is `program`. The texts are
 * those of `h`, of the environment, and `program` itself. */
void host_places(const struct host *h, const char *program, struct sandbox_places *ret);

#endif
