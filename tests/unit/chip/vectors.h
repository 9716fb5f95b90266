/* The known answers of vectors.def, and a card that plays a recorded conversation. */
#ifndef TESTS_CHIP_VECTORS_H
#define TESTS_CHIP_VECTORS_H

#include "firmware/parse/chip/session.h"
#include "tests/tap.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR(name, hex)       name,
#define VECTOR_TEXT(name, text) name,
enum vector {
#include "tests/unit/chip/vectors.def"
	VECTOR_COUNT
};
#undef VECTOR
#undef VECTOR_TEXT

struct vector_row {
	const char *name, *text;
};

#define VECTOR(name, hex)       { #name, hex },
#define VECTOR_TEXT(name, text) { #name, text },
static const struct vector_row VECTOR_ROWS[] = {
#include "tests/unit/chip/vectors.def"
};
#undef VECTOR
#undef VECTOR_TEXT

struct bytes {
	uint8_t at[700];
	size_t len;
};

static inline unsigned hex_digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A' + 10);
}

static inline struct bytes bytes_of_hex(const char *hex)
{
	struct bytes b = { .len = strlen(hex) / 2 };

	assert(b.len <= sizeof(b.at));
	for (size_t i = 0; i < b.len; i++)
		b.at[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return b;
}

static inline struct bytes vec(enum vector v)
{
	return bytes_of_hex(VECTOR_ROWS[v].text);
}

static inline struct span span_of(const struct bytes *b)
{
	return (struct span){ b->at, b->len };
}

/* One check, under the vector's own name. */
static inline void eq_vector(const void *got, size_t len, enum vector v)
{
	struct bytes want = vec(v);
	bool same = len == want.len && memcmp(got, want.at, len) == 0;

	tap_line(same, __FILE__, __LINE__, VECTOR_ROWS[v].name);
	if (same)
		return;
	printf("#   got  ");
	for (size_t i = 0; i < len; i++)
		printf("%02X", ((const uint8_t *)got)[i]);
	printf("\n#   want %s\n", VECTOR_ROWS[v].text);
}

/* A command and the answer to it; a command of NULL takes whatever comes. */
struct talk {
	const char *command, *answer;
};

#define TALK(v)                                                             \
	{                                                                   \
		VECTOR_ROWS[v##_COMMAND].text, VECTOR_ROWS[v##_ANSWER].text \
	}

struct recorded {
	const struct talk *talks;
	size_t count, at;
	bool strayed; /* something else was sent than was recorded */
	const enum vector *chances;
	size_t chance_at;
	struct line line;
	struct chance chance;
	struct session session;
};

static inline enum err recorded_exchange(void *data, const uint8_t *command, size_t len,
					 uint8_t *ret, size_t cap, size_t *ret_len)
{
	struct recorded *r = data;

	if (r->at == r->count) {
		r->strayed = true;
		return ERR_CARD_MUTE;
	}
	const struct talk *t = &r->talks[r->at++];
	struct bytes answer = bytes_of_hex(t->answer);
	if (t->command) {
		struct bytes want = bytes_of_hex(t->command);
		bool same = want.len == len && memcmp(want.at, command, len) == 0;

		tap_line(same, __FILE__, __LINE__, t->command);
		r->strayed |= !same;
		for (size_t i = 0; !same && i < len; i++)
			printf("%s%02X%s", i ? "" : "#   sent ", command[i],
			       i + 1 == len ? "\n" : "");
	}
	assert(answer.len <= cap);
	memcpy(ret, answer.at, answer.len);
	*ret_len = answer.len;
	return ERR_OK;
}

static inline enum err recorded_chance(void *data, uint8_t *ret, size_t len)
{
	struct recorded *r = data;
	struct bytes b = vec(r->chances[r->chance_at++]);

	eq_int(len, b.len);
	memcpy(ret, b.at, len < b.len ? len : b.len);
	return ERR_OK;
}

/* r->session is ready for use; r must stay where it is. */
static inline void recorded_start(struct recorded *r, const struct talk *talks, size_t count,
				  const enum vector *chances)
{
	*r = (struct recorded){ .talks = talks, .count = count, .chances = chances };
	r->line = (struct line){ .exchange = recorded_exchange, .data = r, .max_answer = 65538 };
	r->chance = (struct chance){ recorded_chance, r };
	r->session = (struct session){ .line = &r->line, .chance = &r->chance };
}

static inline void recorded_secure(struct recorded *r, enum sm_cipher c, enum vector enc,
				   enum vector mac)
{
	struct sm sm = { .cipher = c };
	struct bytes e = vec(enc), m = vec(mac);

	memcpy(sm.enc, e.at, cipher_key_bytes(c));
	memcpy(sm.mac, m.at, cipher_key_bytes(c));
	session_secure(&r->session, &sm);
}

static inline void recorded_counter(struct recorded *r, enum vector ssc)
{
	struct bytes b = vec(ssc);

	memcpy(r->session.sm.ssc, b.at, b.len);
}

/* All was said, in the order and the words recorded. */
static inline void recorded_over(struct recorded *r)
{
	ok(!r->strayed);
	eq_int(r->at, r->count);
	session_finish(&r->session);
}

#endif
