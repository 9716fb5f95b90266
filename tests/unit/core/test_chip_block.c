/* What is learned about types of cards stays, and stays small. */
#include "firmware/core/chip_block.h"
#include "tests/unit/core/fixture.h"

int main(void)
{
	static const uint8_t ATR[] = { 0x3b, 0x88, 0x80, 0x01, 0x73 }, OTHER_ATR[] = { 0x3b, 0x00 };
	struct store *s = NULL;
	struct fixture f;

	fixture_init(&f);
	eq_int(store_open(&f.options, &s), ERR_OK);
	eq_int(chip_block(s, ATR, sizeof ATR), 0);
	eq_int(chip_block_learn(s, ATR, sizeof ATR, 224), ERR_OK);
	eq_int(chip_block_learn(s, ATR, sizeof ATR, 2048), ERR_OK);
	eq_int(chip_block(s, ATR, sizeof ATR), 2048);
	eq_int(chip_block(s, OTHER_ATR, sizeof OTHER_ATR), 0);
	store_close(s);
	eq_int(store_open(&f.options, &s), ERR_OK);
	eq_int(chip_block(s, ATR, sizeof ATR), 2048);
	f.shift.wall_s += CHIP_BLOCK_KEEP_S;
	eq_int(chip_block(s, ATR, sizeof ATR), 0);
	eq_int(chip_block_learn(s, ATR, sizeof ATR, 2048), ERR_OK);
	eq_int(chip_block(s, ATR, sizeof ATR), 2048);

	for (int i = 0; i < CHIP_BLOCKS_MAX; i++) {
		uint8_t atr[] = { 0x3b, (uint8_t)i, 0x55 };

		f.shift.wall_s++;
		if (chip_block_learn(s, atr, sizeof atr, 256) != ERR_OK)
			ok(!"learned");
	}
	eq_int(chip_block(s, ATR, sizeof ATR), 0); /* the oldest went */
	eq_int(chip_block(s, (const uint8_t[]){ 0x3b, 0, 0x55 }, 3), 256);
	store_close(s);
	fixture_finish(&f);
	return tap_done();
}
