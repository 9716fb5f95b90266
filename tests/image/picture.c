#include "tests/image/picture.h"

#include "firmware/base/auto.h"

#include <fcntl.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define MAX_SIDE 8192
#define CLEARLY  6 /* of 255: a letter in a field of the grid makes more */

/* The head of a PPM or PGM file without comments, as the emulator writes it. */
struct head {
	unsigned depth; /* bytes of a pixel */
	unsigned width, height;
	size_t len;
};

static bool read_head(const uint8_t *bytes, size_t len, struct head *ret_head)
{
	char text[64] = "";
	char kind = 0;
	unsigned most = 0;
	int used = 0;

	memcpy(text, bytes, len < sizeof text - 1 ? len : sizeof text - 1);
	if (sscanf(text, "P%c %u %u %u%n", &kind, &ret_head->width, &ret_head->height, &most,
		   &used) != 4)
		return false;
	ret_head->depth = kind == '6' ? 3 : kind == '5' ? 1 : 0;
	ret_head->len = (size_t)used + 1;
	return ret_head->depth && most == 255 && ret_head->width >= PICTURE_W &&
	       ret_head->height >= PICTURE_H && ret_head->width <= MAX_SIDE &&
	       ret_head->height <= MAX_SIDE;
}

static unsigned grey_of(const uint8_t *pixel, unsigned depth)
{
	return depth == 1 ? pixel[0] : (2u * pixel[0] + 5u * pixel[1] + pixel[2]) / 8;
}

/* The mean of what lies in one field of the grid. */
static uint8_t field(const uint8_t *pixels, const struct head *h, unsigned x, unsigned y)
{
	unsigned left = x * h->width / PICTURE_W, right = (x + 1) * h->width / PICTURE_W;
	unsigned top = y * h->height / PICTURE_H, bottom = (y + 1) * h->height / PICTURE_H;
	uint64_t sum = 0;

	for (unsigned row = top; row < bottom; row++)
		for (unsigned at = left; at < right; at++)
			sum += grey_of(pixels + ((size_t)row * h->width + at) * h->depth, h->depth);
	return (uint8_t)(sum / ((uint64_t)(right - left) * (bottom - top)));
}

static void look_over(struct picture *p)
{
	bool seen[256] = { false };

	p->lightest = 0;
	p->levels = 0;
	for (size_t i = 0; i < sizeof p->grey; i++) {
		p->levels += !seen[p->grey[i]];
		seen[p->grey[i]] = true;
		if (p->grey[i] > p->lightest)
			p->lightest = p->grey[i];
	}
}

static void shrink(struct picture *p, const uint8_t *pixels, const struct head *h)
{
	for (unsigned y = 0; y < PICTURE_H; y++)
		for (unsigned x = 0; x < PICTURE_W; x++)
			p->grey[y * PICTURE_W + x] = field(pixels, h, x, y);
	look_over(p);
}

static enum err read_png(struct picture *p, const uint8_t *bytes, size_t len)
{
	png_image png = { .version = PNG_IMAGE_VERSION };
	AUTO_FREE uint8_t *pixels = NULL;

	if (!png_image_begin_read_from_memory(&png, bytes, len))
		return ERR_BAD_DATA;
	png.format = PNG_FORMAT_RGB;
	bool fits = png.width >= PICTURE_W && png.height >= PICTURE_H && png.width <= MAX_SIDE &&
		    png.height <= MAX_SIDE;
	if (fits)
		pixels = malloc(PNG_IMAGE_SIZE(png));
	bool read = pixels && png_image_finish_read(&png, NULL, pixels, 0, NULL);
	png_image_free(&png);
	if (read)
		shrink(p, pixels, &(struct head){ 3, png.width, png.height, 0 });
	return read ? ERR_OK : ERR_BAD_DATA;
}

enum err picture_read(struct picture *p, const uint8_t *bytes, size_t len)
{
	struct head h;

	if (len > 8 && png_sig_cmp(bytes, 0, 8) == 0)
		return read_png(p, bytes, len);
	if (!read_head(bytes, len, &h) || h.len > len ||
	    (size_t)h.width * h.height * h.depth > len - h.len)
		return ERR_BAD_DATA;
	shrink(p, bytes + h.len, &h);
	return ERR_OK;
}

enum err picture_load(struct picture *p, const char *path)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_of_errno();
	size_t len = (size_t)st.st_size;
	void *bytes = len ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (bytes == MAP_FAILED)
		return ERR_BAD_DATA;
	enum err e = picture_read(p, bytes, len);
	munmap(bytes, len);
	return e;
}

bool picture_is_lit(const struct picture *p)
{
	size_t light = 0;

	for (size_t i = 0; i < sizeof p->grey; i++)
		light += p->grey[i] > 32;
	return light > sizeof p->grey / 4 && p->levels >= 8;
}

unsigned picture_distance(const struct picture *a, const struct picture *b)
{
	unsigned sum = 0, count = 0;

	for (size_t i = 0; i < sizeof a->grey; i++) {
		if (b->grey[i] == PICTURE_ANY)
			continue;
		sum += (unsigned)abs((int)a->grey[i] - (int)b->grey[i]);
		count++;
	}
	return count ? sum / count : 0;
}

unsigned picture_fields_apart(const struct picture *a, const struct picture *b)
{
	unsigned count = 0;

	for (size_t i = 0; i < sizeof a->grey; i++)
		count += abs((int)a->grey[i] - (int)b->grey[i]) > CLEARLY;
	return count;
}

enum err picture_save(const struct picture *p, const char *path)
{
	AUTO_FD fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_of_errno();
	int head = dprintf(fd, "P5\n%d %d\n255\n", PICTURE_W, PICTURE_H);
	return head > 0 && write(fd, p->grey, sizeof p->grey) == (ssize_t)sizeof p->grey ? ERR_OK
											 : ERR_IO;
}
