/* An officer's certified copies: each paper that was compared is bound, gets the kiosk's capture
 * seal, the words of the certification and the officer's signature from the token, and is kept
 * with the visit. One paper after the other; whatever fails costs that try only. */
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/copy_job.h"
#include "firmware/core/core.h"
#include "firmware/core/mem_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIGN_MS 60000 /* of a slow token */

static void forget_file(struct certify *k)
{
	free(k->pdf);
	k->pdf = NULL;
}

static void on_bound(struct core *c, const char *tag, struct msg *answer, enum err why);
static void on_endorsed(struct core *c, const char *tag, struct msg *answer, enum err why);
static void on_checked(struct core *c, const char *tag, struct msg *answer, enum err why);

static void stop(struct core *c)
{
	struct certify *k = &c->certify;

	timer_stop(c->child.loop, &k->patience);
	forget_file(k);
	explicit_bzero(k->pin, sizeof k->pin);
	explicit_bzero(&k->pades, sizeof k->pades);
	k->at_work = false;
	k->job = 0;
	jobs_cancel(c, on_bound);
	jobs_cancel(c, on_endorsed);
	jobs_cancel(c, on_checked);
	guest_scrub(c);
}

void certify_forget(struct core *c)
{
	stop(c);
}

static void ended(struct core *c, enum err why, uint8_t left)
{
	stop(c);
	if (why != ERR_OK) {
		log_line(LOG_WARN, "copy.not_certified", "err=%s", err_name(why));
		(void)audit_add(c->store, "copy.not_certified", c->dossier_key, err_name(why));
	}
	guest_step(c, &(struct visit_event){ .on = ON_COPIES_MADE, .why = why, .index = left });
}

static struct pades_signer signer_of(const struct msg_token_cert *t)
{
	return (struct pades_signer){
		.key = t->key ? PADES_EC : PADES_RSA,
		.cert = { t->cert, t->cert_len },
		.issuer = { t->issuer, t->issuer_len },
		.serial = { t->number, t->number_len },
	};
}

static void next(struct core *c);

static void on_checked(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct certify *k = &c->certify;
	enum err e = why == ERR_OK ? ERR_BAD_MESSAGE : why;

	(void)tag;
	if (!k->at_work)
		return;
	if (answer && answer->type == MSG_PDF_TOLD)
		e = certify_judge(c, &answer->pdf_told);
	if (e == ERR_OK)
		e = certify_keep(c);
	forget_file(k);
	if (e == ERR_OK)
		next(c);
	else
		ended(c, e, 0);
}

/* A token is somebody's device: what it has signed is read as if it came from outside. */
static enum err check_signed(struct core *c)
{
	int fd = -1;
	enum err e = mem_of(c->certify.pdf, c->certify.len, &fd);

	return e == ERR_OK ? copy_job(c, fd, certify_now(c), on_checked, "signed") : e;
}

static void signed_by_token(struct core *c, const struct msg_token_signed *s)
{
	struct certify *k = &c->certify;
	struct pades_signer who = signer_of(&k->cert);
	struct pades_file f = {
		.pdf = k->pdf, .len = k->len, .gap_at = k->gap_at, .gap_len = k->gap_len
	};

	timer_stop(c->child.loop, &k->patience);
	k->job = 0;
	enum err e = s->why < ERR_COUNT ? s->why : ERR_BROKEN;
	if (e == ERR_OK)
		e = pades_finish(&k->pades, &who,
				 (struct pades_blob){ s->signature, s->signature_len }, &f);
	if (e == ERR_OK)
		e = check_signed(c);
	if (e != ERR_OK)
		ended(c, e, s->left == 1 ? 1 : 0);
}

static void on_late(void *data)
{
	ended(data, ERR_TIMEOUT, 0);
}

static enum err ask_signature(struct core *c)
{
	struct certify *k = &c->certify;
	struct msg m = { .type = MSG_TOKEN_SIGN };

	if (++k->last_job == 0) /* 0 means that nothing is asked */
		k->last_job++;
	k->job = k->last_job;
	m.token_sign.job = k->job;
	snprintf(m.token_sign.pin, sizeof m.token_sign.pin, "%s", k->pin);
	memcpy(m.token_sign.digest, k->pades.to_sign, PADES_DIGEST);
	m.token_sign.digest_len = PADES_DIGEST;
	enum err e = child_send(&c->child, ROLE_TOKEN, &m);
	msg_finish(&m);
	if (e == ERR_OK)
		timer_set(c->child.loop, &k->patience, SIGN_MS, on_late, c);
	return e;
}

static enum err take_endorsed(struct core *c, const struct msg_bound *b)
{
	struct certify *k = &c->certify;
	struct pades_signer who = signer_of(&k->cert);
	const void *bytes;
	enum err e = mem_map(b->pdf, PACKAGE_MAX_BYTES, &bytes, &k->len);

