#include "firmware/core/apology.h"

#define FORM 4

static const char *text(const char *t)
{
	return t ? t : "";
}

enum err apology_check(const struct apology *a)
{
	if (!text(a->dossier_code)[0] || !text(a->reason)[0] || a->promised_s <= 0 ||
	    a->received_s < 0 || a->issued_s < 0 || a->received_s > a->promised_s)
		return ERR_BAD_DATA;
	return a->new_s == 0 || a->new_s > a->promised_s ? ERR_OK : ERR_BAD_DATA;
}

unsigned apology_doubts(const struct calendar *c, const struct apology *a)
{
	unsigned doubts = 0;

	if (a->issued_s > a->promised_s)
		doubts |= APOLOGY_LATE;
	if (a->earlier > 0)
		doubts |= APOLOGY_AGAIN;
	if (a->new_s > 0 && !calendar_works(c, calendar_day(a->new_s)))
		doubts |= APOLOGY_OFF;
	return doubts;
}

void apology_put(struct view_writer *w, const struct apology *a)
{
	view_num(w, "form", FORM);
	view_text(w, "dossier_code", text(a->dossier_code));
	view_text(w, "apology_no", text(a->number));
	view_text(w, "to", text(a->to));
	view_text(w, "procedure", text(a->procedure));
	view_num(w, "received_s", a->received_s);
	view_num(w, "due_s", a->promised_s);
	view_text(w, "unit", text(a->unit));
	view_text(w, "reason", text(a->reason));
	view_num(w, "new_due_s", a->new_s);
	view_text(w, "where", text(a->where));
	view_text(w, "copies", text(a->copies));
	view_text(w, "signer", text(a->signer));
	view_text(w, "signer_title", text(a->signer_title));
	view_num(w, "time_s", a->issued_s);
}
