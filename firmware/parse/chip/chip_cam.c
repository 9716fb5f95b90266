/* PACE-CAM on a card whose key is only in EF.CardSecurity (ICAO Doc 9303-11 section 4.4.3.5). That
 * file lies in the master file: to read it the application is left, and selected again. */
#include "firmware/parse/chip/chip_own.h"
#include "firmware/parse/chip/proof.h"

#include <string.h>

#define SELECT 0xa4
#define SW_OK  0x9000

/* True when the card did so; what it says instead is its own affair. */
static bool select_it(struct chip *c, uint8_t how, const void *name, size_t len)
{
	struct apdu a = { .ins = SELECT, .p1 = how, .p2 = 0x0c, .data = name, .len = len };
	uint8_t none[256];
	uint16_t sw = 0;
	size_t got;

	return session_send(&c->session, &a, none, sizeof none, &got, &sw) == ERR_OK && sw == SW_OK;
}

/* Whoever signed EF.SOD can be unknown; then so could be somebody else who signed this file, and
 * the key in it belongs to nobody's data. */
static bool is_same_states(const struct chip *c, const struct trust_infos *t)
{
	return t->data == CHIP_DATA_SIGNED && t->issuer == c->trust.issuer &&
	       t->issuer != CHIP_ISSUER_UNKNOWN;
}

static enum err judge_key(struct chip *c, struct span file)
{
	struct trust_infos t;
	enum err e = trust_card_security(file, c->ask->anchors, c->ask->now_s, &t);

	if (e == ERR_BAD_DATA)
		return ERR_OK;
	if (e != ERR_OK || !is_same_states(c, &t))
		return e;
	return proof_cam(&c->access.cam, (struct span){ t.bytes, t.len }, &c->proof);
}

static enum err read_and_judge(struct chip *c)
{
	static const uint8_t MASTER_FILE[] = { 0x3f, 0x00 };
	struct file file = { .id = FILE_CARD_SECURITY };

	if (!select_it(c, 0x00, MASTER_FILE, sizeof MASTER_FILE))
		return ERR_OK;
	c->reading = CHIP_DG15; /* where it stands in the row of steps */
	enum err e = file_read(&c->session, &c->way, &file);
	if (e == ERR_OK)
		e = judge_key(c, file_span(&file));
	file_finish(&file);
	return e;
}

enum err chip_prove_cam(struct chip *c)
{
	static const uint8_t APPLICATION[] = { 0xa0, 0, 0, 2, 0x47, 0x10, 1 };

	bool same = c->reopened == 0;

	if (c->access.how != CHIP_ACCESS_PACE_CAM)
		return ERR_OK;
	/* Nothing in this key is of the card's data: only the channel ties them together. Behind a
	 * channel that was opened anew may be another card. */
	enum err e = same ? ERR_OK : chip_same_card(c, &same);
	if (e != ERR_OK || !same)
		return e;
	e = read_and_judge(c);
	if (e == ERR_NO_CARD || e == ERR_GONE || e == ERR_TIMEOUT || e == ERR_NO_MEMORY)
		return e;
	/* a card that broke the channel, or does not find its application again, begins anew */
	return select_it(c, 0x04, APPLICATION, sizeof APPLICATION) ? ERR_OK : chip_reopen(c);
}
