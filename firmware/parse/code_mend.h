/* From modules that are more or less sure to a symbol without any error, by its own check words:
 * the least sure words are taken as lost, which mends up to twice as many as errors nobody
 * suspects. What the words mean is not known here. */
#ifndef PARSE_CODE_MEND_H
#define PARSE_CODE_MEND_H

#include "firmware/base/err.h"
#include "firmware/parse/code_plan.h"
#include "firmware/parse/code_rs.h"

/* `sure` as in struct soft. Sets in `known` the format and all modules of each block that could be
 * mended. ERR_OK: all of them; then nothing in `known` is 0 but a few modules at the end that no
 * word uses. ERR_NO_CODE: not all; ERR_NO_MEMORY. */
enum err code_mend(const struct rs *rs, const struct plan *p, const float *sure, int8_t *known);

#endif
