/* From the confirmed visit to a sealed package in the outbox, one step at a time: wait until every
 * page is digitized, bind the pages of each paper into its file, make the originals that the
 * procedure asks for, save. Only when the outbox has it, in one durable commit, is the citizen told
 * "saved"; until then everything can begin anew. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/capture_seal.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"
#include "firmware/core/db.h"
#include "firmware/core/packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TRIES  2
#define HELD_PAGES 8 /* without a pack, of 26 MB at 300 dpi */

static void close_all(int *fds, size_t n)
{
	for (size_t i = 0; fds && i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(fds);
}

void handin_forget(struct core *c)
{
	struct handin *h = &c->handin;

	timer_stop(c->child.loop, &h->next);
	close_all(h->pdfs, VISIT_MAX_PAPERS);
	close_all(h->originals, VISIT_MAX_PAGES);
	*h = (struct handin){ 0 };
}

static void failed(struct core *c, enum visit_on on, enum err why)
{
	handin_forget(c);
	log_line(LOG_ERROR, "dossier.not_saved", "result=%s", err_name(why));
	guest_step(c, &(struct visit_event){ .on = on, .why = why });
}

static bool wanted(const struct visit *v, size_t paper)
{
	return visit_wants_paper(v->procedure, paper) && visit_pages_of(v, (uint8_t)paper) > 0;
}

/* What cannot be read any more is made anew. */
static enum err open_pack(struct core *c, struct page *p)
{
	if (p->pack >= 0)
		return ERR_OK;
	enum err e = draft_get_part(c, p->file, PART_PACK, &p->pack);
	if (e != ERR_OK && !p->no_pixels && e != ERR_NO_MEMORY)
		p->state = PAGE_WAITS;
	return e;
}

/* The packs of one paper's pages. */
static enum err gather(struct core *c, size_t paper, int *ret_fd)
{
	struct visit *v = &c->visit;
	int packs[VISIT_MAX_PAGES];
	size_t n = 0;

	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page *p = &v->pages[i];

		if (!visit_stands_for(v, p, paper))
			continue;
		enum err e = open_pack(c, p);
		if (e != ERR_OK)
			return e;
		packs[n++] = p->pack;
	}
	return packs_join(packs, n, ret_fd);
}

static enum err seal_bytes_of(struct core *c, const struct msg_bound *b, const void *bytes,
			      size_t len, int *ret_pdf)
{
	AUTO_FREE uint8_t *pdf = malloc(len ? len : 1);

	if (!pdf)
		return ERR_NO_MEMORY;
	memcpy(pdf, bytes, len);
	struct pades_file f = {
		.pdf = pdf, .len = len, .gap_at = b->gap_at, .gap_len = b->gap_len
	};
	enum err e = capture_seal(c->keys, &f);
	return e == ERR_OK ? mem_of(pdf, len, ret_pdf) : e;
}

/* The file is bound: it gets the kiosk's capture seal, in the place that was left for it. */
enum err handin_seal(struct core *c, const struct msg_bound *b, int *ret_pdf)
{
	const void *bytes;
	size_t len;
	enum err e = mem_map(b->pdf, PACKAGE_MAX_BYTES, &bytes, &len);

	if (e != ERR_OK)
		return e;
	e = seal_bytes_of(c, b, bytes, len, ret_pdf);
	mem_unmap(bytes, len);
	return e;
}

static void again_or_fail(struct core *c, enum err why)
{
	struct handin *h = &c->handin;

	h->at_work = false;
	if (++h->tries < MAX_TRIES)
		handin_poke(c);
	else
		failed(c, ON_SAVE_FAILED, why == ERR_OK ? ERR_BAD_MESSAGE : why);
}

static void on_bound(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct handin *h = &c->handin;

	(void)tag;
	if (!answer || answer->type != MSG_BOUND ||
	    answer->bound.pages != visit_pages_of(&c->visit, (uint8_t)h->paper)) {
		again_or_fail(c, why);
		return;
	}
	enum err e = handin_seal(c, &answer->bound, &h->pdfs[h->paper]);
	if (e != ERR_OK) {
		failed(c, ON_SAVE_FAILED, e);
		return;
	}
	h->at_work = false;
	h->tries = 0;
	handin_poke(c);
}

