/* Answers to reset, as printed in standards and as cards give them. */
#include "drivers/atr.h"
#include "tests/tap.h"

static struct atr a;

static enum err of(const char *bytes, size_t len)
{
	memset(&a, 0, sizeof a);
	return atr_of((const uint8_t *)bytes, len, &a);
}

#define OF(text) of(text, sizeof(text) - 1)

/* PC/SC part 3, 3.1.3.2.3.2: the example of a storage card */
static void contactless(void)
{
	eq_int(OF("\x3b\x8f\x80\x01\x80\x4f\x0c\xa0\0\0\3\6\3\0\1\0\0\0\0\x6a"), ERR_OK);
	ok(a.contactless && !a.inverse && !a.specific);
	eq_int(a.check, ATR_CHECK_GOOD);
	eq_int(a.history_len, 15);
	eq_int(a.history[1], 0x4f);
	eq_int(a.protocols, 3);
	eq_int(a.rate, ATR_DEFAULT);
	eq_int(OF("\x3b\x80\x80\x01\x01"), ERR_OK);
	ok(a.contactless && a.history_len == 0 && a.check == ATR_CHECK_GOOD);
	eq_int(OF("\x3b\x81\x80\x01\x41\xff"), ERR_OK); /* readers get it wrong, too */
	eq_int(a.check, ATR_CHECK_BAD);
}

static void contacts(void)
{
	/* T=1 alone: TA1 95, TB3 45, IFSC FE */
	eq_int(OF("\x3b\x94\x95\x81\x31\xfe\x45USIM\x88"), ERR_OK);
	ok(!a.contactless);
	eq_int(a.rate, 0x95);
	eq_int(atr_fi(a.rate), 512);
	eq_int(atr_di(a.rate), 16);
	eq_int(a.first, 1);
	eq_int(a.protocols, 2);
	eq_int(a.ifsc, 254);
	eq_int(a.bwi, 4);
	eq_int(a.cwi, 5);
	ok(!a.crc);
	/* T=0 first, T=1 as well, with CRC */
	eq_int(OF("\x3b\x94\x11\x80\x71\x20\x45\x01USIM\x00"), ERR_OK);
	eq_int(a.first, 0);
	eq_int(a.protocols, 3);
	eq_int(a.ifsc, 32);
	ok(a.crc);
	/* T=0, inverse, without a check byte; TC1 and TC2 */
	eq_int(OF("\x3f\xc2\x05\x40\x0f"
		  "ab"),
	       ERR_OK);
	ok(a.inverse);
	eq_int(a.guard, 5);
	eq_int(a.wait, 15);
	eq_int(a.protocols, 1);
	eq_int(a.check, ATR_CHECK_NONE);
}

/* TA2: the card speaks T=1 at the rate of TA1, or at one of its own. */
static void specific(void)
{
	eq_int(OF("\x3b\x90\x18\x91\x81\x31\xfe\x45\x00"), ERR_OK);
	ok(a.specific && !a.implicit);
	eq_int(a.first, 1);
	eq_int(OF("\x3b\x90\x18\x91\x91\x31\xfe\x45\x00"), ERR_OK);
	ok(a.specific && a.implicit);
}

static void malformed(void)
{
	eq_int(OF(""), ERR_BAD_DATA);
	eq_int(OF("\x3b"), ERR_BAD_DATA);
	eq_int(OF("\x3c\x00"), ERR_BAD_DATA);
	eq_int(OF("\x3b\x05"
		  "abcd"),
	       ERR_BAD_DATA);
	eq_int(OF("\x3b\xf0\x11"), ERR_BAD_DATA);
	/* interface bytes without an end */
	eq_int(OF("\x3b\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), ERR_OK);
	eq_int(of("\x3b\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 34),
	       ERR_BAD_DATA);
	/* IFSC 0 and 255 are reserved: the default stands */
	eq_int(OF("\x3b\x80\x81\x11\xff\x00"), ERR_OK);
	eq_int(a.ifsc, 32);
	eq_int(atr_fi(0x7f), 0);
	eq_int(atr_di(0x0f), 0);
}

int main(void)
{
	contactless();
	contacts();
	specific();
	malformed();
	return tap_done();
}
