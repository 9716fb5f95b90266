/* Reading bytes that came from outside: a card, a scanner, a socket, a file.
 *
 * A reader never reads past its end. After the first shortage it is `bad`, and every later
 * get returns zero; so code reads straight down and asks once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *at;
	size_t left;
	bool bad;
};

static inline struct reader reader_of(const void *bytes, size_t len)
{
	return (struct reader){ .at = bytes, .left = len };
}

/* The next n bytes, or NULL; they live as long as what reader_of() was given. */
static inline const uint8_t *get_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = r->at;

	if (r->bad || n > r->left) {
		r->bad = true;
		return NULL;
	}
	r->at += n;
	r->left -= n;
	return p;
}

static inline uint8_t get_u8(struct reader *r)
{
	const uint8_t *p = get_bytes(r, 1);

	return p ? *p : 0;
}

static inline uint16_t get_u16be(struct reader *r)
{
	const uint8_t *p = get_bytes(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t get_u32be(struct reader *r)
{
	uint32_t high = get_u16be(r);

	return high << 16 | get_u16be(r);
}

static inline uint16_t get_u16le(struct reader *r)
{
	const uint8_t *p = get_bytes(r, 2);

	return p ? (uint16_t)(p[1] << 8 | p[0]) : 0;
}

static inline uint32_t get_u32le(struct reader *r)
{
	uint32_t low = get_u16le(r);

	return low | (uint32_t)get_u16le(r) << 16;
}

static inline uint64_t get_u64le(struct reader *r)
{
	uint64_t low = get_u32le(r);

	return low | (uint64_t)get_u32le(r) << 32;
}

/* A reader over the next n bytes only; bad if they are not all there. */
static inline struct reader get_part(struct reader *r, size_t n)
{
	const uint8_t *p = get_bytes(r, n);

	return (struct reader){ .at = p, .left = p ? n : 0, .bad = !p };
}

#endif
