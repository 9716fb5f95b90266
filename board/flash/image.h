/* The image to be written, as `make image` leaves it in a folder:
 *
 *     version           as in the image (firmware/base/version.h), and ROOT_HASH= DISK_MIN_MIB=
 *     disk.img.zst      the disk, compressed
 *     disk.img.bmap     its block map
 *     SHA256SUMS        of these three (of others, too), as sha256sum writes them
 *     SHA256SUMS.p7s    CMS signature over that (DER, detached)
 *
 * Nothing of it is used before the signature was right. */
#ifndef FLASH_IMAGE_H
#define FLASH_IMAGE_H

#include "board/flash/facts.h"
#include "board/flash/gpt.h"
#include "board/flash/map.h"
#include "board/flash/say.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_STEP (1u << 20) /* bytes handed on at once, at most */
#define IMAGE_GAP  (1u << 20) /* bytes before the first partition, and behind the last */

struct image {
	int fd; /* disk.img.zst */
	struct map map;
	struct gpt gpt;
	uint64_t slot_start, slot_end; /* bytes: boot-a and root-a, all that is written from it */
	uint64_t need_bytes;           /* a smaller disk is no kiosk's */
	char version[FACT_CAP], board[FACT_CAP], compatible[FACT_CAP], root_hash[FACT_CAP];
	char sha256[65]; /* of disk.img.zst */
	uint64_t packed_bytes;
	bool test_only; /* its keys are for tests: KEYS=test */
};

/* Called with what was done of how much. */
typedef void image_tick(void *data, uint64_t done, uint64_t total);

/* Checks signature and sums of the folder against the certificate in `anchor_pem`, reads map and
 * table, and unpacks all of it once against the map. SAY_OK, or what is wrong with it. The caller
 * ends it with image_close(). */
enum say image_open(const char *folder, const char *anchor_pem, image_tick *tick, void *data,
		    struct image *ret);
void image_close(struct image *im);

/* Unpacks it. `sink` gets what the map says is there, in order, at most IMAGE_STEP at a time,
 * within one range; it returns SAY_OK or why to stop. A range whose hash is wrong: SAY_CONTENTS,
 * after it was handed on. */
typedef enum say image_sink(void *data, size_t range, uint64_t at, const uint8_t *bytes,
			    size_t len);
enum say image_play(const struct image *im, image_sink *sink, void *data);

#endif
