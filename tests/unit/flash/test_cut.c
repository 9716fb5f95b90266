/* torture-wraps: pwrite pread fallocate fsync sync_file_range
 *
 * Power goes at every single write, and media that lie. */
#include "tests/tap.h"
#include "tests/unit/flash/world.h"

#include <errno.h>

enum lie { HONEST, CUT, FORGETS, FLIPS, WRITE_FAILS, READ_FAILS, FLUSH_FAILS };

static enum lie lie;
static int countdown; /* writes or reads until it happens; the medium's only */
static int target = -1;
static bool after; /* it has happened */

ssize_t __real_pwrite(int fd, const void *bytes, size_t len, off_t at);
ssize_t __real_pread(int fd, void *bytes, size_t len, off_t at);
int __real_fallocate(int fd, int mode, off_t at, off_t len);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t len, off_t at);
int __wrap_fsync(int fd);
int __wrap_sync_file_range(int fd, off_t at, off_t len, unsigned flags);
int __wrap_fallocate(int fd, int mode, off_t at, off_t len);

static bool is_medium(int fd)
{
	return fd == target;
}

static bool now(void)
{
	after |= countdown-- == 0;
	return after;
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	uint8_t wrong[4096];

	if (!is_medium(fd) || lie == HONEST || lie == READ_FAILS || lie == FLUSH_FAILS || !now())
		return __real_pwrite(fd, bytes, len, at);
	switch (lie) {
	case CUT: /* half of what was being written arrives, and nothing later */
		if (countdown == -1)
			(void)!__real_pwrite(fd, bytes, len / 2 / 512 * 512, at);
		return (ssize_t)len;
	case FORGETS:
		after = false;
		return (ssize_t)len;
	case FLIPS:
		after = false;
		memcpy(wrong, bytes, len < sizeof(wrong) ? len : sizeof(wrong));
		wrong[len / 2 % sizeof(wrong)] ^= 4;
		if (__real_pwrite(fd, bytes, len, at) < 0)
			return -1;
		(void)!__real_pwrite(fd, wrong, len < sizeof(wrong) ? len : sizeof(wrong), at);
		return (ssize_t)len;
	default:
		errno = EIO;
		return -1;
	}
}

ssize_t __wrap_pread(int fd, void *bytes, size_t len, off_t at)
{
	if (fd == target + 1 && lie == READ_FAILS && now()) {
		errno = EIO;
		return -1;
	}
	return __real_pread(fd, bytes, len, at);
}

int __wrap_fsync(int fd)
{
	if (is_medium(fd) && lie == FLUSH_FAILS && now()) {
		errno = EIO;
		return -1;
	}
	return 0; /* there is no power to lose but ours */
}

int __wrap_sync_file_range(int fd, off_t at, off_t len, unsigned flags)
{
	(void)fd, (void)at, (void)len, (void)flags;
	return 0;
}

int __wrap_fallocate(int fd, int mode, off_t at, off_t len)
{
	if (is_medium(fd) && lie == CUT && after)
		return 0;
	return __real_fallocate(fd, mode, at, len);
}

static char path[64];
static struct image im;
static uint8_t *want;

/* As world_flash, on a medium that lies the n-th time. False: it was never asked so often. */
static bool flash_lying(enum lie how, int n, enum record_data data, enum say *ret)
{
	struct look was;
	struct flash f;
	struct medium m;

	if (medium_open(path, &m) != SAY_OK || look_at(&m, &im, &was) != SAY_OK)
		abort();
	f = (struct flash){ .image = &im,
			    .medium = &m,
			    .look = &was,
			    .data = data,
			    .record = { .who = "42" },
			    .tick = world_tick };
	target = m.fd;
	if (m.direct != m.fd + 1 && dup2(m.direct, m.fd + 1) >= 0)
		m.direct = m.fd + 1;
	lie = how;
	countdown = n;
	after = false;
	*ret = flash_run(&f);
	lie = HONEST;
	target = -1;
	medium_close(&m);
	return countdown < 0;
}

/* A kiosk with data that was there before. */
static void make_kiosk(void)
{
	enum say s;
	FILE *f;

	world_disk(path, DISK_SIZE, 0);
	(void)flash_lying(HONEST, 0, RECORD_NEW, &s);
	f = fopen(path, "r+");
	uint8_t data[64];
	memset(data, 0xdd, sizeof(data));
	if (s != SAY_OK || !f || fseek(f, 9 * MIB, SEEK_SET) != 0 ||
	    fwrite(data, 1, sizeof(data), f) != sizeof(data) || fclose(f) != 0)
		abort();
}

