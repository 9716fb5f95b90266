/* A decoded picture at its own size, and what decodes to it. Inside of face.h. */
#ifndef PARSE_CHIP_RASTER_H
#define PARSE_CHIP_RASTER_H

#include "firmware/base/err.h"
#include "firmware/parse/chip/tlv.h"

/* 8-bit RGB, rows without padding. Zero it before use. */
struct raster {
	uint32_t width, height;
	uint8_t *rgb; /* owned */
};

/* Memory for these sizes, which must be within face.h's. ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err raster_create(uint32_t width, uint32_t height, struct raster *ret);

/* Wipes and frees; accepts a zeroed one. */
void raster_finish(struct raster *r);

/* By how many halvings a picture may be decoded smaller and still cover what is shown. */
unsigned raster_halvings(uint32_t width, uint32_t height, unsigned most);

/* ERR_BAD_DATA: damaged, cut short, too large, or of a kind that no document has. ERR_NO_MEMORY. */
enum err raster_of_jpeg(struct span image, struct raster *ret);
enum err raster_of_jpeg2000(struct span image, struct raster *ret);

#endif
