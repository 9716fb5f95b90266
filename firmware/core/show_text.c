/* Names, times and terms in words, for screens and receipts alike. */
#include "firmware/core/counter.h"
#include "firmware/core/deadline.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

void core_time_text(int64_t wall_s, enum language l, char *out, size_t cap)
{
	char t[LOCAL_STAMP_CAP];

	local_stamp(wall_s, t); /* yyyyMMddHHmmss */
	snprintf(out, cap, "%.2s:%.2s %s %.2s/%.2s/%.4s", t + 8, t + 10,
		 l == LANGUAGE_VI ? "ngày" : "on", t + 6, t + 4, t);
}

void core_mask_number(const char *number, char out[13])
{
	size_t len = strlen(number);

	snprintf(out, 13, "%s", number);
	for (size_t i = 3; len >= 9 && i < len - 3 && i < 12; i++)
		out[i] = '*';
}

void show_expected(const struct core *c, const struct procedure *p, int64_t received_s,
		   char ret_text[12], bool *ret_sure)
{
	struct deadline d;
	char t[LOCAL_STAMP_CAP];

	ret_text[0] = '\0';
	*ret_sure = false;
	if (!c->has_calendar || c->visit.unsure ||
	    deadline_of(&c->calendar, p, received_s, &d) != ERR_OK)
		return;
	local_stamp(d.due_s, t); /* yyyyMMddHHmmss */
	snprintf(ret_text, 12, "%.2s/%.2s/%.4s", t + 6, t + 4, t);
	*ret_sure = d.certain;
}

const char *show_name(const struct procedure *p, enum language l)
{
	return l == LANGUAGE_EN && p->short_name_en[0] ? p->short_name_en : p->short_name;
}

const char *show_service(const struct visit *v)
{
	return v->supplement.on ? v->supplement.procedure_name
				: show_name(v->procedure, v->language);
}

const char *show_name_of(const struct visit *v, const struct paper *p)
{
	return v->language == LANGUAGE_EN && p->name_en[0] ? p->name_en : p->name;
}

const char *show_paper_name(const struct visit *v, size_t paper)
{
	return show_name_of(v, &v->procedure->papers[paper]);
}

void show_terms(struct view_writer *w, const struct visit *v)
{
	char text[100];

	if (v->supplement.on)
		return; /* they are the dossier's, and it has them */
	view_text(w, "full_name", v->procedure->name);
	limit_text(v->procedure, v->language, text, sizeof text);
	view_text(w, "limit", text);
	fee_text(v->procedure, v->language, text, sizeof text);
	view_text(w, "fee", text);
	view_text(w, "result", v->procedure->result);
	view_text(w, "decision", v->procedure->decision);
}

void core_cut_text(const char *text, char *out, size_t cap)
{
	size_t len = strlen(text);

	if (len >= cap)
		for (len = cap - 1; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
			len--;
	memcpy(out, text, len);
	out[len] = '\0';
}
