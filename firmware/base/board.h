/* The machine that a kiosk runs on, as far as several programs know it: what may be wrong with it
 * (board.def), and where what is known of it lies. */
#ifndef BASE_BOARD_H
#define BASE_BOARD_H

#include "firmware/base/err.h"
#include "firmware/base/screens.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define TROUBLE(word, ...) TROUBLE_##word,
enum trouble {
#include "firmware/base/board.def"
	TROUBLE_COUNT
};
#undef TROUBLE

enum trouble_holds { TROUBLE_HOLDS, TROUBLE_SERVES, TROUBLE_STAFF };

struct trouble_row {
	const char *word, *code;
	enum trouble_holds holds;
	const char *what[LANGUAGE_COUNT], *next[LANGUAGE_COUNT];
};

/* Static. Outside the table: the first row. */
const struct trouble_row *trouble_row(enum trouble t);

/* TROUBLE_COUNT when there is none of that word. */
enum trouble trouble_by_word(const char *word);

/* One line of the file. */
struct trouble_told {
	enum trouble trouble;
	char why[128]; /* for a technician */
};

#define TROUBLES_MAX 16

/* The lines of a file `trouble`, each kind once; words that the table does not know are passed
 * over. Returns how many there are. */
size_t troubles_parse(const char *text, size_t len, struct trouble_told ret[TROUBLES_MAX]);

/* Folders and files of the board; in the simulation all are in its folder. */
struct board_places {
	char run[PATH_MAX];    /* of this start: slot, trouble, recovery */
	char kept[PATH_MAX];   /* of all starts: installed, health, readiness */
	char update[PATH_MAX]; /* bundles that came by the network, and the order to install one */
	char setup[PATH_MAX];  /* what kiosk-setup keeps until a kiosk is set up */
	char etc[PATH_MAX];    /* kiosk.conf and what it names, as it names it */
	char stick[PATH_MAX];  /* a technician's stick, when one is there */
	char helper[PATH_MAX]; /* sockets of what kiosk-setup may not do itself */
	char conf[PATH_MAX];   /* the part of kiosk.conf that is the board's */
};

/* sim_dir: folder of the simulation, NULL for a real machine. */
void board_places(const char *sim_dir, struct board_places *ret);

/* The troubles of this start, none when the file is not there. */
size_t board_troubles(const struct board_places *b, struct trouble_told ret[TROUBLES_MAX]);

#endif
