/* One scanned page of a visit: as it came, as it was looked at, as it was digitized. Plain data;
 * visit.c keeps the pages in order, pages.c has the work done on them. */
#ifndef CORE_VISIT_PAGE_H
#define CORE_VISIT_PAGE_H

#include "firmware/base/err.h"
#include "firmware/base/page.h"
#include "firmware/core/card.h"
#include "firmware/core/catalogue.h"
#include <stdbool.h>
#include <stdint.h>

#define VISIT_MAX_PAGES   120
#define VISIT_NO_PAPER    UINT8_MAX
#define PAGE_MAX_FAULTS   8
#define PAGE_MAX_COMPARED 16
#define PAGE_HASH_BYTES   32
#define PAGE_CODE_BYTES   1024
#define PAGE_AS_IT_STANDS 360 /* page::turn: nobody asked for another way up */

enum page_state {
	PAGE_CAME,  /* to be looked at */
	PAGE_WAITS, /* to be digitized */
	PAGE_READY, /* there is a pack */
	PAGE_PLAIN, /* there is one, but it is a mere picture */
	PAGE_BAD,   /* it cannot be looked at or digitized: it has to be scanned again */
	PAGE_STATE_COUNT
};

/* What came of comparing its picture with that of a page before it. */
struct page_compared {
	uint32_t file;
	bool same;
};

/* What stands on it, as far as that was read: offers for a person, never facts. */
struct page_text {
	uint8_t kind, fits; /* 0 not known, 1 the paper asked for, 2 another, it seems */
	char title[256], number[64], date[9], name[256], place[256]; /* date ddMMyyyy */
};

struct page {
	const struct paper *of; /* the catalogue's paper it was scanned for */
	uint8_t paper; /* its place in the procedure; VISIT_NO_PAPER: of a procedure before */
	enum page_state state;
	bool aside;     /* a blank back: shown, not counted */
	bool durable;   /* its pixels are in the vault */
	bool no_pixels; /* only its pack is left (of a procedure before) */
	uint32_t file;  /* its number in the vault */
	uint32_t
		replaces; /* file of the page that goes when this one has been looked at; 0: none */
	int raw, image, pack; /* sealed memory; -1: in the vault, or there is none */

	uint8_t source, sides, side, channels;
	uint16_t dpi;
	uint32_t raw_width, raw_height;
	int64_t came_s;
	char clock[16];                /* how that time was known: trusted_time_source() */
	uint8_t hash[PAGE_HASH_BYTES]; /* SHA-256 of its pixels as they came */
	char device[64];

	uint16_t turn;  /* degrees clockwise that a person asked for, or PAGE_AS_IT_STANDS */
	uint16_t turns; /* how often: work on it from before is for nothing */
	uint8_t faults[PAGE_MAX_FAULTS]; /* enum err, the worst first */
	uint8_t fault_count;
	uint16_t turned;
	int32_t tilt_mdeg;
	uint32_t edge_um, ink_ppm, glare_ppm;
	uint32_t width, height; /* of the preview */
	uint8_t print[PAGE_PRINT_BYTES];
	struct page_compared
		compared[PAGE_MAX_COMPARED]; /* true of the sheets, whatever is made of them */
	uint8_t compared_count;

	uint8_t tries, profile, check, confidence;
	uint16_t steps;
	char tools[256];
	char code[PAGE_CODE_BYTES]; /* the first QR or bar code on it, or "" */
	bool code_read;             /* whether it is a card's was looked at */
	struct card card;           /* what it says then; number "": it is not */
	struct page_text text;
};

/* Closes what is open; the page is nothing afterwards. */
void page_end(struct page *p);

bool page_has_fault(const struct page *p, enum err fault);

/* Behind those it has; nothing happens when it has it, or has no room. */
void page_add_fault(struct page *p, enum err fault);

/* Nothing happens when it has it not. */
void page_drop_fault(struct page *p, enum err fault);

/* Nothing happens when there is no room. */
void page_take_compared(struct page *p, uint32_t file, bool same);

#define PAGE_NOTHING                                                          \
	{                                                                     \
		.raw = -1, .image = -1, .pack = -1, .turn = PAGE_AS_IT_STANDS \
	}

#endif
