/* Whether anything that people told stands on a drive in clear: in a file, in a journal, or in a
 * block that belongs to nothing any more. */
#ifndef CUT_CLEAR_H
#define CUT_CLEAR_H

#include <stddef.h>
#include <stdint.h>

/* How many places; *ret_what is one of the words found there, *ret_at where. Untouched for 0. */
unsigned clear_words(const uint8_t *bytes, uint64_t len, const char **ret_what, uint64_t *ret_at);

#endif
