/* Whether a file is PDF/A-2u (ISO 19005-2), as far as this project's writer touches the rules; and
 * what the house asks for beyond. Every rule is named by its clause. */
#ifndef TESTS_PDFA_PDFA_H
#define TESTS_PDFA_PDFA_H

#include "tests/pdfa/read.h"

/* Fills `d`, which the caller zeroed; d->fault_count is 0 when all rules are kept. The clause of
 * the first fault is in d->faults[0]. */
void pdfa_check(struct doc *d, const uint8_t *bytes, size_t len);

/* The parts of it. */
void check_file(struct doc *d);
void check_meta(struct doc *d);
void check_colour(struct doc *d);
void check_pages(struct doc *d);
void check_fonts(struct doc *d);
void check_forms(struct doc *d);

/* One value's size. */
void check_limit(struct doc *d, const struct node *n);

/* What a page or form draws, with its resources; level counts forms within forms. */
void check_content(struct doc *d, const struct object *o, const struct node *resources, int level);

/* Which codes a content shows in a font, by the font's object number. */
void check_codes(struct doc *d, const struct node *font, const uint8_t *codes, size_t len);

/* The n-th page; NULL: none. */
struct node *doc_page(struct doc *d, size_t n);

#endif
