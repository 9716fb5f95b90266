/* The partition table of a disk (UEFI specification, 5.3), of sectors of 512 bytes and 128 entries:
 * what the kiosk's image has. Reading trusts nothing; a table with another number of entries is
 * none of ours. */
#ifndef FLASH_GPT_H
#define FLASH_GPT_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GPT_SECTOR      512u
#define GPT_ENTRIES     128u
#define GPT_ENTRY_BYTES 128u
#define GPT_TABLE_BYTES (GPT_ENTRIES * GPT_ENTRY_BYTES)
#define GPT_HEAD_BYTES  (2 * GPT_SECTOR + GPT_TABLE_BYTES) /* protective MBR, header, entries */
#define GPT_TAIL_BYTES  (GPT_SECTOR + GPT_TABLE_BYTES)     /* entries, header */
#define GPT_NAME_CAP    37

struct gpt {
	uint8_t guid[16];
	uint64_t first_usable, last_usable; /* sectors */
	uint8_t table[GPT_TABLE_BYTES];
};

struct gpt_part {
	unsigned index;
	uint64_t start, bytes; /* bytes, from the disk's begin */
	uint8_t type[16], guid[16];
	char name[GPT_NAME_CAP]; /* what is not ASCII in it is '?' */
};

/* The table in the first GPT_HEAD_BYTES of a disk of `sectors`. ERR_BAD_DATA: there is none, or it
 * is damaged, or its partitions overlap or leave the disk. */
enum err gpt_read_head(const uint8_t *head, size_t len, uint64_t sectors, struct gpt *ret);

/* The same of the second table, in the last GPT_TAIL_BYTES of the disk. */
enum err gpt_read_tail(const uint8_t *tail, size_t len, uint64_t sectors, struct gpt *ret);

/* The n-th partition in use, n from 0; false: there are no more. */
bool gpt_part(const struct gpt *g, unsigned n, struct gpt_part *ret);
bool gpt_find(const struct gpt *g, const char *name, struct gpt_part *ret);

/* Makes it the table of a disk of `sectors`: what can be used ends before the second table. */
void gpt_fit(struct gpt *g, uint64_t sectors);

/* What is written at both ends of a disk of `sectors`. */
void gpt_write(const struct gpt *g, uint64_t sectors, uint8_t ret_head[GPT_HEAD_BYTES],
	       uint8_t ret_tail[GPT_TAIL_BYTES]);

#endif
