/* The machine itself, as staff and citizens hear of it; and its set-up, which staff may want again.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include "firmware/base/view.h"
#include "firmware/core/ctl.h"
#include <stdint.h>

struct core;
struct board_places;

/* `kioskctl setup`: ends this life of the kiosk, in which nobody is served, and begins the set-up.
 */
enum ctl_code machine_setup(struct ctl *t, const char *arg);

/* The same, wanted at the screen. */
enum err machine_begin_setup(struct core *c);

/* Lines of `kioskctl status`. */
void machine_status(struct ctl *t);

/* [board] rows of a view; for_staff: also what citizens need not know of. */
void machine_show(struct view_writer *w, const struct core *c, bool for_staff);

/* [more] rows of SCREEN_BOARD: what else is wrong. */
void machine_show_held(struct view_writer *w, const struct core *c);

/* The board writes the logs of this machine onto a technician's stick: kiosk-logs.path sees a file
 * that this writes. How far that is stands in the board's folder. */
void machine_want_logs(struct core *c);

/* When something was last told in that file of this start (logs, asked), in ns of the file's own
 * time; 0: never. */
int64_t machine_told_at(const struct board_places *b, const char *name);

#endif
