/* Has the work on pages done: keeping, looking at, digitizing. The pages say themselves what is to
 * be done with them (page::state); here is only which of them kiosk-parse has. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/core.h"
#include "firmware/core/mem_hash.h"
#include "firmware/core/visit_act.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_TRIES 2 /* the second with the plainest profile */

static void lose(struct core *c, uint32_t file, enum err why)
{
	struct visit_event e = { .on = ON_PAGE_LOST, .index = file, .why = why };

	log_line(LOG_ERROR, "page.lost", "page=%u err=%s", file, err_name(why));
	(void)guest_step(c, &e);
	/* on a screen that is not about scanning: it goes all the same */
	struct page *p = visit_page(&c->visit, file);
	if (p)
		visit_lose_page(&c->visit, p);
}

static struct page *unkept(const struct visit *v)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (!v->pages[i].durable && v->pages[i].raw >= 0)
			return &v->pages[i];
	return NULL;
}

/* From here on a power cut costs nothing of it. */
static enum err keep_one(struct core *c, struct page *p)
{
	enum err e = mem_hash(p->raw, VAULT_MAX_BYTES, p->hash);

	if (e == ERR_OK)
		e = draft_put_part(c, p->file, PART_PIXELS, p->raw);
	if (e == ERR_OK) {
		p->durable = true;
		e = draft_keep(c);
	}
	return e;
}

static void keep(struct core *c)
{
	struct page *p;

	while (c->vault && (p = unkept(&c->visit))) {
		uint32_t file = p->file;
		enum err e = keep_one(c, p);

		if (e != ERR_OK) {
			lose(c, file, e);
			continue;
		}
		close(p->raw);
		p->raw = -1;
	}
}

void pages_looking(struct core *c)
{
	keep(c);
}

static enum err pixels_of(struct core *c, const struct page *p, int *ret_fd)
{
	if (p->raw < 0)
		return draft_get_part(c, p->file, PART_PIXELS, ret_fd);
	*ret_fd = fcntl(p->raw, F_DUPFD_CLOEXEC, 0);
	return *ret_fd < 0 ? err_of_errno() : ERR_OK;
}

/* A word to the person, before all others. */
static void mark_bad(struct page *p, enum err why)
{
	p->state = PAGE_BAD;
	if (p->fault_count == PAGE_MAX_FAULTS)
		p->fault_count--;
	memmove(p->faults + 1, p->faults, p->fault_count);
	p->faults[0] = (uint8_t)why;
	p->fault_count++;
}

static void take_image(struct core *c, struct page *p, int *image)
{
	/* without it on the disk the page is looked at anew after a power cut */
	enum err e = draft_put_part(c, p->file, PART_PREVIEW, *image);

	if (e != ERR_OK)
		log_line(LOG_WARN, "preview.not_kept", "err=%s", err_name(e));
	if (p->image >= 0)
		close(p->image);
	p->image = take_fd(image);
}

static void take_faults(struct page *p, const uint8_t *faults, size_t n)
{
	p->fault_count = 0;
	for (size_t i = 0; i < n; i++)
		page_add_fault(p, faults[i] < ERR_COUNT ? faults[i] : ERR_BAD_PAGE);
}

static void take_seen(struct core *c, struct page *p, struct msg_page_seen *m)
{
	bool first = p->turn == PAGE_AS_IT_STANDS;

	take_faults(p, m->faults, m->faults_len);
	p->turned = m->turned % 360;
	p->tilt_mdeg = (int32_t)m->tilt_mdeg;
	p->edge_um = m->edge_um;
	p->ink_ppm = m->ink_ppm;
	p->glare_ppm = m->glare_ppm;
	p->width = m->width;
	p->height = m->height;
	memset(p->print, 0, sizeof p->print);
	memcpy(p->print, m->print, m->print_len < sizeof p->print ? m->print_len : sizeof p->print);
	if (m->code[0] && strcmp(p->code, m->code) != 0) {
		snprintf(p->code, sizeof p->code, "%s", m->code);
		p->code_read = false;
	}
	take_image(c, p, &m->image);
	p->state = PAGE_WAITS;
	p->tries = 0;
	if (first && p->side == 1)
		p->aside = page_has_fault(p, ERR_BLANK_PAGE);
	visit_mark_copies(&c->visit);
}

