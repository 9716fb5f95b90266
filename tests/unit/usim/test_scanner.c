#include "tests/tap.h"
#include "tests/usim/escl.h"
#include "tests/usim/scanner.h"

#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/test_scanner.XXXXXX";

/* A picture of 20 x 30 pixels at 100 dpi, each pixel of its own colour. */
static void write_picture(void)
{
	struct image i = { 0 };
	uint8_t *bytes;
	size_t len;

	eq_int(image_create(20, 30, 3, &i), ERR_OK);
	i.dpi = 100;
	for (unsigned p = 0; p < 20 * 30; p++)
		memcpy(i.pixels + 3 * p, (uint8_t[]){ (uint8_t)p, (uint8_t)(p >> 8), 7 }, 3);
	eq_int(image_to_png(&i, &bytes, &len), ERR_OK);
	FILE *f = fdopen(mkstemp(path), "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
	free(bytes);
	image_finish(&i);
}

static struct scan_settings settings(bool feeder)
{
	return (struct scan_settings){ .feeder = feeder, .dpi = 100, .width = 60, .height = 90 };
}

/* What the last page looks like when decoded. */
static enum err next(struct scanner *s, unsigned job, struct image *ret)
{
	char copy[] = "/tmp/test_scanner.XXXXXX";
	uint8_t *bytes;
	size_t len;
	enum err e = scanner_next(s, job, &bytes, &len);

	if (e != ERR_OK)
		return e;
	FILE *f = fdopen(mkstemp(copy), "w");
	ok(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
	e = image_load(copy, ret);
	unlink(copy);
	free(bytes);
	return e;
}

static void own_resolution_passes_through(void)
{
	struct scanner s = { 0 };
	struct scan_settings t = settings(true);
	struct image i = { 0 };
	unsigned job;

	t.width = 90; /* 30 pixels: wider than the sheet */
	t.y = 30;     /* 10 pixels down */
	t.height = 60;
	eq_int(scanner_add_sheet(&s, path), ERR_OK);
	eq_int(scanner_begin(&s, &t, &job), ERR_OK);
	eq_int(next(&s, job, &i), ERR_OK);
	ok(i.width == 30 && i.height == 20);
	int same = 0;
	for (unsigned y = 0; y < 20; y++)
		for (unsigned x = 0; x < 20; x++)
			same += i.pixels[3 * (y * 30 + x)] == (uint8_t)((y + 10) * 20 + x);
	eq_int(same, 400);
	eq_int(i.pixels[3 * 25], 255); /* white beside the sheet */
	eq_int(next(&s, job, &i), ERR_NOT_FOUND);
	image_finish(&i);
	scanner_finish(&s);
}

static void half_resolution_is_the_mean(void)
{
	struct scanner s = { 0 };
	struct scan_settings t = settings(false);
	struct image i = { 0 };
	unsigned job;

	t.dpi = 200;
	eq_int(scanner_lay_on_glass(&s, path), ERR_OK);
	eq_int(scanner_begin(&s, &t, &job), ERR_OK);
	eq_int(next(&s, job, &i), ERR_OK);
	ok(i.width == 40 && i.height == 60);
	eq_int(i.pixels[3 * (2 * 40 + 2)], 21);   /* pixel (1, 1) of the sheet */
	eq_int(next(&s, job, &i), ERR_NOT_FOUND); /* the glass holds one */
	image_finish(&i);
	scanner_finish(&s);
}

static void a_jam_lasts_until_cleared(void)
{
	struct scanner s = { .jam_at = 2 };
	struct scan_settings t = settings(true);
	struct image i = { 0 };
	unsigned job;

	for (int n = 0; n < 3; n++)
		eq_int(scanner_add_sheet(&s, path), ERR_OK);
	eq_int(scanner_begin(&s, &t, &job), ERR_OK);
	eq_int(next(&s, job, &i), ERR_OK);
	image_finish(&i);
	eq_int(next(&s, job, &i), ERR_JAM);
	eq_int(scanner_begin(&s, &t, &job), ERR_JAM);
	s.jam = false;
	eq_int(s.sheet_count, 2); /* the jammed one is back */
	eq_int(scanner_begin(&s, &t, &job), ERR_OK);
	eq_int(next(&s, job, &i), ERR_OK);
	image_finish(&i);
	scanner_end(&s, job);
	eq_int(s.cancels, 1);
	eq_int(next(&s, job, &i), ERR_CANCELLED);
	scanner_finish(&s);
}

static void refusals(void)
{
	struct scanner s = { 0 };
	struct scan_settings t = settings(true);
	unsigned job;

	eq_int(scanner_begin(&s, &t, &job), ERR_FEEDER_EMPTY);
	s.cover = true;
	eq_int(scanner_begin(&s, &t, &job), ERR_COVER);
	s.cover = false;
	t.dpi = 5000;
	eq_int(scanner_begin(&s, &t, &job), ERR_BAD_DATA);
	t.dpi = 100;
	t.x = 4000000000u;
	eq_int(scanner_begin(&s, &t, &job), ERR_BAD_DATA);
	eq_int(scanner_add_sheet(&s, "/nowhere"), ERR_NOT_FOUND);
	eq_int(scanner_add_sheet(&s, "/proc/self/exe"), ERR_BAD_PAGE);
	t = settings(false);
	eq_int(scanner_begin(&s, &t, &job), ERR_OK);
	eq_int(scanner_begin(&s, &t, &job), ERR_BUSY);
	scanner_finish(&s);
}

static void settings_document(void)
{
	static const char good[] =
		"<scan:ScanSettings><pwg:XOffset>1</pwg:XOffset><pwg:YOffset>2</pwg:YOffset>"
		"<pwg:Width>300</pwg:Width><pwg:Height>400</pwg:Height>"
		"<pwg:InputSource>Feeder</pwg:InputSource><scan:ColorMode>Grayscale8</"
		"scan:ColorMode>"
		"<pwg:DocumentFormat>image/png</pwg:DocumentFormat>"
		"<scan:XResolution>200</scan:XResolution><scan:YResolution>200</scan:YResolution>"
		"</scan:ScanSettings>";
	struct scan_settings t;
	char cut[sizeof good];
	int refused = 0;

	eq_int(escl_parse_settings(good, &t), ERR_OK);
	ok(t.feeder && t.gray && t.format == SCAN_PNG && t.dpi == 200);
	ok(t.x == 1 && t.y == 2 && t.width == 300 && t.height == 400);
	size_t last_needed = (size_t)(strstr(good, "200</scan:YRes") - good);
	for (size_t n = 0; n < last_needed; n++) {
		memcpy(cut, good, n);
		cut[n] = '\0';
		refused += escl_parse_settings(cut, &t) == ERR_BAD_DATA;
	}
	eq_int(refused, last_needed);
}

int main(void)
{
	write_picture();
	own_resolution_passes_through();
	half_resolution_is_the_mean();
	a_jam_lasts_until_cleared();
	refusals();
	settings_document();
	unlink(path);
	return tap_done();
}
