/* The installation record: who flashed this disk with what, and how it ended. It lies in the gap
 * before the first partition, where no update writes, so that it can be read before anything was
 * started; the kiosk copies it to /data/board/installed at its first start
 * (usr/lib/kiosk-board/installed). It is also how a disk is known that was left half written. */
#ifndef FLASH_RECORD_H
#define FLASH_RECORD_H

#include "board/flash/facts.h"
#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_AT    (512u << 10) /* bytes from the disk's begin */
#define RECORD_BYTES 4096u

enum record_data { RECORD_KEPT, RECORD_NEW, RECORD_ERASED };

struct record {
	bool done; /* false: begun */
	enum record_data data;
	char version[FACT_CAP], board[FACT_CAP], compatible[FACT_CAP], root_hash[FACT_CAP];
	char image_sha256[FACT_CAP], who[FACT_CAP], when[FACT_CAP]; /* UTC, by the clock there */
	char model[FACT_CAP], serial[FACT_CAP], secure_boot[FACT_CAP];
	uint64_t disk_bytes, verified_bytes;
};

/* ERR_BAD_DATA: there is none, or its last line's SHA-256 is not that of the lines before. */
enum err record_read(const uint8_t bytes[RECORD_BYTES], struct record *ret);

/* Values that are empty are left out. */
void record_write(const struct record *r, uint8_t ret[RECORD_BYTES]);

#endif
