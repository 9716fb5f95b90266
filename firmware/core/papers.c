#include "firmware/core/papers.h"

#include "firmware/base/log.h"
#include "firmware/base/view.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S     86400
#define VIETNAM_S (7 * 3600)

static const char GROUP[] = "DanhSachGiayToKetQua";

const char *papers_question(enum language l)
{
	return l == LANGUAGE_EN
		       ? "Allow a search for papers of mine that the state already has, for this "
			 "service?"
		       : "Cho phép tìm giấy tờ nhà nước đã có của tôi cho thủ tục này?";
}

/* A paper is known by its code. Who files for somebody else may look up no more than their own. */
static bool is_wanted(const struct procedure *p, size_t i, bool for_other)
{
	return visit_wants_paper(p, i) && p->papers[i].code[0] &&
	       (p->papers[i].filer || !for_other);
}

static bool any_wanted(const struct procedure *p, bool for_other)
{
	for (size_t i = 0; i < p->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (is_wanted(p, i, for_other))
			return true;
	return false;
}

/* What was told was asked for this procedure, and for this person in this role. */
static bool is_of_now(const struct core *c)
{
	const struct papers *p = &c->papers;

	return p->procedure && p->procedure == c->visit.procedure &&
	       p->for_other == c->visit.for_other;
}

enum papers_state papers_state(const struct core *c)
{
	const struct visit *v = &c->visit;

	/* what an officer asked for later is named in words, not by what the state could have */
	if (!v->procedure || v->supplement.on || !any_wanted(v->procedure, false))
		return PAPERS_NOTHING;
	if (v->source != CARD_FROM_CHIP)
		return PAPERS_CODE_ONLY;
	if (v->chip.verdict != VERDICT_GENUINE)
		return PAPERS_UNPROVEN;
	if (!any_wanted(v->procedure, v->for_other))
		return PAPERS_OTHERS;
	if (is_of_now(c) && (c->papers.state != PAPERS_UNKNOWN || c->sender.link_up))
		return c->papers.state;
	return c->sender.link_up ? PAPERS_OFFER : PAPERS_OFFLINE;
}

/* The last day of its validity is one of it. */
static bool is_expired(const struct papers *p, const struct stored_paper *s)
{
	return s->until_s > 0 && (s->until_s + VIETNAM_S) / DAY_S < (p->told_s + VIETNAM_S) / DAY_S;
}

static enum stored stored_of(const struct papers *p, const struct stored_paper *s)
{
	if (!s->id[0])
		return STORED_NONE;
	if (s->revoked)
		return STORED_REVOKED;
	if (is_expired(p, s))
		return STORED_EXPIRED;
	return s->altered ? STORED_ALTERED : STORED_VALID;
}

enum stored papers_stored(const struct core *c, size_t paper)
{
	const struct stored_paper *s = papers_of(c, paper);

	return s ? stored_of(&c->papers, s) : STORED_NONE;
}

const struct stored_paper *papers_of(const struct core *c, size_t paper)
{
	const struct papers *p = &c->papers;

	if (!p->of || paper >= VISIT_MAX_PAPERS || !is_of_now(c) || !p->of[paper].id[0])
		return NULL;
	return &p->of[paper];
}

static void take_text(char *ret, size_t cap, const struct view *v, size_t i, const char *key)
{
	core_cut_text(view_row_text(v, GROUP, i, key), ret, cap);
}

static struct stored_paper read_row(const struct view *v, size_t i)
{
	struct stored_paper s = {
		.given_s = view_row_num(v, GROUP, i, "NgayCap"),
		.until_s = view_row_num(v, GROUP, i, "NgayHetHan"),
		.bytes = view_row_num(v, GROUP, i, "bytes"),
		.revoked = view_row_num(v, GROUP, i, "DaThuHoi") != 0,
	};

	take_text(s.id, sizeof s.id, v, i, "MaKetQua");
	take_text(s.title, sizeof s.title, v, i, "TenGiayTo");
	take_text(s.sign, sizeof s.sign, v, i, "SoKyHieu");
	take_text(s.issuer, sizeof s.issuer, v, i, "CoQuanChuQuan");
	take_text(s.path, sizeof s.path, v, i, "DuongDan");
	take_text(s.sha256, sizeof s.sha256, v, i, "sha256");
	return s;
}

/* The one to offer: what can be used before what cannot, then the newest. */
static bool is_better(const struct papers *p, const struct stored_paper *a,
		      const struct stored_paper *b)
{
	bool good = stored_of(p, a) == STORED_VALID, other = stored_of(p, b) == STORED_VALID;

	return !b->id[0] || (good != other ? good : a->given_s > b->given_s);
}

/* What is for no paper of this procedure is not kept at all. */
static void take_row(struct papers *p, const struct visit *v, const struct view *facts, size_t row)
{
	const char *code = view_row_text(facts, GROUP, row, "MaThanhPhanHoSo");
	struct stored_paper s = read_row(facts, row);

	for (size_t i = 0; i < v->procedure->paper_count && i < VISIT_MAX_PAPERS; i++)
		if (is_wanted(v->procedure, i, v->for_other) &&
		    strcmp(v->procedure->papers[i].code, code) == 0 && is_better(p, &s, &p->of[i]))
			p->of[i] = s;
	explicit_bzero(&s, sizeof s);
}

enum err papers_take(struct papers *p, const struct visit *v, const struct view *facts)
{
	if (strcmp(view_get_text(facts, "SoDinhDanhChuSoHuu"), v->card.number) != 0)
		return ERR_FORGED;
	p->of = calloc(VISIT_MAX_PAPERS, sizeof *p->of);
	if (!p->of)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < view_rows(facts, GROUP); i++)
		take_row(p, v, facts, i);
	return ERR_OK;
}

