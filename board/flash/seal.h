/* What vouches for the files of an image: SHA256SUMS, signed. */
#ifndef FLASH_SEAL_H
#define FLASH_SEAL_H

#include "board/flash/image.h"
#include "board/flash/say.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SHA256SUMS of a folder, after its signature (SHA256SUMS.p7s) was found to be by one whom the
 * authority in the file `anchor_pem` lets sign code. *ret is malloc'ed, with a zero behind. */
enum say seal_open(int dir, const char *anchor_pem, char **ret);

/* The sum of a file as it stands there, 64 small letters and a zero; false: it is not listed. */
bool seal_sum(const char *sums, const char *name, char ret[65]);

/* True when that is the sum of these bytes. */
bool seal_lists(const char *sums, const char *name, const void *bytes, size_t len);

/* The same of a file; SAY_SUMS when it is not. Its sum comes back. */
enum say seal_check_file(const char *sums, const char *name, int fd, uint64_t bytes,
			 image_tick *tick, void *data, char ret_sum[65]);

#endif
