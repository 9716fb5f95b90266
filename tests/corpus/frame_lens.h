/* What a camera does to a card: place, slant, blur, light, noise, compression. */
#ifndef TESTS_CORPUS_FRAME_LENS_H
#define TESTS_CORPUS_FRAME_LENS_H

#include "tests/corpus/frame.h"
#include "tests/corpus/frame_card.h"

struct lens {
	double module_px;    /* at the middle of the code */
	double blur, motion; /* modules: sigma of the blur, length of the motion */
	double contrast;     /* between ink and paper, of the full range */
	double noise;        /* sigma, gray levels */
	double tilt_deg;     /* of the card out of the picture's plane */
	double turn_deg;     /* about the lens; below 0: any */
	double light;        /* how much darker one side is, 0..1 */
	double glare;        /* size of a bright spot on the code, of its side; 0: none */
	int jpeg;            /* quality; 0: not compressed */
};

/* Takes the picture; the frame's size is set, everything else is filled in but the payload. False
 * without memory. */
bool lens_take(const struct lens *l, const struct card *c, struct dice *d, struct frame *f);

#endif
