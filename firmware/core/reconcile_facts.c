#include "firmware/core/reconcile_facts.h"

#include "firmware/core/counter.h"

#include <stdio.h>
#include <string.h>

#define DAY_S 86400

static void moment(int64_t time_s, char ret[RECONCILE_FACTS_TIME_CAP])
{
	char t[LOCAL_STAMP_CAP];

	local_stamp(time_s, t); /* yyyyMMddHHmmss */
	(void)snprintf(ret, RECONCILE_FACTS_TIME_CAP, "%.4s-%.2s-%.2s %.2s:%.2s", t, t + 4, t + 6,
		       t + 8, t + 10);
}

void reconcile_facts_date(int64_t day, char ret[RECONCILE_FACTS_DATE_CAP])
{
	char text[RECONCILE_FACTS_TIME_CAP];

	moment(day * DAY_S, text); /* seven in the morning of it, in Vietnam */
	(void)snprintf(ret, RECONCILE_FACTS_DATE_CAP, "%.10s", text);
}

static const char *state_text(enum outbox_state state, bool english)
{
	static const char *const WORDS[][2] = {
		[OUTBOX_SEALED] = { "đang chờ gửi", "waits to be sent" },
		[OUTBOX_SENDING] = { "đang gửi", "being sent" },
		[OUTBOX_SENT] = { "đã gửi, chờ trả lời", "sent, waits for the answer" },
		[OUTBOX_ACCEPTED] = { "tỉnh đã nhận", "taken by the province" },
		[OUTBOX_REFUSED] = { "tỉnh từ chối", "refused by the province" },
		[OUTBOX_QUARANTINED] = { "bị giữ lại ở kiosk, cần kỹ thuật viên",
					 "held back at the kiosk, needs a technician" },
		[OUTBOX_PURGED] = { "đã xóa ở kiosk", "deleted at the kiosk" },
		[OUTBOX_STATES] = { "không có ở kiosk", "not at the kiosk" },
	};

	return WORDS[state][english];
}

void reconcile_facts_of(const struct reconcile_find *f, struct reconcile_facts *ret)
{
	struct reconcile_facts r = { .state_vi = "", .state_en = "" };
	const char *code = f->code[0] || f->what == FIND_TURNED ? f->code : f->was;

	reconcile_facts_date(f->day, r.date);
	memcpy(r.dossier_code, code, sizeof r.dossier_code);
	if (strcmp(f->was, code) != 0)
		memcpy(r.former_code, f->was, sizeof r.former_code);
	if (f->what != FIND_UNCLEAR) {
		memcpy(r.key, f->key, sizeof r.key);
		r.state_vi = state_text(f->state, false);
		r.state_en = state_text(f->state, true);
	}
	moment(f->found_s, r.found);
	if (f->ended_s)
		moment(f->ended_s, r.ended);
	*ret = r;
}
