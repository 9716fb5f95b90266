#include "board/flash/disks.h"
#include "tests/tap.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];

/* A file of the played machine, with the folders above it. */
__attribute__((format(printf, 2, 3))) static void put(const char *name, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	FILE *f = fopen(path, "w");
	va_start(args, format);
	ok(f && vfprintf(f, format, args) >= 0 && fclose(f) == 0);
	va_end(args);
}

static void link_to(const char *target, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ok(symlink(target, path) == 0);
}

/* A SATA disk with the system on it, an NVMe one, a USB stick and a drive without a medium. */
static void play(void)
{
	put("sys/block/.made", "1");
	put("sys/devices/ata1/block/sda/dev", "8:0\n");
	put("sys/devices/ata1/block/sda/size", "500000000\n");
	put("sys/devices/ata1/block/sda/ro", "0\n");
	put("sys/devices/ata1/block/sda/removable", "0\n");
	put("sys/devices/ata1/block/sda/device/model", "GOOD DISK 256 \n");
	put("sys/devices/ata1/block/sda/sda1/partition", "1\n");
	put("sys/devices/ata1/block/sda/sda1/dev", "8:1\n");
	put("sys/devices/ata1/block/sda/sda1/holders/.none", "0");
	put("sys/devices/ata1/block/sda/sda2/partition", "2\n");
	put("sys/devices/ata1/block/sda/sda2/dev", "8:2\n");
	link_to("../devices/ata1/block/sda", "sys/block/sda");

	put("sys/devices/nvme/block/nvme0n1/dev", "259:0\n");
	put("sys/devices/nvme/block/nvme0n1/size", "1000\n");
	put("sys/devices/nvme/block/nvme0n1/device/model", "N\x01V\xc3\xa9\n");
	put("sys/devices/nvme/block/nvme0n1/device/serial", "  NV77  \n");
	link_to("../devices/nvme/block/nvme0n1", "sys/block/nvme0n1");

	put("sys/devices/usb1/idVendor", "0951\n");
	put("sys/devices/usb1/serial", "STICK1\n");
	put("sys/devices/usb1/host6/block/sdb/dev", "8:16\n");
	put("sys/devices/usb1/host6/block/sdb/size", "8000000\n");
	put("sys/devices/usb1/host6/block/sdb/removable", "1\n");
	put("sys/devices/usb1/host6/block/sdb/ro", "1\n");
	put("sys/devices/usb1/host6/block/sdb/sdb1/partition", "1\n");
	put("sys/devices/usb1/host6/block/sdb/sdb1/dev", "8:17\n");
	link_to("../devices/usb1/host6/block/sdb", "sys/block/sdb");

	put("sys/block/sdc/dev", "8:32\n");
	put("sys/block/sdc/size", "0\n");
	put("sys/block/loop0/dev", "7:0\n");
	put("sys/block/loop0/size", "64\n");
	put("sys/block/dm-0/dev", "253:0\n");
	put("sys/block/dm-0/size", "64\n");
	put("sys/block/mmcblk0boot0/dev", "179:8\n");
	put("sys/block/mmcblk0boot0/size", "64\n");
}

static struct host host(void)
{
	static char sys[80], proc[80];

	snprintf(sys, sizeof(sys), "%s/sys", dir);
	snprintf(proc, sizeof(proc), "%s/proc", dir);
	return (struct host){ sys, proc, 0 };
}

/* Unit serial number, page 80h, as SATA disks have it by translation. */
static void put_page(void)
{
	char path[PATH_MAX];
	static const char PAGE[] = "\0\x80\0\x0c   SN-0042\n\x7fxxx";

	snprintf(path, sizeof(path), "%s/sys/block/sda/device/vpd_pg80", dir);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(PAGE, 1, sizeof(PAGE) - 1, f) == sizeof(PAGE) - 1 && fclose(f) == 0);
}

