/* Updates at the screen of staff: what runs, what a technician's stick or the update server brings,
 * and an order to the board to install it (firmware/board/asked.h). Never while somebody's visit
 * lies below. */
#ifndef CORE_STAFF_UPDATE_H
#define CORE_STAFF_UPDATE_H

#include "firmware/base/staff.h"
#include "firmware/base/view.h"
#include <stdbool.h>
#include <stdint.h>

struct core;

struct staff_updates {
	bool stick;     /* one was there when the board last looked */
	int64_t before; /* what the board had told when the screen came up: machine_told_at() */
	bool not_asked; /* the last order could not be written */
};

/* The screen comes up: what was told before is forgotten. */
void staff_update_open(struct core *c);

/* STAFF_LOOK, STAFF_NOW, STAFF_RESTART. */
void staff_update_do(struct core *c, enum staff_deed deed);

/* The index-th of those on the stick. */
void staff_update_install(struct core *c, uint32_t index);

/* While it is shown: a stick that comes or goes is looked at. */
void staff_update_watch(struct core *c);

/* Its part of the view. */
void show_staff_update(struct view_writer *w, const struct core *c);

#endif
