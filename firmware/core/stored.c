/* A paper that the state has, looked at: fetched, compared with what the list named, drawn. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool stored_is_it(const struct stored_paper *p, const uint8_t *file, size_t len)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char hex[STORED_HASH_CAP];

	if (!file || (int64_t)len != p->bytes ||
	    EVP_Digest(file, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	hex_of(hash, (sizeof hex - 1) / 2, hex);
	return strcmp(hex, p->sha256) == 0;
}

static void tell(struct core *c, enum stored_look look, enum err why)
{
	c->papers.seen.look = look;
	c->papers.seen.why = why;
	guest_step(c, &(struct visit_event){ .on = ON_PAPER_TOLD });
}

/* It is not what the province's list named: nobody uses it, here or by reference. */
static void refuse(struct core *c, struct stored_paper *p)
{
	size_t at = c->papers.seen.paper;

	p->altered = true;
	if (c->visit.have[at] == HAVE_STORED)
		c->visit.have[at] = HAVE_UNASKED;
	(void)audit_add(c->store, "papers.altered", c->dossier_key, "");
	log_line(LOG_WARN, "papers.altered", "err=%s", err_name(ERR_FORGED));
	tell(c, LOOK_ALTERED, ERR_FORGED);
}

/* What cannot be drawn is there all the same. A page that cannot be, behind one that was, is one
 * that nobody has seen: then no page is shown. */
static void on_drawn(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct stored_seen *s = &c->papers.seen;

	(void)tag, (void)why;
	close_fd(&s->image);
	if (!answer || answer->type != MSG_DRAWN || answer->drawn.page >= answer->drawn.pages) {
		tell(c, LOOK_FACTS, ERR_OK);
		return;
	}
	s->page = answer->drawn.page;
	s->pages = answer->drawn.pages;
	s->width = answer->drawn.width;
	s->height = answer->drawn.height;
	s->image = take_fd(&answer->drawn.image);
	tell(c, LOOK_PICTURES, ERR_OK);
}

static enum err draw(struct core *c, uint32_t page)
{
	struct msg m = { .type = MSG_JOB_DRAW, .job_draw = { .page = page } };

	m.job_draw.pdf = dup(c->papers.seen.file);
	return jobs_add(c, &m, on_drawn, c->visitor, "draw");
}

static void on_fetched(struct core *c, uint32_t number, const struct query_end *end)
{
	struct stored_seen *s = &c->papers.seen;
	struct stored_paper *p = (struct stored_paper *)(uintptr_t)papers_of(c, s->paper);
	size_t len = 0;

	if (number != s->number || !p)
		return;
	if (end->why != ERR_OK) {
		tell(c, LOOK_FAILED, end->why);
		return;
	}
	const uint8_t *file = view_get_bytes(end->facts, "file", &len);
	if (strcmp(view_get_text(end->facts, "DuongDan"), p->path) != 0 ||
	    !stored_is_it(p, file, len)) {
		refuse(c, p);
		return;
	}
	enum err e = mem_of(file, len, &s->file);
	if (e == ERR_OK)
		e = draw(c, 0);
	if (e != ERR_OK)
		tell(c, LOOK_FACTS, ERR_OK);
}

void stored_leave(struct core *c)
{
	struct stored_seen *s = &c->papers.seen;
	uint32_t number = s->number + 1;

	query_cancel(c, on_fetched);
	jobs_cancel(c, on_drawn);
	close_fd(&s->image);
	close_fd(&s->file);
	explicit_bzero(s, sizeof *s);
	*s = (struct stored_seen){ .number = number, .image = -1, .file = -1 };
}

void stored_see(struct core *c, size_t paper)
{
	struct stored_seen *s = &c->papers.seen;
	const struct stored_paper *p = papers_of(c, paper);
	struct json_object *body = json_object_new_object();

	stored_leave(c);
	s->paper = paper;
	s->look = LOOK_FETCHES;
	if (body && p) {
		json_object_object_add(body, "SoDinhDanhChuSoHuu",
				       json_object_new_string(c->visit.card.number));
		json_object_object_add(body, "DuongDan", json_object_new_string(p->path));
	}
	enum err e = query_ask(c, QUERY_PAPER, body, on_fetched, c->visitor, s->number);
	if (e != ERR_OK) {
		s->look = LOOK_FAILED;
		s->why = e;
	}
}

void stored_turn(struct core *c, uint32_t page)
{
	struct stored_seen *s = &c->papers.seen;

	if (s->look == LOOK_PICTURES && page < s->pages && draw(c, page) != ERR_OK)
		tell(c, LOOK_FACTS, ERR_OK);
}
