#include "firmware/base/arena.h"
#include "tests/tap.h"

#include <stdalign.h>
#include <stdbool.h>

static bool all_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

int main(void)
{
	struct arena a = { 0 };
	const size_t cap = 8192;

	arena_finish(&a); /* a zeroed one */
	eq_int(arena_init(&a, cap), ERR_OK);
	const uint8_t *memory = a.bytes; /* looked at behind its back */
	char *name = arena_text(&a, "Nguyễn Văn An");
	eq_str(name, "Nguyễn Văn An");
	uint8_t *odd = arena_take(&a, 3);
	uint8_t *next = arena_take(&a, 100);
	ok((uintptr_t)odd % alignof(max_align_t) == 0);
	ok((uintptr_t)next % alignof(max_align_t) == 0);
	ok(next >= odd + 3);
	memset(odd, 0xaa, 3);
	memset(next, 0xbb, 100);

	ok(arena_take(&a, cap) == NULL);
	ok(arena_take(&a, SIZE_MAX) == NULL);
	ok(arena_take(&a, SIZE_MAX - 8) == NULL);
	uint8_t *rest = arena_take(&a, cap - a.used); /* to the last byte */
	ok(rest != NULL);
	memset(rest, 0xcc, cap - (size_t)(rest - memory));
	ok(arena_take(&a, 1) == NULL);
	ok(arena_text(&a, "") == NULL);
	ok(!all_zero(memory, cap));

	arena_wipe(&a);
	ok(all_zero(memory, cap));
	uint8_t *again = arena_take(&a, cap);
	ok(again == memory && all_zero(again, cap));
	arena_finish(&a);
	ok(a.bytes == NULL);
	arena_finish(&a);
	arena_wipe(&a);
	return tap_done();
}
