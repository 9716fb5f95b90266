/* Form 04: what it must say, what is odd about it, and what the printer's view gets. */
#include "firmware/core/apology.h"
#include "tests/unit/core/moments.h"

static struct apology sample(void)
{
	return (struct apology){ .number = "12/XL",
				 .to = "Bà Nguyễn Thị Mẫu",
				 .dossier_code = "000.00.06.H56-261105-0007",
				 .procedure = "Đăng ký tạm trú",
				 .received_s = moment(20261105, 9, 2, 0),
				 .promised_s = moment(20261110, 17, 0, 0),
				 .unit = "Công an xã Ví Dụ",
				 .reason = "Chưa có kết quả xác minh",
				 .new_s = moment(20261113, 17, 0, 0),
				 .signer = "Trần Văn Mẫu",
				 .issued_s = moment(20261110, 9, 0, 0) };
}

static void checks(void)
{
	struct apology a = sample();

	eq_int(apology_check(&a), ERR_OK);
	a.new_s = a.promised_s;
	eq_int(apology_check(&a), ERR_BAD_DATA);
	a.new_s = 0;
	eq_int(apology_check(&a), ERR_OK);
	a.reason = "";
	eq_int(apology_check(&a), ERR_BAD_DATA);
	a.reason = NULL;
	eq_int(apology_check(&a), ERR_BAD_DATA);
	a = sample();
	a.dossier_code = "";
	eq_int(apology_check(&a), ERR_BAD_DATA);
	a = sample();
	a.promised_s = 0;
	eq_int(apology_check(&a), ERR_BAD_DATA);
	a = sample();
	a.received_s = a.promised_s + 1;
	eq_int(apology_check(&a), ERR_BAD_DATA);
}

static void doubts(void)
{
	struct calendar c;
	struct apology a = sample();

	calendar_ours(&c);
	eq_int(apology_doubts(&c, &a), 0);
	a.issued_s = a.promised_s + 1;
	eq_int(apology_doubts(&c, &a), APOLOGY_LATE);
	a.earlier = 1;
	eq_int(apology_doubts(&c, &a), APOLOGY_LATE | APOLOGY_AGAIN);
	a = sample();
	a.new_s = moment(20261114, 9, 0, 0);
	eq_int(apology_doubts(&c, &a), APOLOGY_OFF);
}

static void view(void)
{
	struct view_writer w = { 0 };
	struct apology a = sample();
	struct view v = { 0 };
	int fd = -1;

	apology_put(&w, &a);
	eq_int(view_seal(&w, &fd), ERR_OK);
	eq_int(view_open(fd, &v), ERR_OK);
	eq_int(view_get_num(&v, "form"), 4);
	eq_str(view_get_text(&v, "reason"), a.reason);
	eq_str(view_get_text(&v, "where"), "");
	eq_int(view_get_num(&v, "new_due_s"), a.new_s);
	view_close(&v);
}

int main(void)
{
	checks();
	doubts();
	view();
	return tap_done();
}
