#include "firmware/parse/pdf/endorse.h"

#include "firmware/parse/nfc.h"
#include "firmware/parse/pdf/field.h"
#include "firmware/parse/pdf/foreign.h"
#include "firmware/parse/pdf/out.h"
#include "firmware/parse/pdf/stamp.h"
#include "firmware/parse/pdf/store.h"
#include "firmware/parse/pdf/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_LEVELS = 32, MAX_FIELDS = 64, TEXT_BYTES = 512 };

/* A file, and what of it is to be written anew. */
struct endorsement {
	struct store file;
	struct out out;
	unsigned page, form; /* numbers of objects */
	struct value page_dict, form_dict, annots, fields;
	double width, height, lowest; /* of the page; where stamps on it end */
	char first_id[33];
	size_t table; /* where its newest one begins */
};

static double points(double mm)
{
	return mm * 72 / 25.4;
}

static int64_t count_items(const struct value *array)
{
	struct reader r = value_inside(array);
	int64_t n = 0;

	while (value_next(&r).kind != KIND_NONE)
		n++;
	return n;
}

static enum err find_form(struct endorsement *d)
{
	struct value root = store_get(&d->file, &d->file.trailer, "Root");
	struct value form = dict_get(&root, "AcroForm");

	if (form.kind != KIND_REF || form.number > STORE_MAX_OBJECTS)
		return ERR_BAD_DATA;
	d->form = (unsigned)form.number;
	d->form_dict = store_object(&d->file, d->form);
	d->fields = store_get(&d->file, &d->form_dict, "Fields");
	if (d->fields.kind != KIND_ARRAY || count_items(&d->fields) >= MAX_FIELDS)
		return ERR_BAD_DATA;
	return ERR_OK;
}

/* The first leaf of the tree of pages. */
static enum err find_page(struct endorsement *d)
{
	struct value root = store_get(&d->file, &d->file.trailer, "Root");
	struct value node = dict_get(&root, "Pages");

	for (int i = 0; i < MAX_LEVELS && node.kind == KIND_REF; i++) {
		if (node.number > STORE_MAX_OBJECTS)
			return ERR_BAD_DATA;
		d->page = (unsigned)node.number;
		d->page_dict = store_object(&d->file, d->page);
		struct value kids = store_get(&d->file, &d->page_dict, "Kids");
		if (kids.kind != KIND_ARRAY)
			break;
		struct reader r = value_inside(&kids);
		node = value_next(&r);
	}
	struct value type = dict_get(&d->page_dict, "Type");
	d->annots = store_get(&d->file, &d->page_dict, "Annots");
	return value_is_name(&type, "Page") ? ERR_OK : ERR_BAD_DATA;
}

/* Thousandths are enough, and a fraction is read without asking the locale. */
static double real_of(const struct value *v)
{
	double n = (double)v->number, digit = 0.1;
	const uint8_t *point = memchr(v->at, '.', v->len);

	for (const uint8_t *at = point; at && ++at < v->at + v->len; digit /= 10)
		n += (v->at[0] == '-' ? -digit : digit) * (*at - '0');
	return n;
}

static bool read_box(const struct value *v, double box[4])
{
	struct reader r = value_inside(v);

	for (int i = 0; i < 4; i++) {
		struct value n = value_next(&r);

		if (n.kind != KIND_NUMBER || llabs(n.number) > PDF_MAX_PAGE_PT)
			return false;
		box[i] = real_of(&n);
	}
	return true;
}

/* Below what is seen already, when there is room. */
static void find_lowest(struct endorsement *d)
{
	struct reader r = value_inside(&d->annots);
	double box[4];

	d->lowest = d->height - points(PDF_STAMP_MARGIN_MM);
	for (int i = 0; i < MAX_FIELDS; i++) {
		struct value v = value_next(&r);

		if (v.kind != KIND_REF || v.number > STORE_MAX_OBJECTS)
			return;
		struct value widget = store_object(&d->file, (unsigned)v.number);
		struct value rect = store_get(&d->file, &widget, "Rect");
		if (read_box(&rect, box) && box[2] > box[0] && box[1] - 4 < d->lowest)
			d->lowest = box[1] - 4;
	}
}

static enum err measure_page(struct endorsement *d)
{
	struct value media = dict_get(&d->page_dict, "MediaBox");
	double box[4];

	if (!read_box(&media, box) || box[0] != 0 || box[1] != 0 || box[2] < PDF_MIN_PAGE_PT ||
	    box[3] < PDF_MIN_PAGE_PT || dict_get(&d->page_dict, "Rotate").kind != KIND_NONE)
		return ERR_BAD_DATA;
	d->width = box[2];
	d->height = box[3];
	find_lowest(d);
	return ERR_OK;
}

