/* Whether an answer can be right. The same for the screen, a command line and a file of answers. */
#ifndef SETUP_CHECK_H
#define SETUP_CHECK_H

#include "firmware/base/setup.h"
#include "firmware/setup/answers.h"

#include <stdint.h>

/* `value` as the answer to `a`, beside the other answers of `all`. FAULT_NONE: it can be. */
enum fault check_answer(enum ask a, const char *value, const struct answers *all);

/* False when the question is not asked: an address of a network that gives addresses itself, what
 * becomes of a PIN that is not there. */
bool check_asked(enum ask a, const struct answers *all);

/* "192.168.1.20-24", with a stroke too: address and mask in the byte order of this machine. */
bool check_network(const char *text, uint32_t *ret_address, unsigned *ret_prefix);

/* Date and time as they are typed, in Vietnam's time (UTC+7): seconds since 1970. */
bool check_moment(const char *date, const char *time, int64_t *ret_s);

#endif
