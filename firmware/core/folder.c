/* The visit as one dossier (dossier.h): who, for whom, which papers, what was answered. */
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct folder {
	struct dossier dossier;
	struct dossier_paper *papers;
	struct dossier_answer *answers;
	struct dossier_page *pages;
	size_t page_count;
	char (*names)[300];                      /* of papers */
	char (*hashes)[2 * PAGE_HASH_BYTES + 1]; /* of pages */
	char birth[9], expires[9];
	char audit_sha256[2 * AUDIT_HASH_BYTES + 1];
	struct dossier_chip chip;
	struct dossier_owner owner;
	struct dossier_supplement supplement;
	struct dossier_copy *copies; /* of papers */
	struct dossier_reference *references;
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
	static const char *const SOURCES[] = { "typed", "typed", "card", "chip", "paper" };

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

static void take_faults(const struct page *p, struct dossier_page *d)
{
	for (uint8_t i = 0; i < p->fault_count && i < DOSSIER_MAX_FAULTS; i++)
		d->faults[d->fault_count++] = err_name(p->faults[i]);
}

static enum err take_original(struct folder *o, int fd, struct dossier_page *d)
{
	const void *bytes;

	(void)o;
	if (fd < 0)
		return ERR_OK;
	enum err e = mem_map(fd, PACKAGE_MAX_BYTES, &bytes, &d->original_len);
	if (e == ERR_OK)
		d->original = bytes;
	return e;
}

static void take_page(struct folder *o, const struct page *p, size_t i, struct dossier_page *d)
{
	hex_of(p->hash, PAGE_HASH_BYTES, o->hashes[i]);
	*d = (struct dossier_page){
		.device = p->device,
		.source = page_source_name(p->source),
		.profile = page_profile_row(p->profile)->name,
		.check = page_check_name(p->check),
		.tools = p->tools,
		.source_sha256 = o->hashes[i],
		.dpi = p->dpi,
		.turned = p->turned,
		.channels = p->channels,
		.sides = p->sides,
		.side = p->side,
		.confidence = p->confidence,
		.width = p->raw_width,
		.height = p->raw_height,
		.edge_um = p->edge_um,
		.ink_ppm = p->ink_ppm,
		.glare_ppm = p->glare_ppm,
		.tilt_mdeg = p->tilt_mdeg,
		.steps = p->steps,
		.turned_by_hand = p->turn != PAGE_AS_IT_STANDS,
		.scanned_s = p->came_s,
		.clock = p->clock,
	};
	if (p->code[0]) {
		d->code = p->code;
		d->code_kind = p->card.number[0] ? "identity-card" : "other";
	}
	take_faults(p, d);
}

/* The pages of one paper, and what is said of it as a whole. */
static enum err take_sources(struct folder *o, const struct core *c, size_t paper,
			     struct dossier_paper *d)
{
	const struct visit *v = &c->visit;
	struct dossier_page *first = &o->pages[o->page_count];
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < v->page_count && e == ERR_OK; i++) {
		const struct page *p = &v->pages[i];

		if (!visit_stands_for(v, p, paper))
			continue;
		struct dossier_page *to = &o->pages[o->page_count];
		take_page(o, p, o->page_count++, to);
		if (p->of != &v->procedure->papers[paper])
			to->scanned_for = p->of->code;
		e = take_original(o, c->handin.originals[i], to);
		d->pages++;
		d->quality.doubts += p->fault_count > 0;
		d->quality.dpi = p->dpi;
		d->quality.channels = p->channels;
	}
	d->sources = first;
	return e;
}

static void take_copy(struct folder *o, const struct copy *copy, size_t at)
{
	if (copy->state != COPY_CERTIFIED)
		return;
	o->copies[at] = (struct dossier_copy){ .number = copy->number,
					       .by = copy->by,
					       .serial = copy->serial,
					       .statement = CERTIFY_STATEMENT,
					       .form = CERTIFY_FORM,
					       .at_s = copy->at_s };
	o->papers[at].certified = &o->copies[at];
}

/* What took its first page. */
static const char *device_of(const struct visit *v, size_t paper)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (visit_stands_for(v, &v->pages[i], paper))
			return v->pages[i].device;
	return "";
}

static enum err take_paper(struct folder *o, const struct core *c, size_t i)
{
	const struct paper *paper = &c->visit.procedure->papers[i];
	size_t at = o->dossier.paper_count;
	const void *bytes;
	size_t len;
	enum err e = mem_map(c->handin.pdfs[i], PACKAGE_MAX_BYTES, &bytes, &len);

	if (e != ERR_OK)
		return e;
	char name[sizeof o->names[at] - sizeof ".pdf"];

	core_cut_text(paper->name, name, sizeof name);
	snprintf(o->names[at], sizeof o->names[at], "%s.pdf", name);
	o->papers[at] = (struct dossier_paper){
		.component = paper->code,
		.name = o->names[at],
		.pdf = bytes,
		.pdf_len = len,
		.copies = paper->copies,
		.digitized = true,
		.reused = c->visit.have[i] == 3,
		.quality = { .scanner = device_of(&c->visit, i) },
	};
	take_copy(o, &c->visit.staff.copies[i], at);
	o->dossier.paper_count++;
	return take_sources(o, c, i, &o->papers[at]);
}

