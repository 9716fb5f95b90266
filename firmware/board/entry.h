/* One boot entry of the firmware, EFI_LOAD_OPTION (UEFI specification 2.10, 3.1.3): u32
 * attributes, u16 length of the path list, description in UCS-2 with an end mark, the list,
 * anything. Of the list the first partition (media device path 4/1: number, start, size, 16 bytes
 * of GPT UUID, format, kind) and the first file (4/4, UCS-2) count. */
#ifndef BOARD_ENTRY_H
#define BOARD_ENTRY_H

#include "firmware/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
	uint16_t number;
	bool active;
	char name[64];         /* what is not ASCII, or too long, stands as "?" */
	bool on_partition;     /* of a GPT: */
	uint8_t partition[16]; /* its UUID, as on the disk */
	char file[128];        /* "" none */
};

/* Sets all but the number. ERR_BAD_DATA. */
enum err entry_parse(const uint8_t *bytes, size_t len, struct entry *ret);

#endif
