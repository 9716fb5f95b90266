#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/j2k.h"
#include "firmware/parse/room.h"
#include "tests/tap.h"
#include "tests/unit/chip/portraits.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static struct made picture;

/* How far the result is from the slope that was drawn, at its worst place away from the edges. */
static int worst(const struct face *f, unsigned colours)
{
	int most = 0;

	for (uint32_t y = 4; y + 4 < f->height; y++)
		for (uint32_t x = 4; x + 4 < f->width; x++)
			for (unsigned c = 0; c < 3; c++) {
				int want = slope(colours == 1 ? 0 : c, x, y, f->width, f->height);
				int is = f->rgb[((size_t)y * f->width + x) * 3 + c];
				int off = is > want ? is - want : want - is;

				most = off > most ? off : most;
			}
	return most;
}

static void shows(uint32_t width, uint32_t height, unsigned colours)
{
	struct face f = { 0 };

	eq_int(face_decode(made_span(&picture), &f), ERR_OK);
	eq_int(f.width, width);
	eq_int(f.height, height);
	eq_int(f.len, (size_t)width * height * 3);
	int off = worst(&f, colours);
	ok(off <= 6);
	if (off > 6)
		printf("#   off by %d\n", off);
	face_finish(&f);
	ok(!f.rgb);
}

static void jpegs(void)
{
	static const struct {
		uint32_t width, height, shown_width, shown_height;
	} SIZES[] = { { 480, 640, 240, 320 }, { 413, 531, 240, 308 }, { 1024, 1365, 240, 320 },
		      { 100, 120, 100, 120 }, { 640, 480, 240, 180 }, { 30, 1000, 9, 320 } };

	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
		for (uint8_t channels = 1; channels <= 3; channels += 2) {
			picture.len = 0;
			add_jpeg(&picture, SIZES[i].width, SIZES[i].height, channels);
			shows(SIZES[i].shown_width, SIZES[i].shown_height, channels);
		}
}

static void jpeg2000s(void)
{
	static const struct {
		struct jp2_form form;
		uint32_t width, height;
	} ROWS[] = {
		{ { .width = 480, .height = 640, .components = 3, .ratio = 40 }, 240, 320 },
		{ { .width = 480, .height = 640, .components = 3, .ratio = 40, .bare = true },
		  240,
		  320 },
		{ { .width = 480, .height = 640, .components = 1, .ratio = 20 }, 240, 320 },
		{ { .width = 413, .height = 531, .components = 3, .ratio = 30 }, 240, 308 },
		{ { .width = 400, .height = 400, .components = 3, .ratio = 8, .tile = 128 },
		  240,
		  240 },
		{ { .width = 600, .height = 800, .components = 1, .ratio = 10, .levels = 2 },
		  240,
		  320 },
		{ { .width = 200, .height = 100, .components = 1, .depth = 12 }, 200, 100 },
		{ { .width = 200, .height = 100, .components = 4 }, 200, 100 },
		{ { .width = 200, .height = 100, .components = 2 }, 200, 100 },
		{ { .width = 20, .height = 10, .components = 3, .levels = 1 }, 20, 10 },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		picture.len = 0;
		add_jpeg2000(&picture, &ROWS[i].form);
		shows(ROWS[i].width, ROWS[i].height, ROWS[i].form.components < 3 ? 1 : 3);
	}
}

/* Luminance in the middle, both differences none: gray. */
static void other_colours(void)
{
	struct jp2_form form = { .width = 64, .height = 64, .components = 3, .ycc = true };
	struct face f = { 0 };

	picture.len = 0;
	add_jpeg2000(&picture, &form);
	eq_int(face_decode(made_span(&picture), &f), ERR_OK);
	const uint8_t *p = f.rgb + (32 * 64 + 32) * 3; /* 127, 127, 128 */
	ok(abs(p[0] - 127) < 4 && abs(p[1] - 127) < 4 && abs(p[2] - 127) < 4);
	p = f.rgb + (60 * 64 + 32) * 3; /* 127, 239: much blue */
	ok(p[2] > 250 && p[1] < 100);
	face_finish(&f);
}

static void damaged(void)
{
	struct jp2_form form = { .width = 240, .height = 320, .components = 3, .ratio = 20 };

	for (int kind = 0; kind < 2; kind++) {
		picture.len = 0;
		if (kind == 0)
			add_jpeg(&picture, 240, 320, 3);
		else
			add_jpeg2000(&picture, &form);
		unsigned shown = 0;
		for (size_t n = 0; n < picture.len; n += picture.len / 16) {
			struct face f = { 0 };

			shown += face_decode((struct span){ picture.at, n }, &f) == ERR_OK;
			face_finish(&f);
		}
		eq_int(shown, 0);
	}
	struct face f;
	eq_int(face_decode((struct span){ 0 }, &f), ERR_BAD_DATA);
	eq_int(face_decode((struct span){ (const uint8_t *)"GIF89a", 6 }, &f), ERR_BAD_DATA);
}

