#include "tests/province/manifest.h"

#include "tests/province/json.h"
#include "tests/province/shape.h"

#include <stdio.h>
#include <string.h>

enum shape {
	ANY,
	NOTHING,
	AGENCY,
	FILLED,
	KEY,
	KIOSK,
	PROCEDURE,
	NO_PROCEDURE,
	ONE,
	FLAG,
	REUSED,
	MOMENT,
	SHA256,
	COMPONENT
};

/* A text member and what it must look like; `at` is where it is kept. */
struct text_row {
	const char *name;
	enum shape shape;
	size_t at, cap;
};

#define KEEP(where, field) offsetof(struct where, field), sizeof((struct where *)0)->field
#define CHECK_ONLY         0, 0

static const struct text_row DOSSIER[] = {
	{ "key", KEY, KEEP(manifest, key) },
	{ "kiosk", KIOSK, KEEP(manifest, kiosk) },
	{ "agency", AGENCY, KEEP(manifest, agency) },
	{ "receipt_code", FILLED, KEEP(manifest, receipt) },
	{ "KenhThucHien", ONE, CHECK_ONLY },
	{ "ChuHoSo", FILLED, KEEP(manifest, name) },
	{ "SoGiayToChuHoSo", ANY, KEEP(manifest, number) },
	{ "NgayNopHoSo", MOMENT, KEEP(manifest, handed_in) },
};

/* Of a new dossier; of papers that are added to one, when no network said what it is about. */
static const struct text_row NEW[] = {
	{ "MaTTHC", PROCEDURE, KEEP(manifest, procedure) },
	{ "TenTTHC", FILLED, KEEP(manifest, procedure_name) },
};
static const struct text_row ADDED[] = {
	{ "MaTTHC", NO_PROCEDURE, KEEP(manifest, procedure) },
	{ "TenTTHC", ANY, KEEP(manifest, procedure_name) },
};
static const struct text_row REQUEST[] = {
	{ "MaHoSo", FILLED, KEEP(manifest, dossier) },
	{ "HoSoBoSungId", ANY, KEEP(manifest, request) },
};

static const struct text_row PAPER[] = {
	{ "TepDinhKemId", ANY, KEEP(manifest_paper, id) },
	{ "TenTepDinhKem", FILLED, KEEP(manifest_paper, file) },
	{ "MaThanhPhanHoSo", COMPONENT, KEEP(manifest_paper, component) },
	{ "DuocSoHoa", FLAG, CHECK_ONLY },
	{ "DuocTaiSuDung", REUSED, CHECK_ONLY },
	{ "DuocLayTuKhoDMQG", FLAG, CHECK_ONLY },
	{ "sha256", SHA256, KEEP(manifest_paper, sha256) },
};

static const struct text_row REFERENCE[] = {
	{ "TepDinhKemId", NOTHING, CHECK_ONLY },
	{ "DuocSoHoa", ONE, CHECK_ONLY },
	{ "DuocTaiSuDung", ONE, CHECK_ONLY },
	{ "MaKetQua", FILLED, KEEP(manifest_paper, result) },
	{ "DuongDan", FILLED, KEEP(manifest_paper, path) },
};

static const struct text_row LOOKUP[] = {
	{ "text", FILLED, CHECK_ONLY },
	{ "given_at", MOMENT, CHECK_ONLY },
};

static bool looks(enum shape shape, const char *s)
{
	switch (shape) {
	case ANY:
		return true;
	case NOTHING:
		return *s == '\0';
	case FILLED:
		return *s != '\0';
	case KEY:
		return shape_key(s);
	case AGENCY:
		return shape_agency(s);
	case KIOSK:
		return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(s);
	case PROCEDURE:
		return shape_like(s, "9.999999");
	case NO_PROCEDURE:
		return *s == '\0' || shape_like(s, "9.999999");
	case ONE:
		return strcmp(s, "1") == 0;
	case FLAG:
		return shape_like(s, "9") && *s <= '1';
	case REUSED:
		return shape_like(s, "9") && *s <= '2';
	case MOMENT:
		return shape_moment(s);
	case SHA256:
		return shape_sha256(s);
	case COMPONENT:
		return shape_component(s);
	}
	return false;
}

static enum err read_texts(struct json_object *o, const struct text_row *rows, size_t n, void *into,
			   struct complaint *why)
{
	for (size_t i = 0; i < n; i++) {
		const struct text_row *r = &rows[i];
		const char *s = json_text(o, r->name, r->cap ? r->cap - 1 : 1024);

		if (!s)
			return complain(why, ERR_BAD_DATA,
					"%s in manifest.json is missing, not a text, or too long",
					r->name);
		if (!looks(r->shape, s))
			return complain(why, ERR_BAD_DATA,
					"%s in manifest.json is not as agreed: \"%.40s\"", r->name,
					s);
		if (r->cap)
			memcpy((char *)into + r->at, s, strlen(s) + 1);
	}
	return ERR_OK;
}

