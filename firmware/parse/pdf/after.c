#include "firmware/parse/pdf/after.h"

#include <string.h>

/* A signature that is seen may cover so much of a page, in percent: more could hide what the page
 * says. */
enum { SEEN_PERCENT = 15, MAX_KEYS = 64 };

struct pair {
	struct store *then, *now;
};

static bool one_of(const struct value *key, const char *const *names)
{
	for (; *names; names++)
		if (value_is_name(key, *names))
			return true;
	return false;
}

/* True when all that `a` has stands in `b` as well, but for `except`. */
static bool keeps(const struct value *a, const struct value *b, const char *const *except)
{
	struct reader r = value_inside(a);

	for (int i = 0; i < MAX_KEYS; i++) {
		struct value key = value_next(&r), v = value_next(&r);
		char name[64];

		if (key.kind == KIND_NONE)
			return !r.bad;
		if (key.kind != KIND_NAME || key.len > sizeof name || memchr(key.at, '#', key.len))
			return false;
		if (one_of(&key, except))
			continue;
		memcpy(name, key.at + 1, key.len - 1);
		name[key.len - 1] = '\0';
		struct value other = dict_get(b, name);
		if (v.kind == KIND_NONE || !value_same(&v, &other))
			return false;
	}
	return false;
}

static bool same_but(const struct value *a, const struct value *b, const char *const *except)
{
	return a->kind == KIND_DICT && b->kind == KIND_DICT && keeps(a, b, except) &&
	       keeps(b, a, except);
}

static bool read_rect(const struct value *v, int64_t rect[4])
{
	struct reader r = value_inside(v);

	for (int i = 0; i < 4; i++) {
		struct value n = value_next(&r);

		if (n.kind != KIND_NUMBER || n.number > 100000 || n.number < -100000)
			return false;
		rect[i] = n.number;
	}
	return true;
}

static int64_t area(const int64_t r[4])
{
	int64_t n = (r[2] - r[0]) * (r[3] - r[1]);

	return n < 0 ? -n : n;
}

/* A page's box may stand at its parent; A4 is taken then. */
static bool is_small(struct store *f, const struct value *widget, const struct value *page)
{
	struct value box = store_get(f, page, "MediaBox"), rect = store_get(f, widget, "Rect");
	int64_t sheet[4] = { 0, 0, 595, 842 }, r[4];

	if (box.kind == KIND_ARRAY && !read_rect(&box, sheet))
		return false;
	return read_rect(&rect, r) && area(r) * 100 <= area(sheet) * SEEN_PERCENT;
}

static bool is_signature_field(struct store *f, const struct value *v)
{
	struct value parent = store_get(f, v, "Parent"), kind = store_get(f, v, "FT");

	if (kind.kind == KIND_NONE)
		kind = store_get(f, &parent, "FT");
	return value_is_name(&kind, "Sig");
}

/* A reference to a field, or an annotation, of a signature that was not there before. `page` is
 * where it is shown, KIND_NONE for the list of fields. */
static bool is_new_signature(const struct pair *p, const struct value *v, const struct value *page)
{
	if (v->kind != KIND_REF || store_row(p->then, (unsigned)v->number).kind == ROW_PLAIN ||
	    store_row(p->then, (unsigned)v->number).kind == ROW_PACKED)
		return false;
	struct value field = store_object(p->now, (unsigned)v->number);
	struct value subtype = store_get(p->now, &field, "Subtype");

	if (!is_signature_field(p->now, &field))
		return false;
	return page->kind == KIND_NONE ||
	       (value_is_name(&subtype, "Widget") && is_small(p->now, &field, page));
}

/* All it had, in the same order, and then nothing but new signatures. */
static bool only_signatures_added(const struct pair *p, const struct value *then,
				  const struct value *now, const struct value *page)
{
	struct reader old = value_inside(then), new = value_inside(now);

	for (;;) {
		struct value a = value_next(&old), b = value_next(&new);

		if (b.kind == KIND_NONE)
			return a.kind == KIND_NONE && !old.bad && !new.bad;
		if (a.kind != KIND_NONE ? !value_same(&a, &b) : !is_new_signature(p, &b, page))
			return false;
	}
}

/* An array that stands there, or that is referred to. */
static bool list_grew(const struct pair *p, const struct value *then, const struct value *now,
		      const char *key, const struct value *page)
{
	struct value a = store_get(p->then, then, key), b = store_get(p->now, now, key);

	if (b.kind == KIND_NONE)
		return a.kind == KIND_NONE;
	return b.kind == KIND_ARRAY && only_signatures_added(p, &a, &b, page);
}

