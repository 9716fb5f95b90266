#include "firmware/core/vietqr.h"

#include "firmware/core/fold.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define GUID        "A000000727" /* NAPAS */
#define FIELD_MAX   99
#define BIN_LEN     6
#define ACCOUNT_MAX 19
#define NAME_MAX    25
#define CITY_MAX    15

/* A field inside another, or the whole; `bad` stays once something did not fit. */
struct tlv {
	char text[VIETQR_CAP];
	size_t len;
	bool bad;
};

static void put(struct tlv *t, const char *id, const char *value)
{
	size_t n = strlen(value);

	if (n == 0)
		return;
	if (n > FIELD_MAX || t->len + n + 4 >= sizeof t->text) {
		t->bad = true;
		return;
	}
	t->len += (size_t)snprintf(t->text + t->len, sizeof t->text - t->len, "%s%02zu%s", id, n,
				   value);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool all(const char *text, bool (*is)(char c))
{
	while (*text && is(*text))
		text++;
	return *text == '\0';
}

static bool is_code(char c)
{
	return is_word(c) || c == '-' || c == '.' || c == ' ';
}

uint16_t vietqr_crc(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint16_t)(p[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

/* What fold() makes of one letter, in the case it had. */
static char plain(uint32_t c)
{
	if (c < 0x80)
		return is_word((char)c) ? (char)c : ' ';
	char l = fold_letter(c);
	if (l == 0 || l == ' ')
		return l;
	/* Latin-1 has its capitals first, all others take turns; Ư is the odd one. */
	bool capital = c < 0x100 ? c < 0xdf : c == 0x1af || (c != 0x1b0 && c % 2 == 0);
	return (char)(capital ? l - 'a' + 'A' : l);
}

size_t vietqr_fold(const char *text, char *ret_text, size_t cap)
{
	return fold_by(plain, text, ret_text, cap);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static enum err check(const struct vietqr *q)
{
	const char *bin = or_empty(q->bin), *account = or_empty(q->account);
	const char *codes[] = { or_empty(q->bill), or_empty(q->reference) };

	if (strlen(bin) != BIN_LEN || !all(bin, is_digit) || !account[0] ||
	    strlen(account) > ACCOUNT_MAX ||
	    !all(account, q->service == VIETQR_CARD ? is_digit : is_word))
		return ERR_BAD_DATA;
	if (q->amount_vnd < 0 || q->amount_vnd > VIETQR_MAX_VND)
		return ERR_FIELD_RANGE;
	for (size_t i = 0; i < 2; i++) {
		if (strlen(codes[i]) > VIETQR_PURPOSE_MAX)
			return ERR_FIELD_LONG;
		if (!all(codes[i], is_code))
			return ERR_FIELD_TEXT;
	}
	return ERR_OK;
}

static void put_account(struct tlv *t, const struct vietqr *q)
{
	struct tlv who = { .len = 0 }, all = { .len = 0 };

	put(&who, "00", q->bin);
	put(&who, "01", q->account);
	put(&all, "00", GUID);
	put(&all, "01", who.text);
	put(&all, "02", q->service == VIETQR_CARD ? "QRIBFTTC" : "QRIBFTTA");
	put(t, "38", all.text);
}

/* ERR_FIELD_LONG: purpose, or all of it. */
static enum err put_more(struct tlv *t, const struct vietqr *q)
{
	char purpose[VIETQR_PURPOSE_MAX + 8];
	struct tlv more = { .len = 0 };

	if (vietqr_fold(or_empty(q->purpose), purpose, sizeof purpose) > VIETQR_PURPOSE_MAX)
		return ERR_FIELD_LONG;
	put(&more, "01", or_empty(q->bill));
	put(&more, "05", or_empty(q->reference));
	put(&more, "08", purpose);
	put(t, "62", more.text);
	return t->bad ? ERR_FIELD_LONG : ERR_OK;
}

enum err vietqr_make(const struct vietqr *q, char *ret_text, size_t cap)
{
	char amount[24] = "", name[NAME_MAX + 1], city[CITY_MAX + 1];
	struct tlv t = { .len = 0 };
	enum err e = check(q);

	if (e != ERR_OK)
		return e;
	(void)vietqr_fold(or_empty(q->name), name, sizeof name);
	(void)vietqr_fold(or_empty(q->city), city, sizeof city);
	if (q->amount_vnd > 0)
		snprintf(amount, sizeof amount, "%" PRId64, q->amount_vnd);
	put(&t, "00", "01");
	put(&t, "01", q->amount_vnd > 0 ? "12" : "11");
	put_account(&t, q);
	put(&t, "53", "704");
	put(&t, "54", amount);
	put(&t, "58", "VN");
	put(&t, "59", name);
	put(&t, "60", city);
	e = put_more(&t, q);
	if (e != ERR_OK)
		return e;
	if (t.len + 8 >= cap)
		return ERR_NO_SPACE;
	t.len += (size_t)snprintf(t.text + t.len, sizeof t.text - t.len, "6304");
	snprintf(ret_text, cap, "%s%04X", t.text, vietqr_crc(t.text, t.len));
	return ERR_OK;
}
