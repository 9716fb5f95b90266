/* Codes on degraded frames, 24 conditions: our cascade, a hunt's first look, and two libraries as
 * they are, in one run. Then what a page without any code costs. Every frame that is read must be
 * read to the byte.
 *
 *     codes [N]    N frames of each condition and set (8) */
#include "firmware/parse/code.h"
#include "tests/bench/bench.h"
#include "tests/bench/zxing.h"
#include "tests/corpus/frame.h"

#include <string.h>
#include <zbar.h>

enum reader { OURS, HUNT, ZBAR, ZXING, READER_COUNT };
enum { FRAMES = 2 * FRAME_CONDITIONS * 99 };

struct tally {
	unsigned right, wrong, frames;
	unsigned of_condition[FRAME_CONDITIONS];
	double ms[FRAMES];
};

struct bench {
	struct code_finder *finder;
	zbar_image_scanner_t *zbar;
	struct codes found;
	struct tally tally[READER_COUNT];
};

static int is_payload(const struct frame *f, const void *bytes, size_t len)
{
	return len == strlen(f->payload) && memcmp(bytes, f->payload, len) == 0 ? 1 : -1;
}

/* Each: 1 right, 0 nothing, -1 wrong. */

static int read_ours(struct bench *b, const struct frame *f, bool hunt)
{
	struct gray g = { f->width, f->height, f->at };
	struct code_hunt h = { 0 };
	enum err e = hunt ? code_hunt_look(&h, b->finder, &g, &b->found)
			  : code_find(b->finder, &g, true, &b->found);

	if (e != ERR_OK)
		return 0;
	for (size_t i = 0; i < b->found.count; i++)
		if (is_payload(f, b->found.at[i].bytes, b->found.at[i].len) < 0)
			return -1;
	return 1;
}

static int read_zbar(struct bench *b, const struct frame *f)
{
	zbar_image_t *image = zbar_image_create();
	int result = 0;

	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, f->width, f->height);
	zbar_image_set_data(image, f->at, (unsigned long)f->width * f->height, NULL);
	if (zbar_scan_image(b->zbar, image) > 0) {
		const zbar_symbol_t *s = zbar_image_first_symbol(image);

		result = is_payload(f, zbar_symbol_get_data(s), zbar_symbol_get_data_length(s));
	}
	zbar_image_destroy(image);
	return result;
}

static int read_zxing(const struct frame *f)
{
	uint8_t bytes[CODE_MAX_BYTES];
	int len = zxing_read(f->at, (int)f->width, (int)f->height, bytes, sizeof bytes);

	return len > 0 ? is_payload(f, bytes, (size_t)len) : 0;
}

static int read_by(struct bench *b, enum reader who, const struct frame *f)
{
	return who == ZBAR    ? read_zbar(b, f)
	       : who == ZXING ? read_zxing(f)
			      : read_ours(b, f, who == HUNT);
}

static void read_frame(struct bench *b, unsigned condition, const struct frame *f)
{
	for (enum reader who = 0; who < READER_COUNT; who++) {
		struct tally *t = &b->tally[who];
		double began_ms = bench_cpu_ms();
		int result = read_by(b, who, f);

		t->ms[t->frames++] = bench_cpu_ms() - began_ms;
		t->right += result == 1;
		t->wrong += result < 0;
		t->of_condition[condition] += result == 1;
	}
}

static bool read_set(struct bench *b, enum frame_set set, unsigned n)
{
	for (unsigned i = 0; i < FRAME_CONDITIONS * n; i++) {
		struct frame f = { 0 };

		if (!frame_draw(set, i / n, i % n, &f))
			return false;
		read_frame(b, i / n, &f);
		frame_finish(&f);
	}
	return true;
}

static void say_details(const struct bench *b, unsigned frames)
{
	printf("%-28s %5s %5s %5s %5s of %u\n", "", "ours", "first", "zbar", "zxing", frames);
	for (unsigned i = 0; i < FRAME_CONDITIONS; i++)
		printf("%-28s %5u %5u %5u %5u\n", frame_condition(i),
		       b->tally[OURS].of_condition[i], b->tally[HUNT].of_condition[i],
		       b->tally[ZBAR].of_condition[i], b->tally[ZXING].of_condition[i]);
}