static bool form_ok(const struct pair *p, const struct value *then, const struct value *now)
{
	static const char *const FREE[] = { "Fields", "SigFlags", "DR", "DA", NULL };
	struct value none = { 0 },
		     empty = { .kind = KIND_DICT, .at = (const uint8_t *)"<<>>", .len = 4 };

	return same_but(then->kind == KIND_NONE ? &empty : then, now, FREE) &&
	       list_grew(p, then, now, "Fields", &none);
}

static bool catalog_ok(const struct pair *p, const struct value *then, const struct value *now)
{
	static const char *const FREE[] = { "AcroForm", "DSS",     "Extensions",
					    "Metadata", "Version", NULL };
	struct value a = store_get(p->then, then, "AcroForm"),
		     b = store_get(p->now, now, "AcroForm");

	if (!same_but(then, now, FREE))
		return false;
	return b.kind == KIND_NONE ? a.kind == KIND_NONE : form_ok(p, &a, &b);
}

static bool page_ok(const struct pair *p, const struct value *then, const struct value *now)
{
	static const char *const FREE[] = { "Annots", NULL };

	return same_but(then, now, FREE) && list_grew(p, then, now, "Annots", now);
}

/* An empty place that was signed. */
static bool field_ok(const struct value *then, const struct value *now)
{
	static const char *const FREE[] = { "V", "AP", "M", NULL };

	return dict_get(then, "V").kind == KIND_NONE && same_but(then, now, FREE);
}

static bool same_row(struct row a, struct row b)
{
	return a.kind == b.kind && a.at == b.at && a.pack == b.pack;
}

static bool is_ref_to(const struct value *v, unsigned number)
{
	return v->kind == KIND_REF && v->number == number;
}

/* An array that a page or the form refers to. */
static bool array_ok(const struct pair *p, const struct value *then, const struct value *now)
{
	struct value box = { .kind = KIND_DICT, .at = (const uint8_t *)"<<>>", .len = 4 };

	return only_signatures_added(p, then, now, &box);
}

/* Whether a change to one object lets pages show what they showed. */
static bool change_ok(const struct pair *p, unsigned number)
{
	struct value a = store_object(p->then, number), b = store_object(p->now, number);
	struct value root = dict_get(&p->now->trailer, "Root"),
		     info = dict_get(&p->now->trailer, "Info");
	struct value type_a = dict_get(&a, "Type"), type_b = dict_get(&b, "Type");
	struct value catalog = store_get(p->now, &p->now->trailer, "Root");
	struct value form = dict_get(&catalog, "AcroForm");

	if (value_is_name(&type_a, "Metadata") || value_is_name(&type_a, "XRef"))
		return value_same(&type_a, &type_b);
	if (store_has_stream(p->then, &a) || store_has_stream(p->now, &b))
		return false;
	if (is_ref_to(&info, number) || (a.kind != KIND_NONE && value_same(&a, &b)))
		return true;
	if (is_ref_to(&root, number))
		return catalog_ok(p, &a, &b);
	if (is_ref_to(&form, number))
		return form_ok(p, &a, &b);
	if (value_is_name(&type_a, "Page"))
		return page_ok(p, &a, &b);
	if (a.kind == KIND_ARRAY)
		return array_ok(p, &a, &b);
	return is_signature_field(p->then, &a) && field_ok(&a, &b);
}

static bool is_there(struct row r)
{
	return r.kind == ROW_PLAIN || r.kind == ROW_PACKED;
}

/* References that pointed nowhere when the file was signed, and now do: what a page shows can be
 * brought in so. */
static bool fills_a_hole(struct store *then, struct store *now)
{
	for (size_t i = 0; i < then->count; i++) {
		struct value v = store_object(then, (unsigned)i);
		struct reader r = reader_of(v.at, v.len);
		unsigned number;

		while (v.kind != KIND_NONE && reference_next(&r, &number))
			if (!is_there(store_row(then, number)) && is_there(store_row(now, number)))
				return true;
	}
	return false;
}

enum foreign_after after_signing(struct store *then, struct store *now)
{
	const struct pair p = { then, now };
	struct value a = dict_get(&then->trailer, "Root"), b = dict_get(&now->trailer, "Root");
	bool ok = a.kind == KIND_REF && value_same(&a, &b);
	size_t count = then->count > now->count ? then->count : now->count;

	for (size_t i = 0; ok && i < count; i++) {
		struct row old = store_row(then, (unsigned)i), new = store_row(now, (unsigned)i);

		if (is_there(old) && !same_row(old, new))
			ok = is_there(new) && change_ok(&p, (unsigned)i);
	}
	if (ok && fills_a_hole(then, now))
		ok = false;
	if (!ok)
		return AFTER_CHANGES;
	return then->partial || now->partial ? AFTER_UNKNOWN : AFTER_SIGNATURES;
}
