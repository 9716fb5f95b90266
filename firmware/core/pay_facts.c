/* What the province's replies about fees mean. */
#include "firmware/core/pay_ask.h"

#include <stdio.h>
#include <string.h>

/* TrangThaiGD; everything else is "not known yet". */
#define GD_PAID   1
#define GD_FAILED 4

static bool put(char *ret, size_t cap, const char *text)
{
	return snprintf(ret, cap, "%s", text) < (int)cap;
}

enum err pay_read_start(const struct view *facts, const struct pay_item *item,
			struct pay_started *ret, struct pay_payee *ret_payee)
{
	struct pay_payee p;

	if (strcmp(view_get_text(facts, "MaThamChieu"), item->key) != 0 ||
	    !put(p.bin, sizeof p.bin, view_get_text(facts, "MaNHThuHuong")) ||
	    !put(p.account, sizeof p.account, view_get_text(facts, "TKThuHuong")) ||
	    !put(p.name, sizeof p.name, view_get_text(facts, "TenTKThuHuong")) ||
	    !put(p.purpose, sizeof p.purpose, view_get_text(facts, "NoiDungThanhToan")))
		return ERR_BAD_DATA;
	*ret_payee = p;
	*ret = (struct pay_started){ .reference = item->key,
				     .payee = ret_payee,
				     .amount_vnd = view_get_num(facts, "SoTien"),
				     .expires_s = view_get_num(facts, "HanThanhToan") };
	return ERR_OK;
}

enum err pay_read_poll(const struct view *facts, const struct pay_item *item, int64_t time_s,
		       struct pay_polled *ret)
{
	int64_t state = view_get_num(facts, "TrangThaiGD");
	bool over = item->expires_s > 0 && time_s > item->expires_s;

	if (strcmp(view_get_text(facts, "MaThamChieu"), item->key) != 0)
		return ERR_BAD_DATA;
	*ret = (struct pay_polled){ .word = state == GD_PAID     ? PAY_SAYS_PAID
					    : state != GD_FAILED ? PAY_SAYS_PENDING
					    : over               ? PAY_SAYS_EXPIRED
								 : PAY_SAYS_FAILED,
				    .paid_vnd = view_get_num(facts, "SoTien"),
				    .paid_s = view_get_num(facts, "ThoiGianGD"),
				    .transfers = (uint32_t)view_get_num(facts, "SoLan") };
	return ERR_OK;
}
