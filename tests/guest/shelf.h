/* What lies on the disk, told line by line, without changing anything on it and without a word of
 * the program that wrote it: the database is read from a copy, by plain SQLite.
 *
 *     integrity ok                                                   or what SQLite says
 *     row KEY CODE STATE MANIFEST ROW_SHA256 FILE_SHA256 DOSSIER     - for what is not there
 *     file NAME                                                      that belongs to no row
 *     shelf ROWS */
#ifndef GUEST_SHELF_H
#define GUEST_SHELF_H

#include "firmware/base/err.h"
#include "tests/guest/tell.h"

/* `dir`: the kiosk's data; `scratch`: a folder for the copy. */
enum err shelf_tell(const char *dir, const char *scratch, struct tell *t);

/* SHA-256 of the package whose name has `code` in it. ERR_NOT_FOUND. */
enum err shelf_find(const char *dir, const char *code, char ret_name[256], char ret_sha256[65]);

#endif
