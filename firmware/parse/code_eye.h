/* zbar, as it has to be used: set to what stands on papers and cards, and opening no file. */
#ifndef PARSE_CODE_EYE_H
#define PARSE_CODE_EYE_H

#include "firmware/parse/code.h"

struct eye;

/* ERR_NO_MEMORY. */
enum err eye_create(struct eye **ret);
/* NULL is allowed. */
void eye_destroy(struct eye *e);

/* How the picture that is looked at came from the one that places are told in. */
struct eye_view {
	enum code_way way;
	double by;                       /* that one's pixels to one of this, */
	int32_t x, y;                    /* cut out from here */
	const struct code_point *corner; /* NULL, or the four corners of the only symbol */
};

/* One look at all of `g`. Adds what is not in the list already, unsorted; a full list stays as it
 * is. ERR_OK also when there was nothing; ERR_NO_MEMORY. */
enum err eye_look(struct eye *e, const struct gray *g, const struct eye_view *view,
		  struct codes *list);

/* QR codes first, then from top to bottom. */
void codes_sort(struct codes *list);

#endif
