/* How a kiosk without certificates is taken in: it fetches the signed set of files, whose signer a
 * person compares, and sends its requests with a one-time code. */
#ifndef PROVINCE_ENROL_H
#define PROVINCE_ENROL_H

#include "tests/province/world.h"

/* `text` JSON, the caller's to free, when status is 200; else `why`. */
struct enrol_result {
	unsigned status;
	char *text;
	const char *why;
};

/* The set: ca, answer, seal, catalogue, kiosk-ca, site.txt, site.p7s. The anchor of the catalogue
 * is DIR/site-catalogue.pem when a test has put one there. */
void enrol_site(struct world *w, struct enrol_result *ret);

void enrol_do(struct world *w, const void *body, size_t len, struct enrol_result *ret);

#endif
