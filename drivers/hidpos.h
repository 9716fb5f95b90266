/* HID POS code scanners as bytes: where the parts of a report are, and how one code comes in
 * several reports (USB-IF "HID Point of Sale Usage Tables" 1.02). No I/O. */
#ifndef DRIVERS_HIDPOS_H
#define DRIVERS_HIDPOS_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIDPOS_MAX_CODE   3800
#define HIDPOS_MAX_REPORT 1024

/* The input report that carries decoded data. Offsets count from the report's first byte,
 * which is its id when it has one. */
struct hidpos_report {
	uint8_t id; /* 0: reports of this device have none */
	uint16_t bytes;
	uint16_t data_at, data_bytes;
	uint16_t count_at; /* the byte that says how much data; 0xffff: there is none */
	uint32_t more_bit; /* "decode data continued", in bits; 0xffffffff: there is none */
};

/* ERR_NOT_FOUND: no scanner (a keyboard, a touch screen). ERR_BAD_DATA: malformed. */
enum err hidpos_report_of(const uint8_t *descriptor, size_t len, struct hidpos_report *ret);

/* A code on its way. */
struct hidpos_code {
	size_t len;
	bool open;    /* more reports are to come */
	bool damaged; /* this code is lost, up to its last report */
	uint8_t bytes[HIDPOS_MAX_CODE];
};

enum hidpos_next {
	HIDPOS_OTHER, /* not a report of data */
	HIDPOS_MORE,  /* wait for the next report, but not for ever */
	HIDPOS_WHOLE, /* bytes[0..len) is the code, exactly as read */
	HIDPOS_LOST,  /* it was too long or malformed */
};

enum hidpos_next hidpos_take(const struct hidpos_report *r, struct hidpos_code *c,
			     const uint8_t *bytes, size_t len);

/* Forgets an unfinished code; wipes it. */
void hidpos_forget(struct hidpos_code *c);

#endif
