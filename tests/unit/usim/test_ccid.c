#include "tests/tap.h"
#include "tests/unit/usim/host.h"
#include "tests/usim/ccid.h"
#include "tests/usim/toycard.h"

#include <stdlib.h>

/* A reader, a card, and the last answer of the reader. */
struct desk {
	struct ccid *reader;
	struct toycard *card;
	uint8_t seq;
	uint8_t answer[2048];
	int len; /* of the answer, header included; negative: a status */
};

static struct desk desk_new(enum ccid_level level, bool with_card)
{
	struct desk d = { malloc(sizeof *d.reader), malloc(sizeof *d.card), 7, { 0 }, 0 };

	ccid_init(d.reader, level);
	toycard_init(d.card);
	if (with_card)
		ccid_insert(d.reader, &d.card->card);
	return d;
}

static void desk_free(struct desk *d)
{
	usb_finish(&d->reader->usb);
	free(d->reader);
	free(d->card);
}

static void receive(struct desk *d)
{
	d->len = host_move(&d->reader->usb, 0x82, d->answer, sizeof d->answer);
}

static void send(struct desk *d, uint8_t type, unsigned level, const uint8_t *data, size_t len)
{
	uint8_t m[2048] = { type, (uint8_t)len,   (uint8_t)(len >> 8),  0, 0, 0, ++d->seq,
			    0,    (uint8_t)level, (uint8_t)(level >> 8) };

	if (len)
		memcpy(m + 10, data, len);
	eq_int(host_move(&d->reader->usb, 0x01, m, 10 + len), 10 + (int)len);
	receive(d);
}

/* True when the answer belongs to the last command. */
static bool answered(const struct desk *d, uint8_t type, uint8_t status, uint8_t error)
{
	return d->len >= 10 && d->answer[0] == type && d->answer[6] == d->seq &&
	       d->answer[7] == status && d->answer[8] == error &&
	       d->len == 10 + (d->answer[1] | d->answer[2] << 8);
}

static void power_and_presence(void)
{
	struct desk d = desk_new(CCID_EXTENDED, false);

	send(&d, 0x65, 0, NULL, 0);
	ok(answered(&d, 0x81, 2, 0)); /* absent */
	send(&d, 0x62, 0, NULL, 0);
	ok(answered(&d, 0x80, 0x42, 0xFE));
	ccid_insert(d.reader, &d.card->card);
	send(&d, 0x65, 0, NULL, 0);
	ok(answered(&d, 0x81, 1, 0)); /* present, not powered */
	send(&d, 0x6F, 0, (const uint8_t[]){ 0, 0xA4, 4, 0 }, 4);
	ok(answered(&d, 0x80, 0x41, 0xFE));
	send(&d, 0x62, 0, NULL, 0);
	ok(answered(&d, 0x80, 0, 0));
	eq_int(d.answer[10], 0x3B);
	send(&d, 0x63, 0, NULL, 0);
	ok(answered(&d, 0x81, 1, 0));
	desk_free(&d);
}

static void slot_events(void)
{
	struct desk d = desk_new(CCID_EXTENDED, false);
	uint8_t b[8];

	ccid_insert(d.reader, &d.card->card);
	ccid_insert(d.reader, NULL);
	eq_int(host_move(&d.reader->usb, 0x83, b, 8), 2); /* one event, the newest */
	ok(b[0] == 0x50 && b[1] == 2);
	ccid_insert(d.reader, &d.card->card);
	eq_int(host_move(&d.reader->usb, 0x83, b, 8), 2);
	ok(b[0] == 0x50 && b[1] == 3);
	eq_int(host_move(&d.reader->usb, 0x83, b, 8), -ETIMEDOUT);
	ccid_break(d.reader, true);
	eq_int(host_move(&d.reader->usb, 0x83, b, 8), 4);
	eq_int(b[0], 0x51);
	send(&d, 0x62, 0, NULL, 0);
	ok(answered(&d, 0x80, 0x41, 0xFB));
	desk_free(&d);
}

static void long_answers_are_chained(void)
{
	static const uint8_t read_3000[] = { 0, 0xB0, 0, 5, 0, 3000 >> 8, 3000 & 255 };
	struct desk d = desk_new(CCID_EXTENDED, true);
	uint8_t got[3002];
	size_t n = 0;

	send(&d, 0x62, 0, NULL, 0);
	send(&d, 0x6F, 0, read_3000, sizeof read_3000);
	int chain[3] = { 1, 3, 2 };
	for (int i = 0; i < 3; i++) {
		ok(answered(&d, 0x80, 0, 0));
		eq_int(d.answer[9], chain[i]);
		memcpy(got + n, d.answer + 10, (size_t)d.len - 10);
		n += (size_t)d.len - 10;
		if (i < 2)
			send(&d, 0x6F, 0x10, NULL, 0);
	}
	eq_int(n, 3002);
	ok(got[0] == 5 && got[2999] == (uint8_t)(5 + 2999) && got[3000] == 0x90);
	eq_int(d.reader->apdus, 1);
	desk_free(&d);
}

