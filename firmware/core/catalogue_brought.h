/* A list of procedures that a technician brings while a kiosk is set up, and core does not run:
 * `kiosk-core catalogue`, called by the board's script `setup` as core's own user. */
#ifndef CORE_CATALOGUE_BROUGHT_H
#define CORE_CATALOGUE_BROUGHT_H

#include "firmware/core/catalogue_book.h"
#include <stdio.h>

/* Takes the list in the file `list` with its signature in `signature` (catalogue_book_take()).
 * A file that is not there, or a link, counts as forged; ERR_BAD_DATA: it is too large, or no
 * plain file. ERR_OK also for one that is in use already. */
enum err catalogue_brought_take(struct catalogue_book *b, const char *list, const char *signature,
				int64_t now_s);

/* Which list stands, in lines NAME=value: VERSION, NUMBER, FROM=image or province. */
void catalogue_brought_say(const struct catalogue_book *b, FILE *out);

/* The command: of the kiosk that the settings describe, takes the list if one is named, and says
 * REFUSED=ERROR when it is not taken, and which one stands. 0; 1: no list stands at all. */
int catalogue_brought_command(const char *list, const char *signature);

#endif
