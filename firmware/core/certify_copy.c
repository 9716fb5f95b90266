/* One certified copy: its number, what stands on it, and how it is kept. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/copy_code.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <stdio.h>
#include <string.h>

static void copy_name(size_t paper, char out[VAULT_NAME_CAP])
{
	snprintf(out, VAULT_NAME_CAP, "copy-%zu.pdf", paper);
}

/* The digits of a DER INTEGER, without tag and length. */
static void put_serial(const struct msg_token_cert *t, char out[COPY_SERIAL_CAP])
{
	out[0] = '\0';
	if (t->number_len > 2 && t->number_len < COPY_SERIAL_CAP / 2 &&
	    t->number[1] == t->number_len - 2)
		hex_of(t->number + 2, t->number_len - 2u, out);
}

static const struct paper *paper_at_work(const struct core *c)
{
	return &c->visit.procedure->papers[c->certify.paper];
}

enum err certify_number(struct core *c)
{
	struct copy_entry *e = &c->certify.entry;

	*e = (struct copy_entry){ 0 };
	return copy_book_give(c->store, c->config.kiosk_id, c->dossier_key, paper_at_work(c)->code,
			      e->number);
}

/* A key that makes no short signatures makes no code: the copy is as good without. */
static enum err put_code(struct core *c, char out[COPY_CODE_CAP])
{
	struct copy_entry *e = &c->certify.entry;
	struct copy_statement s = { .number = e->number,
				    .title = paper_at_work(c)->name,
				    .at_s = e->at_s,
				    .pages = e->pages,
				    .hint = e->hint };

	memcpy(s.digest, e->digest, sizeof s.digest);
	enum err err = copy_code_make(c->keys, &s, out);
	if (err == ERR_DENIED)
		log_line(LOG_WARN, "copy.no_code", "why=\"the kiosk's key is not of P-256\"");
	return err == ERR_DENIED ? ERR_OK : err;
}

enum err certify_words(struct core *c, struct msg_job_endorse *job)
{
	struct certify *k = &c->certify;
	char agency[sizeof c->config.office_name + sizeof c->config.office_place + 2];
	enum err e = copy_code_hint(k->cert.cert, k->cert.cert_len, k->entry.hint);

	job->time_s = k->entry.at_s;
	core_cut_text(CERTIFY_FORM, job->form, sizeof job->form);
	snprintf(agency, sizeof agency, "%s, %s", c->config.office_name, c->config.office_place);
	core_cut_text(agency, job->agency, sizeof job->agency);
	core_cut_text(k->cert.holder, job->signer, sizeof job->signer);
	core_cut_text(CERTIFY_REASON, job->reason, sizeof job->reason);
	core_cut_text(c->config.office_place, job->place, sizeof job->place);
	core_cut_text(k->entry.number, job->number, sizeof job->number);
	return e == ERR_OK ? put_code(c, job->code) : e;
}

enum err certify_judge(const struct core *c, const struct msg_pdf_told *t)
{
	if (t->kind != COPY_KIND_PDF || t->count < 2 || t->bytes != BYTES_INTACT ||
	    t->after != AFTER_NOTHING || t->signer == SIGNER_UNFIT)
		return ERR_BAD_TOKEN;
	if (!t->dated || t->signer == SIGNER_EXPIRED)
		return ERR_OLD_CERT;
	/* without anchors nobody can be known, and the officer's PIN has to do */
	if (t->signer != SIGNER_KNOWN && c->config.copy_anchor[0])
		return ERR_STRANGE_SIGNER;
	return ERR_OK;
}

/* Of what is in the visit now, and of what was signed. */
static bool is_unchanged(const struct core *c)
{
	const struct certify *k = &c->certify;
	const struct copy *copy = &c->visit.staff.copies[k->paper];

	return copy->state == COPY_COMPARED && copy->pages == k->pages &&
	       copy->pages == visit_pages_mark(&c->visit, k->paper);
}

/* Before the copy is one: there is none without its line. */
static enum err book_copy(struct core *c)
{
	char detail[COPY_NUMBER_CAP + 80];
	enum err e = copy_book_made(c->store, &c->certify.entry);

	snprintf(detail, sizeof detail, "%s %s", c->certify.entry.number, paper_at_work(c)->code);
	return e == ERR_OK ? audit_add(c->store, "copy.certified", c->dossier_key, detail) : e;
}

enum err certify_keep(struct core *c)
{
	struct certify *k = &c->certify;
	struct copy *copy = &c->visit.staff.copies[k->paper];
	char name[VAULT_NAME_CAP];

	if (!is_unchanged(c))
		return ERR_COPY_CHANGED;
	copy_name(k->paper, name);
	enum err e = c->vault ? vault_put(c->vault, name, k->pdf, k->len) : ERR_GONE;
	if (e == ERR_OK)
		e = book_copy(c);
	if (e != ERR_OK)
		return e;
	log_line(LOG_INFO, "copy.certified", "paper=%zu number=%s", k->paper, k->entry.number);
	copy->state = COPY_CERTIFIED;
	copy->at_s = k->entry.at_s;
	snprintf(copy->by, sizeof copy->by, "%s", k->cert.holder);
	snprintf(copy->number, sizeof copy->number, "%s", k->entry.number);
	put_serial(&k->cert, copy->serial);
	return draft_keep(c);
}

void certify_dropped(struct core *c, size_t paper)
{
	const char *number = c->visit.staff.copies[paper].number;

	log_line(LOG_WARN, "copy.dropped", "paper=%zu number=%s", paper, number);
	(void)audit_add(c->store, "copy.dropped", c->dossier_key, number);
	(void)copy_book_dropped(c->store, number); /* the line of the audit stands */
}

bool certify_take(struct core *c, size_t paper, int *ret_pdf)
{
	struct copy *copy = &c->visit.staff.copies[paper];
	AUTO_VAULT_BYTES b = { 0 };
	char name[VAULT_NAME_CAP];

	if (copy->state != COPY_CERTIFIED || copy->pages != visit_pages_mark(&c->visit, paper))
		return false;
	copy_name(paper, name);
	enum err e = c->vault ? vault_get(c->vault, name, &b) : ERR_GONE;
	if (e == ERR_OK)
		e = mem_of(b.bytes, b.len, ret_pdf);
	if (e == ERR_OK)
		return true;
	log_line(LOG_ERROR, "copy.lost", "paper=%zu number=%s err=%s", paper, copy->number,
		 err_name(e));
	(void)audit_add(c->store, "copy.lost", c->dossier_key, copy->number);
	(void)copy_book_dropped(c->store, copy->number);
	*copy = (struct copy){ 0 };
	return false;
}
