/* Descriptors of USB devices that are tried at a board's ports. */
#ifndef TESTS_DEVICES_H
#define TESTS_DEVICES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct descriptors {
	uint8_t bytes[512];
	size_t len;
};

static inline void add(struct descriptors *d, const uint8_t *bytes, size_t len)
{
	memcpy(d->bytes + d->len, bytes, len);
	d->len += len;
}

/* A device of one configuration with an interface and an endpoint for each three bytes of
 * `kinds`. */
static inline struct descriptors device(uint8_t class, const uint8_t (*kinds)[3], unsigned count)
{
	const uint8_t head[] = { 18, 1, 0, 2, class, 0, 0, 64, 0x27, 0x06, 1, 0, 0, 0, 1, 2, 3, 1 };
	const uint8_t total = (uint8_t)(9 + count * 16);
	const uint8_t config[] = { 9, 2, total, 0, (uint8_t)count, 1, 0, 0xa0, 50 };
	const uint8_t end[] = { 7, 5, 0x81, 3, 8, 0, 7 };
	struct descriptors d = { 0 };

	add(&d, head, sizeof head);
	add(&d, config, sizeof config);
	for (unsigned i = 0; i < count; i++) {
		const uint8_t face[] = { 9,           4,           (uint8_t)i,  0, 1,
					 kinds[i][0], kinds[i][1], kinds[i][2], 0 };

		add(&d, face, sizeof face);
		add(&d, end, sizeof end);
	}
	return d;
}

static const uint8_t KEYBOARD[][3] = { { 3, 1, 1 } };
static const uint8_t STICK[][3] = { { 8, 6, 0x50 } };
static const uint8_t STICK_AND_KEYBOARD[][3] = { { 8, 6, 0x50 }, { 3, 1, 1 } };
static const uint8_t SCREEN
[][3] = { { 3, 0, 0 } };
static const uint8_t HUB[][3] = { { 9, 0, 0 } };

#endif
