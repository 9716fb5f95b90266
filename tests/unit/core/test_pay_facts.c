/* Replies of the province about fees, as kiosk-parse hands them over. */
#include "firmware/core/pay_ask.h"
#include "firmware/core/vietqr.h"
#include "tests/tap.h"

static const struct pay_item ITEM = { .key = "0f8b3c1e-0000-4000-8000-000000000001",
				      .amount_vnd = 8000,
				      .state = PAY_PENDING,
				      .expires_s = 1000 };

static void open_view(struct view_writer *w, struct view *v)
{
	int fd = -1;

	*v = (struct view){ 0 };
	eq_int(view_seal(w, &fd), ERR_OK);
	eq_int(view_open(fd, v), ERR_OK);
}

static enum err start(const char *key, const char *purpose, struct pay_started *a,
		      struct pay_payee *p)
{
	struct view_writer w = { 0 };
	struct view v;

	view_text(&w, "MaThamChieu", key);
	view_num(&w, "SoTien", 8000);
	view_text(&w, "MaNHThuHuong", "970422");
	view_text(&w, "TKThuHuong", "0123456789");
	view_text(&w, "TenTKThuHuong", "Kho bạc Nhà nước Ví Dụ");
	view_text(&w, "NoiDungThanhToan", purpose);
	view_num(&w, "HanThanhToan", 900);
	open_view(&w, &v);
	enum err e = pay_read_start(&v, &ITEM, a, p);
	view_close(&v);
	return e;
}

static enum err poll(const char *key, int64_t state, int64_t time_s, struct pay_polled *a)
{
	struct view_writer w = { 0 };
	struct view v;

	view_text(&w, "MaThamChieu", key);
	view_num(&w, "TrangThaiGD", state);
	view_num(&w, "SoTien", 8000);
	view_num(&w, "ThoiGianGD", 950);
	view_num(&w, "SoLan", 2);
	open_view(&w, &v);
	enum err e = pay_read_poll(&v, &ITEM, time_s, a);
	view_close(&v);
	return e;
}

static void starts(void)
{
	static const char LONG[] = "12345678901234567890123456789012345678901234567890+";
	struct pay_started a = { 0 };
	struct pay_payee p;

	eq_int(start("another", "LP 1", &a, &p), ERR_BAD_DATA);
	eq_int(start(ITEM.key, LONG, &a, &p), ERR_BAD_DATA);
	ok(!a.reference);
	eq_int(start(ITEM.key, "LP 1", &a, &p), ERR_OK);
	eq_str(a.reference, ITEM.key);
	eq_int(a.amount_vnd, 8000);
	eq_int(a.expires_s, 900);
	eq_str(a.payee->name, "Kho bạc Nhà nước Ví Dụ");
	struct pay_item i = ITEM;
	char code[VIETQR_CAP] = "";
	i.payee = p;
	eq_int(pay_code(&i, code, sizeof code), ERR_OK);
	ok(strstr(code, "54048000") && strstr(code, "5922Kho bac Nha nuoc Vi Du"));
	i.trouble = PAY_TROUBLE_STRANGE;
	eq_int(pay_code(&i, code, sizeof code), ERR_DENIED);
	i.trouble = 0;
	i.state = PAY_PAID; /* nobody is shown a code to pay once more */
	eq_int(pay_code(&i, code, sizeof code), ERR_DENIED);
}

static void polls(void)
{
	static const struct {
		int64_t state, time_s;
		enum pay_word word;
	} ALL[] = {
		{ 1, 999, PAY_SAYS_PAID },    { 3, 999, PAY_SAYS_PENDING },
		{ 2, 999, PAY_SAYS_PENDING }, { 3, 2000, PAY_SAYS_PENDING },
		{ 4, 1000, PAY_SAYS_FAILED }, { 4, 1001, PAY_SAYS_EXPIRED },
	};
	struct pay_polled a = { 0 };

	for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++) {
		eq_int(poll(ITEM.key, ALL[i].state, ALL[i].time_s, &a), ERR_OK);
		eq_int(a.word, ALL[i].word);
	}
	ok(a.paid_vnd == 8000 && a.paid_s == 950 && a.transfers == 2);
	eq_int(poll("another", 1, 0, &a), ERR_BAD_DATA);
}

int main(void)
{
	starts();
	polls();
	return tap_done();
}
