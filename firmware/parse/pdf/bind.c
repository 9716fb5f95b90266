#include "firmware/parse/pdf/bind.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/parse/pdf/field.h"
#include "firmware/parse/pdf/font.h"
#include "firmware/parse/pdf/meta.h"
#include "firmware/parse/pdf/out.h"
#include "firmware/parse/pdf/unseen.h"
#include "firmware/parse/pdf/value.h"
#include "firmware/parse/srgb.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of objects that every file has. */
enum { CATALOG = 1, PAGES, INFO, METADATA, PROFILE, FONT, FORM, SHARED = FORM };

enum { TITLE_CAP = 512, SAID_CAP = 512 };

struct binder {
	struct out out;
	struct chars chars;
	char title[TITLE_CAP], signer[SAID_CAP], reason[SAID_CAP], place[SAID_CAP];
	bool card, sign;
	unsigned widget, signature; /* numbers of objects, when `sign` */
	int64_t time_s;
	unsigned pages[BIND_MAX_PAGES]; /* numbers of objects */
	size_t page_count, sides;       /* sides of a card so far */
	struct out drawing, pictures;   /* of the page in hand: its operators, and what they name */
};

/* How the pixels of a leaf lie on its page, in points; y upwards. */
struct place {
	double x, y, scale_x, scale_y;
};

static double points_of(double um)
{
	return um * 72 / 25400;
}

static bool copy_said(char *out, size_t cap, const char *text)
{
	size_t len = text ? strnlen(text, cap) : 0;

	if (len >= cap || !utf8_ok(text ? text : "", len))
		return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (char)((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i]);
	out[len] = '\0';
	return true;
}

static bool copy_wish(struct binder *b, const struct bind_wish *w)
{
	b->card = w->card;
	b->sign = w->signer != NULL;
	b->time_s = w->time_s;
	return copy_said(b->title, sizeof b->title, w->title) && b->title[0] &&
	       copy_said(b->signer, sizeof b->signer, w->signer) &&
	       copy_said(b->reason, sizeof b->reason, w->reason) &&
	       copy_said(b->place, sizeof b->place, w->place);
}

enum err bind_begin(const struct bind_wish *wish, struct binder **ret)
{
	struct binder *b = calloc(1, sizeof *b);

	if (!b)
		return ERR_NO_MEMORY;
	if (!copy_wish(b, wish)) {
		bind_destroy(b);
		return ERR_BAD_DATA;
	}
	/* bytes over 127 in a comment: this is no text file */
	out_print(&b->out, "%%PDF-%d.%d\n%%\xe2\xe3\xcf\xd3\n", PDF_VERSION / 10, PDF_VERSION % 10);
	for (int i = 0; i < SHARED; i++)
		out_number(&b->out);
	b->widget = b->sign ? out_number(&b->out) : 0;
	b->signature = b->sign ? out_number(&b->out) : 0;
	*ret = b;
	return ERR_OK;
}

static bool layer_ok(const struct layer *l, bool stencil)
{
	return l->bytes && l->len > 0 && l->w > 0 && l->h > 0 && l->width > 0 && l->height > 0 &&
	       (l->code == CODE_JBIG2) == stencil;
}

static bool same_place(const struct layer *a, const struct layer *b)
{
	return a->x == b->x && a->y == b->y && a->w == b->w && a->h == b->h;
}

static bool layers_ok(const struct layers *l)
{
	bool good = l->dpi > 0 && l->width > 0 && l->height > 0 && l->width <= INT32_MAX &&
		    l->height <= INT32_MAX && l->region_count <= LAYERS_MAX_REGIONS;

	if (good && l->ground.len > 0)
		good = layer_ok(&l->ground, false);
	if (good && l->stencil.len > 0)
		good = layer_ok(&l->stencil, true);
	if (good && l->ink.len > 0)
		good = layer_ok(&l->ink, false) && l->stencil.len > 0 &&
		       same_place(&l->ink, &l->stencil);
	for (size_t i = 0; good && i < l->region_count; i++)
		good = layer_ok(&l->regions[i], false);
	return good;
}

