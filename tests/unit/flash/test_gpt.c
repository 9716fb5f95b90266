#include "tests/tap.h"
#include "tests/unit/flash/world.h"

#define SECTORS (DISK_SIZE / 512)

static uint8_t head[GPT_HEAD_BYTES], tail[GPT_TAIL_BYTES];
static struct gpt got;

static void there_and_back(void)
{
	struct gpt g = world_table();
	struct gpt_part p;

	gpt_fit(&g, SECTORS);
	gpt_write(&g, SECTORS, head, tail);
	eq_int(gpt_read_head(head, sizeof(head), SECTORS, &got), ERR_OK);
	ok(memcmp(&got, &g, sizeof(g)) == 0);
	eq_int(gpt_read_tail(tail, sizeof(tail), SECTORS, &got), ERR_OK);
	ok(memcmp(&got, &g, sizeof(g)) == 0);
	eq_int(got.last_usable, SECTORS - 34);
	ok(gpt_find(&got, "root-b", &p) && p.index == 3 && p.start == 7 * MIB &&
	   p.bytes == 2 * MIB);
	ok(gpt_part(&got, 4, &p));
	eq_str(p.name, "data");
	ok(!gpt_part(&got, 5, &p) && !gpt_find(&got, "boot", &p));
	ok(head[510] == 0x55 && head[450] == 0xee);
}

/* Written on a larger disk, with the second table where the image ended. */
static void of_a_larger_disk(void)
{
	struct gpt g = world_table();

	gpt_write(&g, IMAGE_SIZE / 512, head, tail);
	eq_int(gpt_read_head(head, sizeof(head), SECTORS, &got), ERR_OK);
	eq_int(gpt_read_tail(tail, sizeof(tail), SECTORS, &got), ERR_BAD_DATA);
	eq_int(gpt_read_head(head, sizeof(head), IMAGE_SIZE / 1024, &got), ERR_BAD_DATA);
	eq_int(gpt_read_head(head, sizeof(head), 0, &got), ERR_BAD_DATA);
	eq_int(gpt_read_head(head, sizeof(head) - 1, SECTORS, &got), ERR_BAD_DATA);
}

/* Whatever one bit of header or entries becomes, it is found. */
static void damaged(void)
{
	struct gpt g = world_table();
	unsigned missed = 0;

	gpt_write(&g, SECTORS, head, tail);
	for (size_t at = 512; at < 512 + 92; at++) {
		head[at] ^= 1;
		missed += gpt_read_head(head, sizeof(head), SECTORS, &got) == ERR_OK;
		head[at] ^= 1;
	}
	for (size_t at = 1024; at < GPT_HEAD_BYTES; at += 7) {
		head[at] ^= 0x80;
		missed += gpt_read_head(head, sizeof(head), SECTORS, &got) == ERR_OK;
		head[at] ^= 0x80;
	}
	eq_int(missed, 0);
}

static enum err with_part(unsigned index, uint64_t start, uint64_t bytes)
{
	struct gpt g = world_table();

	gpt_fit(&g, SECTORS);
	world_part(&g, index, "data", start, bytes);
	gpt_write(&g, SECTORS, head, tail);
	return gpt_read_head(head, sizeof(head), SECTORS, &got);
}

static void impossible(void)
{
	eq_int(with_part(4, 9 * MIB, (SECTORS - 33) * 512 - 9 * MIB), ERR_OK);
	eq_int(with_part(4, 9 * MIB, (SECTORS - 32) * 512 - 9 * MIB), ERR_BAD_DATA);
	eq_int(with_part(4, 9 * MIB - 512, MIB), ERR_BAD_DATA);
	eq_int(with_part(4, 9 * MIB, 0), ERR_BAD_DATA);
	eq_int(with_part(4, 33 * 512, MIB - 33 * 512), ERR_BAD_DATA);
	eq_int(with_part(4, 34 * 512, MIB - 34 * 512), ERR_OK);
	eq_int(with_part(127, 14 * MIB, MIB), ERR_OK);
}

int main(void)
{
	there_and_back();
	of_a_larger_disk();
	damaged();
	impossible();
	return tap_done();
}
