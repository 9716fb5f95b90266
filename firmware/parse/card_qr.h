/* The QR code of an identity card: fields between bars, UTF-8. Seven of them on the card of 2021,
 * eleven on that of 2024, whose last four are empty so far:
 *
 *     number|old number|name|ddMMyyyy|Nam or Nữ|address|issued ddMMyyyy||||
 *
 * Nobody signs it: it saves typing and proves nothing. */
#ifndef PARSE_CARD_QR_H
#define PARSE_CARD_QR_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include <stddef.h>

/* Reads a payload as the code scanner or the camera gave it: NUL, CR and LF at its ends are
 * dropped, TAB and ; stand for | when there is no |, text is brought to NFC. ret->doubt is
 * ERR_FIELD_PAIR when the number contradicts the birth year or the sex: records get corrected
 * and numbers stay, so that a person decides.
 * ERR_NOT_CARD_QR: readable, but another kind of code (a link, a health card, a parcel).
 * ERR_BAD_CARD: meant to be a card's, but cut off, garbled or impossible. */
enum err card_qr_read(const void *payload, size_t len, struct msg_card_facts *ret);

#endif
