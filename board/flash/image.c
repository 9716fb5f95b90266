#include "board/flash/image.h"

#include "board/flash/seal.h"
#include "firmware/base/auto.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

#define SMALL_CAP (8u << 20) /* bytes of map and version */

/* One way through the image. */
struct play {
	const struct image *im;
	ZSTD_DStream *zstd;
	uint8_t *in, *out;
	ZSTD_inBuffer left; /* of `in`, not yet unpacked */
	uint64_t at;        /* in the packed file */
};

/* Makes `want` bytes more of the image, in p->out. */
static enum say unpack(struct play *p, size_t want)
{
	ZSTD_outBuffer out = { p->out, want, 0 };

	while (out.pos < want) {
		if (p->left.pos == p->left.size) {
			ssize_t n = pread(p->im->fd, p->in, IMAGE_STEP, (off_t)p->at);
			if (n <= 0)
				return SAY_CONTENTS;
			p->at += (uint64_t)n;
			p->left = (ZSTD_inBuffer){ p->in, (size_t)n, 0 };
		}
		if (ZSTD_isError(ZSTD_decompressStream(p->zstd, &out, &p->left)))
			return SAY_CONTENTS;
	}
	return SAY_OK;
}

static enum say skip(struct play *p, uint64_t bytes)
{
	enum say s = SAY_OK;

	while (bytes > 0 && s == SAY_OK) {
		size_t n = bytes < IMAGE_STEP ? (size_t)bytes : IMAGE_STEP;
		s = unpack(p, n);
		bytes -= n;
	}
	return s;
}

static enum say play_range(struct play *p, EVP_MD_CTX *sha, size_t index, image_sink *sink,
			   void *data)
{
	const struct map_range *r = &p->im->map.ranges[index];
	uint8_t sum[EVP_MAX_MD_SIZE];
	enum say s = SAY_OK;

	if (!EVP_DigestInit_ex(sha, EVP_sha256(), NULL))
		return SAY_NO_MEMORY;
	for (uint64_t done = 0; done < r->bytes && s == SAY_OK;) {
		size_t n = r->bytes - done < IMAGE_STEP ? (size_t)(r->bytes - done) : IMAGE_STEP;
		s = unpack(p, n);
		if (s == SAY_OK && !EVP_DigestUpdate(sha, p->out, n))
			s = SAY_NO_MEMORY;
		if (s == SAY_OK)
			s = sink(data, index, r->start + done, p->out, n);
		done += n;
	}
	if (s != SAY_OK)
		return s;
	if (!EVP_DigestFinal_ex(sha, sum, NULL))
		return SAY_NO_MEMORY;
	return memcmp(sum, r->sha256, sizeof(r->sha256)) == 0 ? SAY_OK : SAY_CONTENTS;
}

static enum say play_all(struct play *p, EVP_MD_CTX *sha, image_sink *sink, void *data)
{
	const struct map *m = &p->im->map;
	uint64_t at = 0;
	enum say s = SAY_OK;

	for (size_t i = 0; i < m->count && s == SAY_OK; i++) {
		s = skip(p, m->ranges[i].start - at);
		if (s == SAY_OK)
			s = play_range(p, sha, i, sink, data);
		at = m->ranges[i].start + m->ranges[i].bytes;
	}
	return s;
}

enum say image_play(const struct image *im, image_sink *sink, void *data)
{
	AUTO_FREE uint8_t *in = malloc(IMAGE_STEP), *out = NULL;
	struct play p = { .im = im, .zstd = ZSTD_createDStream(), .in = in };
	EVP_MD_CTX *sha = EVP_MD_CTX_new();
	enum say s = SAY_NO_MEMORY;

	/* writing past the system's memory wants it on a border of a page */
	if (in && p.zstd && sha && posix_memalign((void **)&out, 4096, IMAGE_STEP) == 0) {
		p.out = out;
		s = play_all(&p, sha, sink, data);
	}
	EVP_MD_CTX_free(sha);
	ZSTD_freeDStream(p.zstd);
	return s;
}

/* The whole of a small file, with a zero behind it, and checked against the sums. */
static enum say read_small(int dir, const char *name, const char *sums, char **ret, size_t *ret_len)
{
	AUTO_FD fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	AUTO_FREE char *text = NULL;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > SMALL_CAP)
		return SAY_NO_IMAGE;
	size_t len = (size_t)st.st_size;
	text = malloc(len + 1);
	if (!text)
		return SAY_NO_MEMORY;
	if (pread(fd, text, len, 0) != (ssize_t)len)
		return SAY_NO_IMAGE;
	text[len] = '\0';
	if (!seal_lists(sums, name, text, len))
		return SAY_SUMS;
	*ret = text;
	*ret_len = len;
	text = NULL;
	return SAY_OK;
}

static enum say read_facts(int dir, const char *sums, struct image *im)
{
	AUTO_FREE char *text = NULL;
	char least[FACT_CAP];
	size_t len = 0;
	enum say s = read_small(dir, "version", sums, &text, &len);

