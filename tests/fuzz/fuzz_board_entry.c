/* zone: board */
#include "firmware/board/entry.h"
#include "firmware/board/tries.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The firmware's variables: a boot entry, and the counter of starts. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	uint8_t again[TRIES_BYTES];
	struct entry e;

	if (entry_parse(bytes, len, &e) == ERR_OK)
		assert(strlen(e.name) < sizeof e.name && strlen(e.file) < sizeof e.file);
	struct tries t = tries_of(bytes, len);
	tries_bytes(&t, again);
	struct tries u = tries_of(again, sizeof again);
	assert(memcmp(&t, &u, sizeof t) == 0);
	return 0;
}
