/* DIR/received/FOLDER: one dossier in clear, so that a person can look: manifest.json, the
 * documents as 01.pdf, 02.pdf ..., answer.der, and package.cms as it came. */
#ifndef PROVINCE_RECEIVED_H
#define PROVINCE_RECEIVED_H

#include "tests/province/package.h"
#include "tests/province/world.h"

/* Writes the folder whole or not at all; an old one of that name is replaced. The package is
 * linked from the upload's file. ERR_IO, ERR_NO_SPACE. */
enum err received_write(struct world *w, const char *folder, const char *upload,
			const struct package *p);

/* Adds the answer. */
enum err received_answer(struct world *w, const char *folder, const void *der, size_t len);

/* Removes the folder; nothing happens when there is none. */
void received_remove(struct world *w, const char *folder);

/* "01.pdf" for the first paper; ".bin" when it does not begin as a PDF does. */
void received_name(size_t i, bool pdf, char ret[16]);

/* The path of a file of a dossier; false when it is too long. */
bool received_path(const struct world *w, const char *folder, const char *file, char *ret,
		   size_t cap);

#endif
