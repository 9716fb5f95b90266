#include "ui/text.h"

#include "firmware/base/log.h"
#include "ui/node.h"

#include <cairo-ft.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangofc-fontmap.h>
#include <stdlib.h>
#include <string.h>

#define ICON_FONT \
	"/usr/share/fonts/truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf"
#define LINE_HEIGHT 1.3
#define KEPT        1024 /* laid-out texts; a power of two */

struct kept {
	struct text_style style;
	uint32_t hash;
	PangoLayout *layout; /* NULL: free */
};

struct text {
	FcConfig *config;
	PangoFontMap *map;
	PangoContext *context;
	FT_Face icons;
	cairo_font_face_t *icon_face;
	struct kept kept[KEPT];
	size_t count;
};

#define FONT(path, must) { path, must },
static const struct {
	const char *path;
	bool must;
} FONTS[] = {
#include "ui/fonts.def"
};
#undef FONT

static enum err load_fonts(struct text *t)
{
	t->config = FcConfigCreate();
	if (!t->config)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < sizeof FONTS / sizeof FONTS[0]; i++) {
		bool there = FcConfigAppFontAddFile(t->config, (const FcChar8 *)FONTS[i].path);
		if (there || !FONTS[i].must)
			continue;
		log_line(LOG_ERROR, "font.missing", "file=%s", FONTS[i].path);
		return ERR_NOT_FOUND;
	}
	FcConfigSetCurrent(t->config);
	return ERR_OK;
}

/* cairo keeps a face in its caches for longer than we keep ours; it ends with the last of both. */
static void end_face(void *face)
{
	FT_Library ft = ((FT_Face)face)->generic.data;

	FT_Done_Face(face);
	FT_Done_FreeType(ft);
}

static enum err load_icons(struct text *t)
{
	static const cairo_user_data_key_t END;
	FT_Library ft;

	if (FT_Init_FreeType(&ft))
		return ERR_NO_MEMORY;
	if (FT_New_Face(ft, ICON_FONT, 0, &t->icons)) {
		log_line(LOG_ERROR, "font.missing", "file=%s", ICON_FONT);
		FT_Done_FreeType(ft);
		return ERR_NOT_FOUND;
	}
	t->icons->generic.data = ft;
	t->icon_face = cairo_ft_font_face_create_for_ft_face(t->icons, FT_LOAD_NO_HINTING);
	if (cairo_font_face_set_user_data(t->icon_face, &END, t->icons, end_face))
		return ERR_NO_MEMORY;
	return ERR_OK;
}

static void set_options(PangoContext *c)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(c, o);
	cairo_font_options_destroy(o);
	pango_cairo_context_set_resolution(c, 72);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_language(c, pango_language_from_string("vi"));
}

PangoContext *text_context(struct text *t)
{
	PangoContext *c = pango_font_map_create_context(t->map);

	set_options(c);
	return c;
}

enum err text_create(struct text **ret)
{
	struct text *t = calloc(1, sizeof *t);

	if (!t)
		return ERR_NO_MEMORY;
	enum err e = load_fonts(t);
	if (e == ERR_OK)
		e = load_icons(t);
	if (e != ERR_OK) {
		text_destroy(t);
		return e;
	}
	t->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(t->map), t->config);
	t->context = text_context(t);
	*ret = t;
	return ERR_OK;
}

/* Pango gives its memory back as it is; the words must not stay there. */
void text_end_layout(PangoLayout *l)
{
	char *words = (char *)(uintptr_t)pango_layout_get_text(l);

	explicit_bzero(words, strlen(words));
	g_object_unref(l);
}

void text_wipe(struct text *t)
{
	for (size_t i = 0; i < KEPT; i++)
		if (t->kept[i].layout)
			text_end_layout(t->kept[i].layout);
	explicit_bzero(t->kept, sizeof t->kept);
	t->count = 0;
}

void text_destroy(struct text *t)
{
	if (!t)
		return;
	text_wipe(t);
	if (t->icon_face)
		cairo_font_face_destroy(t->icon_face);
	if (t->context)
		g_object_unref(t->context);
	if (t->map)
		g_object_unref(t->map);
	if (t->config)
		FcConfigDestroy(t->config);
	free(t);
}

