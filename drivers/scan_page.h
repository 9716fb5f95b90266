/* One scanned page on its way from a SANE backend's lines into a sealed memfd: rows of 8-bit
 * gray or RGB without padding. Takes pieces of any size, 1, 8 and 16 bits a sample, lines with
 * padding, and pages whose height is known only at their end. */
#ifndef DRIVERS_SCAN_PAGE_H
#define DRIVERS_SCAN_PAGE_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define SCAN_MAX_WIDTH  20000 /* A4 at 600 dpi is 4960 x 7016 */
#define SCAN_MAX_HEIGHT 30000
#define SCAN_MAX_BYTES  (160u << 20)

struct scan_form {
	uint32_t width;
	uint32_t line_bytes; /* of the backend, padding included */
	uint8_t channels;    /* 1 or 3 */
	uint8_t depth;       /* bits of a sample: 1 (1 = black), 8, 16 (this machine's order) */
};

struct scan_page {
	struct scan_form form;
	int fd; /* -1: none */
	uint32_t rows;
	size_t line_len;
	uint8_t *line, *row; /* one of the backend's, one of ours */
};

/* ERR_BAD_DATA: numbers that contradict each other or are beyond a page. ERR_NO_MEMORY, ERR_IO. */
enum err scan_page_init(struct scan_page *p, const struct scan_form *f);
void scan_page_finish(struct scan_page *p); /* accepts a zeroed page whose fd is -1 */

/* The next bytes of the backend. ERR_BAD_DATA: longer than a page can be. ERR_IO, ERR_NO_SPACE. */
enum err scan_page_add(struct scan_page *p, const uint8_t *bytes, size_t len);

/* The sealed pixels, width * height * channels bytes; *ret_fd is the caller's. An unfinished
 * last line is left out. ERR_BAD_DATA: not one whole line came. */
enum err scan_page_seal(struct scan_page *p, uint32_t *ret_height, int *ret_fd);

#endif