static size_t count_usable(const struct papers *p)
{
	size_t n = 0;

	for (size_t i = 0; p->of && i < VISIT_MAX_PAPERS; i++)
		n += stored_of(p, &p->of[i]) == STORED_VALID;
	return n;
}

static void drop_list(struct papers *p)
{
	if (p->of)
		explicit_bzero(p->of, VISIT_MAX_PAPERS * sizeof *p->of);
	free(p->of);
	p->of = NULL;
}

static void note(struct core *c, const char *what, const char *detail)
{
	(void)audit_add(c->store, what, c->dossier_key, detail);
}

/* No word about which papers, nor whose. */
static void note_told(struct core *c, enum err why)
{
	char detail[32];

	snprintf(detail, sizeof detail, "%zu", count_usable(&c->papers));
	note(c, why == ERR_OK ? "papers.told" : "papers.not_told",
	     why == ERR_OK ? detail : err_name(why));
	log_line(LOG_INFO, "papers", "result=%s", err_name(why));
}

static void on_papers(struct core *c, uint32_t number, const struct query_end *end)
{
	struct papers *p = &c->papers;
	enum err e = end->why;

	if (number != p->number || p->state != PAPERS_ASKS)
		return;
	if (e == ERR_OK && is_of_now(c)) {
		p->told_s = end->time_s;
		e = papers_take(p, &c->visit, end->facts);
	}
	p->state = e == ERR_OK ? PAPERS_TOLD : PAPERS_UNKNOWN;
	note_told(c, e);
	guest_step(c, &(struct visit_event){ .on = ON_PAPERS_TOLD });
}

static struct json_object *body_of(const struct visit *v)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "SoDinhDanhChuSoHuu", json_object_new_string(v->card.number));
	json_object_object_add(o, "MaThuTuc", json_object_new_string(v->procedure->code));
	return o;
}

static void forget_list(struct core *c)
{
	struct papers *p = &c->papers;
	uint32_t number = p->number + 1;

	stored_leave(c);
	query_cancel(c, on_papers);
	drop_list(p);
	struct stored_seen seen = p->seen;
	explicit_bzero(p, sizeof *p);
	p->number = number;
	p->seen = seen;
}

void papers_find(struct core *c, bool allow)
{
	struct papers *p = &c->papers;
	enum papers_state now = papers_state(c);

	if (!allow && p->procedure)
		note(c, "papers.withdrawn", "");
	if (!allow || (now != PAPERS_OFFER && now != PAPERS_UNKNOWN)) {
		if (!allow)
			forget_list(c);
		return;
	}
	forget_list(c);
	p->procedure = c->visit.procedure;
	p->for_other = c->visit.for_other;
	p->language = c->visit.language;
	p->allowed_s = clock_now_s(&c->child.clock);
	note(c, "papers.allowed", "");
	enum err e =
		query_ask(c, QUERY_PAPERS, body_of(&c->visit), on_papers, c->visitor, p->number);
	p->state = e == ERR_OK ? PAPERS_ASKS : PAPERS_UNKNOWN;
	if (e != ERR_OK)
		note_told(c, e);
}

/* Whether they can be asked for has changed; nobody who has walked away is kept here by that. */
void papers_link(struct core *c)
{
	enum papers_state now = papers_state(c);

	if (c->visit.at != SCREEN_CHECKLIST ||
	    (now != PAPERS_OFFER && now != PAPERS_OFFLINE && now != PAPERS_UNKNOWN))
		return;
	c->visit.turn++; /* the list moves under the fingers */
	show_screen(c);
}

void papers_init(struct papers *p)
{
	p->seen.image = p->seen.file = -1;
}

void papers_forget(struct core *c)
{
	forget_list(c);
}
