/* From the confirmed visit to a sealed package in the outbox. Only when the outbox has it, in
 * one durable commit, is the citizen told "saved". */
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PDF_BYTES (32u << 20)

struct folder {
	struct dossier dossier;
	struct dossier_paper *papers;
	struct dossier_answer *answers;
	char (*names)[300]; /* of papers */
	char birth[9];
};

static const char *text_of_choice(const struct form_field *f, const char *value)
{
	for (size_t i = 0; i < f->choice_count; i++)
		if (strcmp(f->choices[i].code, value) == 0)
			return f->choices[i].label[LANGUAGE_VI];
	return value;
}

static void take_answers(struct folder *o, const struct visit *v)
{
	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		o->answers[i] = (struct dossier_answer){
			.key = f->key,
			.label = f->label[LANGUAGE_VI],
			.value = text_of_choice(f, v->values[i]),
			.source = v->from_card[i] ? "card" : "typed",
		};
	}
	o->dossier.answers = o->answers;
	o->dossier.answer_count = v->form.field_count;
}

/* Each page is a document of its own under its paper's component code. */
static enum err take_pages(struct folder *o, const struct core *c)
{
	const struct visit *v = &c->visit;
	uint32_t of_paper[VISIT_MAX_PAPERS] = { 0 };

	for (uint32_t i = 0; i < v->page_count; i++) {
		const struct page *p = &v->pages[i];
		const struct paper *paper = &v->procedure->papers[p->paper];
		const void *bytes;
		size_t len;
		enum err e = mem_map(p->pdf, MAX_PDF_BYTES, &bytes, &len);

		if (e != ERR_OK)
			return e;
		snprintf(o->names[i], sizeof o->names[i], "%.240s - trang %u.pdf", paper->name,
			 ++of_paper[p->paper]);
		o->papers[o->dossier.paper_count++] = (struct dossier_paper){
			.component = paper->code,
			.name = o->names[i],
			.pdf = bytes,
			.pdf_len = len,
			.pages = 1,
			.copies = paper->copies,
			.digitized = true,
			.quality = { .dpi = p->dpi,
				     .channels = p->channels,
				     .doubts = p->doubt != ERR_OK,
				     .scanner = c->desk.devices[ROLE_SCAN].model },
		};
	}
	o->dossier.papers = o->papers;
	return ERR_OK;
}

/* yyyyMMdd from ddMMyyyy; unknown parts stay 00. */
static void turn_date(const char *ddmmyyyy, char out[9])
{
	snprintf(out, 9, "%.4s%.2s%.2s", ddmmyyyy + 4, ddmmyyyy + 2, ddmmyyyy);
}

static void take_rest(struct folder *o, const struct core *c, const char *receipt_code)
{
	static const char *const SEX[] = { "", "Nam", "Nữ" };
	const struct visit *v = &c->visit;
	struct dossier *d = &o->dossier;

	if (strlen(v->card.birth) == 8)
		turn_date(v->card.birth, o->birth);
	d->key = c->dossier_key;
	d->receipt_code = receipt_code;
	d->kiosk = c->config.kiosk_id;
	d->agency = c->config.agency_code;
	d->procedure = v->procedure->code;
	d->procedure_name = v->procedure->name;
	d->filer = (struct dossier_filer){ .name = v->card.name,
					   .number = v->card.number,
					   .birth = o->birth,
					   .sex = SEX[v->card.sex],
					   .address = v->card.address };
	d->consent = v->form.declaration[v->language];
	d->started_s = v->started_s;
	d->confirmed_s = clock_wall_s(&c->child.clock);
	d->clock = "rtc";
}

static void folder_finish(struct folder *o)
{
	for (size_t i = 0; i < o->dossier.paper_count; i++)
		mem_unmap(o->papers[i].pdf, o->papers[i].pdf_len);
	free(o->papers);
	free(o->answers);
	free(o->names);
	explicit_bzero(o, sizeof *o);
}

static enum err make(struct core *c, const char *receipt_code, struct package *ret)
{
	const struct visit *v = &c->visit;
	struct folder o = { 0 };
	size_t pages = v->page_count ? v->page_count : 1;
	enum err e = ERR_NO_MEMORY;

	o.papers = calloc(pages, sizeof *o.papers);
	o.names = calloc(pages, sizeof *o.names);
	o.answers = calloc(FORM_MAX_FIELDS, sizeof *o.answers);
	if (o.papers && o.names && o.answers) {
		take_rest(&o, c, receipt_code);
		take_answers(&o, v);
		e = take_pages(&o, c);
	}
	if (e == ERR_OK)
		e = package_make(&o.dossier, c->keys, store_outbox_fd(c->store), ret);
	folder_finish(&o);
	return e;
}

static enum err hand_in(struct core *c, char receipt_code[RECEIPT_CODE_CAP])
{
	struct package p;
	enum err e = receipt_code_next(c->store, c->config.kiosk_id, receipt_code);

	if (e == ERR_OK)
		e = make(c, receipt_code, &p);
	if (e != ERR_OK)
		return e;
	return outbox_add(c->store, &p, c->vault);
}

static void on_time(void *data)
{
	struct core *c = data;
	char receipt_code[RECEIPT_CODE_CAP] = "";
	enum err e = hand_in(c, receipt_code);

	log_line(e == ERR_OK ? LOG_INFO : LOG_ERROR, "dossier.saved", "code=%s result=%s",
		 receipt_code, err_name(e));
	if (e != ERR_OK) {
		guest_step(c, &(struct visit_event){ .on = ON_SAVE_FAILED, .why = e });
		return;
	}
	c->handed_in = c->visitor;
	if (vault_end(c->vault) != ERR_OK)
		log_line(LOG_ERROR, "vault.not_ended", "code=%s", receipt_code);
	c->vault = NULL;
	guest_step(c, &(struct visit_event){ .on = ON_SAVED,
					     .text = receipt_code,
					     .time_s = clock_wall_s(&c->child.clock) });
	sender_wait_for(c);
}

/* In the next turn of the loop, so that SENDING is on the screen before the work begins. */
void handin_start(struct core *c)
{
	timer_set(c->child.loop, &c->hand_in, 0, on_time, c);
}
