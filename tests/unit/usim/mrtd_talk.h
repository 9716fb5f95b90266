/* Recorded conversations with a card: hex in, hex out, and the lots the chip drew. */
#ifndef TESTS_UNIT_USIM_MRTD_TALK_H
#define TESTS_UNIT_USIM_MRTD_TALK_H

#include "tests/mrtd/card.h"
#include "tests/tap.h"

#include <stdlib.h>

/* What the chip draws, in any order; each lot once. */
struct talk_lot {
	enum mrtd_lot lot;
	const char *hex;
};

struct talk {
	const struct talk_lot *lots; /* ends with a NULL hex */
	unsigned drawn;              /* bits of those taken */
};

static inline bool talk_draw(void *data, enum mrtd_lot lot, uint8_t *ret, size_t len)
{
	struct talk *t = data;

	for (unsigned i = 0; t->lots[i].hex; i++) {
		AUTO_BYTES b = { 0 };

		if (t->lots[i].lot != lot || t->drawn & 1u << i)
			continue;
		mrtd_put_hex(&b, t->lots[i].hex);
		if (b.bad || b.len > len)
			return false;
		memset(ret, 0, len - b.len);
		memcpy(ret + len - b.len, b.at, b.len);
		t->drawn |= 1u << i;
		return true;
	}
	return false;
}

/* The card's answer as hex, in a buffer that lives until the next call. */
static inline const char *talk(struct mrtd *m, const char *command)
{
	static char text[2 * MRTD_MAX_ANSWER + 1];
	static uint8_t answer[MRTD_MAX_ANSWER];
	AUTO_BYTES c = { 0 };

	mrtd_put_hex(&c, command);
	size_t n = mrtd_apdu(m, c.at, c.len, answer);
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02X", answer[i]);
	text[2 * n] = '\0';
	return text;
}

static inline struct mrtd *talk_card(const struct mrtd_spec *s)
{
	struct mrtd *m = NULL;

	if (mrtd_create(s, NULL, NULL, &m) != ERR_OK)
		abort();
	mrtd_reset(m);
	return m;
}

/* The file's contents are to be these. */
static inline void talk_file(struct mrtd *m, uint16_t id, const char *hex)
{
	for (size_t i = 0; i < m->file_count; i++)
		if (m->files[i].id == id) {
			m->files[i].bytes.len = 0;
			mrtd_put_hex(&m->files[i].bytes, hex);
		}
}

#define SELECT_LDS "00A4040C07A0000002471001"

#endif
