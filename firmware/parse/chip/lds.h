/* What the files of a travel document say, with what is particular to the citizen card of Vietnam.
 * Nothing here is proven: that is for passive authentication (trust) to say.
 * Sources: ICAO Doc 9303-10 section 4 (LDS), 9303-3/-5 (MRZ); DG13 of the citizen card has no
 * public standard, see dg13.def. */
#ifndef PARSE_CHIP_LDS_H
#define PARSE_CHIP_LDS_H

#include "firmware/base/msg.h"
#include "firmware/parse/chip/tlv.h"
#include <stdbool.h>

/* Bit n of a set stands for DGn, 1..16. */
#define LDS_GROUP(n) (1u << (n))

struct lds_com {
	uint16_t lds_version;     /* 107 or 108: 1.7, 1.8; 0: not readable */
	uint32_t unicode_version; /* 40000: 4.0.0; 0: not readable */
	uint32_t groups;          /* a set */
};

/* EF.COM, whole. ERR_BAD_DATA. Nobody signs it: the list in EF.SOD counts. */
enum err lds_com_read(struct span file, struct lds_com *ret);

/* Which data group a file with this first byte is, 1..16; 0 for another file. */
unsigned lds_group_of_tag(uint8_t tag);

/* What stands inside a data group n: behind its tag and length. ERR_BAD_DATA when `file` does not
 * begin with that tag, or is cut. */
enum err lds_body(struct span file, unsigned n, struct span *ret);

/* The SubjectPublicKeyInfo of DG15, DER. ERR_BAD_DATA. */
enum err lds_dg15_read(struct span file, struct span *ret_key_info);

/* What is odd about the facts; bits. */
enum lds_doubt {
	/* for a person to look at: facts.doubt is ERR_FIELD_PAIR */
	LDS_DOUBT_CHECK_DIGIT = 1, /* of the MRZ in DG1 */
	LDS_DOUBT_BIRTH = 2,       /* the number says another year or century of birth */
	LDS_DOUBT_SEX = 4,         /* the number says the other sex */
	LDS_DOUBT_FILES = 8,       /* DG1 and DG13 say different things */

	/* for a technician */
	LDS_DOUBT_PLACE = 16, /* the number begins with a code that no province had in 2021 */
	LDS_DOUBT_TEXT = 32,  /* a text is cut short, no text, or no date; raw has it as it is */
	LDS_DOUBT_SHAPE = 64, /* a file could not be read to its end */
};

struct lds_person {
	struct msg_chip_facts facts;
	struct msg_chip_more more; /* raw is -1: the caller puts DG13 there */
	unsigned doubts;           /* enum lds_doubt */
	bool citizen_card;         /* DG13 of Vietnam's form, or a Vietnamese MRZ */
};

/* Both files whole, or empty when there is none (one of them must be there). What only one says is
 * taken from it; where both say it, DG13 is shown, for the MRZ knows no accents and cuts long
 * names. ERR_BAD_CARD: neither says who it is. */
enum err lds_person_read(struct span dg1, struct span dg13, struct lds_person *ret);

enum lds_picture { LDS_JPEG, LDS_JPEG2000 };

struct lds_face {
	enum lds_picture kind;
	struct span image;
	uint16_t width, height; /* as the header claims: for people, not for memory */
	uint16_t count;         /* of pictures in DG2; this is the first */
};

/* DG2: the first facial image of ISO/IEC 19794-5 in it. Lengths of the record may be off by some
 * bytes, as they are on real cards. ERR_NOT_FOUND: no picture in it; ERR_BAD_DATA. */
enum err lds_face_find(struct span dg2, struct lds_face *ret);

#endif
