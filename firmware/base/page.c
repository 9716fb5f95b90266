#include "firmware/base/page.h"

#include <string.h>

/* Measured: two scans of one page differ in 1 to 34 bits, seldom more, 79 at most: a form of thin
 * leaders at 200 and at 300 dpi. Pages that have nothing in common differ in 128. */
enum { ALIKE_BITS = 96 };

#define SOURCE(id, name)
#define PROFILE(id, ...) { __VA_ARGS__ },
#define CHECK(id, name)
#define STEP(id, name)
static const struct page_profile_row PROFILES[] = {
#include "firmware/base/page.def"
};
#undef SOURCE
#undef PROFILE
#define SOURCE(id, name) name,
#define PROFILE(id, ...)
static const char *const SOURCES[] = {
#include "firmware/base/page.def"
};
#undef SOURCE
#undef CHECK
#define SOURCE(id, name)
#define CHECK(id, name) name,
static const char *const CHECKS[] = {
#include "firmware/base/page.def"
};
#undef CHECK
#undef STEP
#define CHECK(id, name)
#define STEP(id, name) name,
static const char *const STEPS[] = {
#include "firmware/base/page.def"
};

const struct page_profile_row *page_profile_row(enum page_profile p)
{
	return &PROFILES[p < PAGE_PROFILE_COUNT ? p : 0];
}

const char *page_source_name(enum page_source s)
{
	return s < PAGE_SOURCE_COUNT ? SOURCES[s] : "?";
}

const char *page_check_name(enum page_check c)
{
	return c < PAGE_CHECK_COUNT ? CHECKS[c] : "?";
}

const char *page_step_name(enum page_step s)
{
	return s < PAGE_STEP_COUNT ? STEPS[s] : "?";
}

enum page_source page_source_by_name(const char *name)
{
	enum page_source s = 0;

	while (s < PAGE_SOURCE_COUNT && strcmp(SOURCES[s], name) != 0)
		s++;
	return s;
}

enum page_profile page_profile_by_name(const char *name)
{
	enum page_profile p = 0;

	while (p < PAGE_PROFILE_COUNT && strcmp(PROFILES[p].name, name) != 0)
		p++;
	return p;
}

bool page_alike(const uint8_t a[PAGE_PRINT_BYTES], const uint8_t b[PAGE_PRINT_BYTES])
{
	int differ = 0, any_a = 0, any_b = 0;

	for (size_t i = 0; i < PAGE_PRINT_BYTES; i++) {
		differ += __builtin_popcount(a[i] ^ b[i]);
		any_a |= a[i];
		any_b |= b[i];
	}
	return any_a && any_b && differ <= ALIKE_BITS;
}