/* What the state has is named as the province's list named it. */
static enum err take_reference(struct folder *o, const struct core *c, size_t i)
{
	const struct paper *paper = &c->visit.procedure->papers[i];
	const struct stored_paper *s = papers_of(c, i);
	size_t at = o->dossier.paper_count;

	if (papers_stored(c, i) != STORED_VALID)
		return ERR_NOT_FOUND; /* nothing is handed in that is not there any more */
	o->references[at] = (struct dossier_reference){ .result = s->id,
							.path = s->path,
							.sha256 = s->sha256,
							.sign = s->sign,
							.issuer = s->issuer,
							.bytes = s->bytes };
	o->papers[at] = (struct dossier_paper){ .component = paper->code,
						.name = s->title,
						.digitized = true,
						.reused = true,
						.reference = &o->references[at] };
	o->dossier.paper_count++;
	o->dossier.lookup = papers_question(c->papers.language);
	o->dossier.lookup_s = c->papers.allowed_s;
	return ERR_OK;
}

/* Each paper is one document under its component code. */
static enum err take_papers(struct folder *o, const struct core *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < c->visit.procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (e == ERR_OK && c->visit.have[i] == HAVE_STORED)
			e = take_reference(o, c, i);
		else if (e == ERR_OK && c->handin.pdfs[i] >= 0)
			e = take_paper(o, c, i);
	o->dossier.papers = o->papers;
	return e;
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

/* Under the dossier's own procedure, as far as it is known. */
static void take_kind(struct folder *o, const struct visit *v)
{
	const struct supplement *s = &v->supplement;
	struct dossier *d = &o->dossier;

	d->procedure = v->procedure->code;
	d->procedure_name = v->procedure->name;
	if (!s->on)
		return;
	d->procedure_name = s->procedure_name;
	o->supplement = (struct dossier_supplement){ s->code, s->id };
	d->supplement = &o->supplement;
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
	d->software = c->version.number;
	d->agency = c->config.agency_code;
	take_kind(o, v);
	d->catalogue = catalogue_version(v->catalogue);
	d->catalogue_number = catalogue_number(v->catalogue);
	d->filer = (struct dossier_filer){ .name = v->card.name,
					   .number = v->card.number,
					   .birth = o->birth,
					   .sex = SEX[v->card.sex],
					   .address = v->card.address };
	take_chip(o, v);
	take_owner(o, v);
	d->consent = visit_declaration(v);
	d->started_s = v->started_s;
	d->confirmed_s = clock_now_s(&c->child.clock);
	d->clock = trusted_time_source(&c->time);
}

static void folder_finish(struct folder *o)
{
	for (size_t i = 0; i < o->dossier.paper_count; i++)
		if (o->papers[i].pdf)
			mem_unmap(o->papers[i].pdf, o->papers[i].pdf_len);
	for (size_t i = 0; i < o->page_count; i++)
		if (o->pages[i].original)
			mem_unmap(o->pages[i].original, o->pages[i].original_len);
	free(o->papers);
	free(o->copies);
	free(o->references);
	free(o->pages);
	free(o->answers);
	free(o->names);
	free(o->hashes);
	explicit_bzero(o, sizeof *o);
}

/* A page can stand for several papers. */
static size_t count_pages(const struct visit *v)
{
	size_t n = 1;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		n += visit_pages_of(v, (uint8_t)i);
	return n;
}

static enum err folder_init(struct folder *o, const struct visit *v)
{
	size_t pages = count_pages(v);

	o->papers = calloc(VISIT_MAX_PAPERS, sizeof *o->papers);
	o->copies = calloc(VISIT_MAX_PAPERS, sizeof *o->copies);
	o->references = calloc(VISIT_MAX_PAPERS, sizeof *o->references);
	o->names = calloc(VISIT_MAX_PAPERS, sizeof *o->names);
	o->pages = calloc(pages, sizeof *o->pages);
	o->hashes = calloc(pages, sizeof *o->hashes);
	o->answers = calloc(FORM_MAX_FIELDS, sizeof *o->answers);
	return o->papers && o->copies && o->references && o->names && o->pages && o->hashes &&
			       o->answers
		       ? ERR_OK
		       : ERR_NO_MEMORY;
}

static enum err take_audit(struct folder *o, const struct core *c)
{
	uint8_t hash[AUDIT_HASH_BYTES];
	enum err e = audit_head(c->store, &o->dossier.audit_seq, hash);

	if (e == ERR_OK)
		hex_of(hash, sizeof hash, o->audit_sha256);
	o->dossier.audit_sha256 = o->audit_sha256;
	return e;
}

enum err folder_pack(const struct core *c, const char *receipt_code, struct package *ret)
{
	struct folder o = { 0 };
	enum err e = folder_init(&o, &c->visit);

	if (e == ERR_OK) {
		take_rest(&o, c, receipt_code);
		take_answers(&o, &c->visit);
		e = take_papers(&o, c);
	}
	if (e == ERR_OK)
		e = take_audit(&o, c);
	if (e == ERR_OK)
		e = outbox_make(c->store, &o.dossier, c->keys, ret);
	folder_finish(&o);
	return e;
}
