/* What is on a page besides text. All in mm on the sheet; what is named a mark is told as one. */
#ifndef TESTS_CORPUS_MARK_H
#define TESTS_CORPUS_MARK_H

#include "tests/corpus/page.h"

/* A round red stamp; `upper` along the upper rim, `lower` along the lower one, NULL: none. */
void mark_stamp(struct page *p, double x, double y, const char *upper, const char *lower);
void mark_signature(struct page *p, double x, double y, double width);
void mark_photo(struct page *p, double x, double y, double width, double height);
/* A QR code of about `size` mm with that payload. */
void mark_qr(struct page *p, double x, double y, double size, const char *payload);

/* Patterns under the text. */
void mark_waves(struct page *p, struct pen_rgb ink);
void mark_guilloche(struct page *p, struct pen_rgb ink);
/* A rosette of radius r. */
void mark_rosette(struct page *p, double x, double y, double r, struct pen_rgb ink);
/* An ornate frame `in` mm from the sheet's edge. */
void mark_border(struct page *p, double in, struct pen_rgb ink);
void mark_emblem(struct page *p, double x, double y, double r);

#endif
