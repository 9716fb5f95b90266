/* Digitized pages, as far as more than one program knows them; see page.def. */
#ifndef BASE_PAGE_H
#define BASE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE(id, name) SOURCE_##id,
#define PROFILE(id, ...)
#define CHECK(id, name)
#define STEP(id, name)
enum page_source {
#include "firmware/base/page.def"
	PAGE_SOURCE_COUNT
};
#undef SOURCE
#undef PROFILE
#define SOURCE(id, name)
#define PROFILE(id, ...) PROFILE_##id,
enum page_profile {
#include "firmware/base/page.def"
	PAGE_PROFILE_COUNT
};
#undef PROFILE
#undef CHECK
#define PROFILE(id, ...)
#define CHECK(id, name) CHECK_##id,
enum page_check {
#include "firmware/base/page.def"
	PAGE_CHECK_COUNT
};
#undef CHECK
#undef STEP
#define CHECK(id, name)
#define STEP(id, name) STEP_##id,
enum page_step {
#include "firmware/base/page.def"
	PAGE_STEP_COUNT
};
#undef SOURCE
#undef PROFILE
#undef CHECK
#undef STEP

struct page_profile_row {
	const char *name;
	uint16_t ground_dpi;
	uint8_t ground_quality;
	uint16_t ink_dpi;
	uint16_t region_dpi;
	uint8_t region_quality;
	bool text;
};

/* Static. A number outside the table gives the first row, or "?" for a name. */
const struct page_profile_row *page_profile_row(enum page_profile p);
const char *page_source_name(enum page_source s);
const char *page_check_name(enum page_check c);
const char *page_step_name(enum page_step s);

/* PAGE_SOURCE_COUNT when there is none of that name. */
enum page_source page_source_by_name(const char *name);

/* PAGE_PROFILE_COUNT when there is none of that name. */
enum page_profile page_profile_by_name(const char *name);

/* A page's print: 256 bits such that the same page scanned twice differs in few of them. True
 * when two may be of the same page, or of one form filled in by two people, which their pictures
 * tell apart (JOB_SAME); never for a blank one, whose print is zero. */
enum { PAGE_PRINT_BYTES = 32 };
bool page_alike(const uint8_t a[PAGE_PRINT_BYTES], const uint8_t b[PAGE_PRINT_BYTES]);

#endif
