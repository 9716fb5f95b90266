/* torture-wraps: libusb_submit_transfer libusb_open libusb_claim_interface */
/* The n-th call to libusb fails: whatever it was for, the device is there again in time and
 * works. */
#include "tests/unit/drivers/rig.h"

#include <libusb.h>

extern const struct driver CODE_HIDPOS, CARD_CCID, PRINT_ESCPOS;

static int countdown; /* 0: none fails any more */
static int failure;

static bool fails(void)
{
	return countdown > 0 && --countdown == 0;
}

int __real_libusb_submit_transfer(struct libusb_transfer *t);
int __wrap_libusb_submit_transfer(struct libusb_transfer *t);
int __wrap_libusb_submit_transfer(struct libusb_transfer *t)
{
	return fails() ? failure : __real_libusb_submit_transfer(t);
}

int __real_libusb_open(libusb_device *d, libusb_device_handle **h);
int __wrap_libusb_open(libusb_device *d, libusb_device_handle **h);
int __wrap_libusb_open(libusb_device *d, libusb_device_handle **h)
{
	return fails() ? LIBUSB_ERROR_ACCESS : __real_libusb_open(d, h);
}

int __real_libusb_claim_interface(libusb_device_handle *h, int n);
int __wrap_libusb_claim_interface(libusb_device_handle *h, int n);
int __wrap_libusb_claim_interface(libusb_device_handle *h, int n)
{
	return fails() ? LIBUSB_ERROR_BUSY : __real_libusb_claim_interface(h, n);
}

/* Every call up to the first state OK, and some after it. */
static void survives(struct rig *r, const struct driver *d, int calls)
{
	static const int FAILURES[] = { LIBUSB_ERROR_IO, LIBUSB_ERROR_NO_DEVICE };

	for (int n = 1; n <= calls; n++) {
		failure = FAILURES[n % 2];
		countdown = n;
		rig_start(r, d);
		bool back = rig_until(r, countdown == 0 && rig_state(r) == ERR_OK);
		if (!back)
			printf("# the %d-th call, state %s\n", n, err_name(rig_state(r)));
		ok(back);
		rig_stop(r);
	}
	countdown = 0;
}

int main(void)
{
	int status;
	struct rig *r = rig_main("extended", &status);

	if (!r)
		return status;
	survives(r, &CODE_HIDPOS, 5);
	survives(r, &CARD_CCID, 8);
	survives(r, &PRINT_ESCPOS, 12);
	return rig_done(r);
}
