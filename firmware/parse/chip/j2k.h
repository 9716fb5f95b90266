/* The head of a JPEG 2000 picture, read before OpenJPEG is: what it would cost to decode. Sources:
 * ITU-T T.800 annex A (markers) and annex I (boxes). */
#ifndef PARSE_CHIP_J2K_H
#define PARSE_CHIP_J2K_H

#include "firmware/parse/chip/tlv.h"

struct j2k {
	struct span stream; /* the codestream; what is around it is not needed to decode it */
	uint32_t width, height;
	unsigned components;
	unsigned levels; /* how often it can be halved, in all its parts */
	bool ycc;        /* the box around it says: luminance and colour differences */
};

/* ERR_BAD_DATA: no JPEG 2000; larger than face.h allows; cut into more tiles, precincts, blocks or
 * packets than a portrait has. */
enum err j2k_read(struct span image, struct j2k *ret);

#endif