/* The bytes as they are: a reader decodes them itself, nothing is coded twice. */
static unsigned put_picture(struct binder *b, const struct layer *l, unsigned stencil)
{
	unsigned number = out_number(&b->out);
	char more[256], mask[32] = "";

	if (stencil)
		snprintf(mask, sizeof mask, " /Mask %u 0 R", stencil);
	if (l->code == CODE_JBIG2)
		snprintf(more, sizeof more,
			 "/Type /XObject /Subtype /Image /Width %u /Height %u /ImageMask true "
			 "/BitsPerComponent 1 /Filter /JBIG2Decode",
			 l->width, l->height);
	else
		snprintf(more, sizeof more,
			 "/Type /XObject /Subtype /Image /Width %u /Height %u /BitsPerComponent 8 "
			 "/ColorSpace /Device%s /Filter /DCTDecode%s",
			 l->width, l->height, l->code == CODE_JPEG_GRAY ? "Gray" : "RGB", mask);
	out_stream(&b->out, number, more, l->bytes, l->len);
	return number;
}

/* The picture over its part of the page. */
static void draw_picture(struct binder *b, const struct layers *l, const struct layer *p,
			 unsigned number)
{
	out_print(&b->pictures, " /X%u %u 0 R", number, number);
	out_print(&b->drawing, "q %d 0 0 %d %d %lld cm /X%u Do Q\n", p->w, p->h, p->x,
		  (long long)l->height - p->y - p->h, number);
}

static void draw_stencil(struct binder *b, const struct layers *l)
{
	unsigned number = put_picture(b, &l->stencil, 0);

	if (l->ink.len > 0) {
		draw_picture(b, l, &l->ink, put_picture(b, &l->ink, number));
		return;
	}
	for (int i = 0; i < 3; i++) {
		out_real(&b->drawing, (l->ink_rgb[i] * 1000 + 127) / 255 * 1000);
		out_print(&b->drawing, " ");
	}
	out_print(&b->drawing, "rg ");
	draw_picture(b, l, &l->stencil, number);
}

static void put_matrix(struct out *o, const struct place *p)
{
	out_real(o, llround(p->scale_x * 1e6));
	out_print(o, " 0 0 ");
	out_real(o, llround(p->scale_y * 1e6));
	out_print(o, " ");
	out_real(o, llround(p->x * 1e3) * 1000);
	out_print(o, " ");
	out_real(o, llround(p->y * 1e3) * 1000);
	out_print(o, " cm\n");
}

/* In the leaf's own pixels, which `where` puts on the page. */
static enum err draw_leaf(struct binder *b, const struct layers *l, const struct text *t,
			  const struct place *where)
{
	enum err e = ERR_OK;

	out_print(&b->drawing, "q ");
	put_matrix(&b->drawing, where);
	if (l->ground.len > 0)
		draw_picture(b, l, &l->ground, put_picture(b, &l->ground, 0));
	for (size_t i = 0; i < l->region_count; i++)
		draw_picture(b, l, &l->regions[i], put_picture(b, &l->regions[i], 0));
	if (l->stencil.len > 0)
		draw_stencil(b, l);
	if (t)
		e = unseen_write(&b->drawing, t, l->width, l->height, &b->chars);
	out_print(&b->drawing, "Q\n");
	return e;
}