	if (s != SAY_OK)
		return s;
	if (!fact_get(text, len, "VERSION", im->version) ||
	    !fact_get(text, len, "BOARD", im->board) ||
	    !fact_get(text, len, "COMPATIBLE", im->compatible))
		return SAY_STRANGE;
	(void)fact_get(text, len, "ROOT_HASH", im->root_hash);
	im->test_only = fact_get(text, len, "KEYS", least);
	if (fact_get(text, len, "DISK_MIN_MIB", least))
		im->need_bytes = strtoull(least, NULL, 10) << 20;
	return SAY_OK;
}

static enum say read_map(int dir, const char *sums, struct image *im)
{
	AUTO_FREE char *xml = NULL;
	size_t len = 0;
	enum say s = read_small(dir, "disk.img.bmap", sums, &xml, &len);

	if (s != SAY_OK)
		return s;
	return map_parse(xml, len, &im->map) == ERR_OK ? SAY_OK : SAY_MAP;
}

struct check {
	struct image *im;
	image_tick *tick;
	void *data;
	uint64_t done;
};

/* The table stands in front; it says where the rest has to be. */
static enum say read_table(struct image *im, const uint8_t *bytes, size_t len)
{
	struct gpt_part a, root, other;

	if (gpt_read_head(bytes, len, im->map.image_bytes / GPT_SECTOR, &im->gpt) != ERR_OK)
		return SAY_STRANGE;
	if (!gpt_find(&im->gpt, "boot-a", &a) || !gpt_find(&im->gpt, "root-a", &root) ||
	    !gpt_find(&im->gpt, "boot-b", &other) || !gpt_find(&im->gpt, "root-b", &other) ||
	    !gpt_find(&im->gpt, "data", &other))
		return SAY_STRANGE;
	im->slot_start = a.start;
	im->slot_end = root.start + root.bytes;
	bool apart = a.start >= IMAGE_GAP && a.start % MAP_BLOCK == 0 &&
		     a.start + a.bytes == root.start && other.start >= im->slot_end;
	return apart ? SAY_OK : SAY_STRANGE;
}

/* All that is in it stands in slot A or in the tables; elsewhere it is zeros, if anything. */
static enum say check_chunk(void *data, size_t range, uint64_t at, const uint8_t *bytes, size_t len)
{
	struct check *c = data;
	const struct image *im = c->im;
	uint64_t end = at + len;
	bool zeros = true;

	if (range == 0 && at == 0 && read_table(c->im, bytes, len) != SAY_OK)
		return SAY_STRANGE;
	for (size_t i = 0; i < len && zeros; i++)
		zeros = bytes[i] == 0;
	c->done += len;
	c->tick(c->data, c->done, im->map.mapped_bytes);
	bool in_slot = at >= im->slot_start && end <= im->slot_end;
	bool in_table = end <= IMAGE_GAP / 2 || at >= im->map.image_bytes - IMAGE_GAP;
	return im->slot_end && (in_slot || in_table || (zeros && at >= im->slot_end)) ? SAY_OK
										      : SAY_STRANGE;
}

/* No range may stand across the borders of what is written: its hash could not be read back. */
static bool ranges_are_apart(const struct image *im)
{
	for (size_t i = 0; i < im->map.count; i++) {
		uint64_t at = im->map.ranges[i].start, end = at + im->map.ranges[i].bytes;
		if ((at < im->slot_start && end > im->slot_start) ||
		    (at < im->slot_end && end > im->slot_end))
			return false;
	}
	return true;
}

static enum say open_packed(int dir, const char *sums, image_tick *tick, void *data,
			    struct image *im)
{
	struct stat st;

	im->fd = openat(dir, "disk.img.zst", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (im->fd < 0 || fstat(im->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return SAY_NO_IMAGE;
	im->packed_bytes = (uint64_t)st.st_size;
	(void)posix_fadvise(im->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return seal_check_file(sums, "disk.img.zst", im->fd, im->packed_bytes, tick, data,
			       im->sha256);
}

static enum say open_all(int dir, const char *anchor_pem, image_tick *tick, void *data,
			 struct image *im)
{
	AUTO_FREE char *sums = NULL;
	enum say s = seal_open(dir, anchor_pem, &sums);

	if (s == SAY_OK)
		s = read_facts(dir, sums, im);
	if (s == SAY_OK)
		s = read_map(dir, sums, im);
	if (s == SAY_OK)
		s = open_packed(dir, sums, tick, data, im);
	if (s != SAY_OK)
		return s;
	struct check c = { .im = im, .tick = tick, .data = data };
	s = image_play(im, check_chunk, &c);
	if (im->need_bytes < im->map.image_bytes)
		im->need_bytes = im->map.image_bytes;
	return s == SAY_OK && !ranges_are_apart(im) ? SAY_STRANGE : s;
}

enum say image_open(const char *folder, const char *anchor_pem, image_tick *tick, void *data,
		    struct image *ret)
{
	AUTO_FD dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FREE struct image *im = calloc(1, sizeof(*im));
	enum say s = SAY_NO_MEMORY;

	if (!im)
		return s;
	im->fd = -1;
	s = dir < 0 ? SAY_NO_IMAGE : open_all(dir, anchor_pem, tick, data, im);
	if (s == SAY_OK)
		*ret = *im;
	else
		image_close(im);
	return s;
}

void image_close(struct image *im)
{
	if (im->fd >= 0)
		close(im->fd);
	im->fd = -1;
	map_finish(&im->map);
}