enum err handin_order(struct core *c, size_t paper, struct msg *ret)
{
	const struct paper *p = &c->visit.procedure->papers[paper];
	struct msg m = { .type = MSG_JOB_BIND };
	uint32_t pages = visit_pages_of(&c->visit, (uint8_t)paper);

	m.job_bind.packs = -1;
	m.job_bind.card = p->scan.card && pages == 2;
	if (trusted_time_state(&c->time) != TIME_UNKNOWN)
		m.job_bind.time_s = clock_now_s(&c->child.clock);
	core_cut_text(p->name, m.job_bind.title, sizeof m.job_bind.title);
	core_cut_text(c->config.office_name, m.job_bind.signer, sizeof m.job_bind.signer);
	core_cut_text(c->config.office_place, m.job_bind.place, sizeof m.job_bind.place);
	core_cut_text(CAPTURE_SEAL_REASON, m.job_bind.reason, sizeof m.job_bind.reason);
	enum err e = gather(c, paper, &m.job_bind.packs);
	if (e == ERR_OK)
		*ret = m;
	else
		msg_finish(&m);
	return e;
}

static void bind_paper(struct core *c)
{
	struct msg m = { .type = MSG_NONE };
	enum err e = handin_order(c, c->handin.paper, &m);

	if (visit_busy(&c->visit) > 0) { /* a pack was not to be read: its page is at work again */
		if (e == ERR_OK)
			msg_finish(&m);
		pages_poke(c);
		return;
	}
	c->handin.at_work = true;
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_bound, c->visitor, "bind");
	if (e != ERR_OK)
		failed(c, ON_SAVE_FAILED, e);
}

static void on_original(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct handin *h = &c->handin;

	(void)tag;
	if (!answer || answer->type != MSG_ORIGINAL) {
		again_or_fail(c, why);
		return;
	}
	h->originals[h->page] = take_fd(&answer->original.png);
	h->at_work = false;
	h->tries = 0;
	handin_poke(c);
}

static void make_original(struct core *c)
{
	const struct page *p = &c->visit.pages[c->handin.page];
	struct msg m = { .type = MSG_JOB_ORIGINAL };

	m.job_original = (struct msg_job_original){ .width = p->raw_width,
						    .height = p->raw_height,
						    .dpi = p->dpi,
						    .channels = p->channels,
						    .pixels = -1 };
	c->handin.at_work = true;
	enum err e = draft_get_part(c, p->file, PART_PIXELS, &m.job_original.pixels);
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_original, c->visitor, "original");
	if (e != ERR_OK)
		failed(c, ON_SAVE_FAILED, e);
}

/* Its pixels wait in memory until there is a vault again. */
static void hold_pixels(struct core *c, struct page *p, uint32_t *held)
{
	if (*held == HELD_PAGES)
		return;
	if (p->raw >= 0 || draft_get_part(c, p->file, PART_PIXELS, &p->raw) == ERR_OK)
		++*held;
	p->durable = false;
}

/* What can be used for one more procedure of the same person stays, in memory: the vault goes. A
 * page that was not handed in may still be at work. */
static void hold_pages(struct core *c)
{
	struct visit *v = &c->visit;
	uint32_t held = 0;

	for (uint32_t i = 0; i < v->page_count; i++) {
		struct page *p = &v->pages[i];
		bool ready = p->state == PAGE_READY || p->state == PAGE_PLAIN;

		p->no_pixels = p->aside || ready || p->state == PAGE_BAD;
		if (ready && !p->aside)
			(void)open_pack(c, p);
		else if (!p->no_pixels)
			hold_pixels(c, p, &held);
	}
	visit_drop_empty(v);
}

static enum err save(struct core *c, char receipt_code[RECEIPT_CODE_CAP])
{
	struct package p;
	enum err e = receipt_code_next(c->store, c->config.kiosk_id, receipt_code);

	if (e == ERR_OK)
		e = folder_pack(c, receipt_code, &p);
	if (e != ERR_OK)
		return e;
	return outbox_add(c->store, &p, c->vault);
}

