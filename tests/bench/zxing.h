/* zxing-cpp, for comparison only; where it is not installed there is none. */
#ifndef TESTS_BENCH_ZXING_H
#define TESTS_BENCH_ZXING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

bool zxing_is_here(void);

/* The bytes of a QR code in a gray picture. Returns how many; 0: none was read. */
int zxing_read(const uint8_t *gray, int width, int height, uint8_t *ret_bytes, size_t cap);

#ifdef __cplusplus
}
#endif

#endif
