/* Disks of a machine: found by their partitions, changed, and cut. */
#include "firmware/base/auto.h"
#include "tests/image/disk.h"
#include "tests/image/gpt.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A table as sfdisk writes it: its head in sector 1, rows of 128 bytes from sector 2 on. */
static void put(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void make_table(uint8_t bytes[GPT_BYTES])
{
	static const char NAME[] = "root-a";
	uint8_t *row = bytes + 2 * GPT_SECTOR + 128;

	memset(bytes, 0, GPT_BYTES);
	memcpy(bytes + GPT_SECTOR, "EFI PART", 8);
	put(bytes + GPT_SECTOR + 72, 2, 8);
	put(bytes + GPT_SECTOR + 80, 128, 4);
	put(bytes + GPT_SECTOR + 84, 128, 4);
	put(row + 32, 100, 8);
	put(row + 40, 199, 8);
	for (size_t i = 0; i < strlen(NAME); i++)
		row[56 + 2 * i] = (uint8_t)NAME[i];
}

static void test_table(void)
{
	uint8_t bytes[GPT_BYTES];
	uint64_t at = 7, len = 7;

	make_table(bytes);
	eq_int(gpt_find(bytes, sizeof bytes, "root-a", &at, &len), ERR_OK);
	eq_int(at, 51200);
	eq_int(len, 51200);
	eq_int(gpt_find(bytes, sizeof bytes, "root-b", &at, &len), ERR_NOT_FOUND);
	eq_int(gpt_find(bytes, 600, "root-a", &at, &len), ERR_BAD_DATA);
	eq_int(gpt_find(bytes, 2 * GPT_SECTOR + 128, "root-a", &at, &len), ERR_NOT_FOUND);
	put(bytes + 2 * GPT_SECTOR + 128 + 40, 99, 8); /* its end is before its begin */
	eq_int(gpt_find(bytes, sizeof bytes, "root-a", &at, &len), ERR_BAD_DATA);
	put(bytes + GPT_SECTOR + 80, 1 << 30, 4);
	eq_int(gpt_find(bytes, sizeof bytes, "root-a", &at, &len), ERR_BAD_DATA);
	bytes[GPT_SECTOR] = 'e';
	eq_int(gpt_find(bytes, sizeof bytes, "root-a", &at, &len), ERR_BAD_DATA);
	eq_int(at, 51200);
}

/* How much of a file is there, in blocks of 512 bytes. */
static long blocks(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long)st.st_blocks : -1;
}

static void test_file(const char *dir)
{
	struct disk d = { .sock = -1 }, copy = { .sock = -1 };
	uint8_t bytes[GPT_BYTES], back[4] = { 0 };
	uint64_t at = 0, len = 0;

	snprintf(d.path, sizeof d.path, "%s/a", dir);
	snprintf(copy.path, sizeof copy.path, "%s/b", dir);
	eq_int(disk_make(&d, NULL, 64 << 20), ERR_OK);
	make_table(bytes);
	eq_int(disk_poke(&d, 0, bytes, sizeof bytes), ERR_OK);
	eq_int(disk_make(&copy, d.path, 128 << 20), ERR_OK);
	ok(blocks(copy.path) >= 0 && blocks(copy.path) < 1000);
	eq_int(disk_part(&copy, "root-a", &at, &len), ERR_OK);
	eq_int(disk_poke(&copy, at, (const uint8_t *)"abcd", 4), ERR_OK);
	AUTO_FD fd = open(copy.path, O_RDONLY | O_CLOEXEC);
	eq_int(pread(fd, back, 4, (off_t)at), 4);
	ok(memcmp(back, "abcd", 4) == 0);
	eq_int(disk_part(&copy, NULL, &at, &len), ERR_OK);
	eq_int(len, 128 << 20);
	ok(disk_make(&copy, "/nowhere", 0) != ERR_OK);
}

/* What was flushed is there after a cut; what was not may be, or not. */
static void test_cut(const char *dir)
{
	struct drive d;
	struct lot lot = { 1 };
	uint8_t block[DRIVE_ATOM], back[DRIVE_ATOM];
	char path[64];
	int lost = 0;

	snprintf(path, sizeof path, "%s/a", dir);
	for (int i = 0; i < 20; i++) {
		eq_int(drive_open(&d, path), ERR_OK);
		memset(block, 'k', sizeof block);
		eq_int(drive_write(&d, 1 << 20, sizeof block, block), ERR_OK);
		eq_int(drive_flush(&d), ERR_OK);
		memset(block, 'u', sizeof block);
		eq_int(drive_write(&d, 1 << 20, sizeof block, block), ERR_OK);
		eq_int(drive_read(&d, 1 << 20, sizeof back, back), ERR_OK);
		eq_int(back[0], 'u');
		drive_cut(&d, &lot);
		drive_finish(&d);
		AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
		eq_int(pread(fd, back, sizeof back, 1 << 20), sizeof back);
		ok(back[0] == 'k' || back[0] == 'u');
		lost += back[0] == 'k';
	}
	ok(lost > 2 && lost < 20);
}

int main(void)
{
	char dir[] = "/tmp/image-disk-XXXXXX", command[64];

	ok(mkdtemp(dir) != NULL);
	test_table();
	test_file(dir);
	test_cut(dir);
	for (const char *name = "ab"; *name; name++) {
		snprintf(command, sizeof command, "%s/%c", dir, *name);
		eq_int(unlink(command), 0);
	}
	eq_int(rmdir(dir), 0);
	return tap_done();
}
