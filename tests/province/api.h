/* The contract (firmware/sync/province.openapi.yaml), served. */
#ifndef PROVINCE_API_H
#define PROVINCE_API_H

#include "tests/province/server.h"

extern const struct routes API_ROUTES;

/* A member of tus Upload-Metadata, base64 decoded into `ret`; false when it is not there, not
 * base64, or does not fit. */
bool api_metadata(const char *header, const char *name, char *ret, size_t cap);

/* A header's whole non-negative decimal number; false otherwise. NULL is allowed. */
bool api_number(const char *text, int64_t *ret);

#endif
