/* How letters follow each other: the direction from each to its nearest neighbour. */
#ifndef PARSE_PAGE_DOCSTRUM_H
#define PARSE_PAGE_DOCSTRUM_H

struct Pix; /* leptonica's */

struct docstrum {
	unsigned letters, across,
		down; /* how many have their nearest neighbour beside, above or below */
	double lean_across, lean_down; /* median lean of such pairs, in degrees clockwise */
};

/* O'Gorman, The document spectrum for page layout analysis, 1993. `letters`: 1 bit at about 150
 * dpi; marks above and below letters are left out by their size. Zero without memory. */
void docstrum_of(struct Pix *letters, struct docstrum *ret);

#endif
