#include "tests/tap.h"
#include "tests/unit/flash/world.h"

static char path[64];
static struct image im;
static uint8_t *want;
static struct look was;
static struct flash flash;

/* Slot A is the image's, and nothing of what was there before shows where it would be read. */
static void slots_are_right(const uint8_t *disk)
{
	struct gpt g;
	struct gpt_part p;
	struct record r;

	ok(memcmp(disk + MIB, want + MIB, 2 * MIB) == 0);
	ok(memcmp(disk + 3 * MIB, want + 3 * MIB, MIB + 8192) == 0);
	ok(all_are(disk, 5 * MIB, 7 * MIB, 0));
	eq_int(gpt_read_head(disk, GPT_HEAD_BYTES, DISK_SIZE / 512, &g), ERR_OK);
	eq_int(gpt_read_tail(disk + DISK_SIZE - GPT_TAIL_BYTES, GPT_TAIL_BYTES, DISK_SIZE / 512,
			     &g),
	       ERR_OK);
	eq_int(g.last_usable, DISK_SIZE / 512 - 34);
	ok(gpt_find(&g, "boot-a", &p) && p.guid[0] == 0x20);
	eq_int(record_read(disk + RECORD_AT, &r), ERR_OK);
	ok(r.done);
	eq_str(r.version, "1.2+gabc");
	eq_str(r.who, "Lò Thị A");
	eq_int(r.verified_bytes, im.map.mapped_bytes - 2 * 20480);
	eq_int(r.disk_bytes, DISK_SIZE);
}

static void a_used_disk(void)
{
	world_disk(path, DISK_SIZE, 0xa5);
	eq_int(world_flash(path, &im, RECORD_NEW, &was, &flash), SAY_OK);
	eq_int(was.kind, LOOK_OTHER);
	uint8_t *disk = world_read(path, DISK_SIZE);
	slots_are_right(disk);
	ok(all_are(disk, 9 * MIB, 13 * MIB, 0));
	ok(all_are(disk, GPT_HEAD_BYTES, RECORD_AT, 0));
	ok(all_are(disk, RECORD_AT + RECORD_BYTES, MIB, 0));
	ok(all_are(disk, DISK_SIZE - MIB, DISK_SIZE - GPT_TAIL_BYTES, 0));
	ok(memcmp(disk + 512 + 56, want + 512 + 56, 16) != 0); /* a number of its own */
	free(disk);
}

/* A kiosk's data has grown to the disk's end, and is in use. */
static void grow_data(uint8_t fill)
{
	uint8_t *disk = world_read(path, DISK_SIZE), tail[GPT_TAIL_BYTES];
	struct gpt g;
	FILE *f = fopen(path, "r+");

	if (gpt_read_head(disk, GPT_HEAD_BYTES, DISK_SIZE / 512, &g) != ERR_OK)
		abort();
	put_le(g.table + 4 * GPT_ENTRY_BYTES + 40, DISK_SIZE / 512 - 34, 8);
	put_le(g.table + 4 * GPT_ENTRY_BYTES + 48, 0x8000000000000000, 8);
	gpt_write(&g, DISK_SIZE / 512, disk, tail);
	memcpy(disk + DISK_SIZE - GPT_TAIL_BYTES, tail, GPT_TAIL_BYTES);
	memset(disk + 9 * MIB, fill, DISK_SIZE - GPT_TAIL_BYTES - 9 * MIB);
	memset(disk + 5 * MIB, 0x66, 4 * MIB);
	ok(f && fwrite(disk, 1, DISK_SIZE, f) == DISK_SIZE && fclose(f) == 0);
	free(disk);
}

static void kept(void)
{
	uint8_t *before, *after;

	grow_data(0xdd);
	before = world_read(path, DISK_SIZE);
	eq_int(world_flash(path, &im, RECORD_KEPT, &was, &flash), SAY_OK);
	eq_int(was.kind, LOOK_KIOSK);
	ok(was.same_layout && was.has_record);
	after = world_read(path, DISK_SIZE);
	slots_are_right(after);
	ok(all_are(after, 9 * MIB, DISK_SIZE - GPT_TAIL_BYTES, 0xdd));
	ok(memcmp(before, after, GPT_HEAD_BYTES) == 0);
	ok(memcmp(before + DISK_SIZE - GPT_TAIL_BYTES, after + DISK_SIZE - GPT_TAIL_BYTES,
		  GPT_TAIL_BYTES) == 0);
	free(before);
	free(after);
}