/* Of one page: where it comes from. */
static const struct text_row PAGE[] = {
	{ "kiosk", KIOSK, CHECK_ONLY },    { "device", ANY, CHECK_ONLY },
	{ "source", FILLED, CHECK_ONLY },  { "scanned_at", MOMENT, CHECK_ONLY },
	{ "clock", FILLED, CHECK_ONLY },   { "source_sha256", SHA256, CHECK_ONLY },
	{ "profile", FILLED, CHECK_ONLY }, { "check", FILLED, CHECK_ONLY },
	{ "tools", ANY, CHECK_ONLY },
};

static const struct text_row ORIGINAL[] = {
	{ "file", FILLED, KEEP(manifest_paper, id) },
	{ "sha256", SHA256, KEEP(manifest_paper, sha256) },
};

static enum err read_original(struct json_object *page, struct manifest *m, struct complaint *why)
{
	struct manifest_paper *p = &m->originals[m->original_count];
	struct json_object *o;

	if (!json_object_object_get_ex(page, "original", &o))
		return ERR_OK;
	if (m->original_count == MANIFEST_MAX_ORIGINALS || !json_count(o, "bytes", &p->bytes))
		return complain(why, ERR_BAD_DATA, "an original has no bytes, or they are over %d",
				MANIFEST_MAX_ORIGINALS);
	m->original_count++;
	return read_texts(o, ORIGINAL, sizeof ORIGINAL / sizeof *ORIGINAL, p, why);
}

static enum err read_page(struct json_object *o, struct manifest *m, struct complaint *why)
{
	static const char *const NUMBERS[] = { "dpi", "channels", "sides", "width", "height" };
	struct json_object *settings = NULL, *quality = NULL;
	int64_t n;

	if (!json_object_is_type(o, json_type_object))
		return complain(why, ERR_BAD_DATA, "an entry of pages is not an object");
	json_object_object_get_ex(o, "settings", &settings);
	if (!json_object_object_get_ex(o, "quality", &quality))
		return complain(why, ERR_BAD_DATA, "a page has no quality");
	for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
		if (!json_count(settings, NUMBERS[i], &n))
			return complain(why, ERR_BAD_DATA, "settings of a page have no %s",
					NUMBERS[i]);
	enum err e = read_texts(o, PAGE, sizeof PAGE / sizeof *PAGE, NULL, why);
	return e == ERR_OK ? read_original(o, m, why) : e;
}

/* A document that was not scanned has none. */
static enum err read_pages(struct json_object *o, const struct manifest_paper *p,
			   struct manifest *m, struct complaint *why)
{
	struct json_object *list;
	enum err e = ERR_OK;

	if (!json_object_object_get_ex(o, "pages", &list))
		return ERR_OK;
	if (!json_object_is_type(list, json_type_array) ||
	    (int64_t)json_object_array_length(list) != p->pages)
		return complain(why, ERR_BAD_DATA,
				"TaiLieuNop %s does not say of each page where it comes from",
				p->id);
	for (int64_t i = 0; i < p->pages && e == ERR_OK; i++)
		e = read_page(json_object_array_get_idx(list, (size_t)i), m, why);
	return e;
}

static enum err read_reference(struct json_object *o, struct manifest_paper *p,
			       struct complaint *why)
{
	if (!json_count(o, "bytes", &p->bytes))
		return complain(why, ERR_BAD_DATA, "a reference of TaiLieuNop has no bytes");
	return read_texts(o, REFERENCE, sizeof REFERENCE / sizeof *REFERENCE, p, why);
}

static enum err read_paper(struct json_object *o, struct manifest *m, struct manifest_paper *p,
			   struct complaint *why)
{
	struct json_object *quality;

	if (!json_object_is_type(o, json_type_object))
		return complain(why, ERR_BAD_DATA, "an entry of TaiLieuNop is not an object");
	enum err e = read_texts(o, PAPER, sizeof PAPER / sizeof *PAPER, p, why);
	if (e != ERR_OK)
		return e;
	p->reference = json_object_object_get_ex(o, "MaKetQua", NULL);
	if (p->reference)
		return read_reference(o, p, why);
	if (!json_count(o, "bytes", &p->bytes) || !*p->id || !json_count(o, "trang", &p->pages) ||
	    p->bytes == 0 || p->pages == 0)
		return complain(why, ERR_BAD_DATA, "TaiLieuNop %s has no bytes or no pages (trang)",
				p->id);
	if (!json_object_object_get_ex(o, "chat_luong", &quality))
		return complain(why, ERR_BAD_DATA, "TaiLieuNop %s has no chat_luong", p->id);
	return read_pages(o, p, m, why);
}

