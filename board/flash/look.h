/* What is on a disk before anything is written. */
#ifndef FLASH_LOOK_H
#define FLASH_LOOK_H

#include "board/flash/gpt.h"
#include "board/flash/image.h"
#include "board/flash/medium.h"
#include "board/flash/record.h"
#include "board/flash/say.h"
#include <stdbool.h>

#define LOOK_WORDS_CAP 160

/* bytes at the begin of new data that are zeros: both headers of LUKS2, and what a file system
 * begins with. The kiosk takes the partition for new only when all are (kiosk-board/data). */
#define FLASH_DATA_START (32u << 20)

enum look_kind {
	LOOK_EMPTY,       /* nothing at all */
	LOOK_KIOSK,       /* divided as the image is: its data can be kept */
	LOOK_CUT,         /* the last flashing did not come to its end */
	LOOK_OTHER_KIOSK, /* a kiosk's, divided in another way, or of another board */
	LOOK_OTHER        /* something else */
};

struct look {
	enum look_kind kind;
	bool has_record,
		same_layout; /* same_layout: the data partition is where the image has it */
	bool other_board;
	bool never_started; /* LOOK_KIOSK: its data was not made yet, nothing is to be kept */
	struct record record;
	struct gpt gpt; /* all zeros: there is none that can be read */
	char words
		[LOOK_WORDS_CAP]; /* in ASCII: version, names of partitions, kind of file system */
};

/* SAY_UNREADABLE: its begin or end cannot be read. */
enum say look_at(const struct medium *m, const struct image *im, struct look *ret);

#endif