	if (e != ERR_OK)
		return e;
	forget_file(k);
	k->pdf = malloc(k->len ? k->len : 1);
	if (k->pdf)
		memcpy(k->pdf, bytes, k->len);
	mem_unmap(bytes, k->len);
	if (!k->pdf)
		return ERR_NO_MEMORY;
	k->gap_at = b->gap_at;
	k->gap_len = b->gap_len;
	struct pades_file f = {
		.pdf = k->pdf, .len = k->len, .gap_at = k->gap_at, .gap_len = k->gap_len
	};
	return pades_prepare(&f, &who, &k->pades);
}

static void on_endorsed(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	(void)tag;
	if (!c->certify.at_work)
		return;
	if (!answer || answer->type != MSG_BOUND) {
		ended(c, why == ERR_OK ? ERR_BAD_MESSAGE : why, 0);
		return;
	}
	enum err e = take_endorsed(c, &answer->bound);
	if (e == ERR_OK)
		e = certify_token(c);
	if (e == ERR_OK)
		e = ask_signature(c);
	if (e != ERR_OK)
		ended(c, e, 0);
}

static enum err endorse(struct core *c, const struct msg_bound *b)
{
	struct certify *k = &c->certify;
	struct msg m = { .type = MSG_JOB_ENDORSE, .job_endorse = { .pdf = -1, .visible = 1 } };
	enum err e = handin_seal(c, b, &m.job_endorse.pdf);

	k->entry.at_s = clock_now_s(&c->child.clock);
	k->entry.pages = b->pages;
	if (e == ERR_OK)
		e = mem_hash(m.job_endorse.pdf, PACKAGE_MAX_BYTES, k->entry.digest);
	if (e == ERR_OK)
		e = certify_words(c, &m.job_endorse);
	if (e == ERR_OK)
		return jobs_add(c, &m, on_endorsed, c->visitor, "endorse");
	msg_finish(&m);
	return e;
}

static void on_bound(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct certify *k = &c->certify;

	(void)tag;
	if (!k->at_work)
		return;
	if (!answer || answer->type != MSG_BOUND ||
	    answer->bound.pages != visit_pages_of(&c->visit, (uint8_t)k->paper)) {
		ended(c, why == ERR_OK ? ERR_BAD_MESSAGE : why, 0);
		return;
	}
	enum err e = certify_number(c);
	if (e == ERR_OK)
		e = endorse(c, &answer->bound);
	if (e != ERR_OK)
		ended(c, e, 0);
}

static enum err bind_next(struct core *c)
{
	struct certify *k = &c->certify;
	struct msg m;

	k->pages = visit_pages_mark(&c->visit, k->paper);
	enum err e = handin_order(c, k->paper, &m);
	if (e != ERR_OK) /* a pack was not to be read: its page is at work again */
		pages_poke(c);
	return e == ERR_OK ? jobs_add(c, &m, on_bound, c->visitor, "copy") : e;
}

static void next(struct core *c)
{
	struct certify *k = &c->certify;

	for (k->paper = 0; k->paper < VISIT_MAX_PAPERS; k->paper++)
		if (c->visit.staff.copies[k->paper].state == COPY_COMPARED)
			break;
	enum err e = k->paper < VISIT_MAX_PAPERS ? bind_next(c) : ERR_OK;
	if (e != ERR_OK || k->paper == VISIT_MAX_PAPERS)
		ended(c, e, 0);
}

static void on_begin(void *data)
{
	next(data);
}

/* In the next turn of the loop, so that the screen says first that it signs. */
enum err certify_start(struct core *c, const char *token_pin)
{
	struct certify *k = &c->certify;
	enum err e = k->at_work ? ERR_BUSY : certify_token(c);

	if (e != ERR_OK)
		return e;
	k->at_work = true;
	snprintf(k->pin, sizeof k->pin, "%s", token_pin);
	timer_set(c->child.loop, &k->patience, 0, on_begin, c);
	return ERR_OK;
}

/* What becomes of the token shows on CERTIFY; one that goes while it signs ends that try. */
void certify_token_state(struct core *c)
{
	if (c->certify.job != 0 && desk_state(c, ROLE_TOKEN) != ERR_OK)
		ended(c, ERR_NO_TOKEN, 0);
	certify_ask_token(c);
	guest_step(c, &(struct visit_event){ .on = ON_TOKEN_NEWS });
}

void certify_message(struct core *c, struct msg *m)
{
	struct certify *k = &c->certify;

	if (m->type == MSG_TOKEN_CERT) {
		if (!k->at_work) /* the one that signs stays the one that was shown */
			k->cert = m->token_cert;
		guest_step(c, &(struct visit_event){ .on = ON_TOKEN_NEWS });
	} else if (m->type == MSG_TOKEN_SIGNED && k->job != 0 && m->token_signed.job == k->job) {
		signed_by_token(c, &m->token_signed);
	}
}