static void say(struct bench *b)
{
	static const char *const NAMES[READER_COUNT] = { "codes, degraded frames: not read",
							 "codes, first look of a hunt: not read",
							 "  zbar as it is: not read",
							 "  zxing-cpp as it is: not read" };
	static const char *const TIMES[READER_COUNT] = { "codes, CPU a frame, median",
							 "codes, CPU of a first look, median",
							 "  zbar, CPU a frame",
							 "  zxing-cpp, CPU a frame" };
	static const double LEFT[READER_COUNT] = { 15, 0, 0, 0 };

	for (enum reader who = 0; who < READER_COUNT; who++) {
		struct tally *t = &b->tally[who];

		if (who == ZXING && !zxing_is_here())
			continue;
		bench_row(NAMES[who], 100.0 * (t->frames - t->right) / t->frames, "%", LEFT[who]);
		bench_row(TIMES[who], bench_percentile(t->ms, t->frames, 50), "ms", 0);
	}
}

/* Lines of something like print: what most pages are. */
static void draw_page(uint8_t *at, uint32_t width, uint32_t height)
{
	uint32_t dice = 1;

	memset(at, 240, (size_t)width * height * 3);
	for (uint32_t top = 300; top + 400 < height; top += 60)
		for (uint32_t x = 250; x + 300 < width; x += 10 + (dice >> 28)) {
			dice = dice * 1664525 + 1013904223;
			uint32_t high = 12 + (dice >> 16) % 24, wide = 3 + (dice >> 13) % 3;

			for (uint32_t y = top; y < top + high; y++)
				memset(at + ((size_t)y * width + x) * 3, 30, 3 * (size_t)wide);
		}
}

static bool read_empty_page(struct bench *b)
{
	enum { WIDTH = 2480, HEIGHT = 3508, ROUNDS = 5 };
	uint8_t *at = malloc((size_t)WIDTH * HEIGHT * 3);
	struct image page = { WIDTH, HEIGHT, 300, 3, at };
	double ms[ROUNDS];
	bool none = true;

	if (!at)
		return false;
	draw_page(at, WIDTH, HEIGHT);
	for (int i = 0; i < ROUNDS; i++) {
		double began_ms = bench_cpu_ms();

		none &= code_find_on_page(b->finder, &page, &b->found) == ERR_NO_CODE;
		ms[i] = bench_cpu_ms() - began_ms;
	}
	free(at);
	bench_row("codes, A4 in colour at 300 dpi without one", bench_percentile(ms, ROUNDS, 50),
		  "ms CPU", 60);
	return none;
}

static bool begin(struct bench *b)
{
	b->zbar = zbar_image_scanner_create();
	zbar_image_scanner_set_config(b->zbar, 0, ZBAR_CFG_ENABLE, 0);
	zbar_image_scanner_set_config(b->zbar, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
	zbar_image_scanner_set_config(b->zbar, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	return code_finder_create(&b->finder) == ERR_OK;
}

int main(int argc, char **argv)
{
	static struct bench b;
	int n = argc > 1 ? atoi(argv[1]) : 8;

	if (n < 1 || n > 99)
		return 2;
	if (!begin(&b) || !read_set(&b, FRAME_HELD, (unsigned)n) ||
	    !read_set(&b, FRAME_LENGTHS, (unsigned)n))
		return 1;
	say_details(&b, 2 * (unsigned)n);
	say(&b);
	int wrong = (int)(b.tally[OURS].wrong + b.tally[HUNT].wrong);
	bench_wrong("codes, payloads", wrong, (int)(b.tally[OURS].frames + b.tally[HUNT].frames));
	bool none = read_empty_page(&b);
	code_finder_destroy(b.finder);
	zbar_image_scanner_destroy(b.zbar);
	return wrong == 0 && none ? 0 : 1;
}
