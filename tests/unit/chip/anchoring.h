/* Lists of anchors for tests, out of the DER that a test state made. */
#ifndef TESTS_CHIP_ANCHORING_H
#define TESTS_CHIP_ANCHORING_H

#include "firmware/base/anchors.h"
#include "firmware/parse/chip/tlv.h"
#include "tests/mrtd/issuer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds, and frees `der`. */
static inline void anchor(struct anchors *list, enum anchor_kind kind, struct issuer_bytes der)
{
	struct anchor a = { .kind = kind, .der = der.at, .der_len = der.len };

	snprintf(a.subject, sizeof a.subject, "anchor %u", list->count);
	if (anchors_add(list, &a) != ERR_OK)
		abort();
	issuer_free(&der);
}

static inline struct span span_of(const struct anchors *list)
{
	return (struct span){ list->bytes, list->len };
}

static inline struct span span_der(struct issuer_bytes b)
{
	return (struct span){ b.at, b.len };
}

#endif
