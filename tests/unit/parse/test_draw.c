/* Pages drawn from their pictures: what this kiosk binds, scans of others, and all that is not
 * shown because something on it would be missing. */
#include "firmware/parse/pdf/draw.h"

#include "tests/unit/parse/bound.h"

#include <stdio.h>

/* A file of one page with one picture, /P, of `pixels`. */
struct made {
	const char *page;     /* more of its dictionary */
	const char *contents; /* of the page */
	const char *picture;  /* the dictionary but for /Length */
	const void *pixels;
	size_t len;
	const char *trailer; /* more of it */
};

static const uint8_t HALVES[2] = { 0, 255 }; /* black beside white */

#define GRAY "/Subtype/Image/Width 2/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
#define FILL "q 100 0 0 200 0 0 cm /P Do Q"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void put_objects(FILE *out, const struct made *m, long at[5])
{
	at[0] = ftell(out);
	fputs("1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n", out);
	at[1] = ftell(out);
	fputs("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 100 200]>>endobj\n", out);
	at[2] = ftell(out);
	fprintf(out,
		"3 0 obj<</Type/Page/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>"
		"/ExtGState<</G<</SA true>>/T<</ca 0.5>>>>>>%s>>endobj\n",
		or_empty(m->page));
	at[3] = ftell(out);
	fprintf(out, "4 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n",
		strlen(or_empty(m->contents)), or_empty(m->contents));
	at[4] = ftell(out);
	fprintf(out, "5 0 obj<<%s/Length %zu>>stream\n", or_empty(m->picture), m->len);
	fwrite(m->pixels, 1, m->len, out);
	fputs("\nendstream endobj\n", out);
}

static struct bytes file_of(const struct made *m)
{
	char *text = NULL;
	size_t len = 0;
	long at[5];
	FILE *out = open_memstream(&text, &len);

	fputs("%PDF-1.4\n", out);
	put_objects(out, m, at);
	long table = ftell(out);
	fputs("xref\n0 6\n0000000000 65535 f \n", out);
	for (size_t i = 0; i < 5; i++)
		fprintf(out, "%010ld 00000 n \n", at[i]);
	fprintf(out, "trailer<</Size 6/Root 1 0 R%s>>\nstartxref\n%ld\n%%%%EOF\n",
		or_empty(m->trailer), table);
	fclose(out);
	return (struct bytes){ (uint8_t *)text, len };
}

static enum err draw(const struct made *m, struct drawn *ret)
{
	struct bytes f = file_of(m);
	enum err e = draw_page(f.at, f.len, 0, ret);

	free(f.at);
	return e;
}

/* At so many thousandths of its width and height. */
static const uint8_t *pixel(const struct drawn *d, unsigned x, unsigned y)
{
	return d->rgb + ((size_t)y * d->height / 1000 * d->width + x * d->width / 1000) * 3;
}

static bool is_near(const struct drawn *d, unsigned x, unsigned y, int level)
{
	const uint8_t *at = pixel(d, x, y);

	return abs(at[0] - level) < 12 && abs(at[1] - level) < 12 && abs(at[2] - level) < 12;
}

static void what_this_kiosk_binds(void)
{
	struct bytes f = made_file(usual_wish(), 2, NULL);
	struct drawn d = { 0 };

	eq_int(draw_page(f.at, f.len, 1, &d), ERR_OK);
	eq_int(d.pages, 2);
	eq_int(d.height, DRAW_SIDE);
	ok(d.width > 1125 && d.width < 1140);
	ok(is_near(&d, 500, 500, 240)); /* ground */
	ok(is_near(&d, 700, 750, 160)); /* region */
	ok(is_near(&d, 110, 95, 20));   /* the first word, in ink */
	ok(is_near(&d, 50, 95, 240));   /* beside it */
	free(d.rgb);
	d.rgb = NULL;
	eq_int(draw_page(f.at, f.len, 2, &d), ERR_NOT_FOUND);
	eq_int(draw_page(f.at, f.len, UINT32_MAX, &d), ERR_NOT_FOUND);
	for (size_t n = 0; n < f.len; n += f.len / 40)
		ok(draw_page(f.at, n, 0, &d) != ERR_OK);
	ok(!d.rgb);
	free(f.at);
}

static void a_card_on_its_sheet(void)
{
	struct bind_wish wish = *usual_wish();
	struct drawn d = { 0 };

	wish.card = true;
	struct bytes f = made_file(&wish, 2, NULL);
	eq_int(draw_page(f.at, f.len, 0, &d), ERR_OK);
	eq_int(d.pages, 1);
	free(d.rgb);
	free(f.at);
}

static void which_way_up(void)
{
	struct made m = { .contents = FILL, .picture = GRAY, .pixels = HALVES, .len = 2 };
	static const struct {
		const char *page;
		unsigned black[2], white[2];
	} TURNS[] = {
		{ "", { 250, 500 }, { 750, 500 } },
		{ "/Rotate 90", { 500, 250 }, { 500, 750 } },
		{ "/Rotate 180", { 750, 500 }, { 250, 500 } },
		{ "/Rotate -90", { 500, 750 }, { 500, 250 } },
		{ "/CropBox[0 0 50 200]", { 500, 500 }, { 999, 0 } },
	};

	for (size_t i = 0; i < sizeof TURNS / sizeof *TURNS; i++) {
		struct drawn d = { 0 };

		m.page = TURNS[i].page;
		eq_int(draw(&m, &d), ERR_OK);
		if (!d.rgb)
			continue;
		ok(is_near(&d, TURNS[i].black[0], TURNS[i].black[1], 0));
		if (i < 4)
			ok(is_near(&d, TURNS[i].white[0], TURNS[i].white[1], 255));
		ok((d.width > d.height) == (i == 1 || i == 3));
		free(d.rgb);
	}
}

