/* Fees: what the payment platform behind a province would do. The same MaThamChieu begins nothing
 * twice; who pays, and how often, is played by the control socket's `pay`. */
#include "tests/province/query.h"

#include "tests/province/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OPEN_S   900
#define PAID     1
#define NOT_YET  3
#define FAILED   4
#define MAX_DONG INT64_C(499999999)

static void put(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void put_digits(struct json_object *o, const char *name, int64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, n);
	put(o, name, text);
}

static void put_moment(struct json_object *o, const char *name, int64_t s)
{
	char text[15];

	query_write_moment(s, text);
	put(o, name, text);
}

static const char *begin(struct world *w, struct json_object *asked, struct fee *ret)
{
	const char *reference = json_text(asked, "MaThamChieu", 63);
	const char *dossier = json_text(asked, "MaHoSo", 63),
		   *amount = json_text(asked, "SoTien", 12);
	struct fee f = { .begun_at = clock_wall_s(&w->clock) };

	if (!reference || !*reference || !dossier || !amount || !api_number(amount, &f.amount) ||
	    f.amount < 1 || f.amount > MAX_DONG)
		return "a fee has MaThamChieu, MaHoSo and SoTien";
	snprintf(f.reference, sizeof f.reference, "%s", reference);
	snprintf(f.dossier, sizeof f.dossier, "%s", dossier);
	f.expires_at = f.begun_at + OPEN_S;
	enum err e = store_fee_add(w->store, &f);
	if (e == ERR_BUSY) {
		int64_t amount_now = f.amount;

		e = store_fee_find(w->store, reference, &f);
		if (e == ERR_OK && f.amount != amount_now)
			return "this reference belongs to a fee of another amount";
	}
	*ret = f;
	return e == ERR_OK ? NULL : "the province's database failed";
}

const char *query_pay(struct world *w, struct json_object *asked, struct json_object *data)
{
	struct fee f;
	char purpose[26];
	const char *why = begin(w, asked, &f);

	if (why)
		return why;
	snprintf(purpose, sizeof purpose, "LP %.13s", f.reference);
	for (char *p = purpose; *p; p++)
		*p = *p == '-' ? ' ' : *p;
	put(data, "MaThamChieu", f.reference);
	put_digits(data, "SoTien", f.amount);
	put(data, "MaNHThuHuong", "970422");
	put(data, "TKThuHuong", "0123456789");
	put(data, "TenTKThuHuong", "KHO BẠC NHÀ NƯỚC VÍ DỤ");
	put(data, "NoiDungThanhToan", purpose);
	put_moment(data, "HanThanhToan", f.expires_at);
	return NULL;
}

const char *query_paid(struct world *w, struct json_object *asked, struct json_object *data)
{
	const char *reference = json_text(asked, "MaThamChieu", 63);
	struct fee f;
	enum err e = reference ? store_fee_find(w->store, reference, &f) : ERR_BAD_DATA;

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND  ? QUERY_NO_SUCH
		       : e == ERR_BAD_DATA ? "MaThamChieu is missing"
					   : "the province's database failed";
	bool over = f.failed || clock_wall_s(&w->clock) > f.expires_at;
	put(data, "MaThamChieu", f.reference);
	put_digits(data, "TrangThaiGD", f.paid >= f.amount ? PAID : over ? FAILED : NOT_YET);
	put_digits(data, "SoTien", f.paid);
	put(data, "MaGiaoDich", f.times > 0 ? "FT26326000001" : "");
	put_moment(data, "ThoiGianGD", f.paid_at);
	json_object_object_add(data, "SoLan", json_object_new_int64(f.times));
	return NULL;
}
