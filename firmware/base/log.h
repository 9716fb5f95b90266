/* The log: one line an event on standard error, `level role event key=value ...`.
 *
 *     log_line(LOG_WARN, "outbox.retry", "key=%s wait_s=%u", key, wait_s);
 *
 * Modules return errors; programs log them, once, at the top. The log cannot print a person:
 * a struct secret does not pass the format check of the compiler, and any run of nine or more
 * digits comes out as its first three and last three. Control bytes come out as '?'. Never hand
 * it a name, an address, a typed answer or a payload; dossier keys and codes are fine. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "firmware/base/role.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Bytes that must never be printed: keys, PINs. A struct, so that printf cannot take it. */
struct secret {
	unsigned char bytes[32];
};

/* Once, first thing in main. Lines below INFO appear only when KIOSK_DEBUG is set. */
void log_open(enum role me);

/* `event` is fixed text, lower case, with dots: part.what. A line is cut at 1000 bytes. */
__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *event,
						    const char *format, ...);

/* What a line becomes before it is written; for tests. In place. */
void log_scrub(char *line);

#endif
