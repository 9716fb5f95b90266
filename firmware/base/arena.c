#include "firmware/base/arena.h"

#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>

enum err arena_init(struct arena *a, size_t cap)
{
	void *bytes = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		return ERR_NO_MEMORY;
	(void)madvise(bytes, cap, MADV_DONTDUMP); /* a help; the wipe is the promise */
	(void)mlock(bytes, cap);
	*a = (struct arena){ bytes, cap, 0 };
	return ERR_OK;
}

void arena_finish(struct arena *a)
{
	if (!a->bytes)
		return;
	arena_wipe(a);
	munmap(a->bytes, a->cap);
	*a = (struct arena){ 0 };
}

void *arena_take(struct arena *a, size_t len)
{
	size_t step = alignof(max_align_t);

	if (len > a->cap - a->used)
		return NULL;
	void *at = a->bytes + a->used;
	size_t whole = (len + step - 1) / step * step;
	a->used = whole > a->cap - a->used ? a->cap : a->used + whole;
	return at;
}

char *arena_text(struct arena *a, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = arena_take(a, len);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

void arena_wipe(struct arena *a)
{
	if (a->bytes)
		explicit_bzero(a->bytes, a->used);
	a->used = 0;
}

__attribute__((noinline)) void stack_wipe(void)
{
	char below[128 << 10];

	explicit_bzero(below, sizeof below);
}