static PangoLayout *lay_out(struct text *t, const struct text_style *s, const char *words)
{
	static const PangoAlignment ALIGN[] = { [ALIGN_START] = PANGO_ALIGN_LEFT,
						[ALIGN_CENTRE] = PANGO_ALIGN_CENTER,
						[ALIGN_END] = PANGO_ALIGN_RIGHT };
	PangoLayout *l = pango_layout_new(t->context);
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family_static(d, "Inter");
	pango_font_description_set_weight(d, (PangoWeight)s->weight);
	pango_font_description_set_absolute_size(d, round(s->font_px * PANGO_SCALE));
	pango_layout_set_font_description(l, d);
	pango_font_description_free(d);
	PangoAttrList *attrs = pango_attr_list_new();
	int line = (int)lround(s->font_px * LINE_HEIGHT) * PANGO_SCALE;
	pango_attr_list_insert(attrs, pango_attr_line_height_new_absolute(line));
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(l, s->width > 0 ? s->width * PANGO_SCALE : -1);
	pango_layout_set_alignment(l, ALIGN[s->align]);
	if (s->lines > 0) {
		pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
		pango_layout_set_height(l, -s->lines);
	}
	pango_layout_set_text(l, words, -1);
	return l;
}

static uint32_t hash_of(const struct text_style *s, const char *words)
{
	int parts[] = { (int)(s->font_px * 64), s->weight, s->width, s->lines, s->align };

	return hash_bytes(words, strlen(words)) ^ hash_bytes(parts, sizeof parts) * 31;
}

static bool is_it(const struct kept *k, uint32_t hash, const struct text_style *s,
		  const char *words)
{
	return k->hash == hash && k->style.font_px == s->font_px && k->style.weight == s->weight &&
	       k->style.width == s->width && k->style.lines == s->lines &&
	       k->style.align == s->align && strcmp(pango_layout_get_text(k->layout), words) == 0;
}

PangoLayout *text_layout(struct text *t, const struct text_style *s, const char *words)
{
	uint32_t hash = hash_of(s, words);
	size_t i = hash % KEPT;

	for (; t->kept[i].layout; i = (i + 1) % KEPT)
		if (is_it(&t->kept[i], hash, s, words))
			return t->kept[i].layout;
	if (t->count >= KEPT * 3 / 4) {
		text_wipe(t);
		i = hash % KEPT;
	}
	t->kept[i] = (struct kept){ *s, hash, lay_out(t, s, words) };
	t->count++;
	return t->kept[i].layout;
}

void text_size(struct text *t, const struct text_style *s, const char *words, int *ret_w,
	       int *ret_h)
{
	PangoRectangle r;

	pango_layout_get_extents(text_layout(t, s, words), NULL, &r);
	*ret_w = (r.width + PANGO_SCALE - 1) / PANGO_SCALE;
	*ret_h = (r.height + PANGO_SCALE - 1) / PANGO_SCALE;
}

int text_unknown(struct text *t, const struct text_style *s, const char *words)
{
	return pango_layout_get_unknown_glyphs_count(text_layout(t, s, words));
}

bool text_is_cut(struct text *t, const struct text_style *s, const char *words)
{
	return pango_layout_is_ellipsized(text_layout(t, s, words));
}

void text_draw(struct text *t, cairo_t *cr, const struct text_style *s, const char *words, int x,
	       int y)
{
	cairo_move_to(cr, x, y);
	pango_cairo_show_layout(cr, text_layout(t, s, words));
}

void text_icon(struct text *t, cairo_t *cr, enum icon icon, int size, int x, int y)
{
	unsigned code = icon_codepoint(icon);

	if (code == 0)
		return;
	/* the glyphs fill a square of one em that stands on the base line */
	cairo_glyph_t g = { FT_Get_Char_Index(t->icons, code), x, y + size };
	cairo_set_font_face(cr, t->icon_face);
	cairo_set_font_size(cr, size);
	cairo_show_glyphs(cr, &g, 1);
}

int text_caret_x(struct text *t, const struct text_style *s, const char *words, int at)
{
	PangoRectangle r;

	pango_layout_get_cursor_pos(text_layout(t, s, words), at, &r, NULL);
	return r.x / PANGO_SCALE;
}