static void on_seen(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	uint32_t file = c->pages.looked_at;

	(void)tag;
	c->pages.looked_at = 0;
	keep(c);
	struct page *p = visit_page(&c->visit, file);
	if (!p || p->turns != c->pages.look_turns) {
		pages_poke(c);
		return;
	}
	if (answer && answer->type == MSG_PAGE_SEEN)
		take_seen(c, p, &answer->page_seen);
	else if (++p->tries == MAX_TRIES || why != ERR_PARSER_DIED)
		mark_bad(p, why == ERR_OK ? ERR_BAD_MESSAGE : why);
	if (p->state == PAGE_BAD && p->replaces) {
		lose(c, file, why); /* the former one was better */
	} else if (p->state != PAGE_CAME) {
		visit_page_seen(&c->visit, file);
		(void)draft_keep(c);
		(void)guest_step(c, &(struct visit_event){ .on = ON_PAGE_SEEN, .index = file });
	}
	pages_poke(c);
}

static struct page *first_in(const struct visit *v, enum page_state state)
{
	for (uint32_t i = 0; i < v->page_count; i++)
		if (v->pages[i].state == state && (state == PAGE_CAME || !v->pages[i].aside))
			return &v->pages[i];
	return NULL;
}

/* Is that still the page, and the way up, that kiosk-parse has? */
static bool still(const struct core *c, uint32_t file, uint16_t turns, enum page_state state)
{
	const struct page *p = visit_page(&c->visit, file);

	return p && p->turns == turns && p->state == state && (state == PAGE_CAME || !p->aside);
}

static void look(struct core *c)
{
	struct pages *s = &c->pages;
	struct page *p = first_in(&c->visit, PAGE_CAME);
	struct msg m = { .type = MSG_JOB_LOOK };

	if (s->looked_at && still(c, s->looked_at, s->look_turns, PAGE_CAME))
		return;
	if (s->looked_at)
		jobs_cancel(c, on_seen);
	s->looked_at = 0;
	if (!p)
		return;
	m.job_look = (struct msg_job_look){ .width = p->raw_width,
					    .height = p->raw_height,
					    .dpi = p->dpi,
					    .channels = p->channels,
					    .source = p->source,
					    .side = p->side,
					    .turn = p->turn,
					    .pixels = -1 };
	s->looked_at = p->file;
	s->look_turns = p->turns;
	enum err e = pixels_of(c, p, &m.job_look.pixels);
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_seen, c->visitor, "look");
	if (e != ERR_OK)
		on_seen(c, "look", NULL, e);
}

static void take_text(struct page *p, const struct msg_digitized *d)
{
	struct page_text *t = &p->text;

	t->kind = d->kind;
	t->fits = d->fits <= 2 ? d->fits : 0;
	snprintf(t->title, sizeof t->title, "%s", d->title);
	snprintf(t->number, sizeof t->number, "%s", d->number);
	snprintf(t->date, sizeof t->date, "%s", d->date);
	snprintf(t->name, sizeof t->name, "%s", d->name);
	snprintf(t->place, sizeof t->place, "%s", d->place);
	pages_judge(p);
}

static void take_digitized(struct core *c, struct page *p, struct msg_digitized *d)
{
	p->turned = d->turned % 360;
	p->tilt_mdeg = (int32_t)d->tilt_mdeg;
	p->check = d->check < PAGE_CHECK_COUNT ? d->check : CHECK_PICTURE;
	p->steps = d->steps;
	p->confidence = d->confidence;
	snprintf(p->tools, sizeof p->tools, "%s", d->tools);
	p->width = d->width;
	p->height = d->height;
	take_image(c, p, &d->image);
	if (p->pack >= 0)
		close(p->pack);
	p->pack = -1;
	/* on a full disk it stays in memory; after a power cut it is made anew */
	if (draft_put_part(c, p->file, PART_PACK, d->pack) != ERR_OK)
		p->pack = take_fd(&d->pack);
	p->state = p->check == CHECK_PICTURE ? PAGE_PLAIN : PAGE_READY;
	take_text(p, d);
}

