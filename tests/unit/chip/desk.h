/* A desk for tests of whole sessions: a simulated card under a reader that counts, keeps a clock
 * of its own and loses the card when told to; and somebody who writes down what a session tells. */
#ifndef TESTS_CHIP_DESK_H
#define TESTS_CHIP_DESK_H

#include "firmware/base/anchors.h"
#include "firmware/parse/chip/chip.h"
#include "tests/mrtd/issuer.h"
#include "tests/mrtd/mrtd.h"
#include "tests/tap.h"

#include <openssl/sha.h>
#include <stdlib.h>

#define DESK_TRIP_MS 10

struct desk {
	struct mrtd *card;
	uint32_t max_answer;
	unsigned trips, lift_at; /* at this trip the card is taken away; 0: it stays */
	bool gone;
	bool changes_offer; /* somebody on the way names another cipher in EF.CardAccess */
	bool hides_offer;   /* to somebody on the way there is no EF.CardAccess */
	int64_t clock_ms;
	unsigned resets;
	const struct mrtd_faults *faults_at_reset; /* or NULL */
	struct mrtd *swapped;                      /* answers after a reset; or NULL */
	uint32_t read_bytes;                       /* that the card sent, in this session */

	/* what was told, over all sessions */
	unsigned facts_count, more_count, face_count, steps, traces;
	bool step_went_back;
	int last_step;
	struct msg_chip_facts facts;
	struct msg_chip_more more;
	uint8_t raw_sha[32], face_sha[32];
	uint32_t face_width, face_height;
	char trace[65536];
};

/* READ BINARY by its short name, or SELECT. */
static inline bool desk_wants_offer(const uint8_t *command, size_t len)
{
	return len > 4 && command[0] == 0 &&
	       ((command[1] == 0xb0 && command[2] == 0x9c) ||
		(command[1] == 0xa4 && memmem(command, len, "\2\1\x1c", 3)));
}

static inline enum err desk_exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret,
				     size_t cap, size_t *ret_len)
{
	static uint8_t answer[MRTD_MAX_ANSWER];
	struct desk *d = data;

	d->clock_ms += DESK_TRIP_MS;
	if (d->gone || ++d->trips == d->lift_at) {
		d->gone = true;
		return ERR_NO_CARD;
	}
	size_t n = 2;
	if (d->hides_offer && desk_wants_offer(command, len))
		memcpy(answer, "\x6a\x82", n);
	else
		n = mrtd_apdu(d->card, command, len, answer);
	d->clock_ms += mrtd_wait_ms(d->card);
	if (n == 0)
		return ERR_CARD_MUTE;
	if (n > d->max_answer || n > cap)
		return ERR_NO_SPACE;
	uint8_t *offer = memmem(answer, n, "\2\2\4\2\2", 5); /* ECDH, generic, AES-128 */
	if (d->changes_offer && d->trips == 1 && offer)
		offer[4]++;
	memcpy(ret, answer, n);
	*ret_len = n;
	d->read_bytes += (uint32_t)n;
	return ERR_OK;
}

static inline void desk_power(struct desk *d)
{
	mrtd_reset(d->card);
	if (d->faults_at_reset)
		mrtd_set_faults(d->card, d->faults_at_reset);
}

static inline enum err desk_reset(void *data)
{
	struct desk *d = data;

	d->resets++;
	if (d->swapped)
		d->card = d->swapped;
	desk_power(d);
	return d->gone ? ERR_NO_CARD : ERR_OK;
}

static inline int64_t desk_now_ms(void *data)
{
	return ((struct desk *)data)->clock_ms;
}

static inline void desk_step(void *data, enum chip_step step, unsigned percent)
{
	struct desk *d = data;

	d->steps++;
	d->step_went_back |= (int)step < d->last_step || percent > 100;
	d->last_step = (int)step;
}

static inline void desk_facts(void *data, const struct msg_chip_facts *f)
{
	struct desk *d = data;

	d->facts_count++;
	d->facts = *f;
}

static inline void desk_more(void *data, const struct msg_chip_more *m, struct span raw)
{
	struct desk *d = data;

	d->more_count++;
	d->more = *m;
	SHA256(raw.at, raw.len, d->raw_sha);
}

static inline void desk_face(void *data, uint32_t width, uint32_t height, const uint8_t *rgb)
{
	struct desk *d = data;

	d->face_count++;
	d->face_width = width;
	d->face_height = height;
	SHA256(rgb, (size_t)width * height * 3, d->face_sha);
}

static inline void desk_trace(void *data, const char *line)
{
	struct desk *d = data;
	size_t used = strlen(d->trace);

	d->traces++;
	snprintf(d->trace + used, sizeof d->trace - used, "%s\n", line);
}

/* A session with what lies on the desk; a card that was gone is laid back before. The caller ends
 * *ret with chip_end_finish(). */
static inline void desk_session(struct desk *d, const struct chip_ask *ask, struct chip_end *ret)
{
	const struct line line = { desk_exchange, d, d->max_answer, desk_reset };
	const struct chip_ears ears = { desk_now_ms, desk_step,  desk_facts, desk_more,
					desk_face,   desk_trace, d };

	d->gone = false;
	d->trips = d->read_bytes = d->resets = 0;
	d->last_step = -1;
	desk_power(d);
	chip_run(&line, ask, &ears, ret);
}

/* A card as the lines of `spec` say, with a fault or "". The caller ends it with mrtd_destroy(). */
static inline struct mrtd *desk_card(struct issuer *issuer, const char *spec, const char *fault)
{
	struct mrtd_spec s;
	struct mrtd_faults faults = { 0 };
	struct mrtd *card = NULL;
	char line[256];

	mrtd_spec_init(&s);
	for (const char *at = spec; *at; at += strcspn(at, "\n") + 1) {
		snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
		eq_int(mrtd_spec_line(&s, line), ERR_OK);
	}
	if (fault[0])
		eq_int(mrtd_faults_set(&faults, fault), ERR_OK);
	eq_int(mrtd_create(&s, issuer, &faults, &card), ERR_OK);
	return card;
}

/* An issuer's root as an operator would have installed it. The caller frees with
 * anchors_finish(). */
static inline void desk_trusts(struct anchors *list, struct issuer_bytes der)
{
	struct anchor a = { .kind = ANCHOR_CSCA,
			    .until_s = INT64_MAX,
			    .subject = "Test State CSCA",
			    .der = der.at,
			    .der_len = der.len };

	SHA256(der.at, der.len, a.sha256);
	eq_int(anchors_add(list, &a), ERR_OK);
}

#endif