static void listed(void)
{
	struct disk d[DISKS_CAP], one;
	struct host h = host();

	put_page();
	eq_int(disks_list(&h, d), 3);
	eq_str(d[0].name, "nvme0n1");
	eq_str(d[0].model, "N?V??");
	eq_str(d[0].serial, "NV77");
	eq_str(d[1].name, "sda");
	eq_str(d[1].model, "GOOD DISK 256");
	eq_str(d[1].serial, "SN-0042");
	eq_int(d[1].bytes, 256000000000);
	ok(!d[1].usb && !d[1].removable && disk_is_inside(&d[1]));
	eq_str(d[2].name, "sdb");
	eq_str(d[2].serial, "STICK1");
	ok(d[2].usb && d[2].removable && d[2].read_only && !disk_is_inside(&d[2]));

	eq_int(disk_named(&h, "loop0", &one), SAY_OK);
	eq_int(disk_named(&h, "sda1", &one), SAY_NOT_DISK);
	eq_int(disk_named(&h, "../block/sda", &one), SAY_NOT_DISK);
	eq_int(disk_named(&h, "", &one), SAY_NOT_DISK);
	eq_int(disk_named(&h, ".", &one), SAY_NOT_DISK);
}

static enum say refusal(const char *name, uint64_t source)
{
	struct host h = host();
	struct disk d;

	h.source = source;
	return disk_named(&h, name, &d) == SAY_OK ? disk_refusal(&h, &d, 600000) : SAY_NOT_DISK;
}

static void mounts(const char *lines)
{
	put("proc/self/mountinfo", "22 1 0:5 / /proc rw shared:1 - proc proc rw\n%s", lines);
}

static void refused(void)
{
	mounts("");
	eq_int(refusal("sda", 0), SAY_OK);
	eq_int(refusal("nvme0n1", 0), SAY_SMALL);
	eq_int(refusal("sdb", 0), SAY_READ_ONLY);
	eq_int(refusal("sdb", disk_number(8, 17)), SAY_SOURCE);
	eq_int(refusal("sda", disk_number(8, 17)), SAY_OK);

	mounts("30 1 8:2 / /srv/x rw - ext4 /dev/sda2 rw\n");
	eq_int(refusal("sda", 0), SAY_MOUNTED);
	eq_int(refusal("nvme0n1", 0), SAY_SMALL);
	mounts("30 1 8:2 / /srv/x rw - ext4 /dev/sda2 rw\n31 1 8:1 / /boot/efi rw - vfat x rw\n");
	eq_int(refusal("sda", 0), SAY_SYSTEM);
	eq_int(refusal("sda", disk_number(8, 1)), SAY_SYSTEM);
	mounts("31 1 0:31 /@ / rw,relatime - btrfs /dev/sda2 rw\n");
	eq_int(refusal("sda", 0), SAY_SYSTEM);
	mounts("nonsense\n8:2\n");
	eq_int(refusal("sda", 0), SAY_OK);

	mounts("");
	put("proc/swaps", "Filename Type Size Used Priority\n/dev/sda1 partition 1 0 -2\n");
	eq_int(refusal("sda", 0), SAY_SWAP);
	put("proc/swaps", "Filename Type Size Used Priority\n/dev/sdb1 partition 1 0 -2\n");
	eq_int(refusal("sda", 0), SAY_OK);
}

/* On a partition stands dm-0; on that, later, the system. */
static void held(void)
{
	put("sys/devices/ata1/block/sda/sda2/holders/dm-0/dev", "253:0\n");
	eq_int(refusal("sda", 0), SAY_HELD);
	mounts("30 1 253:0 / /data rw - ext4 /dev/mapper/data rw\n");
	eq_int(refusal("sda", 0), SAY_MOUNTED);
	mounts("30 1 253:0 / / ro - squashfs /dev/mapper/root ro\n");
	eq_int(refusal("sda", 0), SAY_SYSTEM);
	put("sys/block/dm-0/holders/dm-1/dev", "253:1\n");
	put("sys/block/dm-1/dev", "253:1\n");
	mounts("30 1 253:1 / / ro - ext4 /dev/mapper/vg-root ro\n");
	eq_int(refusal("sda", 0), SAY_SYSTEM);
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/flash-disks-XXXXXX");
	ok(mkdtemp(dir) != NULL);
	play();
	listed();
	refused();
	held();
	return tap_done();
}
