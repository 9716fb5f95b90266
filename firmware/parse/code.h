/* QR codes and bar codes in a picture, by zbar. zbar has had heap overflows (CVE-2023-40889,
 * CVE-2023-40890) and is the reason why pictures are looked at in this program only. */
#ifndef PARSE_CODE_H
#define PARSE_CODE_H

#include "firmware/base/err.h"
#include "firmware/parse/image.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CODE_MAX_BYTES = 3800, /* what a message between our programs can hold */
	CODE_MAX_COUNT = 8,
};

enum code_kind { CODE_QR, CODE_128, CODE_39, CODE_EAN13, CODE_KIND_COUNT };

/* Which look read it. */
enum code_way {
	CODE_AS_IS,     /* zbar, the picture as it is */
	CODE_GRID,      /* our own localiser and sampling; zbar decodes what they saw */
	CODE_DOUBLED,   /* zbar, the picture enlarged */
	CODE_STRETCHED, /* zbar, contrast stretched */
	CODE_INVERTED,  /* zbar, white for black */
	CODE_WAY_COUNT,
};

struct code_point {
	int32_t x, y; /* pixels of the picture given */
};

struct code {
	enum code_kind kind;
	enum code_way way;
	uint32_t x, y;               /* its first corner, in the picture given */
	struct code_point corner[4]; /* around it; a QR code's without its quiet zone */
	size_t len;
	uint8_t bytes[CODE_MAX_BYTES]; /* exactly as encoded; any bytes at all */
};

struct codes {
	size_t count; /* QR codes first, then from top to bottom */
	struct code at[CODE_MAX_COUNT];
};

struct code_finder;

/* Loads everything zbar will ever need, character set converters included, so that nothing is
 * opened afterwards; reads a code of our own to be sure. ERR_NO_MEMORY; ERR_BROKEN when zbar
 * cannot read it. */
enum err code_finder_create(struct code_finder **ret);
/* NULL is allowed. */
void code_finder_destroy(struct code_finder *f);

/* Looks for codes. `hard`: when none is found, looks again at the picture enlarged and with its
 * contrast stretched, if it is no larger than a page, and inverted, if it is a camera's; that
 * takes up to seven times as long. *ret is garbage after an error. ERR_NO_CODE; ERR_NO_MEMORY. */
enum err code_find(struct code_finder *f, const struct gray *g, bool hard, struct codes *ret);

/* The same for a page as a scanner gave it, gray or colour. Looks first where a code could be,
 * which for A4 at 300 dpi without any takes 60 ms at most, and then hard, but there only.
 * ERR_NO_CODE; ERR_NO_MEMORY; ERR_BAD_DATA for a picture without pixels. */
enum err code_find_on_page(struct code_finder *f, const struct image *page, struct codes *ret);

/* A hunt through live pictures, all of the same size: each look tries one way only, so that the
 * next picture is never kept waiting, and remembers where a code was seen. Zero it to begin. */
struct code_hunt {
	unsigned looks, vain; /* at all of the picture; at that place, one after the other */
	uint32_t x, y, width, height; /* where one was seen; width 0: nowhere yet */
};

/* One look at the next picture. ERR_NO_CODE; ERR_NO_MEMORY. */
enum err code_hunt_look(struct code_hunt *h, struct code_finder *f, const struct gray *g,
			struct codes *ret);

/* Static: "QR", "Code 128", "Code 39", "EAN-13". */
const char *code_kind_name(enum code_kind k);

/* Static: "as-is", "grid", "doubled", "stretched", "inverted". */
const char *code_way_name(enum code_way w);

#endif
