#include "firmware/core/track.h"

#include "firmware/base/log.h"
#include "firmware/base/view.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/receipt_code.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static void on_pause_over(void *data)
{
	struct core *c = data;

	if (c->visit.at == SCREEN_TRACK_CODE)
		show_screen(c);
}

uint32_t track_wait_s(const struct core *c)
{
	int64_t left_ms = c->track.free_ms - clock_mono_ms(&c->child.clock);

	return left_ms > 0 ? (uint32_t)((left_ms + 999) / 1000) : 0;
}

/* One more code that nobody knows. */
static void miss(struct core *c)
{
	struct track *t = &c->track;
	int64_t now_ms = clock_mono_ms(&c->child.clock);

	if (now_ms - t->missed_ms > TRACK_FORGET_MS)
		t->misses = 0;
	t->missed_ms = now_ms;
	if (++t->misses < TRACK_MISSES)
		return;
	t->misses = 0;
	t->free_ms = now_ms + TRACK_PAUSE_MS;
	timer_set(c->child.loop, &t->over, TRACK_PAUSE_MS, on_pause_over, c);
	log_line(LOG_WARN, "track.pause", "misses=%d", TRACK_MISSES);
	(void)audit_add(c->store, "track.pause", "", "");
}

static void take_text(char *ret, size_t cap, const struct view *v, const char *key)
{
	core_cut_text(view_get_text(v, key), ret, cap);
}

/* What is asked for and has not been brought; the last one counts. */
static void take_supplement(struct standing *s, const struct view *v)
{
	static const char GROUP[] = "DanhSachHoSoBoSung";

	for (size_t i = 0; i < view_rows(v, GROUP); i++) {
		if (view_row_num(v, GROUP, i, "TrangThaiBoSung") != 0)
			continue;
		core_cut_text(view_row_text(v, GROUP, i, "HoSoBoSungId"), s->asked_id,
			      sizeof s->asked_id);
		core_cut_text(view_row_text(v, GROUP, i, "NoiDungBoSung"), s->asked,
			      sizeof s->asked);
		core_cut_text(view_row_text(v, GROUP, i, "DanhSachGiayToBoSung"), s->papers,
			      sizeof s->papers);
		s->asked_s = view_row_num(v, GROUP, i, "NgayBoSung");
	}
}

static void take_fees(struct standing *s, const struct view *v)
{
	static const char GROUP[] = "DanhSachLePhi";

	for (size_t i = 0; i < view_rows(v, GROUP); i++)
		if (view_row_num(v, GROUP, i, "TrangThaiThanhToan") == 0)
			s->fee_vnd += view_row_num(v, GROUP, i, "Gia");
}

static void take_standing(struct standing *s, const struct view *v, int64_t time_s)
{
	*s = (struct standing){ .progress = view_get_num(v, "TrangThaiHoSo"),
				.received_s = view_get_num(v, "NgayTiepNhan"),
				.due_s = view_get_num(v, "NgayHenTra"),
				.ready_s = view_get_num(v, "NgayTra"),
				.sorry_s = view_get_num(v, "NgayXinLoi"),
				.new_due_s = view_get_num(v, "NgayHenTraMoi"),
				.time_s = time_s };
	take_text(s->code, sizeof s->code, v, "MaHoSo");
	take_text(s->procedure, sizeof s->procedure, v, "TenTTHC");
	take_text(s->procedure_code, sizeof s->procedure_code, v, "MaTTHC");
	take_text(s->unit, sizeof s->unit, v, "DonViXuLy");
	take_text(s->note, sizeof s->note, v, "GhiChu");
	take_text(s->sorry, sizeof s->sorry, v, "XinLoi");
	take_text(s->sorry_no, sizeof s->sorry_no, v, "SoXinLoi");
	take_supplement(s, v);
	take_fees(s, v);
}

