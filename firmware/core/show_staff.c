/* The parts of show.c for an officer who certifies copies. No PIN is ever in a view. */
#include "firmware/core/show_part.h"

#define STAFF_PIN_MAX 8
#define TOKEN_PIN_MAX 16

static void put_try(struct view_writer *w, const struct visit *v, int64_t max)
{
	view_num(w, "err", v->staff.why);
	view_num(w, "left", v->staff.left);
	view_num(w, "kind", v->staff.tries);
	view_num(w, "max", max);
}

static void put_signer(struct view_writer *w, const struct core *c)
{
	view_text(w, "signer", c->certify.cert.holder);
	view_text(w, "form", CERTIFY_STATEMENT);
}

void show_staff_pin(struct view_writer *w, const struct core *c)
{
	put_try(w, &c->visit, STAFF_PIN_MAX);
}

void show_certify(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	size_t paper;

	view_num(w, "err", v->staff.why);
	view_num(w, "token", certify_token(c));
	put_signer(w, c);
	if (!v->procedure)
		return;
	for (uint32_t i = 0; (paper = visit_copy_paper(v, i)) < VISIT_MAX_PAPERS; i++) {
		view_row(w, "papers");
		view_text(w, "name", show_paper_name(v, paper));
		view_num(w, "pages", visit_pages_of(v, (uint8_t)paper));
		view_num(w, "state", v->staff.copies[paper].state);
	}
}

void show_compare(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct page *p = visit_copy_page(v);

	view_text(w, "paper", show_paper_name(v, v->staff.paper));
	view_num(w, "page", v->staff.page + 1);
	view_num(w, "pages", visit_pages_of(v, v->staff.paper));
	if (p)
		show_picture(w, p);
}

void show_token_pin(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;

	view_num(w, "state", v->staff.signing);
	put_try(w, v, TOKEN_PIN_MAX);
	view_num(w, "letters", 1);
	view_num(w, "papers", visit_copies_in(v, COPY_COMPARED));
	put_signer(w, c);
}
