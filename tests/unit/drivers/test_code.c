/* The code scanner's driver at the simulated scanner. */
#include "tests/unit/drivers/rig.h"

extern const struct driver CODE_HIDPOS;

/* Four reports of 56 bytes. */
static const char CARD_QR[] =
	"001090000000|123456789|Nguyễn Văn An|01011990|Nam|Thôn Đông, xã Hòa Bình, tỉnh Phú "
	"Thọ, một địa chỉ dài để mã có nhiều bản tin hơn một|01012022";

static bool reads(struct rig *r, const void *bytes, size_t len)
{
	const struct msg_code_read *c = &r->last[MSG_CODE_READ].code_read;
	char line[2 * 3800 + 16] = "scan_hex ";
	unsigned n = r->count[MSG_CODE_READ];

	for (size_t i = 0; i < len; i++)
		snprintf(line + 9 + 2 * i, 3, "%02x", ((const uint8_t *)bytes)[i]);
	return rig_line(r, line) && rig_until_count(r, MSG_CODE_READ, n + 1) &&
	       c->payload_len == len && memcmp(c->payload, bytes, len) == 0;
}

static void exact_bytes(struct rig *r)
{
	uint8_t all[256];

	for (size_t i = 0; i < sizeof all; i++)
		all[i] = (uint8_t)(255 - i);
	ok(rig_until_state(r, ERR_OK));
	eq_str(r->host.model, "Kiosk Sim HID POS Scanner");
	ok(strlen(CARD_QR) > 3 * 56);
	ok(reads(r, CARD_QR, strlen(CARD_QR)));
	ok(reads(r, "x", 1));
	ok(reads(r, all, 56)); /* exactly one report */
	ok(reads(r, all, sizeof all));
}

static void replugged(struct rig *r)
{
	for (int i = 0; i < 2; i++) {
		ok(rig_line(r, "unplug code"));
		ok(rig_until_state(r, ERR_GONE));
		ok(rig_line(r, "plug code"));
		ok(rig_until_state(r, ERR_OK));
		ok(reads(r, CARD_QR, strlen(CARD_QR)));
	}
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	rig_start(r, &CODE_HIDPOS);
	exact_bytes(r);
	replugged(r);
	return rig_done(r);
}
