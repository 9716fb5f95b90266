/* The jobs with whole files: binding packs, a second signature's place, judging a brought one. */
#include "firmware/base/auto.h"
#include "firmware/base/buf.h"
#include "firmware/base/mem.h"
#include "firmware/parse/brought.h"
#include "firmware/parse/page/pack.h"
#include "firmware/parse/page_job.h"
#include "firmware/parse/pdf/bind.h"
#include "firmware/parse/pdf/draw.h"
#include "firmware/parse/pdf/endorse.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof((struct msg_pdf_told){ 0 }.text) == VERIFY_WORDS_CAP, "the words fit");

enum { MAX_FILE_BYTES = 512 << 20, MAX_ANCHORS_BYTES = 1 << 20 };

static enum err add_pack(struct binder *b, const uint8_t *bytes, size_t len)
{
	struct layers layers = { 0 };
	struct text text = { 0 };
	enum err e = pack_read(bytes, len, &layers, &text);

	if (e == ERR_OK)
		e = bind_page(b, &layers, &text);
	layers_finish(&layers);
	text_finish(&text);
	return e;
}

static enum err add_packs(struct binder *b, const uint8_t *at, size_t left, uint16_t *ret_pages)
{
	uint16_t pages = 0;

	while (left > 0) {
		if (left < 4)
			return ERR_BAD_DATA;
		uint32_t len = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
			       (uint32_t)at[3] << 24;
		if (len > left - 4)
			return ERR_BAD_DATA;
		enum err e = add_pack(b, at + 4, len);
		if (e != ERR_OK)
			return e;
		at += 4 + (size_t)len;
		left -= 4 + (size_t)len;
		pages++;
	}
	*ret_pages = pages;
	return ERR_OK;
}

/* Takes over `bytes`. */
static enum err bound(uint8_t *bytes, size_t len, const struct pdf_gap *gap, struct msg *ret)
{
	int fd = -1;
	enum err e = len <= UINT32_MAX ? mem_of(bytes, len, &fd) : ERR_NO_SPACE;
	uint16_t pages = ret->bound.pages;

	free(bytes);
	if (e == ERR_OK)
		*ret = (struct msg){ .type = MSG_BOUND,
				     .bound = { .pages = pages,
						.gap_at = (uint32_t)gap->at,
						.gap_len = (uint32_t)gap->len,
						.pdf = fd } };
	return e;
}

static enum err bind_packs(const struct msg_job_bind *job, const void *packs, size_t len,
			   struct msg *ret)
{
	const struct bind_wish wish = { .title = job->title,
					.card = job->card != 0,
					.signer = job->signer[0] ? job->signer : NULL,
					.reason = job->reason,
					.place = job->place };
	struct binder *b = NULL;
	struct pdf_gap gap = { 0 };
	uint8_t *pdf = NULL;
	size_t pdf_len = 0;
	enum err e = bind_begin(&wish, &b);

	if (e == ERR_OK)
		e = add_packs(b, packs, len, &ret->bound.pages);
	if (e == ERR_OK)
		e = bind_end(b, &pdf, &pdf_len, &gap);
	bind_destroy(b);
	return e == ERR_OK ? bound(pdf, pdf_len, &gap, ret) : e;
}

enum err page_job_bind(const struct msg_job_bind *job, struct msg *ret)
{
	struct msg answer = { 0 };
	const void *packs;
	size_t len;
	enum err e = mem_map(job->packs, MAX_FILE_BYTES, &packs, &len);

	if (e != ERR_OK)
		return e;
	e = bind_packs(job, packs, len, &answer);
	mem_unmap(packs, len);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

enum err page_job_endorse(const struct msg_job_endorse *job, struct msg *ret)
{
	const struct endorse_wish wish = { .form = job->form,
					   .signer = job->signer,
					   .reason = job->reason,
					   .place = job->place,
					   .agency = job->agency,
					   .number = job->number,
					   .code = job->code,
					   .time_s = job->time_s,
					   .visible = job->visible != 0 };
	struct msg answer = { 0 };
	struct pdf_gap gap = { 0 };
	uint8_t *pdf = NULL;
	const void *old;
	size_t old_len, len = 0;
	enum err e = mem_map(job->pdf, MAX_FILE_BYTES, &old, &old_len);

