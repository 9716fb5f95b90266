/* manifest.json of a package: the dossier's data under the national portal's own names
 * (domain.md §7.2), and the hash of every document. */
#ifndef CORE_MANIFEST_H
#define CORE_MANIFEST_H

#include "firmware/base/err.h"
#include "firmware/core/dossier.h"
#include <stddef.h>

#define MANIFEST_FILE_CAP 64 /* "originals/001-001.png" and NUL, and room for any number */

/* The name of paper `i` within the tar. */
void manifest_file(size_t i, char ret_name[MANIFEST_FILE_CAP]);

/* The same for the original of one of its pages. */
void manifest_original(size_t paper, size_t page, char ret_name[MANIFEST_FILE_CAP]);

/* The same dossier always gives the same bytes. *ret_json is malloc'ed.
 * ERR_BAD_DATA: a text that is not UTF-8, a missing key, code or procedure, too many papers.
 * ERR_NO_MEMORY. */
enum err manifest_make(const struct dossier *d, char **ret_json, size_t *ret_len);

#endif
