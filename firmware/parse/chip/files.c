#include "firmware/parse/chip/files.h"

#include <stdlib.h>
#include <string.h>

#define SELECT          0xa4
#define READ_BINARY     0xb0
#define READ_BINARY_ODD 0xb1 /* offset and data in data objects */
#define OFFSET_TAG      0x54
#define DATA_TAG        0x53

enum {
	/* 65536 and what is written alike make some cards send nothing; half of it is enough for
	 * every face seen. */
	LARGEST = 32000,
	SHORT_ANSWER = 258,
	WORTH_EXTENDED = 300,
	SURELY = 4063, /* few cards that take extended length take less */
	HEADER = 16,   /* surely holds tag and length, and no file is shorter */
	CONFIRM = 32,
	FIRST_ODD = 0x8000,
	BUFFER = FILE_MAX_BYTES + LARGEST + 1024,
};

/* Where we are in one file. */
struct walk {
	uint32_t trips;
	uint32_t short_block; /* what fits an answer in short form */
	uint32_t exact;       /* the card said: this much; 0: it did not */
	bool current;         /* the card knows which file is meant */
};

struct request {
	uint32_t at, want;
	bool by_sfi, confirm;
};

enum reply { REPLY_DATA, REPLY_EXACT, REPLY_SIZE, REPLY_NAME, REPLY_MISSING, REPLY_DENIED };

static uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* What fits an answer in short form; also for the line that takes nothing longer. */
static uint32_t short_block(const struct session *s)
{
	return s->secure ? sm_room(s->sm.cipher, SHORT_ANSWER) : SHORT_ANSWER - 2;
}

/* A reader that brings a few bytes more than the short form gets asked in the short form. */
uint32_t file_largest_block(const struct session *s)
{
	uint32_t room = s->line->max_answer > 2 ? session_room(s) : 0;

	if (s->line->max_answer >= SHORT_ANSWER && s->line->max_answer < WORTH_EXTENDED)
		return short_block(s);
	return min_u32(room, LARGEST);
}

struct span file_span(const struct file *f)
{
	if (f->total == 0 || f->have < f->total)
		return (struct span){ 0 };
	return (struct span){ f->bytes, f->total };
}

uint8_t file_percent(const struct file *f)
{
	return f->total == 0 ? 0 : (uint8_t)(f->have * 100 / f->total);
}

void file_finish(struct file *f)
{
	if (f->bytes)
		explicit_bzero(f->bytes, BUFFER);
	free(f->bytes);
	*f = (struct file){ 0 };
}

/* Bytes behind the object are not of the file that was signed. */
static enum err measure(struct file *f)
{
	size_t total;
	enum err e = tlv_total((struct span){ f->bytes, f->have }, &total);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK || total > FILE_MAX_BYTES)
		return ERR_BAD_DATA;
	f->total = total;
	f->have = f->have < total ? f->have : total;
	return ERR_OK;
}

static enum err make_room(struct file *f)
{
	if (!f->bytes)
		f->bytes = calloc(1, BUFFER);
	return f->bytes ? ERR_OK : ERR_NO_MEMORY;
}

enum err file_restore(struct file *f, const void *bytes, size_t len)
{
	if (len > FILE_MAX_BYTES)
		return ERR_BAD_DATA;
	enum err e = make_room(f);
	if (e != ERR_OK)
		return e;
	memcpy(f->bytes, bytes, len);
	f->have = len;
	f->total = 0;
	e = measure(f);
	if (e == ERR_OK && f->have < len)
		e = ERR_BAD_DATA;
	if (e != ERR_OK)
		f->have = f->total = 0;
	return e;
}

/* Limits may have changed: another reader, or protection has begun. */
static enum err begin(const struct session *s, struct file_way *w, struct file *f)
{
	uint32_t largest = file_largest_block(s), fits = short_block(s);

	if (w->block > 0 && w->block < SHORT_ANSWER) /* learned under another cipher */
		largest = fits;
	w->block = w->block == 0 ? largest : min_u32(w->block, largest);
	w->first = w->first == 0 ? w->block : min_u32(w->first, w->block);
	w->size_suspected = false;
	return w->block == 0 ? ERR_BAD_DATA : make_room(f);
}

/* Beyond 32767 bytes what is asked for is a data object, with its header. */
static uint32_t odd_header(size_t value)
{
	return value < 0x80 ? 2 : value < 0x100 ? 3 : 4;
}

/* 00 B1 00 00: for the file that is current already. */
static enum err send_odd(struct session *s, const struct request *r, uint8_t *out, size_t cap,
			 size_t *ret_n, uint16_t *ret_sw)
{
	uint8_t offset[5] = { OFFSET_TAG, 3, (uint8_t)(r->at >> 16), (uint8_t)(r->at >> 8),
			      (uint8_t)r->at };
	struct apdu a = {
		.ins = READ_BINARY_ODD, .data = offset, .len = sizeof offset, .le = r->want
	};

	if (r->at <= 0xffff) {
		offset[1] = 2;
		memmove(offset + 2, offset + 3, 2);
		a.len = 4;
	}
	return session_send(s, &a, out, cap, ret_n, ret_sw);
}

