/* One run of kiosk-flash: what was asked for, what was found, and the person. */
#ifndef FLASH_TOOL_H
#define FLASH_TOOL_H

#include "board/flash/disks.h"
#include "board/flash/flash.h"
#include "board/flash/image.h"
#include "board/flash/look.h"
#include "board/flash/say.h"
#include "board/flash/talk.h"
#include <stdbool.h>

struct options {
	const char *folder, *anchor, *disk, *who, *keys; /* NULL: not given */
	const char *terminals[TALK_MAX];
	size_t terminal_count;
	bool list, erase, stick;
	unsigned wait_s;
};

struct found {
	struct disk disk;
	enum say why; /* why it is not written */
	struct look look;
};

struct tool {
	const struct options *options;
	struct host host;
	struct talk talk;
	struct image image;
	struct found *found; /* DISKS_CAP */
	size_t count;
	bool asked; /* the menu was shown before: nothing happens by itself any more */
	struct flash flash;
	char who[FACT_CAP];
};

/* Fills t->found: all disks, or the one that was named. */
enum say menu_find(struct tool *t);
void menu_show(struct tool *t);

/* The disk to be written. *ret_alone: nobody chose, time ran out. SAY_GAVE_UP, SAY_NO_DISK, or why
 * the chosen one is refused. */
enum say menu_choose(struct tool *t, const struct found **ret, bool *ret_alone);

/* The only disk that may be written when nobody answers: built in, alone, empty or a kiosk's whose
 * data stays. NULL: there is none. */
const struct found *menu_default(const struct tool *t);

/* All that must be answered before a disk is written; *ret is what becomes of its data. */
enum say confirm_all(struct tool *t, const struct found *f, enum record_data *ret);

/* What becomes of the data when nobody is asked; only for menu_default()'s. */
enum record_data confirm_alone(const struct found *f);

#endif