static void long_commands_are_chained(void)
{
	struct desk d = desk_new(CCID_EXTENDED, true);
	uint8_t c[2007] = { 0, 0xD6, 0, 9, 0, 2000 >> 8, 2000 & 255 };

	for (int i = 0; i < 2000; i++)
		c[7 + i] = (uint8_t)(9 + i);
	send(&d, 0x62, 0, NULL, 0);
	send(&d, 0x6F, 1, c, 1000);
	ok(answered(&d, 0x80, 0, 0));
	eq_int(d.answer[9], 0x10);
	send(&d, 0x6F, 3, c + 1000, 1000);
	eq_int(d.answer[9], 0x10);
	send(&d, 0x6F, 2, c + 2000, 7);
	ok(answered(&d, 0x80, 0, 0));
	ok(d.len == 12 && d.answer[10] == 0x90);
	desk_free(&d);
}

static void short_level_knows_no_chains(void)
{
	struct desk d = desk_new(CCID_SHORT, true);
	static const uint8_t get_600[] = { 0, 0xCA, 600 >> 8, 600 & 255, 0 };
	static const uint8_t more[] = { 0, 0xC0, 0, 0, 0 }, last[] = { 0, 0xC0, 0, 0, 88 };

	send(&d, 0x62, 0, NULL, 0);
	send(&d, 0x6F, 1, get_600, sizeof get_600);
	ok(answered(&d, 0x80, 0x40, 8)); /* wLevelParameter is at offset 8 */
	send(&d, 0x6F, 0, get_600, sizeof get_600);
	eq_int(d.len, 10 + 258);
	ok(d.answer[d.len - 2] == 0x61 && d.answer[d.len - 1] == 0);
	send(&d, 0x6F, 0, more, sizeof more);
	ok(d.answer[d.len - 2] == 0x61 && d.answer[d.len - 1] == 88);
	send(&d, 0x6F, 0, last, sizeof last);
	eq_int(d.len, 10 + 90);
	eq_int(d.answer[10], (uint8_t)512);
	ok(d.answer[d.len - 2] == 0x90);
	desk_free(&d);
}

static void faults(void)
{
	static const uint8_t select[] = { 0, 0xA4, 4, 0 };
	struct desk d = desk_new(CCID_EXTENDED, true);

	send(&d, 0x62, 0, NULL, 0);
	d.reader->wait_more = 2;
	send(&d, 0x6F, 0, select, sizeof select);
	ok(answered(&d, 0x80, 0x80, 2)); /* time extension, twice; then the answer */
	receive(&d);
	ok(answered(&d, 0x80, 0x80, 2));
	receive(&d);
	ok(answered(&d, 0x80, 0, 0));
	d.reader->mute = true;
	send(&d, 0x6F, 0, select, sizeof select);
	ok(answered(&d, 0x80, 0x40, 0xFE));
	d.reader->mute = false;
	send(&d, 0x6B, 0, NULL, 0); /* escape: not supported, offset 0 */
	ok(answered(&d, 0x83, 0x40, 0));
	uint8_t other_slot[10] = { 0x65, 0, 0, 0, 0, 1, 99 };
	host_move(&d.reader->usb, 0x01, other_slot, 10);
	receive(&d);
	ok(d.answer[7] == 0x40 && d.answer[8] == 5 && d.answer[6] == 99);
	desk_free(&d);
}

static void the_card_leaves_in_the_middle(void)
{
	static const uint8_t select[] = { 0, 0xA4, 4, 0 };
	struct desk d = desk_new(CCID_EXTENDED, true);
	uint8_t b[8];

	host_move(&d.reader->usb, 0x83, b, 8);
	send(&d, 0x62, 0, NULL, 0);
	d.reader->leaves_at = 2;
	send(&d, 0x6F, 0, select, sizeof select);
	ok(answered(&d, 0x80, 0, 0));
	send(&d, 0x6F, 0, select, sizeof select);
	ok(answered(&d, 0x80, 0x42, 0xFE));
	eq_int(host_move(&d.reader->usb, 0x83, b, 8), 2);
	eq_int(b[1], 2);
	desk_free(&d);
}

static void malformed_messages(void)
{
	struct desk d = desk_new(CCID_EXTENDED, true);
	uint8_t short_one[12] = { 0x6F, 200, 0, 0, 0, 0, 42 };
	uint8_t huge[64] = { 0x6F, 0, 0, 1, 0, 0, 43 };

	host_move(&d.reader->usb, 0x01, short_one, 12); /* says 200, brings 2 */
	receive(&d);
	ok(d.answer[6] == 42 && d.answer[7] == 0x41 && d.answer[8] == 1);
	host_move(&d.reader->usb, 0x01, huge, 64);
	uint8_t end[1] = { 0 };
	host_move(&d.reader->usb, 0x01, end, 1);
	receive(&d);
	ok(d.answer[6] == 43 && d.answer[8] == 1);
	send(&d, 0x65, 0, NULL, 0); /* and it goes on */
	ok(answered(&d, 0x81, 1, 0));
	desk_free(&d);
}

int main(void)
{
	power_and_presence();
	slot_events();
	long_answers_are_chained();
	long_commands_are_chained();
	short_level_knows_no_chains();
	faults();
	the_card_leaves_in_the_middle();
	malformed_messages();
	return tap_done();
}
