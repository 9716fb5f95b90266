/* The pieces in which a package goes to the province: how large, and a checksum over each. A piece
 * shall take seconds on any line: a server may throw away one that was cut, and what was damaged on
 * the way is found and sent again piece by piece. */
#ifndef SYNC_PIECE_H
#define SYNC_PIECE_H

#include "firmware/base/err.h"
#include <stdint.h>

#define PIECE_LEAST_BYTES 32768 /* 8 s at 32 kbit/s */
#define PIECE_FIRST_BYTES 65536
#define PIECE_MOST_BYTES  1048576
#define PIECE_SUM_CAP     80

/* How large the next one should be, after one that arrived within took_ms, or did not (-1). */
uint32_t piece_next_bytes(uint32_t bytes, int64_t took_ms);

/* How much of a piece may be under way at a time: what the line carries in a few seconds, so that
 * nobody else waits longer behind it, and yet enough for a long round trip. */
uint32_t piece_window_bytes(uint32_t bytes);

/* "Upload-Checksum: sha256 BASE64" of `len` bytes of the file from `from` on. ERR_IO: they are not
 * there. ERR_NO_MEMORY. */
enum err piece_sum(int fd, int64_t from, int64_t len, char ret_header[PIECE_SUM_CAP]);

#endif
