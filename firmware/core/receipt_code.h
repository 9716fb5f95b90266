/* The provisional code a citizen leaves with: TAM-<kiosk>-<yyMMdd>-<seq>-<check>, such as
 * TAM-K01-261121-0007-QX. It begins with letters and ends with one, so that it never looks like a
 * dossier code of the province (domain.md §2.5). Issued by this kiosk alone; the province's own
 * code comes with its answer. */
#ifndef CORE_RECEIPT_CODE_H
#define CORE_RECEIPT_CODE_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stdbool.h>
#include <stdint.h>

#define RECEIPT_CODE_CAP 40

/* The next free code of this kiosk (1..8 capital letters and digits) today. It is taken for good
 * by outbox_add(), in the same commit as the dossier: until then the same code may be given
 * again, so show it to nobody before. ERR_BAD_CONFIG: `kiosk` is not an id. */
enum err receipt_code_next(struct store *s, const char *kiosk, char ret_code[RECEIPT_CODE_CAP]);

/* True when shape and check letter are right. Letters may be small and blanks may stand around. */
bool receipt_code_ok(const char *code);

/* The parts of a code that is ok. Day is yyMMdd as a number. ERR_BAD_DATA. */
enum err receipt_code_parse(const char *code, uint32_t *ret_day, uint32_t *ret_seq);

#endif
