/* Bytes that grow, and BER-TLV made in them and found in others'. */
#ifndef TESTS_MRTD_BYTES_H
#define TESTS_MRTD_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins zeroed. After one allocation failed it is `bad`, and takes nothing any more. */
struct mrtd_bytes {
	uint8_t *at;
	size_t len, cap;
	bool bad;
};

void mrtd_bytes_end(struct mrtd_bytes *b); /* frees; zeroed again */
#define AUTO_BYTES __attribute__((cleanup(mrtd_bytes_end))) struct mrtd_bytes

void mrtd_put(struct mrtd_bytes *b, const void *data, size_t len);
void mrtd_put_u8(struct mrtd_bytes *b, uint8_t value);
void mrtd_put_fill(struct mrtd_bytes *b, uint8_t value, size_t count);
void mrtd_put_hex(struct mrtd_bytes *b, const char *hex);

/* A whole object. The tag is as its bytes read: 0x61, 0x5F1F. */
void mrtd_put_tlv(struct mrtd_bytes *b, uint32_t tag, const void *value, size_t len);

/* What lies from `start` to the end becomes the value of an object. */
void mrtd_wrap(struct mrtd_bytes *b, uint32_t tag, size_t start);

/* The first object with that tag at this level. False: none, or malformed before it. */
bool mrtd_find(const uint8_t *in, size_t len, uint32_t tag, const uint8_t **ret, size_t *ret_len);

/* Length of tag and length of an object whose value has `len` bytes. */
size_t mrtd_head_bytes(uint32_t tag, size_t len);

#endif
