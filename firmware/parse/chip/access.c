#include "firmware/parse/chip/access.h"

#include "firmware/parse/chip/bac.h"
#include "firmware/parse/chip/card_access.h"
#include "firmware/parse/chip/pace.h"
#include <openssl/evp.h>
#include <string.h>

#define HASH_BYTES  20
#define DATE_DIGITS 6
#define MIN_NUMBER  9
#define MAX_NUMBER  22
#define MAX_CAN     16
#define MAX_SHORT   240 /* bytes of a number that a short command can hold */

static const uint8_t APPLET[] = { 0xa0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01 };

/* A key as the protocols want it. */
struct secret {
	uint8_t bytes[HASH_BYTES];
	struct password password;
};

static int mrz_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return c == '<' ? 0 : -1;
}

/* A field and its check digit (Doc 9303-3 section 4.9), behind what is in `to` already. */
static bool put_field(char *to, const char *field, size_t len)
{
	static const int WEIGHTS[] = { 7, 3, 1 };
	size_t n = strlen(to);
	int sum = 0;

	for (size_t i = 0; i < len; i++) {
		if (mrz_value(field[i]) < 0)
			return false;
		sum += mrz_value(field[i]) * WEIGHTS[i % 3];
		to[n + i] = field[i];
	}
	to[n + len] = (char)('0' + sum % 10);
	to[n + len + 1] = 0;
	return true;
}

static enum err hash_mrz(const char *key, uint8_t ret[HASH_BYTES])
{
	char info[MAX_NUMBER + 2 * DATE_DIGITS + 4] = "";
	size_t len = strlen(key);
	enum err e = ERR_OK;

	if (len < MIN_NUMBER + 2 * DATE_DIGITS || len > MAX_NUMBER + 2 * DATE_DIGITS)
		return ERR_BAD_DATA;
	size_t number = len - 2 * DATE_DIGITS;
	if (!put_field(info, key, number) || !put_field(info, key + number, DATE_DIGITS) ||
	    !put_field(info, key + number + DATE_DIGITS, DATE_DIGITS))
		e = ERR_BAD_DATA;
	else if (!EVP_Digest(info, strlen(info), ret, NULL, EVP_sha1(), NULL))
		e = ERR_NO_MEMORY;
	explicit_bzero(info, sizeof(info));
	return e;
}

static enum err take_key(enum chip_key kind, const char *key, struct secret *ret)
{
	if (kind == CHIP_KEY_MRZ) {
		ret->password = (struct password){ 1, { ret->bytes, HASH_BYTES } };
		return hash_mrz(key, ret->bytes);
	}
	size_t len = strlen(key);
	if (len == 0 || len > MAX_CAN || strspn(key, "0123456789") != len)
		return ERR_BAD_DATA;
	memcpy(ret->bytes, key, len);
	ret->password = (struct password){ 2, { ret->bytes, len } };
	return ERR_OK;
}

static enum err select_once(struct session *s, uint8_t p2, uint32_t le)
{
	struct apdu a = {
		.ins = 0xa4, .p1 = 0x04, .p2 = p2, .data = APPLET, .len = sizeof(APPLET), .le = le
	};
	uint8_t about[256];
	uint16_t sw;
	size_t len;
	enum err e = session_send(s, &a, about, sizeof(about), &len, &sw);

	if (e == ERR_OK && sw != 0x9000)
		return ERR_NOT_FOUND;
	return e;
}

/* ERR_BAD_CARD: it has none. */
static enum err select_applet(struct session *s)
{
	enum err e = select_once(s, 0x0c, 0);

	if (e == ERR_NOT_FOUND)
		e = select_once(s, 0x00, 256);
	return e == ERR_NOT_FOUND || e == ERR_NO_SPACE ? ERR_BAD_CARD : e;
}

/* The card's own words; everything else is the line, and ends the session. */
static bool card_said(enum err e)
{
	return e == ERR_WRONG_KEY || e == ERR_KEY_KIND || e == ERR_BAD_CARD || e == ERR_NOT_FOUND ||
	       e == ERR_FORGED;
}

static enum err one_offer(struct session *s, const struct pace_offer *offer,
			  const struct password *pw, struct access *a)
{
	/* a number as long as the prime is sent, which may not fit a short command */
	if (!offer->group.curve && offer->group.bytes > MAX_SHORT && !session_is_wide(s))
		return ERR_NOT_FOUND;
	enum err e = pace_run(s, offer, pw, &a->cam);
	if (e != ERR_OK)
		return e;
	e = select_applet(s);
	if (e != ERR_OK) {
		session_unsecure(s);
		a->cam = (struct cam){ 0 };
		return e;
	}
	a->how = a->cam.present ? CHIP_ACCESS_PACE_CAM : CHIP_ACCESS_PACE;
	return ERR_OK;
}

/* The offers in turn, until one runs or shows that the key is wrong. ERR_NOT_FOUND: none there. */
static enum err try_pace(struct session *s, const struct password *pw, struct access *a)
{
	enum err e = ERR_NOT_FOUND;

	for (unsigned n = 0; e == ERR_NOT_FOUND || e == ERR_KEY_KIND; n++) {
		struct pace_offer offer = { 0 };
		enum err more = pace_choose((struct span){ a->file, a->file_len }, n, &offer);

		if (more == ERR_NOT_FOUND)
			return e;
		e = more == ERR_OK ? one_offer(s, &offer, pw, a) : more;
		group_finish(&offer.group);
	}
	return e;
}

static enum err try_bac(struct session *s, const struct secret *key, struct access *a)
{
	enum err e = select_applet(s);

	/* a chip may want to forget an attempt that failed */
	if (e == ERR_BAD_CARD && a->file_len > 0 && s->line->reset) {
		e = s->line->reset(s->line->data);
		if (e == ERR_OK)
			e = select_applet(s);
	}
	if (e == ERR_OK)
		e = bac_run(s, key->bytes);
	if (e == ERR_OK)
		a->how = CHIP_ACCESS_BAC;
	return e;
}

/* PACE did not open it; `why` is what the card said. */
static enum err otherwise(struct session *s, enum chip_key kind, const struct secret *key,
			  enum err why, struct access *a)
{
	if (kind == CHIP_KEY_CAN) {
		if (why == ERR_WRONG_KEY || why == ERR_FORGED)
			return why;
		enum err e = select_applet(s);
		return e == ERR_OK || (e == ERR_BAD_CARD && a->file_len > 0) ? ERR_KEY_KIND : e;
	}
	enum err e = try_bac(s, key, a);
	return why == ERR_WRONG_KEY && card_said(e) ? why : e;
}

enum err access_open(struct session *s, enum chip_key kind, const char *key, struct access *ret)
{
	struct secret secret = { 0 };

	*ret = (struct access){ 0 };
	enum err e = kind == CHIP_KEY_NONE ? ERR_OK : take_key(kind, key, &secret);
	if (e == ERR_OK)
		e = card_access_read(s, ret);
	if (e == ERR_OK && kind == CHIP_KEY_NONE)
		return select_applet(s);
	if (e == ERR_OK) {
		e = try_pace(s, &secret.password, ret);
		if (card_said(e))
			e = otherwise(s, kind, &secret, e, ret);
	}
	explicit_bzero(&secret, sizeof(secret));
	return e;
}
