/* Where a partition lies, by its name (UEFI Specification 2.10, 5.3: GPT), in the first table. */
#ifndef IMAGE_GPT_H
#define IMAGE_GPT_H

#include "firmware/base/err.h"

#include <stddef.h>
#include <stdint.h>

#define GPT_SECTOR 512
#define GPT_BYTES  (34 * GPT_SECTOR) /* what gpt_find() wants to see of a disk */

/* In bytes. ERR_BAD_DATA: no table of that kind; ERR_NOT_FOUND. */
enum err gpt_find(const uint8_t *bytes, size_t len, const char *name, uint64_t *ret_at,
		  uint64_t *ret_len);

#endif
