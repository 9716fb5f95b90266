/* How far a dossier is, in the ten states of the portal. */
#include "tests/province/query.h"
#include "tests/province/supplement.h"

#include <stdio.h>
#include <string.h>

#define RECEIVED 2
#define REFUSED  3
#define WEEK_S   (7 * 86400)

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

/* By the code that a person has: the province's, that of the slip, or the key; of papers that were
 * added, the dossier they were added to. */
static bool find(struct world *w, const char *code, struct dossier *ret)
{
	if (store_find_any(w->store, code, ret) != ERR_OK)
		return false;
	return !ret->supplement[0] || store_find_any(w->store, ret->supplement, ret) == ERR_OK;
}

static struct json_object *fees_of(struct world *w, const struct dossier *d,
				   const struct progress *p)
{
	struct json_object *all = json_object_new_array(), *o;
	int64_t fee = p->fee ? p->fee : w->fault.fee;

	if (fee <= 0)
		return all;
	o = json_object_new_object();
	put(o, "TenPhiLePhi", "Lệ phí hộ tịch");
	put(o, "MaPhiLePhi", "LP01");
	put_digits(o, "Gia", fee);
	put_digits(o, "TrangThaiThanhToan", store_fee_paid(w->store, d));
	json_object_array_add(all, o);
	return all;
}

static void put_times(struct world *w, struct json_object *data, const struct dossier *d,
		      const struct progress *p)
{
	int64_t moved_to = supplement_due(w->store, d->key);
	int64_t received_at = p->due_at ? p->due_at - WEEK_S : d->received_at;

	put_moment(data, "NgayTiepNhan", d->accepted ? received_at : 0);
	put_moment(data, "NgayHenTra", p->due_at ? p->due_at : moved_to ? moved_to : d->due_at);
	put_moment(data, "NgayTra", 0);
	put(data, "XinLoi", p->sorry);
	put(data, "SoXinLoi", p->sorry[0] ? "12/XL-TTPVHCC" : "");
	put_moment(data, "NgayXinLoi", p->sorry_at);
	put_moment(data, "NgayHenTraMoi", p->new_due_at);
}

const char *query_status(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *code = json_text(asked, "MaHoSo", 63);
	struct dossier d = { 0 };
	struct progress p = { 0 };

	if (!code)
		return "MaHoSo is missing";
	bool found = find(w, code, &d);
	if (found && store_progress(w->store, d.key, &p) != ERR_OK)
		return "the province's database failed";
	int64_t state = p.state ? p.state : d.accepted ? RECEIVED : REFUSED;
	json_object_object_add(data, "found", json_object_new_boolean(found));
	put(data, "MaHoSo", d.code);
	put(data, "MaTTHC", d.procedure);
	put(data, "TenTTHC", d.procedure_name);
	put_digits(data, "TrangThaiHoSo", found ? state : 0);
	put(data, "DonViXuLy", found ? "Phòng Tư pháp" : "");
	put(data, "GhiChu", p.note[0] ? p.note : d.reason);
	put_times(w, data, &d, &p);
	json_object_object_add(data, "DanhSachHoSoBoSung", supplement_list(w->store, d.key));
	json_object_object_add(data, "DanhSachLePhi", fees_of(w, &d, &p));
	return NULL;
}
