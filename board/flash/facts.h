/* Values of lines NAME=value, as the image and the installation record have them. */
#ifndef FLASH_FACTS_H
#define FLASH_FACTS_H

#include "firmware/base/facts.h"
#include <stdbool.h>
#include <string.h>

#define FACT_CAP 128 /* of a value, with its end mark */

/* False, and "": there is none, it is empty, or not fit to be shown. */
static inline bool fact_get(const char *text, size_t len, const char *name, char ret[FACT_CAP])
{
	ret[0] = '\0';
	return facts_in(text, strnlen(text, len), name, ret, FACT_CAP) == ERR_OK && ret[0];
}

#endif