static void stencils(void)
{
	static const uint8_t BITS[1] = { 0x80 }; /* the right one paints */
	struct made m = { .contents = "1 0 0 rg " FILL,
			  .picture = "/Subtype/Image/Width 2/Height 1/ImageMask true",
			  .pixels = BITS,
			  .len = 1 };
	struct drawn d = { 0 };

	eq_int(draw(&m, &d), ERR_OK);
	ok(is_near(&d, 250, 500, 255));
	ok(pixel(&d, 750, 500)[0] > 250 && pixel(&d, 750, 500)[1] < 5);
	free(d.rgb);
	m.picture = "/Subtype/Image/Width 2/Height 1/ImageMask true/Decode[1 0]";
	eq_int(draw(&m, &d), ERR_OK);
	ok(is_near(&d, 750, 500, 255));
	ok(pixel(&d, 250, 500)[0] > 250 && pixel(&d, 250, 500)[1] < 5);
	free(d.rgb);
}

static void nothing_is_left_out(void)
{
	static const char *const CONTENTS[] = {
		"BT /F 9 Tf (seen) Tj ET",
		"BT 3 Tr 0 Tr [(a)] TJ ET",
		"0 0 9 9 re f",
		"0 0 9 9 re W n",
		"/P sh",
		"BI /W 1 ID x EI",
		"/T gs " FILL,
		"/None gs",
		"/X Do",
		"Q",
		"q q q q q q q q q q q q q q q q q",
		"1 2 3 4 5 6 7 8 9 cm",
		"1 0 0 cm",
		"0 0 0 0 0 0 cm /P Do",
		FILL FILL FILL FILL FILL FILL FILL,
		"/CS cs",
	};
	static const char *const PICTURES[] = {
		GRAY "/SMask 5 0 R",
		GRAY "/Mask[0 1]",
		GRAY "/Filter/CCITTFaxDecode",
		GRAY "/Height 2",
		GRAY "/Decode[0 0.5]",
		GRAY "/ColorSpace/DeviceCMYK",
		GRAY "/Width 0",
		GRAY "/Width 99999999",
		GRAY "/Filter[/FlateDecode/DCTDecode]",
		GRAY "/Filter/FlateDecode",
		GRAY "/Filter/JBIG2Decode",
		GRAY "/Filter/DCTDecode",
		"/Subtype/Form",
		GRAY "/BitsPerComponent 16",
	};
	struct made m = { .picture = GRAY, .pixels = HALVES, .len = 2 };
	struct drawn d = { 0 };

	for (size_t i = 0; i < sizeof CONTENTS / sizeof *CONTENTS; i++) {
		m.contents = CONTENTS[i];
		eq_int(draw(&m, &d), ERR_NOT_FOUND);
	}
	m.contents = FILL;
	for (size_t i = 0; i < sizeof PICTURES / sizeof *PICTURES; i++) {
		m.picture = PICTURES[i];
		eq_int(draw(&m, &d), ERR_NOT_FOUND);
	}
	m.picture = GRAY;
	m.page = "/Annots[<</Subtype/Stamp/Rect[1 1 9 9]>>]";
	eq_int(draw(&m, &d), ERR_NOT_FOUND);
	m.page = "/Rotate 45";
	eq_int(draw(&m, &d), ERR_NOT_FOUND);
	m.page = "/MediaBox[0 0 0 0]";
	eq_int(draw(&m, &d), ERR_NOT_FOUND);
	m.page = NULL;
	m.trailer = "/Encrypt 1 0 R";
	eq_int(draw(&m, &d), ERR_NOT_FOUND);
	ok(!d.rgb);
}

static void what_is_not_seen_does_not_matter(void)
{
	static const char *const CONTENTS[] = { "/G gs " FILL,
						FILL " BT 3 Tr /F 9 Tf (unseen) Tj ET",
						"/OC /M BDC " FILL " EMC", "" };
	struct made m = { .picture = GRAY, .pixels = HALVES, .len = 2 };

	for (size_t i = 0; i < sizeof CONTENTS / sizeof *CONTENTS; i++) {
		struct drawn d = { 0 };

		m.contents = CONTENTS[i];
		m.page = i == 1 ? "/Annots[<</Subtype/Widget/Rect[0 0 0 0]>>]" : "";
		eq_int(draw(&m, &d), ERR_OK);
		free(d.rgb);
	}
}

static void trees_without_an_end(void)
{
	static const char *const KIDS[] = { "2 0 R]", "3 0 R 2 0 R]", "]", "9 0 R]" };
	struct drawn d = { 0 };

	for (size_t i = 0; i < sizeof KIDS / sizeof *KIDS; i++) {
		struct bytes f = file_of(&(struct made){ .contents = "" });
		char *at = (char *)memmem(f.at, f.len, "3 0 R]/Count 1", 14);
		char row[15];

		snprintf(row, sizeof row, "%-14s", KIDS[i]);
		memcpy(at, row, 14);
		enum err e = draw_page(f.at, f.len, 0, &d);
		ok(e == ERR_BAD_DATA || e == ERR_NOT_FOUND);
		free(f.at);
	}
}

int main(void)
{
	what_this_kiosk_binds();
	a_card_on_its_sheet();
	which_way_up();
	stencils();
	nothing_is_left_out();
	what_is_not_seen_does_not_matter();
	trees_without_an_end();
	return tap_done();
}