/* Drops the header of the data object around what an odd READ BINARY brought. */
static enum err unwrap(uint8_t *out, size_t *n)
{
	struct span value;
	enum err e = tlv_find((struct span){ out, *n }, DATA_TAG, &value);

	if (e != ERR_OK)
		return ERR_BAD_DATA;
	memmove(out, value.at, value.len);
	*n = value.len;
	return ERR_OK;
}

/* *ret_n bytes behind those that f has. */
static enum err send_read(struct session *s, struct file *f, const struct request *r, size_t *ret_n,
			  uint16_t *ret_sw)
{
	uint8_t *out = f->bytes + f->have;
	size_t cap = BUFFER - f->have;
	struct apdu a = { .ins = READ_BINARY, .p2 = (uint8_t)r->at, .le = r->want };
	bool odd = r->at >= FIRST_ODD;
	enum err e;

	/* said so, because 256 in short form would mean: what fits */
	a.extended = r->want > short_block(s);
	a.p1 = r->by_sfi ? (uint8_t)(0x80 | f->id) : (uint8_t)(r->at >> 8);
	*ret_n = 0;
	if (odd)
		e = send_odd(s, r, out, cap, ret_n, ret_sw);
	else
		e = session_send(s, &a, out, cap, ret_n, ret_sw);
	if (e == ERR_NO_SPACE || (e == ERR_OK && *ret_n > r->want))
		return ERR_BAD_DATA; /* more than was asked for */
	return e == ERR_OK && odd && *ret_n > 0 ? unwrap(out, ret_n) : e;
}

static enum reply judge(uint16_t sw, size_t n)
{
	if (sw == 0x9000 || sw == 0x6282 || sw >> 8 == 0x61)
		return n > 0 ? REPLY_DATA : REPLY_SIZE;
	if (sw >> 8 == 0x6c)
		return REPLY_EXACT;
	switch (sw) {
	case 0x6982:
	case 0x6985:
	case 0x6987:
	case 0x6988:
		return REPLY_DENIED;
	case 0x6a82:
	case 0x6a83:
	case 0x6a88:
		return REPLY_MISSING;
	case 0x6981:
	case 0x6986:
	case 0x6a80:
	case 0x6a81:
	case 0x6a86:
	case 0x6b00:
	case 0x6d00:
	case 0x6e00:
		return REPLY_NAME;
	default:
		return REPLY_SIZE;
	}
}

/* Protected, each fits a buffer of a usual size (4096, 2048, 1000, 512, 256 bytes), and one less
 * than a multiple of 16 needs the least padding. 0: there is nothing smaller worth trying. */
static uint32_t next_lower(uint32_t size, uint32_t short_block)
{
	const uint32_t steps[] = { SURELY, 2015, 975, 479, short_block, 159, 111, 63, 31, HEADER };

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i] < size)
			return steps[i];
	return 0;
}

/* The card does not take r->want. While the length of the file is unknown that may be because
 * nothing is to be asked beyond its end: the block stays, and less is asked at first. */
static enum err ask_less(struct file_way *w, const struct file *f, const struct walk *k,
			 const struct request *r)
{
	if (f->total > 0) {
		uint32_t lower = r->want > w->given ? next_lower(r->want, k->short_block) : 0;

		if (lower == 0)
			return ERR_BAD_DATA;
		w->block = lower;
		w->first = min_u32(w->first, lower);
		return ERR_OK;
	}
	w->strict = w->strict || r->want <= w->given;
	if (r->want <= HEADER)
		return ERR_BAD_DATA;
	w->first = r->want > k->short_block && !w->strict ? k->short_block : HEADER;
	return ERR_OK;
}

static void ask_more(struct file_way *w, uint32_t n)
{
	w->given = n > w->given ? n : w->given;
	if (!w->strict && w->first < w->given)
		w->first = w->given;
	w->first = min_u32(w->first, w->block);
}

/* The card no longer speaks, or the session is dead; could it be for what was asked? A new session
 * is dear, so that one step down must do, or two. Mute is also what a card is that was moved. */
static enum err suspect_size(struct file_way *w, const struct walk *k, const struct request *r,
			     enum err e)
{
	bool mute = e == ERR_CARD_MUTE || e == ERR_TIMEOUT;
	uint32_t less = mute ? r->want / 4 : r->want > SURELY ? SURELY : 0;

	if ((e != ERR_FORGED && !mute) || r->want <= w->given || r->want <= k->short_block)
		return e;
	w->size_suspected = true;
	w->block = less > k->short_block ? less : k->short_block;
	w->first = min_u32(w->first, w->block);
	return e;
}

/* Some do not know short identifiers; found out at the first file, and only there. */
static bool may_want_select(const struct file_way *w, const struct request *r)
{
	return r->by_sfi && !w->sfi_works && !w->sfi_refused;
}

