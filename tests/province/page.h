/* A page for a person with a browser: what was received, on loopback, without scripts.
 *
 *     /              all dossiers, newest first
 *     /d/KEY         one of them
 *     /d/KEY/01.pdf  a file of its folder */
#ifndef PROVINCE_PAGE_H
#define PROVINCE_PAGE_H

#include "tests/province/server.h"
#include <stdio.h>

extern const struct routes PAGE_ROUTES;

/* Writes text so that it is text in HTML, whatever it has in it. */
void page_text(FILE *out, const char *text);

#endif
