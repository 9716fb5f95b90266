#include "tests/province/manifest.h"

#include "tests/province/json.h"
#include "tests/province/shape.h"

#include <stdio.h>
#include <string.h>

enum shape {
	ANY,
	AGENCY,
	FILLED,
	KEY,
	KIOSK,
	PROCEDURE,
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
	{ "MaTTHC", PROCEDURE, KEEP(manifest, procedure) },
	{ "TenTTHC", FILLED, KEEP(manifest, procedure_name) },
	{ "KenhThucHien", ONE, CHECK_ONLY },
	{ "ChuHoSo", FILLED, KEEP(manifest, name) },
	{ "SoGiayToChuHoSo", ANY, KEEP(manifest, number) },
	{ "NgayNopHoSo", MOMENT, KEEP(manifest, handed_in) },
};

static const struct text_row PAPER[] = {
	{ "TepDinhKemId", FILLED, KEEP(manifest_paper, id) },
	{ "TenTepDinhKem", FILLED, KEEP(manifest_paper, file) },
	{ "MaThanhPhanHoSo", COMPONENT, KEEP(manifest_paper, component) },
	{ "DuocSoHoa", FLAG, CHECK_ONLY },
	{ "DuocTaiSuDung", REUSED, CHECK_ONLY },
	{ "DuocLayTuKhoDMQG", FLAG, CHECK_ONLY },
	{ "sha256", SHA256, KEEP(manifest_paper, sha256) },
};

static bool looks(enum shape shape, const char *s)
{
	switch (shape) {
	case ANY:
		return true;
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

static enum err read_paper(struct json_object *o, struct manifest_paper *p, struct complaint *why)
{
	struct json_object *quality;

	if (!json_object_is_type(o, json_type_object))
		return complain(why, ERR_BAD_DATA, "an entry of TaiLieuNop is not an object");
	enum err e = read_texts(o, PAPER, sizeof PAPER / sizeof *PAPER, p, why);
	if (e != ERR_OK)
		return e;
	if (!json_count(o, "bytes", &p->bytes) || !json_count(o, "trang", &p->pages) ||
	    p->bytes == 0 || p->pages == 0)
		return complain(why, ERR_BAD_DATA, "TaiLieuNop %s has no bytes or no pages (trang)",
				p->id);
	if (!json_object_object_get_ex(o, "chat_luong", &quality))
		return complain(why, ERR_BAD_DATA, "TaiLieuNop %s has no chat_luong", p->id);
	return ERR_OK;
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
		enum err e = read_paper(json_object_array_get_idx(list, i), &m->papers[i], why);

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err read_rest(struct json_object *o, struct complaint *why)
{
	static const char *const OBJECTS[] = { "form", "identity", "consent", "times" };
	struct json_object *part, *flag;
	int64_t v;

	if (!json_count(o, "v", &v) || v != 1)
		return complain(why, ERR_BAD_DATA, "manifest.json is not of version 1");
	for (size_t i = 0; i < sizeof OBJECTS / sizeof *OBJECTS; i++)
		if (!json_object_object_get_ex(o, OBJECTS[i], &part) ||
		    !json_object_is_type(part, json_type_object))
			return complain(why, ERR_BAD_DATA,
					"%s in manifest.json is missing or no object", OBJECTS[i]);
	if (json_object_object_get_ex(o, "identity", &part) &&
	    (!json_object_object_get_ex(part, "verified", &flag) ||
	     !json_object_is_type(flag, json_type_boolean)))
		return complain(why, ERR_BAD_DATA, "identity does not say whether it was verified");
	return ERR_OK;
}

enum err manifest_read(const void *bytes, size_t len, struct manifest *ret, struct complaint *why)
{
	AUTO_JSON o = json_read(bytes, len);

	if (!o)
		return complain(why, ERR_BAD_DATA, "manifest.json is not a JSON object in UTF-8");
	enum err e = read_rest(o, why);
	if (e == ERR_OK)
		e = read_texts(o, DOSSIER, sizeof DOSSIER / sizeof *DOSSIER, ret, why);
	return e == ERR_OK ? read_papers(o, ret, why) : e;
}