/* Nothing of it starts, unless all of it is right; and it is known for what it is. */
static bool is_safe(bool kept)
{
	uint8_t *disk = world_read(path, DISK_SIZE);
	bool whole = memcmp(disk + MIB, want + MIB, 2 * MIB) == 0 &&
		     memcmp(disk + 3 * MIB, want + 3 * MIB, MIB + 8192) == 0;
	struct record r;
	struct gpt g;
	bool begun = record_read(disk + RECORD_AT, &r) == ERR_OK && !r.done;
	bool table = gpt_read_head(disk, GPT_HEAD_BYTES, DISK_SIZE / 512, &g) == ERR_OK ||
		     gpt_read_tail(disk + DISK_SIZE - GPT_TAIL_BYTES, GPT_TAIL_BYTES,
				   DISK_SIZE / 512, &g) == ERR_OK;
	bool data = all_are(disk, 9 * MIB, 9 * MIB + 64, 0xdd);
	bool good = (!world_starts(disk) || whole) && (whole || begun || !kept) &&
		    (!kept || (table && data));

	free(disk);
	return good;
}

static void power_cuts(void)
{
	unsigned wrong = 0, not_mended = 0;
	int n = 0;
	enum say s;

	for (bool more = true; more; n++) {
		make_kiosk();
		more = flash_lying(CUT, n, RECORD_KEPT, &s);
		/* a cut before the first write leaves what was there, which is whole */
		wrong += !is_safe(true);
		(void)flash_lying(HONEST, 0, RECORD_KEPT, &s);
		not_mended += s != SAY_OK || !is_safe(true);
	}
	eq_int(wrong, 0);
	eq_int(not_mended, 0);
	ok(n > 12);
	printf("# %d cuts with data kept\n", n);
}

static void power_cuts_of_a_new_one(void)
{
	unsigned wrong = 0;
	int n = 0;
	enum say s;

	world_disk(path, DISK_SIZE, 0xa5);
	for (bool more = true; more; n++) {
		more = flash_lying(CUT, n, RECORD_NEW, &s);
		uint8_t *disk = world_read(path, DISK_SIZE);
		bool whole = memcmp(disk + MIB, want + MIB, 2 * MIB) == 0;
		struct gpt g;
		bool table = gpt_read_head(disk, GPT_HEAD_BYTES, DISK_SIZE / 512, &g) == ERR_OK;
		wrong += table && world_starts(disk) && !whole;
		free(disk);
	}
	eq_int(wrong, 0);
	ok(n > 12);
	printf("# %d cuts of a used disk\n", n);
}

/* Whichever write is lost or wrong, it is noticed, or it was of nothing that is read. */
static void liars(enum lie how)
{
	unsigned missed = 0, found = 0;
	enum say s;

	for (int n = 0;; n++) {
		make_kiosk();
		if (!flash_lying(how, n, RECORD_KEPT, &s))
			break;
		uint8_t *disk = world_read(path, DISK_SIZE);
		bool whole = memcmp(disk + MIB, want + MIB, 2 * MIB) == 0 &&
			     memcmp(disk + 3 * MIB, want + 3 * MIB, MIB + 8192) == 0;
		missed += s == SAY_OK && !whole;
		missed += s != SAY_OK && (say_status(s) != 1 || (world_starts(disk) && !whole));
		found += s != SAY_OK;
		free(disk);
	}
	eq_int(missed, 0);
	ok(found > 3);
	printf("# lie %d was found %u times\n", (int)how, found);
}

int main(void)
{
	/* in memory, where there is such a place: hundreds of disks are written */
	snprintf(path, sizeof(path), "%s/flash-cut-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	int fd = mkstemp(path);
	ok(fd >= 0);
	close(fd);
	want = world_image(&im);
	power_cuts();
	power_cuts_of_a_new_one();
	liars(FORGETS);
	liars(FLIPS);
	liars(WRITE_FAILS);
	liars(READ_FAILS);
	liars(FLUSH_FAILS);
	unlink(path);
	image_close(&im);
	free(want);
	return tap_done();
}
