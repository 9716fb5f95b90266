/* A newer list of procedures from the province: asked for once a day, checked by kiosk-parse, and
 * taken when nobody stands at the kiosk, so that a visit ends with the list it began with. */
#ifndef CORE_CATALOGUE_RENEW_H
#define CORE_CATALOGUE_RENEW_H

#include "firmware/base/loop.h"
#include "firmware/core/ctl.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;

struct renewal {
	struct timer next, settle;
	uint32_t ctl;       /* ctl::id that waits for the end; 0: nobody */
	bool asked;         /* a question, or kiosk-parse, is at work */
	bool whole;         /* a delta did not fit: ask for all of it */
	uint8_t form;       /* enum catalogue_form, of what kiosk-parse has */
	uint8_t *signature; /* of that, or of `text` */
	size_t signature_len;
	int text;        /* checked, and waiting for nobody to be there; -1: none */
	int64_t heard_s; /* the province has last answered, its time; 0: not since the start */
	enum err why;    /* how the last try ended */
	unsigned in_turn; /* questions that follow each other without a pause */
};

void catalogue_renew_begin(struct core *c); /* when the program begins its work */
void catalogue_renew_finish(struct core *c);

/* What citizens are shown may be out of date (catalogue_book_is_old()). */
bool catalogue_is_old(const struct core *c);

/* `kioskctl catalogue [renew]` */
enum ctl_code catalogue_command(struct ctl *t, const char *arg);

#endif
