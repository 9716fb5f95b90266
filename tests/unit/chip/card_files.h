/* Files of cards, made by hand for tests: invented people, numbers nobody was given. */
#ifndef TESTS_CHIP_CARD_FILES_H
#define TESTS_CHIP_CARD_FILES_H

#include "firmware/parse/chip/tlv.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that grow; a test never needs more. */
struct made {
	uint8_t at[70000];
	size_t len;
};

static inline struct span made_span(const struct made *m)
{
	return (struct span){ m->at, m->len };
}

static inline void add(struct made *m, const void *bytes, size_t len)
{
	if (len > sizeof m->at - m->len)
		abort();
	memcpy(m->at + m->len, bytes, len);
	m->len += len;
}

static inline void add_u8(struct made *m, unsigned b)
{
	add(m, &(uint8_t){ (uint8_t)b }, 1);
}

static inline void add_head(struct made *m, unsigned tag, size_t len)
{
	if (tag > 0xff)
		add_u8(m, tag >> 8);
	add_u8(m, tag);
	if (len >= 0x100)
		add(m, (uint8_t[]){ 0x82, (uint8_t)(len >> 8), (uint8_t)len }, 3);
	else if (len >= 0x80)
		add(m, (uint8_t[]){ 0x81, (uint8_t)len }, 2);
	else
		add_u8(m, (unsigned)len);
}

static inline void add_object(struct made *m, unsigned tag, const void *value, size_t len)
{
	add_head(m, tag, len);
	add(m, value, len);
}

/* Everything from `from` on becomes the value of an object. */
static inline void wrap(struct made *m, unsigned tag, size_t from)
{
	size_t len = m->len - from;
	uint8_t *value = malloc(len + 1);

	if (!value)
		abort();
	memcpy(value, m->at + from, len);
	m->len = from;
	add_object(m, tag, value, len);
	free(value);
}

static inline void add_dg1(struct made *m, const char *zone)
{
	size_t from = m->len;

	add_object(m, 0x5f1f, zone, strlen(zone));
	wrap(m, 0x61, from);
}

/* One field of DG13. */
static inline void add_field(struct made *m, unsigned id, unsigned tag, const char *text)
{
	size_t from = m->len;

	add_object(m, 0x02, &(uint8_t){ (uint8_t)id }, 1);
	if (text)
		add_object(m, tag, text, strlen(text));
	wrap(m, 0x30, from);
}

static inline void add_parents(struct made *m, const char *father, const char *mother)
{
	const char *who[] = { father, mother };
	size_t from = m->len;

	add_object(m, 0x02, &(uint8_t){ 13 }, 1);
	for (int i = 0; i < 2; i++) {
		size_t inner = m->len;

		if (who[i][0])
			add_object(m, 0x0c, who[i], strlen(who[i]));
		wrap(m, 0x30, inner);
	}
	wrap(m, 0x30, from);
}

/* ISO/IEC 19794-5 around a picture, in EF.DG2. `off`: how wrong its lengths are. */
static inline void add_dg2(struct made *m, const void *picture, size_t len, int off)
{
	size_t from = m->len, total = len + 46 + (size_t)off;
	uint8_t head[46] = {
		'F', 'A', 'C', 0, '0', '1', '0', 0, 0, 0, (uint8_t)(total >> 8), (uint8_t)total,
		0,   1
	};
	uint8_t *block = head + 14, *shape = block + 20;

	block[2] = (uint8_t)((total - 14) >> 8);
	block[3] = (uint8_t)(total - 14);
	memcpy(shape, (uint8_t[]){ 1, 1, 0x01, 0xe0, 0x02, 0x80 }, 6); /* 480 x 640 */
	size_t template, group = m->len;
	add_object(m, 0x02, (uint8_t[]){ 1 }, 1);
	template = m->len;
	add_object(m, 0xa1, (uint8_t[]){ 0x81, 0x01, 0x02 }, 3);
	add_head(m, 0x5f2e, len + sizeof head);
	add(m, head, sizeof head);
	add(m, picture, len);
	wrap(m, 0x7f60, template);
	wrap(m, 0x7f61, group);
	wrap(m, 0x75, from);
}

#endif
