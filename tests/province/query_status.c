/* How far a dossier is, in the ten states of the portal. */
#include "tests/province/query.h"

#include <stdio.h>
#include <string.h>

#define RECEIVED 2
#define REFUSED  3

static void put(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void put_digits(struct json_object *o, const char *name, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)n);
	put(o, name, text);
}

static void put_moment(struct json_object *o, const char *name, int64_t s)
{
	char text[15];

	query_write_moment(s, text);
	put(o, name, text);
}

static bool find(struct world *w, const char *code, struct dossier *ret)
{
	return store_find_code(w->store, code, ret) == ERR_OK ||
	       store_find(w->store, code, ret) == ERR_OK;
}

const char *query_status(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *code = json_text(asked, "MaHoSo", 63);
	struct dossier d = { 0 };

	if (!code)
		return "MaHoSo is missing";
	bool found = find(w, code, &d);
	json_object_object_add(data, "found", json_object_new_boolean(found));
	put(data, "MaHoSo", d.code);
	put(data, "MaTTHC", d.procedure);
	put(data, "TenTTHC", d.procedure_name);
	put_digits(data, "TrangThaiHoSo", !found ? 0 : d.accepted ? RECEIVED : REFUSED);
	put_moment(data, "NgayTiepNhan", d.accepted ? d.received_at : 0);
	put_moment(data, "NgayHenTra", d.due_at);
	put_moment(data, "NgayTra", 0);
	put(data, "DonViXuLy", "");
	put(data, "GhiChu", d.reason);
	put(data, "XinLoi", "");
	json_object_object_add(data, "DanhSachHoSoBoSung", json_object_new_array());
	json_object_object_add(data, "DanhSachLePhi", json_object_new_array());
	return NULL;
}
