/* Error codes: what a function returns when it can fail. One enum for the whole product, so
 * that the same code is a log line, a sentence on the screen and a row in the staff menu. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* On a type: no caller may drop a value of it, not even one that comes out of a driver's
 * function pointer. (void)f(); says "on purpose". */
#define MUST_CHECK [[nodiscard]]

#define ERR(name, who, text, vi) ERR_##name,
enum MUST_CHECK err {
#include "firmware/base/err.def"
	ERR_COUNT
};
#undef ERR

enum err_helper { HELP_NOBODY, HELP_CITIZEN, HELP_STAFF, HELP_TECHNICIAN };

/* Never NULL; static text. Values outside the table give "unknown", or the same in Vietnamese: that
 * is what goes into a Vietnamese sentence of staff, as err_text() does into an English one. */
const char *err_name(enum err e);
const char *err_text(enum err e);
const char *err_text_vi(enum err e);
enum err_helper err_helper(enum err e);

/* What the present errno means to us: NO_SPACE, NO_MEMORY, DENIED, GONE, BUSY, or IO. */
enum err err_of_errno(void);

#endif
