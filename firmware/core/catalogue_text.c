/* Limits and fees of a procedure in words. */
#include "firmware/core/catalogue.h"

#include <stdio.h>

void limit_text(const struct procedure *p, enum language l, char *out, size_t cap)
{
	static const char *const UNITS[][LANGUAGE_COUNT] = {
		[LIMIT_HOUR] = { "giờ", "hours" },
		[LIMIT_DAY] = { "ngày", "days" },
		[LIMIT_WORKING_DAY] = { "ngày làm việc", "working days" },
		[LIMIT_MONTH] = { "tháng", "months" },
	};
	static const char *const ASK[] = { "Theo từng trường hợp; cán bộ sẽ báo",
					   "Depends on the case; staff will tell you" };
	static const char *const SINGLE[] = {
		[LIMIT_HOUR] = "1 hour",
		[LIMIT_DAY] = "1 day",
		[LIMIT_WORKING_DAY] = "1 working day",
		[LIMIT_MONTH] = "1 month",
	};

	if (p->unit == LIMIT_OTHER || p->limit == 0)
		snprintf(out, cap, "%s", ASK[l]);
	else if (p->limit == 1 && l == LANGUAGE_EN)
		snprintf(out, cap, "%s", SINGLE[p->unit]);
	else
		snprintf(out, cap, "%u %s", p->limit, UNITS[p->unit][l]);
}

void fee_text(const struct procedure *p, enum language l, char *out, size_t cap)
{
	static const char *const ASK[] = { "Cán bộ sẽ báo mức phí", "Staff will tell you the fee" };
	static const char *const VND[] = { "đồng", "VND" };
	static const char *const FROM[] = { "Từ", "From" };
	char mark = l == LANGUAGE_VI ? '.' : ',';

	/* 0 means "set by the province" and below 1,000 is a misprint for another currency */
	if (p->fee_vnd < 1000)
		snprintf(out, cap, "%s", ASK[l]);
	else if (p->fee_vnd < 1000000)
		snprintf(out, cap, "%s %d%c%03d %s", FROM[l], p->fee_vnd / 1000, mark,
			 p->fee_vnd % 1000, VND[l]);
	else
		snprintf(out, cap, "%s %d%c%03d%c%03d %s", FROM[l], p->fee_vnd / 1000000, mark,
			 p->fee_vnd / 1000 % 1000, mark, p->fee_vnd % 1000, VND[l]);
}
