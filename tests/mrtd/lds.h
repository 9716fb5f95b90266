/* Contents of the files, appended to *out. */
#ifndef TESTS_MRTD_LDS_H
#define TESTS_MRTD_LDS_H

#include "tests/mrtd/bytes.h"
#include "tests/mrtd/spec.h"

struct mrtd_face {
	struct mrtd_bytes picture;
	bool jpeg2000;
	uint8_t sex; /* 1 male, 2 female */
	uint32_t width, height;
};

uint32_t mrtd_dg_tag(unsigned dg); /* 0: no such data group */

void mrtd_make_com(const unsigned *dgs, size_t count, struct mrtd_bytes *out);
void mrtd_make_dg1(const struct mrtd_spec *s, struct mrtd_bytes *out);
void mrtd_make_dg2(const struct mrtd_face *f, struct mrtd_bytes *out);
void mrtd_make_dg13(const struct mrtd_spec *s, struct mrtd_bytes *out);

#endif