static enum err select_file(struct session *s, const struct file *f)
{
	uint8_t none[256], id[2] = { 0x01, (uint8_t)f->id };
	struct apdu a = { .ins = SELECT, .p1 = 0x02, .p2 = 0x0c, .data = id, .len = sizeof id };
	size_t n;
	uint16_t sw;
	enum err e = session_send(s, &a, none, sizeof none, &n, &sw);

	if (e != ERR_OK)
		return e;
	switch (judge(sw, 1)) {
	case REPLY_DATA:
		return ERR_OK;
	case REPLY_MISSING:
		return ERR_NOT_FOUND;
	case REPLY_DENIED:
		return ERR_DENIED;
	default:
		return ERR_BAD_DATA;
	}
}

/* What came may be the beginning again, asked for only to name the file. When it is another one,
 * the file is read from there. */
static enum err take(struct file *f, const struct request *r, size_t n)
{
	uint8_t *came = f->bytes + f->have;

	if (r->confirm && n <= f->have && memcmp(f->bytes, came, n) == 0)
		return ERR_OK;
	if (r->confirm) {
		memmove(f->bytes, came, n);
		f->have = f->total = 0;
	}
	f->have += n;
	if (f->total == 0)
		return measure(f);
	return f->have <= f->total ? ERR_OK : ERR_BAD_DATA;
}

static enum err got_data(struct file_way *w, struct file *f, struct walk *k,
			 const struct request *r, size_t n)
{
	enum err e = take(f, r, n);

	w->sfi_works = w->sfi_works || r->by_sfi;
	k->current = true;
	/* A card that cuts answers does so each time. */
	if (n + odd_header(r->want) < r->want && n >= k->short_block && f->have < f->total)
		w->block = (uint32_t)n;
	ask_more(w, (uint32_t)n);
	if (e == ERR_OK && w->progress)
		w->progress(w->progress_data, f);
	return e;
}

static enum err got_refusal(struct file_way *w, struct file *f, struct walk *k,
			    const struct request *r, uint16_t sw)
{
	enum reply reply = judge(sw, 0);
	bool exact = reply == REPLY_EXACT && k->exact == 0;

	if (reply == REPLY_DENIED)
		return ERR_DENIED;
	if (sw == 0x6b00 && may_want_select(w, r) && r->want > HEADER) {
		w->first = HEADER; /* the name of the file, or what was asked beyond its end? */
		return ERR_OK;
	}
	if ((reply == REPLY_MISSING || reply == REPLY_NAME) && may_want_select(w, r)) {
		w->sfi_refused = true;
		w->first = sw == 0x6b00 ? k->short_block : w->first;
		return ERR_OK;
	}
	if (reply == REPLY_MISSING)
		return ERR_NOT_FOUND;
	if (exact) {
		k->exact = min_u32(sw & 0xff ? sw & 0xff : 256, k->short_block);
		if (f->total > 0 && k->exact >= HEADER)
			w->block = k->exact;
		return ERR_OK;
	}
	enum err e = r->confirm ? ERR_BAD_DATA : ask_less(w, f, k, r);
	if (e != ERR_OK && may_want_select(w, r)) {
		w->sfi_refused = true;
		w->first = k->short_block;
		return ERR_OK;
	}
	return e;
}

static uint32_t missing(const struct file *f)
{
	size_t left = f->total - f->have;

	return (uint32_t)left + (f->have >= FIRST_ODD ? odd_header(left) : 0);
}

static struct request plan(const struct file_way *w, const struct file *f, struct walk *k)
{
	struct request r = { .at = (uint32_t)f->have };

	r.want = f->total == 0 ? w->first : min_u32(w->block, missing(f));
	r.by_sfi = !k->current && !w->sfi_refused;
	if (r.by_sfi && f->have > 0) {
		r.at = 0;
		r.want = min_u32(CONFIRM, (uint32_t)f->have);
		r.confirm = true;
	}
	if (k->exact > 0)
		r.want = min_u32(r.want, k->exact);
	return r;
}

static enum err read_on(struct session *s, struct file_way *w, struct file *f, struct walk *k)
{
	size_t n;
	uint16_t sw;

	if (!k->current && w->sfi_refused) {
		enum err e = select_file(s, f);
		k->current = e == ERR_OK;
		return e;
	}
	struct request r = plan(w, f, k);
	enum err e = send_read(s, f, &r, &n, &sw);
	if (e != ERR_OK)
		return suspect_size(w, k, &r, e);
	if (judge(sw, n) != REPLY_DATA)
		return got_refusal(w, f, k, &r, sw);
	k->exact = 0;
	return got_data(w, f, k, &r, n);
}

enum err file_read(struct session *s, struct file_way *w, struct file *f)
{
	struct walk k = { .short_block = short_block(s) };
	enum err e = begin(s, w, f);
	uint32_t block = w->block, first = w->first;

	while (e == ERR_OK && (f->total == 0 || f->have < f->total))
		e = k.trips++ < FILE_MAX_TRIPS ? read_on(s, w, f, &k) : ERR_BAD_DATA;
	if (e == ERR_BAD_DATA) { /* it was the file, not the size */
		w->block = block;
		w->first = first;
	}
	return e;
}