/* A few bytes that ask for gigabytes. */
static void claims(void)
{
	struct jp2_form form = { .width = 64, .height = 64, .components = 3, .bare = true };
	static const struct {
		size_t at;
		uint8_t bytes[4];
	} CLAIMS[] = {
		{ 8, { 0, 0, 0xea, 0x60 } },  /* 60000 wide */
		{ 12, { 0, 0, 0xff, 0xff } }, /* high */
		{ 8, { 0xff, 0xff, 0xff, 0xff } },
		{ 24, { 0, 0, 0, 1 } }, /* tiles of one pixel's width */
		{ 24, { 0, 0, 0, 0 } },
		{ 40, { 0x40, 0, 7, 1 } }, /* 16384 components */
	};
	struct rusage before, after;
	struct face f;

	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < sizeof CLAIMS / sizeof *CLAIMS; i++) {
		picture.len = 0;
		add_jpeg2000(&picture, &form);
		memcpy(picture.at + CLAIMS[i].at, CLAIMS[i].bytes, 4);
		eq_int(face_decode(made_span(&picture), &f), ERR_BAD_DATA);
	}
	picture.len = 0;
	add_jpeg(&picture, 64, 64, 3);
	uint8_t *sof = memmem(picture.at, picture.len, "\xff\xc0", 2);
	memcpy(sof + 5, "\xea\x60\xea\x60", 4);
	eq_int(face_decode(made_span(&picture), &f), ERR_BAD_DATA);
	getrusage(RUSAGE_SELF, &after);
	ok(after.ru_maxrss - before.ru_maxrss < 20000); /* kilobytes */
}

/* The head of a gray picture of 640 x 640, one level, with coding parameters of one's choice. */
static enum err head(unsigned layers, unsigned block, unsigned precinct)
{
	static const char SIDE[] = "\0\0\2\x80", ORIGIN[] = "\0\0\0\0";
	static const char *const SIZES[] = {
		SIDE, SIDE, ORIGIN, ORIGIN, SIDE, SIDE, ORIGIN, ORIGIN
	};
	uint8_t sizes = (uint8_t)(precinct * 0x11);
	struct j2k j;

	picture.len = 0;
	add(&picture, "\xff\x4f\xff\x51\0\x29\0\0", 8);
	for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
		add(&picture, SIZES[i], 4);
	add(&picture, "\0\1\7\1\1", 5);
	add(&picture,
	    (uint8_t[]){ 0xff, 0x52, 0, 14, 1, 0, (uint8_t)(layers >> 8), (uint8_t)layers, 0, 1,
			 (uint8_t)block, (uint8_t)block, 0, 0, sizes, sizes, 0xff, 0xd9 },
	    18);
	enum err e = j2k_read(made_span(&picture), &j);
	ok(e != ERR_OK || (j.width == 640 && j.levels == 1));
	return e;
}

static void fine_cuts(void)
{
	eq_int(head(1, 4, 15), ERR_OK);
	eq_int(head(100, 4, 8), ERR_OK);
	eq_int(head(1, 4, 2), ERR_BAD_DATA); /* 25,600 precincts of 4 x 4 */
	eq_int(head(1, 0, 15), ERR_OK);
	eq_int(head(1, 4, 0), ERR_BAD_DATA);
	eq_int(head(65535, 4, 5), ERR_BAD_DATA); /* 26 million packets */
	eq_int(head(1, 9, 15), ERR_BAD_DATA);    /* blocks of 2048 x 2048 */
}

/* Only memory is left there; a thread, a file or a probe of the machine would end the child. */
static void in_the_locked_room(void)
{
	struct jp2_form form = { .width = 480, .height = 640, .components = 3, .ratio = 40 };
	static struct made jpeg;
	bool locked = false;

	picture.len = 0;
	add_jpeg2000(&picture, &form);
	add_jpeg(&jpeg, 480, 640, 3);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		struct face f = { 0 };

		setenv("OPJ_NUM_THREADS", "4", 1);
		if (room_lock(&locked) != ERR_OK)
			_exit(3);
		if (face_decode(made_span(&picture), &f) != ERR_OK || f.width != 240)
			_exit(4);
		face_finish(&f);
		if (face_decode(made_span(&jpeg), &f) != ERR_OK || f.width != 240)
			_exit(5);
		face_finish(&f);
		_exit(locked ? 0 : 2);
	}
	int status = -1;
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		tap_skip("this kernel locks no calls");
	else
		eq_int(status, 0);
}

static double ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void cost(void)
{
	struct jp2_form form = { .width = 480, .height = 640, .components = 3, .ratio = 50 };
	struct face f = { 0 };

	picture.len = 0;
	add_jpeg2000(&picture, &form);
	double from = ms_now();
	eq_int(face_decode(made_span(&picture), &f), ERR_OK);
	printf("# JPEG 2000 480 x 640, %zu bytes: %.1f ms\n", picture.len, ms_now() - from);
	face_finish(&f);
}

int main(void)
{
	jpegs();
	jpeg2000s();
	other_colours();
	damaged();
	claims();
	fine_cuts();
	in_the_locked_room();
	cost();
	return tap_done();
}