static void on_digitized(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	uint32_t file = c->pages.digitized;

	(void)tag;
	c->pages.digitized = 0;
	if (!still(c, file, c->pages.digitize_turns, PAGE_WAITS)) {
		pages_poke(c);
		return;
	}
	struct page *p = visit_page(&c->visit, file);
	if (answer && answer->type == MSG_DIGITIZED)
		take_digitized(c, p, &answer->digitized);
	else if (++p->tries == MAX_TRIES)
		mark_bad(p, why == ERR_OK ? ERR_BAD_MESSAGE : why);
	log_line(LOG_INFO, "page.digitized", "page=%u result=%s", file,
		 p->state == PAGE_WAITS ? "again" : err_name(p->state == PAGE_BAD ? why : ERR_OK));
	(void)draft_keep(c);
	(void)guest_step(c, &(struct visit_event){ .on = ON_PAGE_DONE, .index = file });
	pages_poke(c);
}

static enum page_profile profile_of(const struct page *p)
{
	enum page_profile want = page_profile_by_name(p->of->scan.profile);

	if (p->tries > 0)
		return PROFILE_PLAIN;
	return want < PAGE_PROFILE_COUNT ? want : PROFILE_ARCHIVE;
}

static void digitize(struct core *c)
{
	struct pages *s = &c->pages;
	struct page *p = first_in(&c->visit, PAGE_WAITS);
	struct msg m = { .type = MSG_JOB_DIGITIZE };

	if (s->digitized && still(c, s->digitized, s->digitize_turns, PAGE_WAITS))
		return;
	if (s->digitized)
		jobs_cancel(c, on_digitized);
	s->digitized = 0;
	if (!p)
		return;
	p->profile = (uint8_t)profile_of(p);
	m.job_digitize = (struct msg_job_digitize){ .width = p->raw_width,
						    .height = p->raw_height,
						    .dpi = p->dpi,
						    .channels = p->channels,
						    .source = p->source,
						    .profile = p->profile,
						    .turn = p->turn,
						    .pixels = -1 };
	core_cut_text(p->of->name, m.job_digitize.paper, sizeof m.job_digitize.paper);
	s->digitized = p->file;
	s->digitize_turns = p->turns;
	enum err e = pixels_of(c, p, &m.job_digitize.pixels);
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_digitized, c->visitor, "page");
	if (e != ERR_OK)
		on_digitized(c, "page", NULL, e);
}

void pages_poke(struct core *c)
{
	if (!c->vault)
		return;
	look(c);
	pages_decode(c);
	pages_compare(c);
	digitize(c);
	handin_poke(c);
}

void pages_came(struct core *c, struct msg_scan_page *s)
{
	struct page p = PAGE_NOTHING;

	p.file = ++c->next_file;
	p.source = s->source;
	p.sides = c->desk.sides;
	p.side = s->side;
	p.channels = s->channels;
	p.dpi = s->dpi;
	p.raw_width = s->width;
	p.raw_height = s->height;
	p.came_s = clock_now_s(&c->child.clock);
	snprintf(p.clock, sizeof p.clock, "%s", trusted_time_source(&c->time));
	snprintf(p.device, sizeof p.device, "%s",
		 s->source == SOURCE_CAMERA ? c->desk.camera_model
					    : c->desk.devices[ROLE_SCAN].model);
	p.raw = take_fd(&s->pixels);
	bool looks = c->pages.looked_at != 0;
	if (!guest_step(c, &(struct visit_event){ .on = ON_PAGE_CAME, .bytes = &p })) {
		page_end(&p);
		return;
	}
	pages_poke(c);
	if (looks) /* its turn comes later: time for the disk */
		keep(c);
}