static enum err read_papers(struct json_object *o, struct manifest *m, struct complaint *why)
{
	struct json_object *list;

	if (!json_object_object_get_ex(o, "TaiLieuNop", &list) ||
	    !json_object_is_type(list, json_type_array) ||
	    json_object_array_length(list) > MANIFEST_MAX_PAPERS)
		return complain(why, ERR_BAD_DATA,
				"TaiLieuNop is missing, no list, or over %d long",
				MANIFEST_MAX_PAPERS);
	m->paper_count = json_object_array_length(list);
	for (size_t i = 0; i < m->paper_count; i++) {
		enum err e = read_paper(json_object_array_get_idx(list, i), m, &m->papers[i], why);

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* Who filed, how that is known, and whether papers might be looked up. */
static enum err read_filer(struct json_object *o, struct manifest *m, struct complaint *why)
{
	struct json_object *part, *flag, *lookup;
	const char *number;

	if (!json_object_object_get_ex(o, "identity", &part) ||
	    !json_object_object_get_ex(part, "verified", &flag) ||
	    !json_object_is_type(flag, json_type_boolean))
		return complain(why, ERR_BAD_DATA, "identity does not say whether it was verified");
	m->verified = json_object_get_boolean(flag);
	number = json_text(part, "number", sizeof m->filer - 1);
	if (number)
		memcpy(m->filer, number, strlen(number) + 1);
	m->lookup = json_object_object_get_ex(o, "consent", &part) &&
		    json_object_object_get_ex(part, "stored_papers", &lookup);
	return m->lookup ? read_texts(lookup, LOOKUP, sizeof LOOKUP / sizeof *LOOKUP, NULL, why)
			 : ERR_OK;
}

static enum err read_rest(struct json_object *o, struct complaint *why)
{
	static const char *const OBJECTS[] = { "form", "identity", "consent", "times" };
	struct json_object *part;
	int64_t v;

	if (!json_count(o, "v", &v) || v != 1)
		return complain(why, ERR_BAD_DATA, "manifest.json is not of version 1");
	for (size_t i = 0; i < sizeof OBJECTS / sizeof *OBJECTS; i++)
		if (!json_object_object_get_ex(o, OBJECTS[i], &part) ||
		    !json_object_is_type(part, json_type_object))
			return complain(why, ERR_BAD_DATA,
					"%s in manifest.json is missing or no object", OBJECTS[i]);
	return ERR_OK;
}

static enum err read_kind(struct json_object *o, struct manifest *m, struct complaint *why)
{
	struct json_object *request;

	if (!json_object_object_get_ex(o, "HoSoBoSung", &request))
		return read_texts(o, NEW, 2, m, why);
	enum err e = read_texts(o, ADDED, 2, m, why);
	return e == ERR_OK ? read_texts(request, REQUEST, 2, m, why) : e;
}

static const struct text_row AUDIT[] = {
	{ "sha256", SHA256, KEEP(manifest, audit_sha256) },
};

static enum err read_audit(struct json_object *o, struct manifest *m, struct complaint *why)
{
	struct json_object *head;

	if (!json_object_object_get_ex(o, "audit", &head))
		return ERR_OK;
	if (!json_count(head, "seq", &m->audit_seq))
		return complain(why, ERR_BAD_DATA, "audit in manifest.json has no seq");
	return read_texts(head, AUDIT, 1, m, why);
}

enum err manifest_read(const void *bytes, size_t len, struct manifest *ret, struct complaint *why)
{
	AUTO_JSON o = json_read(bytes, len);

	if (!o)
		return complain(why, ERR_BAD_DATA, "manifest.json is not a JSON object in UTF-8");
	enum err e = read_rest(o, why);
	if (e == ERR_OK)
		e = read_texts(o, DOSSIER, sizeof DOSSIER / sizeof *DOSSIER, ret, why);
	if (e == ERR_OK)
		e = read_kind(o, ret, why);
	if (e == ERR_OK)
		e = read_filer(o, ret, why);
	if (e == ERR_OK)
		e = read_audit(o, ret, why);
	return e == ERR_OK ? read_papers(o, ret, why) : e;
}
