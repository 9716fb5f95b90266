/* What the flash tool says, in both languages. */
#ifndef FLASH_SAY_H
#define FLASH_SAY_H

#include "firmware/base/err.h"

#define SAY(name, code, vi, en) SAY_##name,
/* As a result it is the sentence that tells why not; SAY_OK: nothing is wrong. */
enum MUST_CHECK say {
#include "board/flash/say.def"
	SAY_COUNT
};
#undef SAY

/* Static text, never NULL. The code is a letter and two digits. */
const char *say_vi(enum say s);
const char *say_en(enum say s);
const char *say_code(enum say s);

/* What the program ends with: 0 good, 1 failed, 3 refused, 4 the image is wrong. (2: usage.) */
int say_status(enum say s);

#endif
