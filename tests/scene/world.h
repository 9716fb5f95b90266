/* The whole world of one kiosk, in one folder: simulated devices, stand-in province, and the
 * real kiosk between them.
 *
 *     DIR/run/      the kiosk's sockets: ctl, ui.sock; links usim.sock and province.sock
 *     DIR/conf/     kiosk.conf
 *     DIR/data/     the kiosk's database and outbox
 *     DIR/usim/     receipts/ as PNG, SANE configuration
 *     DIR/province/ received/ in clear, pki/
 *     DIR/kiosk.log what all programs of the kiosk logged
 */
#ifndef SCENE_WORLD_H
#define SCENE_WORLD_H

#include "firmware/base/clock.h"
#include "firmware/base/err.h"
#include "firmware/base/role.h"
#include <stdbool.h>
#include <sys/types.h>

#define WORLD_PATH 256

struct world {
	char dir[WORLD_PATH], bin[WORLD_PATH], assets[WORLD_PATH], keys[WORLD_PATH];
	char kiosk_bin[WORLD_PATH]; /* where the kiosk is started from; "": bin */
	unsigned disk_mib;          /* the data are on a disk of that size; 0: on the world's own */
	bool window;                /* the screen is a window, not a picture in memory */
	bool now;                   /* it is as late as it is, as it is for a person at a window */
	pid_t usim, province, kiosk, board; /* board: its helper, see board.h; 0: none */
	struct clock_shift *shift;
	int clock_fd;
	struct clock_shift *province_shift; /* goes right, whatever the kiosk's shows */
	int province_clock_fd;
	char province_url[128], page_url[128];
};

/* Starts all three and waits until they answer. `w` is zeroed but for dir and window; what went
 * wrong is said on standard error. world_stop() ends what runs, after errors too. */
enum err world_start(struct world *w);
void world_stop(struct world *w);

/* Fills bin, assets and keys: they lie beside this program. world_start() does it too. */
bool world_beside_me(struct world *w);

/* Starts the kiosk again after world_stop_kiosk(), in the same folder. */
enum err world_start_kiosk(struct world *w);
void world_stop_kiosk(struct world *w, int signal);

/* False where disk_mib cannot be had: in a chroot, or where user namespaces are forbidden. */
bool world_has_disks(const struct world *w);

/* Like world_start_kiosk(), but the kiosk shall end by itself. ERR_OK: it did, and its exit code
 * was not 0; ERR_REFUSED: it was 0; ERR_TIMEOUT: it serves. */
enum err world_refuses(struct world *w);

/* Everything of the kiosk dies at once, as when the plug is pulled, and starts again. */
enum err world_power_cut(struct world *w);

/* False when the kiosk itself has ended, which it never should. */
bool world_kiosk_lives(const struct world *w);

/* The province's computer dies without a word, and starts again with what it had stored. */
enum err world_restart_province(struct world *w);

/* Time passes: for every clock of the kiosk, and for the province. */
void world_advance(struct world *w, int64_t ms);

/* Somebody sets the kiosk's wall clock, and nothing else: "right", "set SECONDS" since 1970, "move
 * SECONDS". False: it is none of these. */
bool world_set_clock(struct world *w, const char *how);

/* "DIR/name" */
void world_path(const struct world *w, const char *name, char out[WORLD_PATH]);

/* The process of one of the kiosk's programs; 0 when there is none. */
pid_t world_find(const struct world *w, enum role r);

#endif
