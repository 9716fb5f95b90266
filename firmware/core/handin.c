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
	char birth[9], expires[9];
	struct dossier_chip chip;
	struct dossier_owner owner;
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
	static const char *const SOURCES[] = { "typed", "typed", "card", "chip" };

	for (size_t i = 0; i < v->form.field_count; i++) {
		const struct form_field *f = &v->form.fields[i];

		if (!visit_asks(v, f->group))
			continue;
		o->answers[o->dossier.answer_count++] = (struct dossier_answer){
			.key = f->key,
			.label = f->label[LANGUAGE_VI],
			.value = text_of_choice(f, v->values[i]),
			.source = SOURCES[v->from[i]],
		};
	}
	o->dossier.answers = o->answers;
}

/* What was answered to the field of that key, in words. */
static const char *answer_of(const struct visit *v, const char *key)
{
	for (size_t i = 0; i < v->form.field_count; i++)
		if (strcmp(v->form.fields[i].key, key) == 0)
			return text_of_choice(&v->form.fields[i], v->values[i]);
	return "";
}

static void take_owner(struct folder *o, const struct visit *v)
{
	if (!v->for_other)
		return;
	o->owner = (struct dossier_owner){
		.name = answer_of(v, "TenChuHs"),
		.number = answer_of(v, "SoDinhDanhChuHs"),
		.birth = answer_of(v, "NgaySinhChuHs"),
		.address = answer_of(v, "DiaChiChiTietChuHs"),
		.relation = answer_of(v, "quan_he_voi_chu_ho_so"),
		.authority = answer_of(v, "giay_uy_quyen"),
	};
	o->dossier.owner = &o->owner;
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

static void take_chip(struct folder *o, const struct visit *v)
{
	const struct chip *p = &v->chip;
	struct dossier_filer *filer = &o->dossier.filer;

	if (v->source != CARD_FROM_CHIP)
		return;
	if (strlen(p->expires) == 8 && !p->endless)
		turn_date(p->expires, o->expires);
	o->chip = (struct dossier_chip){
		.verdict = verdict_name(p->verdict),
		.data = chip_data_word(p->data),
		.issuer = chip_issuer_word(p->issuer),
		.proof = chip_proof_word(p->proof),
		.access = chip_access_word(p->access),
		.signer = p->signer,
		.expires = o->expires,
		.expired = chip_expired(p, v->today),
		.read_s = p->read_s,
	};
	filer->source = "card-chip";
	filer->verified = p->verdict == VERDICT_GENUINE;
	filer->chip = &o->chip;
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
	take_chip(o, v);
	take_owner(o, v);
	d->consent = visit_declaration(v);
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
