/* Makes the n-th allocation of our own code fail. For one file of a test, which names the calls:
 * torture-wraps: malloc calloc realloc, in a comment of its own. */
#ifndef TESTS_PARSE_ALLOCATIONS_H
#define TESTS_PARSE_ALLOCATIONS_H

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

static int calls_left = -1; /* -1: never fails */

static inline bool fails(void)
{
	return calls_left >= 0 && calls_left-- == 0;
}

void *__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t n)
{
	return fails() ? NULL : __real_calloc(count, n);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

#endif
