/* Takes a file of certificates apart: PEM, DER, or LDIF with those; each comes by itself. */
#ifndef PARSE_CHIP_IMPORT_FILE_H
#define PARSE_CHIP_IMPORT_FILE_H

#include "firmware/base/err.h"
#include "firmware/parse/chip/tlv.h"

enum import_item {
	IMPORT_CERT,
	IMPORT_CRL,
	IMPORT_LIST,  /* CMS */
	IMPORT_OTHER, /* something that cannot be read, or is none of these */
};

/* `der` lives until it returns. */
typedef void import_fn(void *data, enum import_item what, struct span der);

/* ERR_BAD_DATA: not one item is in it. ERR_NO_MEMORY. */
enum err import_file(struct span file, import_fn *fn, void *data);

#endif