/* Then the outbox tells what it can, and of what. */
static void cannot(struct core *c, enum err why)
{
	struct track *t = &c->track;

	t->why = why;
	t->state = t->here ? TRACK_HERE : TRACK_CANNOT;
	/* a slip of this kiosk that it never gave: guessed, with or without a link */
	if (!t->here && receipt_code_ok(t->asked))
		miss(c);
}

static void on_status(struct core *c, uint32_t number, const struct query_end *end)
{
	struct track *t = &c->track;

	bool unknown = end->why == ERR_OK && !view_get_num(end->facts, "found");

	if (number != t->number || t->state != TRACK_ASKS) {
		if (unknown) /* nobody waits for it any more, but it was a try */
			miss(c);
		return;
	}
	if (end->why != ERR_OK) {
		cannot(c, end->why);
	} else if (view_get_num(end->facts, "found")) {
		take_standing(&t->said, end->facts, end->time_s);
		t->state = TRACK_TOLD;
	} else if (t->here) {
		cannot(c, ERR_NOT_FOUND);
	} else {
		t->state = TRACK_UNKNOWN;
		miss(c);
	}
	guest_step(c, &(struct visit_event){ .on = ON_TRACK_TOLD });
}

/* Before it has answered, the province knows nothing that this kiosk does not. */
static bool is_answered(const struct outbox_item *i)
{
	return i->state == OUTBOX_ACCEPTED || i->state == OUTBOX_REFUSED ||
	       i->state == OUTBOX_PURGED;
}

/* By the code as it is now, else by one that it had once: the citizen may hold that slip. */
static void look_here(struct core *c)
{
	struct track *t = &c->track;
	struct outbox_item former;

	t->code = CODE_PRESENT;
	t->here = outbox_find(c->store, t->asked, &t->item) == ERR_OK;
	if (reconcile_former(c->store, t->asked, &former) != ERR_OK)
		return;
	t->code = t->here ? CODE_SHARED : CODE_FORMER;
	if (!t->here)
		t->item = former;
	t->here = true;
}

/* What the province knows it by: the slip of a supplement leads to the dossier. */
static const char *asked_by(const struct track *t)
{
	if (!t->here)
		return t->asked;
	return t->item.supplement[0] ? t->item.supplement : t->item.key;
}

static void begin(struct core *c)
{
	struct track *t = &c->track;
	struct json_object *body;

	t->number++;
	t->why = ERR_OK;
	memset(&t->said, 0, sizeof t->said);
	look_here(c);
	if (t->here && !is_answered(&t->item)) {
		t->state = TRACK_HERE;
		return;
	}
	t->state = TRACK_ASKS;
	body = json_object_new_object();
	if (body)
		json_object_object_add(body, "MaHoSo", json_object_new_string(asked_by(t)));
	enum err e = query_ask(c, QUERY_STATUS, body, on_status, c->visitor, t->number);
	if (e != ERR_OK)
		cannot(c, e);
}

enum err track_ask(struct core *c, const char *code)
{
	struct track *t = &c->track;

	if (track_wait_s(c) > 0)
		return ERR_BUSY;
	core_cut_text(code, t->asked, sizeof t->asked);
	t->fee[0] = '\0';
	t->fee_why = ERR_OK;
	begin(c);
	return ERR_OK;
}

enum err track_again(struct core *c)
{
	if (track_wait_s(c) > 0)
		return ERR_BUSY;
	if (c->track.state != TRACK_ASKS)
		begin(c);
	return ERR_OK;
}

/* Which of a dossier's fees: one that is asked for later is another one. */
static enum pay_when when_of(const struct standing *s)
{
	if (s->progress == PROGRESS_READY)
		return PAY_AT_RESULT;
	return s->progress == PROGRESS_SUPPLEMENT || s->progress == PROGRESS_TO_PAY
		       ? PAY_AT_SUPPLEMENT
		       : PAY_AT_RECEPTION;
}

