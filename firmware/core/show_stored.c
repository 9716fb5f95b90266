/* The parts of show.c about papers that the state already has. */
#include "firmware/base/mem.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <time.h>

#define VIETNAM_S (7 * 3600)

/* dd/mm/yyyy in Vietnam; "" for 0. */
static void put_day(struct view_writer *w, const char *key, int64_t at_s)
{
	time_t here = (time_t)(at_s + VIETNAM_S);
	struct tm tm;
	char text[16] = "";

	if (at_s != 0 && gmtime_r(&here, &tm))
		(void)strftime(text, sizeof text, "%d/%m/%Y", &tm);
	view_text(w, key, text);
}

void show_stored_facts(struct view_writer *w, const struct core *c, size_t paper)
{
	const struct stored_paper *s = papers_of(c, paper);

	view_num(w, "stored", papers_stored(c, paper));
	if (!s)
		return;
	view_text(w, "stored_name", s->title);
	view_text(w, "issuer", s->issuer);
	view_text(w, "number", s->sign);
	put_day(w, "given", s->given_s);
	put_day(w, "until", s->until_s);
}

static uint32_t usable(const struct core *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->visit.procedure->paper_count; i++)
		n += papers_stored(c, i) == STORED_VALID;
	return n;
}

void show_asking(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	enum papers_state state = papers_state(c);

	view_num(w, "state", state);
	view_num(w, "for_other", v->for_other);
	if (state >= PAPERS_OFFER) {
		view_text(w, "whose", v->card.name);
		view_text(w, "question", papers_question(v->language));
	}
	if (state == PAPERS_TOLD)
		view_num(w, "found", usable(c));
}

static void put_picture(struct view_writer *w, const struct stored_seen *s)
{
	const struct page p = { .image = s->image, .width = s->width, .height = s->height };

	if (s->look != LOOK_PICTURES)
		return;
	view_num(w, "page", s->page + 1);
	view_num(w, "pages", s->pages);
	show_picture(w, &p);
}

void show_stored(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	const struct stored_seen *s = &c->papers.seen;

	view_text(w, "paper", show_paper_name(v, v->paper));
	view_text(w, "whose", v->card.name);
	view_num(w, "look", s->look);
	view_num(w, "err", s->why);
	view_num(w, "have", v->have[v->paper]);
	show_stored_facts(w, c, v->paper);
	put_picture(w, s);
}
