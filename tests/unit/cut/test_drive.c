/* The drive that is cut: what is flushed stays, of the rest anything may, and a drive that lies
 * keeps nothing for sure. */
#include "tests/cut/drive.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE (64 * DRIVE_ATOM)

static uint8_t block[2 * DRIVE_ATOM];

static enum err load(struct drive *d)
{
	char path[] = "/tmp/kiosk-drive-XXXXXX";
	int fd = mkstemp(path);
	bool made = fd >= 0 && pwrite(fd, "first", 5, DRIVE_ATOM) == 5 && ftruncate(fd, SIZE) == 0;
	enum err e = made ? drive_load(d, path) : ERR_IO;

	if (fd >= 0)
		close(fd);
	(void)unlink(path);
	return e;
}

static enum err put(struct drive *d, unsigned atom, char what, uint32_t len)
{
	memset(block, what, sizeof block);
	return drive_write(d, (uint64_t)atom * DRIVE_ATOM, len, block);
}

static char at(const struct drive *d, unsigned atom)
{
	return (char)d->now[(size_t)atom * DRIVE_ATOM];
}

static void what_is_flushed_stays(void)
{
	struct drive d;
	int kept = 0, lost = 0;

	for (uint64_t seed = 0; seed < 40; seed++) {
		struct lot lot = { seed };

		eq_int(load(&d), ERR_OK);
		ok(put(&d, 1, 'a', DRIVE_ATOM) == ERR_OK && drive_flush(&d) == ERR_OK);
		ok(put(&d, 2, 'b', DRIVE_ATOM) == ERR_OK && at(&d, 2) == 'b');
		drive_cut(&d, &lot);
		eq_int(at(&d, 1), 'a');
		kept += at(&d, 2) == 'b';
		lost += at(&d, 2) == 0;
		drive_finish(&d);
	}
	eq_int(kept + lost, 40);
	ok(kept > 5 && lost > 5);
}

static void writes_are_torn_and_come_in_any_order(void)
{
	int torn = 0, later_first = 0;
	struct drive d;

	for (uint64_t seed = 0; seed < 200; seed++) {
		struct lot lot = { seed };

		eq_int(load(&d), ERR_OK);
		ok(put(&d, 4, 'x', 2 * DRIVE_ATOM) == ERR_OK);
		ok(put(&d, 8, 'y', DRIVE_ATOM) == ERR_OK);
		drive_cut(&d, &lot);
		torn += at(&d, 4) != at(&d, 5);
		later_first += at(&d, 4) == 0 && at(&d, 5) == 0 && at(&d, 8) == 'y';
		drive_finish(&d);
	}
	ok(torn > 10);
	ok(later_first > 5);
}

static void a_deaf_drive_loses_what_it_said_was_safe(void)
{
	struct drive d;
	int lost = 0;

	for (uint64_t seed = 0; seed < 20; seed++) {
		struct lot lot = { seed };

		eq_int(load(&d), ERR_OK);
		d.deaf = true;
		ok(put(&d, 1, 'a', DRIVE_ATOM) == ERR_OK && drive_flush(&d) == ERR_OK);
		drive_cut(&d, &lot);
		lost += at(&d, 1) == 'f';
		drive_finish(&d);
	}
	ok(lost > 3);
}

static void failures_come_when_they_were_ordered(void)
{
	struct drive d;

	eq_int(load(&d), ERR_OK);
	d.fail_from = 2;
	d.fail_until = 4;
	eq_int(put(&d, 1, 'a', DRIVE_ATOM), ERR_OK);
	eq_int(put(&d, 1, 'b', DRIVE_ATOM), ERR_IO);
	eq_int(drive_flush(&d), ERR_IO);
	eq_int(at(&d, 1), 'a');
	eq_int(d.unsafe.count, 1);
	eq_int(drive_flush(&d), ERR_OK);
	eq_int(d.unsafe.count, 0);
	eq_int(put(&d, 63, 'z', 2 * DRIVE_ATOM), ERR_NO_SPACE);
	drive_finish(&d);
}

int main(void)
{
	what_is_flushed_stays();
	writes_are_torn_and_come_in_any_order();
	a_deaf_drive_loses_what_it_said_was_safe();
	failures_come_when_they_were_ordered();
	return tap_done();
}
