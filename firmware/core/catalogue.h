/* The procedures this kiosk can take in, from the signed assets/catalogue.json: a versioned
 * copy of the national catalogue with its own codes, names, papers, limits and fees as they
 * are there. (Facts and traps: domain reference, section 4.) */
#ifndef CORE_CATALOGUE_H
#define CORE_CATALOGUE_H

#include "firmware/base/err.h"
#include "firmware/base/screens.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalogue;
struct json_object;

/* What a row of the list of components is to the citizen. */
enum paper_kind {
	PAPER_SUBMIT, /* to hand in */
	PAPER_CASE,   /* to hand in only in the case its name tells */
	PAPER_SHOW,   /* to show, not to hand in */
	PAPER_FORM,   /* the declaration itself; the kiosk's form takes its place */
};

/* How a paper is to be scanned; what is 0 or "" is as the kiosk does it. */
struct paper_scan {
	uint16_t dpi;
	uint8_t sides;       /* 2: both sides of each sheet */
	bool card;           /* an identity card: front and back on one page of the file */
	const char *profile; /* of page.def */
	const char *hint;    /* what this kind of paper needs, a word for the screen */
};

struct paper {
	const char *code; /* mã thành phần hồ sơ; "" when the catalogue has none */
	const char *name, *name_en;
	uint8_t originals, copies;
	enum paper_kind kind;
	bool filer; /* it is a paper of who files, also when that is for somebody else */
	struct paper_scan scan; /* its own, else its procedure's */
};

enum limit_unit { LIMIT_OTHER, LIMIT_HOUR, LIMIT_DAY, LIMIT_WORKING_DAY, LIMIT_MONTH };

/* All text is the catalogue's and lives as long as it. */
struct procedure {
	const char *code; /* "1.001193" */
	const char *name; /* official, whole: up to 1,192 characters */
	const char *short_name, *short_name_en;
	const char *field, *level, *decision, *result;
	uint16_t limit; /* 0 with LIMIT_OTHER: as the law of the case says */
	enum limit_unit unit;
	int32_t fee_vnd; /* as listed for the counter; -1 not listed. 0 is not "free" */
	bool originals;  /* the pixels as they came go along with the dossier */
	uint8_t common;  /* 1.. in the row of tiles, 0 otherwise */
	const struct paper *papers;
	size_t paper_count;
};

/* Loads and checks catalogue.json. *ret is the caller's: catalogue_close(). ERR_FORGED,
 * ERR_BAD_DATA (a code of the wrong shape, no procedures), ERR_NOT_FOUND, ERR_NO_MEMORY. */
enum err catalogue_open(const char *dir, const char *anchor, struct catalogue **ret);

/* The same from JSON in memory, which it takes over in any case; for tests and the bench. */
enum err catalogue_of(struct json_object *json, struct catalogue **ret);
void catalogue_close(struct catalogue *c); /* NULL is allowed */

const char *catalogue_version(const struct catalogue *c);

/* Counts the lists of one signer, 0: not said; the last second of its validity since 1970, 0: no
 * end; its JSON text, which lives as long as it. */
int64_t catalogue_number(const struct catalogue *c);
int64_t catalogue_expires_s(const struct catalogue *c);
const char *catalogue_json(const struct catalogue *c);

size_t catalogue_count(const struct catalogue *c);

/* NULL when i is out of range, or there is no such code. */
const struct procedure *catalogue_at(const struct catalogue *c, size_t i);
const struct procedure *catalogue_find(const struct catalogue *c, const char *code);

/* Finds by name, common words or code, with or without accents, best first; an empty query
 * gives the common ones, then all. Writes up to `cap` places of procedures; returns how many
 * there are in all. Every word must be found; when none has all, those with most words come. */
size_t catalogue_search(const struct catalogue *c, const char *query, uint32_t *ret_places,
			size_t cap);

/* "3 ngày làm việc"; "Theo từng trường hợp" when the catalogue does not say. */
void limit_text(const struct procedure *p, enum language l, char *out, size_t cap);

/* "8.000 đồng"; never "free": 0 or unknown says that the counter tells the fee. */
void fee_text(const struct procedure *p, enum language l, char *out, size_t cap);

#endif
