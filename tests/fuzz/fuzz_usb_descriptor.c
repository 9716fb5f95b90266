/* zone: drivers */
/* Descriptors of a USB device: class descriptors, a string, and whose device it is. */
#include "drivers/ccid.h"
#include "drivers/usb_match.h"
#include "firmware/base/msg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct usb_facts f = { .count = 1 };
	struct usb_iface *i = &f.ifaces[0];
	struct ccid_reader reader;
	char text[32];
	size_t n;

	usb_text(bytes, len, text, sizeof text);
	if (strlen(text) >= sizeof text || !utf8_ok(text, strlen(text)))
		abort();
	*i = (struct usb_iface){ .in = { 0x81, 64 }, .out = { 1, 64 }, .event = { 0x83, 8 } };
	i->class = len > 0 ? bytes[0] : 0;
	i->extra_len = len < USB_EXTRA_CAP ? (uint8_t)len : USB_EXTRA_CAP;
	if (len > 0)
		memcpy(i->extra, bytes, i->extra_len);
	const uint8_t *d = usb_extra(i, 0x21, &n);
	if (d && (d < i->extra || d + n > i->extra + i->extra_len))
		abort();
	if (d && ccid_reader_of(d, n, &reader) == ERR_OK && reader.max_message > CCID_MAX_MESSAGE)
		abort();
	for (int r = 0; r < ROLE_COUNT; r++)
		(void)usb_match((enum role)r, &f);
	return 0;
}
