/* What a scanned page looks like before anybody has read it: which way is up, how far it is
 * tilted, and whether there is anything on it. */
#ifndef PARSE_STRAIGHTEN_H
#define PARSE_STRAIGHTEN_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"

struct posture {
	unsigned quarters; /* turns of 90 degrees clockwise that make it upright, 0..3 */
	double tilt_deg;   /* further turn clockwise, -8..8; 0 when it is straight or unsure */
	double ink;        /* share of the page, less its borders; a page of text has > 0.01 */
	uint8_t paper;     /* brightness of the paper, 0..255 */
};

/* Conservative: a page is turned only when its text says so clearly. ERR_NO_MEMORY. */
enum err straighten(const struct image *i, struct posture *ret);

#endif