static void erased(void)
{
	uint8_t *after;

	grow_data(0xdd);
	eq_int(world_flash(path, &im, RECORD_ERASED, &was, &flash), SAY_OK);
	after = world_read(path, DISK_SIZE);
	slots_are_right(after);
	ok(all_are(after, 9 * MIB, 13 * MIB, 0));
	free(after);
}

static enum look_kind kind(void)
{
	struct medium m;
	enum say s = medium_look(path, &m);

	ok(s == SAY_OK && look_at(&m, &im, &was) == SAY_OK);
	medium_close(&m);
	return was.kind;
}

static void looked_at(void)
{
	struct gpt g = world_table();

	world_disk(path, DISK_SIZE, 0);
	eq_int(kind(), LOOK_EMPTY);
	world_disk(path, DISK_SIZE, 0xff);
	eq_int(kind(), LOOK_EMPTY);
	uint8_t *disk = calloc(1, DISK_SIZE), tail[GPT_TAIL_BYTES];
	disk[DISK_SIZE / 2 / 4096 * 4096 + 5] =
		1; /* one block in the middle, where samples are taken */
	FILE *f = fopen(path, "w");
	ok(f && fwrite(disk, 1, DISK_SIZE, f) == DISK_SIZE && fclose(f) == 0);
	eq_int(kind(), LOOK_OTHER);

	/* a kiosk's whose slots are larger, and a disk with other partitions */
	world_part(&g, 3, "root-b", 7 * MIB, MIB);
	gpt_write(&g, DISK_SIZE / 512, disk, tail);
	f = fopen(path, "w");
	ok(f && fwrite(disk, 1, DISK_SIZE, f) == DISK_SIZE && fclose(f) == 0);
	eq_int(kind(), LOOK_OTHER_KIOSK);
	ok(!was.same_layout);
	world_part(&g, 0, "EFI", MIB, MIB);
	gpt_write(&g, DISK_SIZE / 512, disk, tail);
	f = fopen(path, "w");
	ok(f && fwrite(disk, 1, DISK_SIZE, f) == DISK_SIZE && fclose(f) == 0);
	eq_int(kind(), LOOK_OTHER);
	ok(strstr(was.words, "EFI") != NULL);
	free(disk);
}

/* Data that is lost with another layout: its keys are gone, wherever they were. */
static void keys_of_another_layout(void)
{
	struct gpt g = world_table();
	uint8_t *disk = malloc(DISK_SIZE), tail[GPT_TAIL_BYTES];

	memset(disk, 0xdd, DISK_SIZE);
	world_part(&g, 4, "data", 14 * MIB, 4 * MIB);
	gpt_fit(&g, DISK_SIZE / 512);
	gpt_write(&g, DISK_SIZE / 512, disk, tail);
	memcpy(disk + DISK_SIZE - GPT_TAIL_BYTES, tail, GPT_TAIL_BYTES);
	FILE *f = fopen(path, "w");
	ok(f && fwrite(disk, 1, DISK_SIZE, f) == DISK_SIZE && fclose(f) == 0);
	free(disk);
	eq_int(kind(), LOOK_OTHER_KIOSK);
	eq_int(world_flash(path, &im, RECORD_ERASED, &was, &flash), SAY_OK);
	disk = world_read(path, DISK_SIZE);
	slots_are_right(disk);
	ok(all_are(disk, 14 * MIB, 18 * MIB, 0));
	free(disk);
}

static void of_another_board(void)
{
	struct image other = im;

	world_disk(path, DISK_SIZE, 0);
	eq_int(world_flash(path, &im, RECORD_NEW, &was, &flash), SAY_OK);
	eq_int(kind(), LOOK_KIOSK);
	ok(strstr(was.words, "1.2+gabc") != NULL);
	snprintf(im.compatible, sizeof(im.compatible), "mocua-arm");
	eq_int(kind(), LOOK_OTHER_KIOSK);
	ok(was.other_board && was.same_layout);
	im = other;
}

int main(void)
{
	snprintf(path, sizeof(path), "/tmp/flash-disk-XXXXXX");
	int fd = mkstemp(path);
	ok(fd >= 0);
	close(fd);
	want = world_image(&im);
	a_used_disk();
	kept();
	erased();
	looked_at();
	keys_of_another_layout();
	of_another_board();
	unlink(path);
	image_close(&im);
	free(want);
	return tap_done();
}