	if (e != ERR_OK)
		return e;
	e = endorse(old, old_len, &wish, &pdf, &len, &gap);
	mem_unmap(old, old_len);
	if (e == ERR_OK)
		e = bound(pdf, len, &gap, &answer);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

static void put_pdf(const struct verify_told *t, struct msg_pdf_told *ret)
{
	ret->count = (uint8_t)t->count;
	ret->bytes = (uint8_t)t->last.bytes;
	ret->signer = (uint8_t)t->last.signer;
	ret->after = (uint8_t)t->after;
	ret->dated = t->last.dated;
	memcpy(ret->holder, t->last.holder, sizeof ret->holder);
	ret->time_s = t->time_s;
	ret->pages = t->pages < UINT16_MAX ? (uint16_t)t->pages : UINT16_MAX;
}

static void put_code(const struct copy_said *s, struct msg_pdf_told *ret)
{
	ret->bytes = (uint8_t)s->bytes;
	ret->signer = (uint8_t)s->signer;
	ret->time_s = s->time_s;
	ret->pages = s->pages;
	memcpy(ret->number, s->number, sizeof ret->number);
	memcpy(ret->title, s->title, sizeof ret->title);
	memcpy(ret->hint, s->hint, sizeof ret->hint);
	memcpy(ret->digest, s->digest, sizeof ret->digest);
	ret->digest_len = s->pages > 0 ? sizeof ret->digest : 0;
}

static void put_told(const struct brought *b, struct msg_pdf_told *ret)
{
	ret->good = b->good;
	ret->kind = (uint8_t)b->kind;
	memcpy(ret->text, b->words, sizeof ret->text);
	if (b->kind == COPY_KIND_PDF)
		put_pdf(&b->pdf, ret);
	else if (b->kind == COPY_KIND_CODE)
		put_code(&b->code, ret);
}

static enum err tell(struct room *room, const struct msg_job_pdf *job,
		     const struct verify_anchors *anchors, struct msg_pdf_told *ret)
{
	AUTO_FREE struct brought *b = malloc(sizeof *b);
	const void *bytes;
	size_t len;

	if (!b)
		return ERR_NO_MEMORY;
	enum err e = mem_map(job->file, FOREIGN_MAX_BYTES, &bytes, &len);
	if (e != ERR_OK)
		return e;
	e = brought_judge(room, bytes, len, anchors, job->now_s, b);
	mem_unmap(bytes, len);
	if (e == ERR_OK)
		put_told(b, ret);
	return e;
}

enum err page_job_pdf(struct room *room, const struct msg_job_pdf *job, struct msg *ret)
{
	struct msg answer = { .type = MSG_PDF_TOLD };
	struct verify_anchors *anchors = NULL;
	const void *pem;
	size_t len;
	enum err e = mem_map(job->anchors, MAX_ANCHORS_BYTES, &pem, &len);

	if (e != ERR_OK)
		return e;
	if (len > 0)
		e = verify_anchors_of(pem, len, &anchors);
	mem_unmap(pem, len);
	if (e == ERR_OK)
		e = tell(room, job, anchors, &answer.pdf_told);
	verify_anchors_free(anchors);
	if (e == ERR_OK)
		*ret = answer;
	return e;
}

enum err page_job_draw(const struct msg_job_draw *job, struct msg *ret)
{
	struct drawn d = { 0 };
	const void *pdf;
	size_t len;
	int image = -1;
	enum err e = mem_map(job->pdf, MAX_FILE_BYTES, &pdf, &len);

	if (e != ERR_OK)
		return e;
	e = draw_page(pdf, len, job->page, &d);
	mem_unmap(pdf, len);
	if (e == ERR_OK)
		e = mem_of(d.rgb, (size_t)d.width * d.height * 3, &image);
	if (e == ERR_OK)
		*ret = (struct msg){ .type = MSG_DRAWN,
				     .drawn = { .page = job->page,
						.pages = d.pages,
						.width = d.width,
						.height = d.height,
						.image = image } };
	free(d.rgb);
	return e;
}
