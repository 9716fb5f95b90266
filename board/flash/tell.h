/* The words of talk.h, made. */
#ifndef FLASH_TELL_H
#define FLASH_TELL_H

#include "board/flash/talk.h"

/* "[R05] Sentence detail"; without the code where it is a note (N). Cut to cap. */
void tell_sentence(const char *code, const char *sentence, const char *detail, char *ret,
		   size_t cap);

/* Breaks a text of UTF-8 between words, so that no line has more than `columns` letters; a longer
 * word stays whole. */
void tell_wrap(const char *text, unsigned columns, char *ret, size_t cap);

/* One line: what is done, percent, bytes, time left. */
void tell_progress(enum say what, uint64_t done, uint64_t total, int64_t took_ms, char *ret,
		   size_t cap);

/* Large letters. Static text. */
const char *tell_banner(enum talk_end end);

#endif
