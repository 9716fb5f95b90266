#include "firmware/core/chip_block.h"

#include "firmware/core/db.h"

#include <openssl/evp.h>

#define TYPE_BYTES 32

static enum err type_of(const uint8_t *atr, size_t len, uint8_t ret_type[TYPE_BYTES])
{
	return EVP_Digest(atr, len, ret_type, NULL, EVP_sha256(), NULL) == 1 ? ERR_OK
									     : ERR_NO_MEMORY;
}

uint16_t chip_block(struct store *s, const uint8_t *atr, size_t len)
{
	uint8_t type[TYPE_BYTES];
	AUTO_ROWS *st = NULL;
	enum err e = type_of(atr, len, type);

	int64_t since_s = clock_now_s(s->options.clock) - CHIP_BLOCK_KEEP_S;
	if (e == ERR_OK)
		e = db_first(s, SQL_CHIP_BLOCK,
			     DB_VALUES(db_bytes(type, sizeof type), db_num(since_s)), &st);
	return e == ERR_OK ? (uint16_t)sqlite3_column_int(st, 0) : 0;
}

enum err chip_block_learn(struct store *s, const uint8_t *atr, size_t len, uint16_t block)
{
	uint8_t type[TYPE_BYTES];

	if (chip_block(s, atr, len) == block)
		return ERR_OK; /* no commit for what is known */
	enum err e = type_of(atr, len, type);
	if (e == ERR_OK)
		e = db_begin(s);
	if (e != ERR_OK)
		return e;
	e = db_run(s, SQL_CHIP_LEARN,
		   DB_VALUES(db_bytes(type, sizeof type), db_num(block),
			     db_num(clock_now_s(s->options.clock))));
	if (e == ERR_OK)
		e = db_run(s, SQL_CHIP_FORGET, DB_VALUES(db_num(CHIP_BLOCKS_MAX)));
	return db_end(s, e);
}
