/* Which way is up, and how far the lines of a page lean: from its ink alone, before anybody has
 * read it. */
#ifndef PARSE_PAGE_POSTURE_H
#define PARSE_PAGE_POSTURE_H

#include <stdbool.h>

struct Pix; /* leptonica's */

struct posture_found {
	unsigned quarters; /* turns of 90 degrees clockwise that make it upright: the best guess */
	bool sure_axis;    /* lines run across after an even or odd number of quarters */
	bool sure_up;      /* and not upside down */
	double tilt_deg;   /* further turn clockwise, 0 when unsure */
	bool tilted_far;   /* farther than is made good without a word */
	bool has_text;     /* enough letters to go by */
};

/* `letters`: 1 bit at about 150 dpi, only what has the size of letters. Runs out of memory without
 * a word: then it is unsure. */
void posture_find(struct Pix *letters, struct Pix *ink, struct posture_found *ret);

/* Only what has the size of letters: no rules, frames, photographs. NULL without memory. */
struct Pix *letters_among(struct Pix *ink);

/* How many letters the picture's border cuts, at the side where most are. */
unsigned letters_cut(struct Pix *ink);

/* What hangs on the border (lid, neighbouring desk), punched holes and specks are taken away; takes
 * over `ink`. */
struct Pix *ink_without_border(struct Pix *ink);

#endif
