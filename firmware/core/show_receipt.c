/* The receipt's view; its keys are those of screens.def, "the receipt view". */
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

static const char *value_of(const struct visit *v, const char *key)
{
	for (size_t i = 0; i < v->form.field_count; i++)
		if (strcmp(v->form.fields[i].key, key) == 0)
			return v->values[i];
	return "";
}

/* By reference: the slip says which one of the state's papers it was. */
static void put_stored(struct view_writer *w, const struct core *c, size_t paper)
{
	const struct stored_paper *s = papers_of(c, paper);

	view_num(w, "stored", 1);
	view_text(w, "issuer", s ? s->issuer : "");
	view_text(w, "number", s ? s->sign : "");
}

static void put_papers(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		uint32_t pages = visit_pages_of(v, (uint8_t)i);

		if (pages == 0 && v->have[i] != HAVE_STORED)
			continue;
		view_row(w, "papers");
		view_text(w, "name", show_paper_name(v, i));
		if (v->have[i] == HAVE_STORED)
			put_stored(w, c, i);
		view_num(w, "pages", pages);
	}
}

/* What only the official form says. */
static void put_official(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	char text[100];

	view_text(w, "dossier_code", v->dossier_code);
	view_text(w, "address", v->card.address);
	if (v->for_other) {
		view_text(w, "owner", value_of(v, "TenChuHs"));
		view_text(w, "owner_address", value_of(v, "DiaChiChiTietChuHs"));
	}
	view_text(w, "phone", value_of(v, "SoDienThoai"));
	view_text(w, "email", value_of(v, "email"));
	view_num(w, "sets", 1);
	limit_text(v->procedure, v->language, text, sizeof text);
	view_text(w, "limit", text);
	fee_text(v->procedure, v->language, text, sizeof text);
	view_text(w, "fee", text);
	view_num(w, "due_s", v->due_s);
	view_text(w, "where", c->config.office_name);
}

/* Papers were added: no receipt of a dossier, but its code and the new appointment. */
static void put_taken(struct view_writer *w, const struct core *c)
{
	view_text(w, "dossier_code", c->visit.dossier_code);
	view_num(w, "due_s", c->visit.due_s);
	view_text(w, "where", c->config.office_name);
}

static void put_expected(struct view_writer *w, const struct core *c)
{
	char text[12];
	bool sure;

	show_expected(c, c->visit.procedure, c->visit.saved_s, text, &sure);
	view_text(w, "expected", text);
	view_num(w, "sure", sure);
}

enum err show_receipt(struct core *c, int *ret_view)
{
	const struct visit *v = &c->visit;
	struct view_writer w = { 0 };
	bool official = v->dossier_code[0] != '\0';
	char number[13];

	if (v->at == SCREEN_TRACK)
		return show_track_form(c, ret_view);
	if (v->at == SCREEN_STAFF_TRIAL)
		return show_slip(c, ret_view);
	core_mask_number(v->card.number, number);
	view_num(&w, "dots", c->config.printer_dots);
	view_text(&w, "office", c->config.office_name);
	view_text(&w, "place", c->config.office_place);
	view_text(&w, "hotline", c->config.hotline);
	view_text(&w, "receipt_code", v->receipt_code);
	view_text(&w, "procedure", show_service(v));
	view_text(&w, "code", v->procedure->code);
	view_text(&w, "filer", v->card.name);
	view_text(&w, "number", number);
	view_num(&w, "time_s", official ? v->answered_s : v->saved_s);
	if (v->supplement.on) {
		view_text(&w, "supplement", v->supplement.code);
		view_num(&w, "known", v->supplement.known);
	}
	if (official && v->supplement.on)
		put_taken(&w, c);
	else if (official)
		put_official(&w, c);
	else
		put_expected(&w, c);
	view_num(&w, "unsure", !official && v->unsure);
	show_paying(&w, c);
	put_papers(&w, c); /* rows come last */
	return view_seal(&w, ret_view);
}
