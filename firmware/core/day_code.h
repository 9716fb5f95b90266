/* Codes that this kiosk gives, counted by the day: <prefix>-<kiosk>-<yyMMdd>-<seq>-<check>, such as
 * TAM-K01-261121-0007-QX. They begin and end with letters, so that they never look like a dossier
 * code of the province (domain.md §2.5); every single wrong character shows, and every pair of
 * neighbours that changed places. */
#ifndef CORE_DAY_CODE_H
#define CORE_DAY_CODE_H

#include "firmware/base/err.h"
#include <stdint.h>

#define DAY_CODE_CAP     40
#define DAY_CODE_MAX_SEQ 9999999u

/* Day is yyMMdd as a number. ERR_BAD_CONFIG: `kiosk` is no id (1..8 capital letters and digits).
 * ERR_NO_SPACE: no more numbers that day. */
enum err day_code_make(const char *prefix, const char *kiosk, uint32_t day, int64_t seq,
		       char ret_code[DAY_CODE_CAP]);

/* The parts of a code; `ret_code` is it in capitals, without blanks around. ERR_BAD_DATA: it is
 * none, of another prefix, or mistyped. */
enum err day_code_parse(const char *prefix, const char *code, char ret_code[DAY_CODE_CAP],
			uint32_t *ret_day, uint32_t *ret_seq);

#endif