void track_pay(struct core *c)
{
	struct track *t = &c->track;
	struct pay_item item;
	char dossier[OUTBOX_CODE_CAP];

	if (t->state != TRACK_TOLD)
		return;
	if (t->here && !t->item.supplement[0])
		(void)snprintf(dossier, sizeof dossier, "%s", t->item.key);
	else
		outbox_dossier(c->store, t->said.code, dossier);
	t->fee_why = pay_begin(c->store, dossier, when_of(&t->said), t->said.fee_vnd, &item);
	if (t->fee_why != ERR_OK) {
		log_line(LOG_WARN, "track.pay", "err=%s", err_name(t->fee_why));
		return;
	}
	memcpy(t->fee, item.key, sizeof t->fee);
	pay_ask_watch(c, item.key);
}

/* Its code, the province's if that is known. */
static const char *dossier_of(const struct track *t)
{
	if (t->state == TRACK_TOLD && t->said.code[0])
		return t->said.code;
	if (t->here && t->item.supplement[0])
		return t->item.supplement;
	return t->here && t->item.dossier_code[0] ? t->item.dossier_code : t->asked;
}

static bool find_added(const struct core *c, struct outbox_item *ret)
{
	const struct track *t = &c->track;

	if (t->here && t->item.supplement[0])
		*ret = t->item;
	else if (outbox_supplement(c->store, dossier_of(t), ret) != ERR_OK)
		return outbox_supplement(c->store, t->asked, ret) == ERR_OK;
	return true;
}

/* Answered before the present request was made, and not asked for by its own slip. */
static bool is_past(const struct track *t, const struct outbox_item *added)
{
	return t->state == TRACK_TOLD && !(t->here && t->item.supplement[0]) &&
	       added->answered_s < t->said.asked_s;
}

enum track_added track_added(const struct core *c, struct outbox_item *ret_item)
{
	if (!find_added(c, ret_item))
		return ADDED_NOTHING;
	if (!is_answered(ret_item))
		return ADDED_WAITS;
	if (is_past(&c->track, ret_item))
		return ADDED_NOTHING;
	return ret_item->dossier_code[0] ? ADDED_TAKEN : ADDED_REFUSED;
}

static bool may_be_asked(const struct track *t)
{
	switch (t->state) {
	case TRACK_TOLD:
		return t->said.progress == PROGRESS_SUPPLEMENT;
	case TRACK_HERE:
		return t->item.dossier_code[0] && t->why != ERR_NOT_FOUND;
	case TRACK_CANNOT:
		return true;
	default:
		return false;
	}
}

bool track_may_supply(const struct core *c)
{
	struct outbox_item item;

	return may_be_asked(&c->track) && track_added(c, &item) != ADDED_WAITS;
}

static void take_service(const struct core *c, struct supplement *s)
{
	const struct track *t = &c->track;
	const struct procedure *p =
		t->here ? catalogue_find(c->catalogue, t->item.procedure) : NULL;
	bool told = t->state == TRACK_TOLD;

	core_cut_text(p      ? p->code
		      : told ? t->said.procedure_code
			     : "",
		      s->procedure_code, sizeof s->procedure_code);
	core_cut_text(p      ? p->name
		      : told ? t->said.procedure
			     : "",
		      s->procedure_name, sizeof s->procedure_name);
}

enum err track_supplement(const struct core *c, struct supplement *ret)
{
	const struct track *t = &c->track;
	struct supplement s = { .known = t->state == TRACK_TOLD && t->said.asked_id[0] };

	if (!track_may_supply(c))
		return ERR_DENIED;
	core_cut_text(dossier_of(t), s.code, sizeof s.code);
	take_service(c, &s);
	if (s.known) {
		core_cut_text(t->said.asked_id, s.id, sizeof s.id);
		core_cut_text(t->said.asked, s.asked, sizeof s.asked);
		core_cut_text(t->said.papers, s.list, sizeof s.list);
	}
	*ret = s;
	supplement_make(ret);
	return ERR_OK;
}

void track_forget(struct core *c)
{
	struct track *t = &c->track;
	uint32_t number = t->number + 1;

	if (c->payments.watched[0])
		pay_ask_watch(c, "");
	explicit_bzero(t, offsetof(struct track, misses));
	t->number = number;
}
