/* Which kind of reader it is: the words of a control line, and its descriptors. */
#include "tests/usim/ccid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKET 64

static const struct {
	const char *name;
	uint32_t features, max_message;
} LEVELS[] = {
	[CCID_SHORT] = { "short", 0x204BA, 271 },
	[CCID_EXTENDED] = { "extended", 0x404BA, CCID_MAX_MESSAGE },
	[CCID_TPDU_T1] = { "t1", 0x1007E, 271 },
	[CCID_TPDU_T0] = { "t0", 0x1007E, 271 },
	[CCID_CHARACTERS] = { "characters", 0x00030, 271 },
};

#define CONTACT_FEATURES 0x10230 /* the host does PPS and sets parameters */
#define AUTO_VOLTAGE     0x0C    /* with activation */

static void level_of(enum ccid_level level, struct ccid_spec *ret)
{
	*ret = (struct ccid_spec){ .level = level,
				   .max_message = LEVELS[level].max_message,
				   .vendor = 0x076b,
				   .product = 0x5022,
				   .contact = level == CCID_TPDU_T0 };
}

static bool set_number(struct ccid_spec *s, const char *word)
{
	unsigned n, m;
	char end;

	if (sscanf(word, "max=%5u%c", &n, &end) == 1 && n >= 32 && n <= CCID_LONGEST)
		s->max_message = n;
	else if (sscanf(word, "ids=%4x:%4x%c", &n, &m, &end) == 2)
		s->vendor = (uint16_t)n, s->product = (uint16_t)m;
	else if (sscanf(word, "volts=%1u%c", &n, &end) == 1 && n >= 1 && n <= 3)
		s->volts = (uint8_t)n;
	else
		return false;
	return true;
}

static bool set_word(struct ccid_spec *s, const char *word)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "no-notify", &s->no_notify },
		{ "contact", &s->contact },
		{ "crc", &s->crc },
		{ "two-readers", &s->two_readers },
		{ "two-slots", &s->two_slots },
		{ "stale", &s->stale },
	};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (strcmp(word, flags[i].name) == 0)
			return *flags[i].flag = true;
	if (strcmp(word, "zlp=never") == 0)
		s->zlp = CCID_ZLP_NEVER;
	else if (strcmp(word, "zlp=always") == 0)
		s->zlp = CCID_ZLP_ALWAYS;
	else
		return set_number(s, word);
	return true;
}

bool ccid_spec_of(const char *text, struct ccid_spec *ret)
{
	struct ccid_spec s = { 0 };
	char words[256], *rest = words;
	bool known = false;

	if (strlen(text) >= sizeof words)
		return false;
	memcpy(words, text, strlen(text) + 1);
	const char *word = strsep(&rest, ",");
	for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0] && !known; i++) {
		known = strcmp(word, LEVELS[i].name) == 0;
		if (known)
			level_of((enum ccid_level)i, &s);
	}
	while (known && (word = strsep(&rest, ",")))
		known = set_word(&s, word);
	if (known)
		*ret = s;
	return known;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t features_of(const struct ccid_spec *s)
{
	uint32_t f = s->contact && (s->level == CCID_TPDU_T1 || s->level == CCID_TPDU_T0)
			     ? CONTACT_FEATURES | AUTO_VOLTAGE
			     : LEVELS[s->level].features;

	return s->volts ? f & ~(uint32_t)AUTO_VOLTAGE : f;
}

static uint8_t *put_class(uint8_t *at, const struct ccid_spec *s)
{
	uint32_t features = features_of(s);
	uint8_t d[54] = { 54, 0x21, 0x10, 0x01, s->two_slots ? 1 : 0, 0x07 };

	d[6] = s->level == CCID_TPDU_T0 ? 1 : 3; /* protocols */
	put_u32(d + 10, 4800);                   /* clocks, kHz */
	put_u32(d + 14, 4800);
	put_u32(d + 19, 12903); /* data rates, bit/s */
	put_u32(d + 23, 825806);
	put_u32(d + 28, 254); /* IFSD */
	put_u32(d + 40, features);
	put_u32(d + 44, s->max_message);
	d[48] = d[49] = 0xff; /* class bytes of GET RESPONSE and ENVELOPE: as the command's */
	d[53] = 1;            /* busy slots */
	memcpy(at, d, sizeof d);
	return at + sizeof d;
}

static uint8_t *put_interface(uint8_t *at, const struct ccid_spec *s, unsigned number)
{
	unsigned n = number * 3;
	const uint8_t d[9] = { 9,
			       4,
			       (uint8_t)number,
			       0,
			       s->no_notify ? 2 : 3,
			       0x0b,
			       0,
			       0,
			       s->two_readers ? (uint8_t)(4 + number) : 2 };
	const uint8_t ends[21] = {
		7, 5, (uint8_t)(0x01 + n), 2, PACKET, 0, 0,  /* bulk out */
		7, 5, (uint8_t)(0x82 + n), 2, PACKET, 0, 0,  /* bulk in */
		7, 5, (uint8_t)(0x83 + n), 3, 8,      0, 16, /* interrupt */
	};
	size_t len = s->no_notify ? 14 : 21;

	memcpy(at, d, sizeof d);
	at = put_class(at + sizeof d, s);
	memcpy(at, ends, len);
	return at + len;
}

void ccid_describe(struct ccid *c)
{
	static const uint8_t device[18] = {
		18, 1, 0, 2, 0, 0, 0, 64, 0, 0, 0, 0, 1, 1, 1, 2, 0, 1
	};
	const struct ccid_spec *s = &c->spec;
	uint8_t *at = put_interface(c->config_desc + 9, s, 0);

	memcpy(c->device_desc, device, sizeof device);
	c->device_desc[8] = (uint8_t)s->vendor;
	c->device_desc[9] = (uint8_t)(s->vendor >> 8);
	c->device_desc[10] = (uint8_t)s->product;
	c->device_desc[11] = (uint8_t)(s->product >> 8);
	if (s->two_readers)
		at = put_interface(at, s, 1);
	size_t len = (size_t)(at - c->config_desc);
	const uint8_t head[9] = {
		9, 2, (uint8_t)len, (uint8_t)(len >> 8), s->two_readers ? 2 : 1, 1, 0, 0x80, 50
	};
	memcpy(c->config_desc, head, sizeof head);
	c->model.name = "ccid";
	c->model.device_desc = c->device_desc;
	c->model.config_desc = c->config_desc;
	c->model.config_len = len;
	c->model.strings[0] = "HID Global";
	c->model.strings[1] = "OMNIKEY 5022 Smart Card Reader";
	c->model.strings[3] = "OMNIKEY Contact Reader";
	c->model.strings[4] = "OMNIKEY 5022CL Reader";
}
