#include "firmware/parse/page/jbig2_mq.h"

#include <stdlib.h>

#define QE(value, likely, not, turns)                  \
	{ value, 2 * (likely), 2 * (not ) + (turns) }, \
		{ value, 2 * (likely) + 1, 2 * (not ) + 1 - (turns) },
const struct mq_state MQ_STATES[94] = {
#include "firmware/parse/page/jbig2_qe.def"
};

enum { FIRST_ROOM = 1 << 14 };

void mq_writer_begin(struct mq_writer *w, uint8_t *states)
{
	*w = (struct mq_writer){ .a = 0x8000, .ct = 12, .states = states };
}

static void append(struct mq_writer *w, uint8_t byte)
{
	if (w->len == w->room) {
		size_t room = w->room ? 2 * w->room : FIRST_ROOM;
		uint8_t *more = w->no_memory ? NULL : realloc(w->bytes, room);

		if (!more) {
			w->no_memory = true;
			return;
		}
		w->bytes = more;
		w->room = room;
	}
	w->bytes[w->len++] = byte;
}

/* The byte before is now final: a carry stops at it. */
static void next_byte(struct mq_writer *w, bool stuffed)
{
	int shift = stuffed ? 20 : 19;

	if (w->has_last)
		append(w, w->last);
	w->has_last = true;
	w->last = (uint8_t)(w->c >> shift);
	w->c &= (1u << shift) - 1;
	w->ct = stuffed ? 7 : 8;
}

static void byte_out(struct mq_writer *w)
{
	bool is_ff = w->has_last && w->last == 0xff;

	if (!is_ff && w->c >= 0x8000000) {
		w->last++;
		is_ff = w->last == 0xff;
		w->c &= 0x7ffffff;
	}
	next_byte(w, is_ff);
}

void mq_writer_renorm(struct mq_writer *w)
{
	do {
		w->a <<= 1;
		w->c <<= 1;
		if (--w->ct == 0)
			byte_out(w);
	} while (!(w->a & 0x8000));
}

/* While the interval stays above one half nothing but two sums changes. */
void mq_put_zeros(struct mq_writer *w, uint32_t context, uint32_t n)
{
	while (n > 0) {
		uint32_t qe = MQ_STATES[w->states[context]].qe;
		uint32_t k = (w->a - 0x8000) / qe;

		if (k == 0 || (w->states[context] & 1)) {
			mq_put(w, context, 0);
			n--;
			continue;
		}
		k = k < n ? k : n;
		w->a -= k * qe;
		w->c += k * qe;
		n -= k;
	}
}

void mq_writer_end(struct mq_writer *w)
{
	uint32_t top = w->c + w->a;

	w->c |= 0xffff;
	if (w->c >= top)
		w->c -= 0x8000;
	w->c <<= w->ct;
	byte_out(w);
	w->c <<= w->ct;
	byte_out(w);
	append(w, w->last);
	if (w->last != 0xff)
		append(w, 0xff);
	append(w, 0xac);
}

static void byte_in(struct mq_reader *r)
{
	uint32_t byte = r->at < r->end ? *r->at : 0xff;
	uint32_t next = r->end - r->at > 1 ? r->at[1] : 0xff;

	if (byte == 0xff && next > 0x8f) {
		r->c += 0xff00;
		r->ct = 8;
		return;
	}
	r->at++;
	r->c += byte == 0xff ? next << 9 : next << 8;
	r->ct = byte == 0xff ? 7 : 8;
}

void mq_reader_begin(struct mq_reader *r, const uint8_t *bytes, size_t len, uint8_t *states)
{
	*r = (struct mq_reader){ .at = bytes, .end = bytes + len, .states = states };
	r->c = (len > 0 ? (uint32_t)*bytes : 0xff) << 16;
	byte_in(r);
	r->c <<= 7;
	r->ct -= 7;
	r->a = 0x8000;
}

void mq_reader_renorm(struct mq_reader *r)
{
	do {
		if (r->ct == 0)
			byte_in(r);
		r->a <<= 1;
		r->c <<= 1;
		r->ct--;
	} while (!(r->a & 0x8000));
}

uint32_t mq_get_zeros(struct mq_reader *r, uint32_t context, uint32_t n)
{
	uint32_t got = 0;

	while (got < n) {
		uint32_t qe = MQ_STATES[r->states[context]].qe;
		uint32_t k = (r->a - 0x8000) / qe, room = (r->c >> 16) / qe;

		k = k < room ? k : room;
		k = k < n - got ? k : n - got;
		if (k == 0 || (r->states[context] & 1))
			return got;
		r->a -= k * qe;
		r->c -= (k * qe) << 16;
		got += k;
	}
	return got;
}