/* What was drawn becomes a page of width x height points. */
static void put_page(struct binder *b, double width, double height)
{
	unsigned contents = out_number(&b->out), page = out_number(&b->out);
	bool bad = b->drawing.bad || b->pictures.bad;

	if (!bad)
		out_packed(&b->out, contents, "", b->drawing.bytes, b->drawing.len);
	out_begin(&b->out, page);
	out_print(&b->out, "<</Type /Page /Parent %u 0 R /MediaBox [0 0 ", PAGES);
	out_real(&b->out, llround(width * 1e3) * 1000);
	out_print(&b->out, " ");
	out_real(&b->out, llround(height * 1e3) * 1000);
	out_print(&b->out, "] /Contents %u 0 R /Resources <</Font <</F %u 0 R>> /XObject <<",
		  contents, FONT);
	if (!bad)
		out_bytes(&b->out, b->pictures.bytes, b->pictures.len);
	out_print(&b->out, ">>>>");
	if (b->sign && b->page_count == 0)
		out_print(&b->out, " /Annots [%u 0 R]", b->widget);
	out_print(&b->out, ">>");
	out_end(&b->out);
	b->out.bad |= bad;
	b->pages[b->page_count++] = page;
	out_finish(&b->drawing);
	out_finish(&b->pictures);
}

static enum err put_leaf(struct binder *b, const struct layers *l, const struct text *t)
{
	double scale = 72.0 / l->dpi;
	double width = fmax(l->width * scale, PDF_MIN_PAGE_PT);
	double height = fmax(l->height * scale, PDF_MIN_PAGE_PT);
	struct place where = { .scale_x = scale, .scale_y = scale };

	if (width > PDF_MAX_PAGE_PT || height > PDF_MAX_PAGE_PT)
		return ERR_BAD_DATA;
	enum err e = draw_leaf(b, l, t, &where);
	if (e == ERR_OK)
		put_page(b, width, height);
	return e;
}

/* A picture with a card's proportions is the card, and has its size whatever the camera's distance
 * made of it. Another is as large as it says, or as fits. */
static void card_size(const struct layers *l, double max_width, double max_height, double size[2])
{
	double long_pt = points_of(PDF_CARD_WIDTH_UM), short_pt = points_of(PDF_CARD_HEIGHT_UM);
	bool upright = l->height > l->width;
	double shape = upright ? (double)l->height / l->width : (double)l->width / l->height;

	size[0] = l->width * 72.0 / l->dpi;
	size[1] = l->height * 72.0 / l->dpi;
	if (fabs(shape / (long_pt / short_pt) - 1) < 0.05) {
		size[0] = upright ? short_pt : long_pt;
		size[1] = upright ? long_pt : short_pt;
	}
	double fit = fmin(1, fmin(max_width / size[0], max_height / size[1]));
	size[0] *= fit;
	size[1] *= fit;
}

static void put_sheet(struct binder *b)
{
	put_page(b, points_of(PDF_SHEET_WIDTH_UM), points_of(PDF_SHEET_HEIGHT_UM));
}

/* Front above, back below, both in the middle of the sheet. */
static enum err put_side(struct binder *b, const struct layers *l, const struct text *t)
{
	double width = points_of(PDF_SHEET_WIDTH_UM), height = points_of(PDF_SHEET_HEIGHT_UM);
	double gap = points_of(PDF_CARD_GAP_UM), size[2];
	double reach = points_of(PDF_CARD_HEIGHT_UM) / 2 + gap / 2;
	double middle = height / 2 + (b->sides == 0 ? reach : -reach);

	card_size(l, width - 2 * gap, height / 2 - gap, size);
	/* a tall one keeps off the other */
	if (size[1] > points_of(PDF_CARD_HEIGHT_UM) + 1)
		middle = b->sides == 0 ? height * 3 / 4 : height / 4;
	struct place where = { .x = (width - size[0]) / 2,
			       .y = middle - size[1] / 2,
			       .scale_x = size[0] / l->width,
			       .scale_y = size[1] / l->height };
	enum err e = draw_leaf(b, l, t, &where);
	if (e == ERR_OK && ++b->sides == 2)
		put_sheet(b);
	return e;
}

enum err bind_page(struct binder *b, const struct layers *l, const struct text *t)
{
	if (b->page_count == BIND_MAX_PAGES)
		return ERR_NO_SPACE;
	if (!layers_ok(l))
		return ERR_BAD_DATA;
	enum err e = b->card && b->sides < 2 ? put_side(b, l, t) : put_leaf(b, l, t);
	if (e == ERR_OK && (b->out.bad || b->drawing.bad || b->chars.bad))
		return ERR_NO_MEMORY;
	return e;
}

