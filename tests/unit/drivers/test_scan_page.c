/* A backend's lines become rows of pixels; options of many names are understood. */
#include "drivers/scan_option.h"
#include "drivers/scan_page.h"
#include "drivers/scan_worker.h"
#include "firmware/base/mem.h"
#include "tests/tap.h"

#include <unistd.h>

/* Pushes `len` bytes in pieces of `piece`; true when the page then is exactly `want`. */
static bool makes(struct scan_form f, const void *bytes, size_t len, size_t piece, const void *want,
		  uint32_t want_rows)
{
	struct scan_page p = { .fd = -1 };
	enum err e = scan_page_init(&p, &f);
	uint32_t rows = 0;
	int fd = -1;

	for (size_t at = 0; e == ERR_OK && at < len; at += piece)
		e = scan_page_add(&p, (const uint8_t *)bytes + at,
				  len - at < piece ? len - at : piece);
	if (e == ERR_OK)
		e = scan_page_seal(&p, &rows, &fd);
	scan_page_finish(&p);
	const void *got = NULL;
	size_t got_len = 0, want_len = (size_t)f.width * f.channels * want_rows;
	if (e != ERR_OK || mem_map(fd, 1u << 20, &got, &got_len) != ERR_OK)
		return false;
	bool same = rows == want_rows && got_len == want_len && memcmp(got, want, want_len) == 0;
	mem_unmap(got, got_len);
	close(fd);
	return same;
}

static void shapes(void)
{
	struct scan_form rgb = { 2, 8, 3, 8 }, gray = { 3, 3, 1, 8 }, deep = { 2, 4, 1, 16 };
	struct scan_form ink = { 10, 2, 1, 1 };

	for (size_t piece = 1; piece < 20; piece++) {
		/* two bytes of padding a line */
		ok(makes(rgb, "abcdef..ghijkl..", 16, piece, "abcdefghijkl", 2));
		/* the last line is cut short */
		ok(makes(gray, "abcdefgh", 8, piece, "abcdef", 2));
		ok(makes(deep, "\1A\2B\3C\4D", 8, piece, "ABCD", 2));
		ok(makes(ink, "\x80\x40", 2, piece, "\0\xff\xff\xff\xff\xff\xff\xff\xff\0", 1));
	}
}

static void nonsense(void)
{
	static const struct scan_form BAD[] = {
		{ 0, 8, 3, 8 }, { 2, 5, 3, 8 },         { 2, 8, 2, 8 }, { 2, 8, 3, 12 },
		{ 2, 8, 3, 1 }, { 30000, 90000, 3, 8 }, { 2, 0, 3, 8 }, { 2, 4000000000u, 3, 8 },
	};

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		struct scan_page p = { .fd = -1 };

		eq_int(scan_page_init(&p, &BAD[i]), ERR_BAD_DATA);
		scan_page_finish(&p);
	}
	ok(!makes((struct scan_form){ 3, 3, 1, 8 }, "ab", 2, 1, "", 0));
}

/* A backend that never ends its page does not fill the memory. */
static void endless(void)
{
	static const uint8_t lines[64 * 100];
	struct scan_form f = { 64, 64, 1, 8 };
	struct scan_page p = { .fd = -1 };
	enum err e = scan_page_init(&p, &f);

	for (int i = 0; e == ERR_OK && i < 1000; i++)
		e = scan_page_add(&p, lines, sizeof lines);
	eq_int(e, ERR_BAD_DATA);
	eq_int(p.rows, SCAN_MAX_HEIGHT);
	scan_page_finish(&p);
}

static void sources(void)
{
	eq_int(scan_source_of("Automatic Document Feeder"), SOURCE_FEEDER);
	eq_int(scan_source_of("ADF"), SOURCE_FEEDER);
	eq_int(scan_source_of("ADF Front"), SOURCE_FEEDER);
	eq_int(scan_source_of("ADF Duplex"), SOURCE_FEEDER);
	ok(scan_is_duplex("ADF Duplex") && scan_is_duplex("ADF - Both Sides") &&
	   !scan_is_duplex("ADF Front"));
	eq_int(scan_source_of("ADF Back"), SOURCE_ANY);
	eq_int(scan_source_of("Flatbed"), SOURCE_GLASS);
	eq_int(scan_source_of("FlatBed"), SOURCE_GLASS);
	eq_int(scan_source_of("Document Table"), SOURCE_GLASS);
	eq_int(scan_source_of("Transparency Unit"), SOURCE_ANY);
}

static void modes(void)
{
	static const SANE_String_Const A[] = { "Lineart", "Gray", "Color", NULL };
	static const SANE_String_Const B[] = { "True Gray", "24bit Color[Fast]", NULL };
	static const SANE_String_Const C[] = { "Lineart", "Gray16", NULL };
	static const SANE_String_Const D[] = { "Lineart", NULL };

	eq_str(scan_mode_of(A), "Color");
	eq_str(scan_mode_of(B), "24bit Color[Fast]");
	eq_str(scan_mode_of(C), "Gray16");
	ok(!scan_mode_of(D) && !scan_mode_of(NULL));
}

static void resolutions(void)
{
	static const SANE_Word LIST[] = { 4, 75, 600, 150, 300 };
	static const SANE_Range RANGE = { SANE_FIX(50), SANE_FIX(240), 0 };
	SANE_Option_Descriptor d = { .type = SANE_TYPE_INT,
				     .constraint_type = SANE_CONSTRAINT_WORD_LIST };

	d.constraint.word_list = LIST;
	eq_int((int)scan_dpi_of(&d, 200), 300);
	eq_int((int)scan_dpi_of(&d, 150), 150);
	eq_int((int)scan_dpi_of(&d, 1200), 600);
	d.type = SANE_TYPE_FIXED;
	d.constraint_type = SANE_CONSTRAINT_RANGE;
	d.constraint.range = &RANGE;
	eq_int((int)scan_dpi_of(&d, 200), 200);
	eq_int((int)scan_dpi_of(&d, 300), 240);
	eq_int((int)scan_dpi_of(&d, 20), 50);
}

static void statuses(void)
{
	eq_int(scan_err_of(SANE_STATUS_EOF), ERR_OK);
	eq_int(scan_err_of(SANE_STATUS_JAMMED), ERR_JAM);
	eq_int(scan_err_of(SANE_STATUS_NO_DOCS), ERR_FEEDER_EMPTY);
	eq_int(scan_err_of(SANE_STATUS_COVER_OPEN), ERR_COVER);
	eq_int(scan_err_of(SANE_STATUS_INVAL), ERR_IO);
	eq_int(scan_err_of(999), ERR_IO);
}

int main(void)
{
	shapes();
	nonsense();
	endless();
	sources();
	modes();
	resolutions();
	statuses();
	return tap_done();
}
