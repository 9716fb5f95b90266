/* Where random bytes come from: the system, or in tests a recorded conversation's own. */
#ifndef PARSE_CHIP_CHANCE_H
#define PARSE_CHIP_CHANCE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct chance {
	enum err (*fill)(void *data, uint8_t *ret, size_t len);
	void *data;
};

/* NULL means the system's generator. ERR_IO when it has nothing to give. */
enum err chance_fill(const struct chance *c, uint8_t *ret, size_t len);

#endif
