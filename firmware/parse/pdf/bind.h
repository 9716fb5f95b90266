/* Binding pages into an archival file: PDF/A-2u (ISO 19005-2, conformance U), each page at its real
 * size, its layers, and its words as invisible Unicode text in reading order. Decree 30/2020/ND-CP,
 * appendix I (from memory; values in pdf.def): PDF 1.4 or later, colour, 200 dpi or more, scale
 * 100 %. No dates, no random identifiers: the same pages give the same bytes. */
#ifndef PARSE_PDF_BIND_H
#define PARSE_PDF_BIND_H

#include "firmware/base/err.h"
#include "firmware/parse/page/layers.h"
#include "firmware/parse/page/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BIND_MAX_PAGES = 500 };

/* A place for a signature: "<000...0>", not covered by it. */
struct pdf_gap {
	size_t at, len;
};

struct bind_wish {
	const char *title; /* UTF-8, 1..511 bytes */
	bool card; /* the first two are the sides of an ID-1 card: on one A4 page at real size */
	/* Of the signature's dictionary; signer NULL: no gap. time_s, the time the signer claims,
	 * is its /M: PAdES baseline (EN 319 142-1, 6.3; from memory) asks for it there and forbids
	 * it in the CMS. 0: the clock is not to be trusted, no /M. */
	const char *signer, *reason, *place;
	int64_t time_s;
};

struct binder;

/* All of `wish` is copied. ERR_NO_MEMORY; ERR_BAD_DATA: no title. */
enum err bind_begin(const struct bind_wish *wish, struct binder **ret);

/* Adds a page; `t` may be NULL. ERR_NO_SPACE past BIND_MAX_PAGES. ERR_NO_MEMORY, ERR_BAD_DATA. */
enum err bind_page(struct binder *b, const struct layers *l, const struct text *t);

/* *ret_bytes is the caller's to free; *ret_gap may be NULL. ERR_BAD_DATA without a page. */
enum err bind_end(struct binder *b, uint8_t **ret_bytes, size_t *ret_len, struct pdf_gap *ret_gap);

/* NULL is allowed. */
void bind_destroy(struct binder *b);

#endif
