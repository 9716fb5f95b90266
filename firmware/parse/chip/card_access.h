/* EF.CardAccess: what a card says of itself to everybody, before any key. */
#ifndef PARSE_CHIP_CARD_ACCESS_H
#define PARSE_CHIP_CARD_ACCESS_H

#include "firmware/parse/chip/access.h"

/* Into ret->file and file_len; file_len stays 0 where there is none or it is no such thing,
 * which is not an error. Errors are the line's. */
enum err card_access_read(struct session *s, struct access *ret);

#endif
