#include "drivers/usb_match.h"

#include "firmware/base/buf.h"

#include <string.h>

#define ANY USB_ANY

struct class_row {
	enum role role;
	uint16_t class, subclass, protocol;
	enum usb_claim claim;
};

#define USB_CLASS(role, class, sub, protocol, claim, what) \
	{ ROLE_##role, class, sub, protocol, CLAIM_##claim },
#define USB_ID(...)
#define USB_READER(...)
static const struct class_row CLASSES[] = {
#include "drivers/devices.def"
};
#undef USB_CLASS
#undef USB_ID
#undef USB_READER

struct id_row {
	enum role role;
	uint16_t vendor, product;
	enum usb_quirk quirk;
};

#define USB_CLASS(...)
#define USB_READER(...)
#define USB_ID(role, vendor, product, quirk, what) { ROLE_##role, vendor, product, QUIRK_##quirk },
static const struct id_row IDS[] = {
#include "drivers/devices.def"
};
#undef USB_ID
#undef USB_READER

struct reader_row {
	uint16_t vendor, product, iface, slot;
	uint8_t times;
	enum usb_quirk quirk;
};

#define USB_ID(...)
#define USB_READER(vendor, product, iface, slot, times, quirk, what) \
	{ vendor, product, iface, slot, times, QUIRK_##quirk },
static const struct reader_row READERS[] = {
#include "drivers/devices.def"
};
#undef USB_CLASS
#undef USB_ID
#undef USB_READER

const uint8_t *usb_extra(const struct usb_iface *i, uint8_t type, size_t *ret_len)
{
	struct reader r = reader_of(i->extra, i->extra_len);

	while (r.left >= 2) {
		uint8_t len = r.at[0];
		const uint8_t *d = get_bytes(&r, len < 2 ? 2 : len);

		if (d && len >= 2 && d[1] == type) {
			*ret_len = len;
			return d;
		}
		if (!d)
			break;
	}
	return NULL;
}

static bool fits(uint16_t want, uint8_t have)
{
	return want == ANY || want == have;
}

/* What a class number alone does not say. */
static bool usable(enum role role, const struct usb_iface *i)
{
	size_t len;

	if (role == ROLE_CARD)
		return i->in.address && i->out.address && usb_extra(i, 0x21, &len) && len == 54;
	if (role == ROLE_PRINT)
		return i->in.address && i->out.address;
	return i->event.address != 0;
}

static bool match_class(enum role role, struct usb_facts *f)
{
	for (size_t r = 0; r < sizeof CLASSES / sizeof CLASSES[0]; r++) {
		const struct class_row *row = &CLASSES[r];

		for (uint8_t n = 0; row->role == role && n < f->count; n++) {
			const struct usb_iface *i = &f->ifaces[n];

			if (!fits(row->class, i->class) || !fits(row->subclass, i->subclass) ||
			    !fits(row->protocol, i->protocol) || !usable(role, i))
				continue;
			f->chosen = n;
			f->claim = row->claim;
			return true;
		}
	}
	return false;
}

bool usb_is_reader(const struct usb_facts *f, uint8_t iface)
{
	const struct usb_iface *i = &f->ifaces[iface];

	return i->class == f->ifaces[f->chosen].class && i->protocol == 0 && usable(ROLE_CARD, i);
}

static bool is_word(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++) {
		if (strlen(*list) == len && strncasecmp(word, *list, len) == 0)
			return true;
	}
	return false;
}

int usb_reader_fit(const char *name)
{
	static const char *const WITHOUT[] = { "CL",   "PICC",  "contactless", "NFC",
					       "RFID", "CLESS", NULL };
	static const char *const WITH[] = { "contact", "SAM", "ICC", NULL };
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	int fit = 1;

	while (*name) {
		name += strcspn(name, LETTERS); /* "5422CL" is a number and a word */
		size_t len = strspn(name, LETTERS);

		if (is_word(name, len, WITHOUT))
			return 2;
		if (is_word(name, len, WITH))
			fit = 0;
		name += len;
	}
	return fit;
}

/* The interface that the row names, if it is there and usable. */
static void choose(struct usb_facts *f, uint16_t number)
{
	for (uint8_t n = 0; n < f->count; n++) {
		if (f->ifaces[n].number == number && usable(ROLE_CARD, &f->ifaces[n]))
			f->chosen = n;
	}
}

static void match_reader(struct usb_facts *f)
{
	for (size_t r = 0; r < sizeof READERS / sizeof READERS[0]; r++) {
		const struct reader_row *row = &READERS[r];

		if (row->vendor != f->vendor || row->product != f->product)
			continue;
		f->quirk = row->quirk;
		f->slot = row->slot;
		f->times = row->times;
		f->by_name &= row->iface == ANY;
		choose(f, row->iface);
	}
}

const char *usb_quirk_name(enum usb_quirk q)
{
	static const char *const NAMES[] = { "none",      "KEYBOARD",  "EXTENDED", "SHORT",
					     "UNCHAINED", "RATE_9600", "RATE_200K" };

	return q < sizeof NAMES / sizeof NAMES[0] ? NAMES[q] : "?";
}

bool usb_match(enum role role, struct usb_facts *f)
{
	bool ours = match_class(role, f);

	f->quirk = QUIRK_NONE;
	f->slot = USB_ANY;
	f->times = 1;
	f->by_name = false;
	if (ours && role == ROLE_CARD) {
		for (uint8_t n = 0; n < f->count; n++)
			f->by_name |= n != f->chosen && usb_is_reader(f, n);
		match_reader(f);
	}
	for (size_t r = 0; r < sizeof IDS / sizeof IDS[0]; r++) {
		if (IDS[r].role == role && IDS[r].vendor == f->vendor &&
		    IDS[r].product == f->product)
			f->quirk = IDS[r].quirk;
	}
	if (f->quirk != QUIRK_KEYBOARD || f->count == 0)
		return ours;
	f->claim = CLAIM_INPUT;
	return true;
}

static uint32_t next_code_point(struct reader *r)
{
	uint32_t c = get_u16le(r);

	if (c < 0xd800 || c > 0xdfff)
		return c < 0x20 || c == 0x7f ? '?' : c;
	if (c > 0xdbff || r->left < 2)
		return '?';
	uint32_t low = get_u16le(r);
	return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
					      : '?';
}

static size_t put_utf8(uint32_t c, char out[4])
{
	if (c < 0x80)
		return out[0] = (char)c, 1;
	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t HEAD[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t k = n - 1; k > 0; k--, c >>= 6)
		out[k] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(HEAD[n] | c);
	return n;
}

void usb_text(const uint8_t *bytes, size_t len, char *ret, size_t cap)
{
	struct reader r = reader_of(bytes, len);
	size_t at = 0, said = get_u8(&r);

	get_u8(&r);
	if (!r.bad && said >= 2 && said <= len)
		r.left = said - 2;
	else
		r.left = 0;
	while (r.left >= 2) {
		char utf8[4];
		size_t n = put_utf8(next_code_point(&r), utf8);

		if (at + n >= cap)
			break;
		memcpy(ret + at, utf8, n);
		at += n;
	}
	ret[at] = '\0';
}
