/* Lists of procedures that the stand-in publishes, by the key of row CATALOGUE of pki.def. */
#ifndef PROVINCE_CATALOGUE_H
#define PROVINCE_CATALOGUE_H

#include "tests/province/query.h"

/* Signs DIR/file (JSON) as that number, valid for so many days (0: for ever; may be negative), and
 * offers it. False: it is no list, or a file cannot be written. */
bool catalogue_publish(struct world *w, const char *file, int64_t number, int64_t days);

/* DIR/name.key and .pem sign from now on; the key before them says so. */
bool catalogue_next_key(struct world *w, const char *name);

#endif
