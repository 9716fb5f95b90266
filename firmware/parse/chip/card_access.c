#include "firmware/parse/chip/card_access.h"

#define SFI         0x1c
#define TAG_INFOS   0x31
#define CHUNK       256
#define SMALL_CHUNK 112

/* READ BINARY. The first command to a card is of extended length where the reader takes it, and so
 * shows whether the card does, while there is no secure channel that an error would end. */
static enum err send_read(struct session *s, uint8_t p1, uint8_t p2, struct access *a,
			  size_t *ret_len, uint16_t *ret_sw)
{
	struct apdu read = { .ins = 0xb0, .p1 = p1, .p2 = p2, .le = CHUNK };
	uint8_t *out = a->file + a->file_len;

	read.extended = s->trips == 0 && session_is_wide(s);
	enum err e = session_send(s, &read, out, CHUNK, ret_len, ret_sw);
	if (e == ERR_OK && read.extended && *ret_sw == 0x6700) {
		s->short_only = true;
		read.extended = false;
		e = session_send(s, &read, out, CHUNK, ret_len, ret_sw);
	}
	if (e != ERR_OK || (*ret_sw != 0x6700 && *ret_sw >> 8 != 0x6c))
		return e;
	/* some do not take 256; 6Cxx: this much */
	read.le = *ret_sw & 0xff ? *ret_sw & 0xff : SMALL_CHUNK;
	return session_send(s, &read, out, CHUNK, ret_len, ret_sw);
}

/* READ BINARY; an empty answer is ERR_NOT_FOUND, whatever the reason. */
static enum err read_at(struct session *s, uint8_t p1, uint8_t p2, struct access *a)
{
	uint16_t sw;
	size_t len;

	if (a->file_len + CHUNK > sizeof(a->file))
		return ERR_NOT_FOUND;
	enum err e = send_read(s, p1, p2, a, &len, &sw);
	if (e == ERR_NO_SPACE)
		return ERR_NOT_FOUND;
	if (e != ERR_OK)
		return e;
	/* 6282: the end came before Le bytes */
	if ((sw != 0x9000 && sw != 0x6282) || len == 0)
		return ERR_NOT_FOUND;
	a->file_len += len;
	return ERR_OK;
}

static enum err select_file(struct session *s, uint8_t p1, uint8_t high, uint8_t low)
{
	struct apdu select = {
		.ins = 0xa4, .p1 = p1, .p2 = 0x0c, .data = (uint8_t[]){ high, low }, .len = 2
	};
	uint8_t none[64];
	uint16_t sw;
	size_t len;
	enum err e = session_send(s, &select, none, sizeof(none), &len, &sw);

	if (e == ERR_OK && sw != 0x9000)
		return ERR_NOT_FOUND;
	return e == ERR_NO_SPACE ? ERR_NOT_FOUND : e;
}

/* By its short name; by its long one; by its long one from the top. Where a card has selected an
 * applet by itself, only the last finds it; where SELECT MF is not known, one of the others. */
static enum err begin(struct session *s, struct access *a)
{
	enum err e = read_at(s, 0x80 | SFI, 0, a);

	if (e == ERR_NOT_FOUND) {
		e = select_file(s, 0x02, 0x01, SFI);
		if (e == ERR_NOT_FOUND) {
			e = select_file(s, 0x00, 0x3f, 0x00);
			if (e == ERR_OK)
				e = select_file(s, 0x02, 0x01, SFI);
		}
		if (e == ERR_OK)
			e = read_at(s, 0, 0, a);
	}
	return e;
}

static enum err go_on(struct session *s, struct access *a)
{
	size_t total;
	enum err e = ERR_OK;

	if (a->file[0] != TAG_INFOS ||
	    tlv_total((struct span){ a->file, a->file_len }, &total) != ERR_OK ||
	    total > sizeof(a->file))
		return ERR_NOT_FOUND;
	while (e == ERR_OK && a->file_len < total)
		e = read_at(s, (uint8_t)(a->file_len >> 8), (uint8_t)a->file_len, a);
	if (e == ERR_OK)
		a->file_len = total;
	return e;
}

enum err card_access_read(struct session *s, struct access *ret)
{
	ret->file_len = 0;
	enum err e = begin(s, ret);

	if (e == ERR_OK)
		e = go_on(s, ret);
	if (e != ERR_OK)
		ret->file_len = 0;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