/* What a table must be followed by: one of the same kind. */
static enum err read_trailer(struct endorsement *d)
{
	struct value size = dict_get(&d->file.trailer, "Size"),
		     id = dict_get(&d->file.trailer, "ID");
	struct reader r = value_inside(&id);
	struct value first = value_next(&r);
	uint8_t bytes[16];
	size_t len = 0;

	if (dict_get(&d->file.trailer, "Type").kind != KIND_NONE ||
	    dict_get(&d->file.trailer, "Encrypt").kind != KIND_NONE || size.kind != KIND_NUMBER ||
	    size.number < 2 || size.number > STORE_MAX_OBJECTS ||
	    !value_bytes(&first, bytes, sizeof bytes, &len) || len != sizeof bytes)
		return ERR_BAD_DATA;
	for (int i = 0; i < 16; i++)
		snprintf(d->first_id + 2 * i, 3, "%02x", bytes[i]);
	d->out.count = (unsigned)size.number - 1;
	d->table = d->file.start;
	return ERR_OK;
}

/* A dictionary without some of its entries, and open at its end. */
static void put_dict_without(struct out *o, const struct value *dict, const char *key,
			     const char *other)
{
	struct reader r = value_inside(dict);

	out_print(o, "<<");
	for (;;) {
		struct value k = value_next(&r), v = value_next(&r);

		if (k.kind != KIND_NAME || v.kind == KIND_NONE)
			return;
		if (value_is_name(&k, key) || value_is_name(&k, other))
			continue;
		out_bytes(o, k.at, k.len);
		out_print(o, " ");
		out_bytes(o, v.at, v.len);
		out_print(o, " ");
	}
}

static void put_list_with(struct out *o, const char *key, const struct value *list, unsigned more)
{
	struct reader r = value_inside(list);

	out_print(o, "/%s [", key);
	for (;;) {
		struct value v = value_next(&r);

		if (v.kind == KIND_NONE)
			break;
		out_bytes(o, v.at, v.len);
		out_print(o, " ");
	}
	out_print(o, "%u 0 R]", more);
}

static void put_changed(struct endorsement *d, unsigned widget)
{
	out_begin(&d->out, d->page);
	put_dict_without(&d->out, &d->page_dict, "Annots", "Annots");
	put_list_with(&d->out, "Annots", &d->annots, widget);
	out_print(&d->out, ">>");
	out_end(&d->out);
	out_begin(&d->out, d->form);
	put_dict_without(&d->out, &d->form_dict, "Fields", "SigFlags");
	put_list_with(&d->out, "Fields", &d->fields, widget);
	out_print(&d->out, " /SigFlags 3>>");
	out_end(&d->out);
}

/* "22/11/2026 10:15:03 +07:00" */
static void time_words(int64_t time_s, char *out, size_t cap)
{
	time_t there = time_s + PDF_ZONE_MINUTES * 60;
	struct tm t = { 0 };

	out[0] = '\0';
	if (time_s == 0 || !gmtime_r(&there, &t))
		return;
	snprintf(out, cap, "%02d/%02d/%04d %02d:%02d:%02d +%02d:%02d", t.tm_mday, t.tm_mon + 1,
		 t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec, PDF_ZONE_MINUTES / 60,
		 PDF_ZONE_MINUTES % 60);
}

static enum err compose(const char *text, char out[TEXT_BYTES])
{
	return nfc_compose(text ? text : "", text ? strlen(text) : 0, out, TEXT_BYTES);
}

/* On a small page it would hide too much of what the page says. */
static bool code_fits(const struct endorsement *d)
{
	double side = points(PDF_CODE_MM), width = points(PDF_STAMP_WIDTH_MM) + side;

	return width * side * 100 <= d->width * d->height * PDF_SEEN_PERCENT;
}

/* "BẢN SAO ĐIỆN TỬ, số BS-..." and "Trần Thị Mẫu, ký 22/11/2026 10:15:03 +07:00": the top of a page
 * has room for few lines. */
static enum err pair(const char *first, const char *link, const char *second, char out[TEXT_BYTES])
{
	char text[2 * TEXT_BYTES];
	bool both = first && first[0] && second && second[0];

	snprintf(text, sizeof text, "%s%s%s", first ? first : "", both ? link : "",
		 second ? second : "");
	return compose(text, out);
}

static enum err put_stamp(struct endorsement *d, const struct endorse_wish *w, struct field *f)
{
	char form[TEXT_BYTES], agency[TEXT_BYTES], signer[TEXT_BYTES], when[TEXT_BYTES];
	const char *const lines[] = { form, agency, signer };
	double margin = points(PDF_STAMP_MARGIN_MM), size[2];
	struct stamp_wish s = { .lines = lines, .count = 3, .code_side = points(PDF_CODE_MM) };
	enum err e = pair(w->form, ", số ", w->number, form);