static void put_pages(struct binder *b)
{
	out_begin(&b->out, PAGES);
	out_print(&b->out, "<</Type /Pages /Count %zu /Kids [", b->page_count);
	for (size_t i = 0; i < b->page_count; i++)
		out_print(&b->out, i > 0 ? " %u 0 R" : "%u 0 R", b->pages[i]);
	out_print(&b->out, "]>>");
	out_end(&b->out);
}

/* Not marked as tagged: conformance U asks for no structure, and none is claimed. */
static void put_catalog(struct binder *b)
{
	out_begin(&b->out, CATALOG);
	out_print(&b->out,
		  "<</Type /Catalog /Version /%d.%d /Pages %u 0 R /Metadata %u 0 R /Lang (vi-VN) "
		  "/ViewerPreferences <</DisplayDocTitle true>> "
		  "/PageLabels <</Nums [0 <</S /D>>]>> /OutputIntents [<</Type /OutputIntent "
		  "/S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) "
		  "/DestOutputProfile %u 0 R>>]",
		  PDF_VERSION / 10, PDF_VERSION % 10, PAGES, METADATA, PROFILE);
	out_print(&b->out, " /AcroForm %u 0 R>>", FORM);
	out_end(&b->out);
	out_begin(&b->out, FORM);
	if (b->sign)
		out_print(&b->out, "<</Fields [%u 0 R] /SigFlags 3>>", b->widget);
	else
		out_print(&b->out, "<</Fields []>>");
	out_end(&b->out);
}

static void put_field(struct binder *b, struct field_marks *ret)
{
	const struct field f = { .widget = b->widget,
				 .dictionary = b->signature,
				 .page = b->pages[0],
				 .index = 1,
				 .signer = b->signer,
				 .reason = b->reason,
				 .place = b->place,
				 .time_s = b->time_s,
				 .cms_bytes = PDF_SEAL_CMS_BYTES };

	field_write(&b->out, &f, ret);
}

static void put_trailer(struct binder *b)
{
	size_t table = b->out.len;

	out_print(&b->out, "xref\n0 %u\n0000000000 65535 f \n", b->out.count + 1);
	out_table(&b->out, 1);
	out_print(&b->out, "trailer\n<</Size %u /Root %u 0 R /Info %u 0 R /ID ", b->out.count + 1,
		  CATALOG, INFO);
	out_id(&b->out, NULL);
	out_print(&b->out, ">>\nstartxref\n%zu\n%%%%EOF\n", table);
}

enum err bind_end(struct binder *b, uint8_t **ret_bytes, size_t *ret_len, struct pdf_gap *ret_gap)
{
	struct field_marks marks = { 0 };
	uint8_t profile[SRGB_BYTES];

	if (b->sides == 1)
		put_sheet(b);
	if (b->page_count == 0)
		return ERR_BAD_DATA;
	put_pages(b);
	meta_write_info(&b->out, INFO, b->title);
	meta_write_xmp(&b->out, METADATA, b->title);
	srgb_profile(profile);
	out_packed(&b->out, PROFILE, "/N 3", profile, sizeof profile);
	font_write(&b->out, FONT, &b->chars);
	put_catalog(b);
	if (b->sign)
		put_field(b, &marks);
	put_trailer(b);
	if (b->sign)
		field_close(&b->out, &marks);
	if (b->out.bad || b->chars.bad)
		return ERR_NO_MEMORY;
	*ret_bytes = b->out.bytes;
	*ret_len = b->out.len;
	b->out.bytes = NULL;
	if (ret_gap)
		*ret_gap = marks.gap;
	return ERR_OK;
}

void bind_destroy(struct binder *b)
{
	if (!b)
		return;
	out_finish(&b->out);
	out_finish(&b->drawing);
	out_finish(&b->pictures);
	chars_finish(&b->chars);
	free(b);
}
