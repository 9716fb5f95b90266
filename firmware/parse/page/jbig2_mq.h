/* The arithmetic coder of ISO/IEC 14492 annex E: bits with a context each, whose likelihood is
 * learned while coding. */
#ifndef PARSE_PAGE_JBIG2_MQ_H
#define PARSE_PAGE_JBIG2_MQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MQ_CONTEXTS = 1 << 16 };

/* A row of table E.1 for one sense of the likely bit; states are 2 * row + that bit. */
struct mq_state {
	uint16_t qe;
	uint8_t if_likely, if_not;
};
extern const struct mq_state MQ_STATES[94];

struct mq_writer {
	uint32_t a, c;
	int ct;
	uint8_t last;   /* the byte that a carry may still change */
	bool has_last;  /* false before the first byte */
	bool no_memory; /* from then on bytes are lost */
	uint8_t *bytes;
	size_t len, room;
	uint8_t *states; /* MQ_CONTEXTS */
};

/* `states` is the caller's: MQ_CONTEXTS zeros. */
void mq_writer_begin(struct mq_writer *w, uint8_t *states);
void mq_writer_renorm(struct mq_writer *w);
/* Bytes are w->bytes, w->len, the caller's to free. */
void mq_writer_end(struct mq_writer *w);

static inline void mq_put(struct mq_writer *w, uint32_t context, uint32_t bit)
{
	uint8_t *state = &w->states[context];
	const struct mq_state *s = &MQ_STATES[*state];

	w->a -= s->qe;
	if (bit == (*state & 1u)) {
		if (w->a & 0x8000) {
			w->c += s->qe;
			return;
		}
		if (w->a < s->qe)
			w->a = s->qe;
		else
			w->c += s->qe;
		*state = s->if_likely;
	} else {
		if (w->a < s->qe)
			w->c += s->qe;
		else
			w->a = s->qe;
		*state = s->if_not;
	}
	mq_writer_renorm(w);
}

/* The same as n times mq_put() of a zero. */
void mq_put_zeros(struct mq_writer *w, uint32_t context, uint32_t n);

struct mq_reader {
	uint32_t a, c;
	int ct;
	const uint8_t *at, *end;
	uint8_t *states;
};

/* Past the end ones are read, as the standard says. */
void mq_reader_begin(struct mq_reader *r, const uint8_t *bytes, size_t len, uint8_t *states);
void mq_reader_renorm(struct mq_reader *r);

static inline uint32_t mq_get(struct mq_reader *r, uint32_t context)
{
	uint8_t *state = &r->states[context];
	const struct mq_state *s = &MQ_STATES[*state];
	uint32_t likely = *state & 1u, bit;

	r->a -= s->qe;
	if (r->c >> 16 >= s->qe) {
		r->c -= (uint32_t)s->qe << 16;
		if (r->a & 0x8000)
			return likely;
		bit = r->a < s->qe ? !likely : likely;
	} else {
		bit = r->a < s->qe ? likely : !likely;
		r->a = s->qe;
	}
	*state = bit == likely ? s->if_likely : s->if_not;
	mq_reader_renorm(r);
	return bit;
}

/* Zeros from here on, at most n; fewer than n when a one follows, which is not taken. */
uint32_t mq_get_zeros(struct mq_reader *r, uint32_t context, uint32_t n);

#endif