	time_words(w->time_s, when, sizeof when);
	if (e == ERR_OK)
		e = compose(w->agency, agency);
	if (e == ERR_OK)
		e = pair(w->signer, ", ký ", when, signer);
	if (e != ERR_OK)
		return ERR_BAD_DATA;
	s.max_width = fmin(points(PDF_STAMP_WIDTH_MM), d->width - 2 * margin);
	if (code_fits(d))
		s.code = w->code;
	e = stamp_write(&d->out, &s, &f->look, size);
	if (e != ERR_OK)
		return e;
	double right = fmax(d->width - margin, size[0]), top = fmax(d->lowest, size[1]);
	f->rect[0] = right - size[0];
	f->rect[1] = top - size[1];
	f->rect[2] = right;
	f->rect[3] = top;
	return ERR_OK;
}

static void put_row(struct out *o, unsigned number)
{
	out_print(o, "%u 1\n%010zu 00000 n \n", number, o->objects[number]);
}

static void put_end(struct endorsement *d, unsigned first)
{
	struct value root = dict_get(&d->file.trailer, "Root"),
		     info = dict_get(&d->file.trailer, "Info");
	unsigned low = d->page < d->form ? d->page : d->form;
	unsigned high = d->page < d->form ? d->form : d->page;
	size_t table = d->out.len;

	if (d->out.bad)
		return;
	out_print(&d->out, "xref\n");
	put_row(&d->out, low);
	put_row(&d->out, high);
	out_print(&d->out, "%u %u\n", first, d->out.count + 1 - first);
	out_table(&d->out, first);
	out_print(&d->out, "trailer\n<</Size %u /Root ", d->out.count + 1);
	out_bytes(&d->out, root.at, root.len);
	if (info.kind == KIND_REF) {
		out_print(&d->out, " /Info ");
		out_bytes(&d->out, info.at, info.len);
	}
	out_print(&d->out, " /Prev %zu /ID ", d->table);
	out_id(&d->out, d->first_id);
	out_print(&d->out, ">>\nstartxref\n%zu\n%%%%EOF\n", table);
}

static enum err write_update(struct endorsement *d, const struct endorse_wish *w,
			     struct field_marks *ret)
{
	unsigned first = d->out.count + 1;
	struct field f = { .page = d->page,
			   .index = (unsigned)count_items(&d->fields) + 1,
			   .signer = w->signer,
			   .reason = w->reason,
			   .place = w->place,
			   .time_s = w->time_s,
			   .cms_bytes = PDF_STAMP_CMS_BYTES };
	enum err e = ERR_OK;

	out_bytes(&d->out, d->file.bytes, d->file.len);
	if (d->file.bytes[d->file.len - 1] != '\n')
		out_print(&d->out, "\n");
	f.widget = out_number(&d->out);
	f.dictionary = out_number(&d->out);
	if (w->visible)
		e = put_stamp(d, w, &f);
	if (e != ERR_OK)
		return e;
	put_changed(d, f.widget);
	field_write(&d->out, &f, ret);
	put_end(d, first);
	field_close(&d->out, ret);
	return d->out.bad ? ERR_NO_MEMORY : ERR_OK;
}

static enum err endorse_file(struct endorsement *d, const struct endorse_wish *w,
			     struct field_marks *ret)
{
	enum err e = read_trailer(d);

	if (e == ERR_OK)
		e = find_form(d);
	if (e == ERR_OK)
		e = find_page(d);
	if (e == ERR_OK)
		e = measure_page(d);
	if (e == ERR_OK && (d->file.partial || d->page == d->form || d->page > d->out.count ||
			    d->form > d->out.count))
		e = ERR_BAD_DATA;
	return e == ERR_OK ? write_update(d, w, ret) : e;
}

enum err endorse(const uint8_t *pdf, size_t len, const struct endorse_wish *wish,
		 uint8_t **ret_bytes, size_t *ret_len, struct pdf_gap *ret_gap)
{
	struct endorsement *d = calloc(1, sizeof *d);
	struct field_marks marks = { 0 };

	if (!d)
		return ERR_NO_MEMORY;
	enum err e =
		len > 0 && len <= FOREIGN_MAX_BYTES ? store_open(pdf, len, &d->file) : ERR_BAD_DATA;
	if (e == ERR_OK)
		e = endorse_file(d, wish, &marks);
	if (e == ERR_OK) {
		*ret_bytes = d->out.bytes;
		*ret_len = d->out.len;
		*ret_gap = marks.gap;
		d->out.bytes = NULL;
	}
	store_finish(&d->file);
	out_finish(&d->out);
	free(d);
	return e;
}