/* How much the state's own papers saved people (indicator 4.3 of Decision 766). */
static enum err add_counts(struct core *c)
{
	static const char *const WHAT[] = { [HAVE_BROUGHT] = "paper.scanned",
					    [HAVE_NOT] = "paper.not_brought",
					    [HAVE_REUSED] = "paper.scanned_once",
					    [HAVE_STORED] = "paper.stored" };
	const struct visit *v = &c->visit;
	char detail[16];
	unsigned stored = 0;

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++) {
		if (!visit_wants_paper(v->procedure, i) || v->have[i] > HAVE_STORED ||
		    !WHAT[v->have[i]])
			continue;
		enum err e = counter_add(c->store, WHAT[v->have[i]], v->procedure->code);
		if (e != ERR_OK)
			return e;
		stored += v->have[i] == HAVE_STORED;
	}
	snprintf(detail, sizeof detail, "%u", stored);
	return stored > 0 ? audit_add(c->store, "papers.used", c->dossier_key, detail) : ERR_OK;
}

static void count_papers(struct core *c)
{
	enum err e = db_begin(c->store);

	if (e == ERR_OK)
		e = db_end(c->store, add_counts(c));
	if (e != ERR_OK)
		log_line(LOG_WARN, "papers.not_counted", "err=%s", err_name(e));
}

static void close_dossier(struct core *c)
{
	char receipt_code[RECEIPT_CODE_CAP] = "";
	enum err e = save(c, receipt_code);

	c->visit.unsure = trusted_time_state(&c->time) == TIME_UNKNOWN;
	log_line(e == ERR_OK ? LOG_INFO : LOG_ERROR, "dossier.saved", "code=%s result=%s",
		 receipt_code, err_name(e));
	if (e != ERR_OK) {
		failed(c, ON_SAVE_FAILED, e);
		return;
	}
	count_papers(c);
	handin_forget(c);
	hold_pages(c);
	c->handed_in = c->visitor;
	if (vault_end(c->vault) != ERR_OK)
		log_line(LOG_ERROR, "vault.not_ended", "code=%s", receipt_code);
	c->vault = NULL;
	guest_step(c, &(struct visit_event){ .on = ON_SAVED,
					     .text = receipt_code,
					     .time_s = clock_now_s(&c->child.clock) });
	sender_wait_for(c);
}

static bool next_paper(struct core *c)
{
	struct handin *h = &c->handin;
	const struct visit *v = &c->visit;

	for (h->paper = 0; h->paper < v->procedure->paper_count && h->paper < VISIT_MAX_PAPERS;
	     h->paper++)
		if (wanted(v, h->paper) && h->pdfs[h->paper] < 0 &&
		    !certify_take(c, h->paper, &h->pdfs[h->paper]))
			return true;
	return false;
}

static bool next_original(struct core *c)
{
	struct handin *h = &c->handin;
	const struct visit *v = &c->visit;

	for (h->page = 0; v->procedure->originals && h->page < v->page_count; h->page++)
		if (visit_counts(v, &v->pages[h->page]) && !v->pages[h->page].no_pixels &&
		    h->originals[h->page] < 0)
			return true;
	return false;
}

static bool any_bad(const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].state == PAGE_BAD && visit_counts(v, &v->pages[i]))
			return true;
	return false;
}

void handin_poke(struct core *c)
{
	struct handin *h = &c->handin;

	if (!h->begun || h->at_work || visit_busy(&c->visit) > 0)
		return;
	if (any_bad(&c->visit))
		failed(c, ON_PAGES_BAD, ERR_BAD_PAGE);
	else if (next_paper(c))
		bind_paper(c);
	else if (next_original(c))
		make_original(c);
	else
		close_dossier(c);
}

static int *no_files(size_t n)
{
	int *fds = malloc(n * sizeof *fds);

	for (size_t i = 0; fds && i < n; i++)
		fds[i] = -1;
	return fds;
}

static void on_time(void *data)
{
	struct core *c = data;
	struct handin *h = &c->handin;

	h->pdfs = no_files(VISIT_MAX_PAPERS);
	h->originals = no_files(VISIT_MAX_PAGES);
	h->begun = true;
	if (!h->pdfs || !h->originals)
		failed(c, ON_SAVE_FAILED, ERR_NO_MEMORY);
	else
		pages_poke(c);
}

/* In the next turn of the loop, so that SENDING is on the screen before the work begins. */
void handin_start(struct core *c)
{
	handin_forget(c);
	certify_forget(c); /* from here on nothing becomes a copy */
	timer_set(c->child.loop, &c->handin.next, 0, on_time, c);
}
