/* What a VietQR code says: EMVCo merchant-presented QR as NAPAS writes it (QR format v1.0 of
 * 09/2021; domain reference, section 6). Any bank's app reads it and fills in a transfer.
 *
 * Such a code proves nothing: only the payment platform says what was paid (pay.h). */
#ifndef CORE_VIETQR_H
#define CORE_VIETQR_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define VIETQR_CAP         512       /* of a payload and its NUL, always enough */
#define VIETQR_MAX_VND     499999999 /* a transfer stays under 500 million */
#define VIETQR_PURPOSE_MAX 25

enum vietqr_service { VIETQR_ACCOUNT, VIETQR_CARD };

/* Texts are borrowed, NULL is "". Names and purpose may be written in Vietnamese. */
struct vietqr {
	const char *bin;     /* of the bank: 6 digits */
	const char *account; /* number of account or card: 1 to 19 letters or digits */
	enum vietqr_service service;
	int64_t amount_vnd;    /* 0: the payer types it, and the code serves for many payments */
	const char *name;      /* of the payee, folded and cut to 25 */
	const char *city;      /* folded and cut to 15 */
	const char *bill;      /* number of the bill: at most 25 letters, digits, '-', '.' or ' ' */
	const char *reference; /* the same */
	const char *purpose;   /* what the bank statement will say: folded, at most 25 then */
};

/* Writes the payload. ERR_BAD_DATA: bin or account of a wrong shape; ERR_FIELD_RANGE: an amount
 * nobody can transfer; ERR_FIELD_LONG: bill, reference or purpose too long (they are not cut: what
 * is cut maps back to nothing), or all of them together; ERR_FIELD_TEXT: a character that does not
 * belong; ERR_NO_SPACE: cap. *ret_text is untouched by an error. */
enum err vietqr_make(const struct vietqr *q, char *ret_text, size_t cap);

/* Text as banks keep it: Vietnamese letters without marks, capitals kept, anything but letters,
 * digits and single spaces dropped. Returns its length, cut to cap - 1. */
size_t vietqr_fold(const char *text, char *ret_text, size_t cap);

/* CRC-16/CCITT-FALSE: 0x1021 from 0xffff, nothing reflected. "123456789" gives 0x29b1. */
uint16_t vietqr_crc(const void *bytes, size_t len);

#endif
