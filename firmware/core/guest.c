/* Carries out what the visit asks for, and tells it what happens: touches, quiet, devices. */
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/board.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"
#include "firmware/core/files.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_MS 1000u
#define WHO_CAP   (13 + 1 + 2 * CARD_MARK_BYTES + 1)

static int32_t local_date(const struct core *c)
{
	char stamp[LOCAL_STAMP_CAP];

	local_stamp(clock_now_s(&c->child.clock), stamp);
	stamp[8] = '\0';
	return (int32_t)strtol(stamp, NULL, 10);
}

static bool fit(const struct core *c, enum role device)
{
	enum err state = desk_able(c, device);

	return state == ERR_OK || state == ERR_BUSY;
}

/* A screen that cannot do without a device says so as soon as it is reached; not again when the
 * citizen comes back to it from that very message. */
static void check_needs(struct core *c, enum screen was)
{
	enum role device = visit_needs(c->visit.at);

	if (device == ROLE_COUNT || c->visit.at == was || visit_is_overlay(was))
		return;
	if (!fit(c, device) && !fit(c, visit_needs_or(c->visit.at)))
		visit_step(&c->visit, &(struct visit_event){ .on = ON_FAULT,
							     .why = desk_state(c, device),
							     .device = device });
}

bool guest_step(struct core *c, const struct visit_event *e)
{
	struct visit *v = &c->visit;
	enum screen was = v->at;

	if (board_bars(c, e))
		return false;
	v->today = local_date(c);
	v->card_in = c->desk.card_in;
	v->cards = c->desk.cards;
	v->paper_left = c->desk.left == LEFT_SOME;
	if (!visit_step(v, e))
		return false;
	if (v->at != was)
		log_line(LOG_INFO, "visit", "%s on=%s to=%s", screen_name(was),
			 visit_on_name(e->on), screen_name(v->at));
	if (was == SCREEN_ATTRACT && v->at != was) {
		ctl_chip_stop(c);
		ctl_scan_stop(c);
	}
	check_needs(c, was);
	board_poke(c);
	return true;
}

void guest_act(struct core *c, const struct msg_act *act)
{
	bool late = act->turn != c->visit.turn;

	/* what a tap meant is clear only on the screen it was made for */
	if (act->action <= ACTION_NONE || act->action >= ACTION_COUNT || late)
		return;
	guest_step(c, &(struct visit_event){ .on = (enum visit_on)act->action,
					     .index = act->index,
					     .text = act->text });
	if (c->visit.at == SCREEN_STAFF_PIN || c->visit.at == SCREEN_TOKEN_PIN)
		guest_scrub(c); /* it may have been a PIN */
	pages_poke(c);
}

static void port_show(void *data, bool fresh)
{
	(void)fresh;
	show_screen(data);
}

static void on_quiet(void *data)
{
	guest_step(data, &(struct visit_event){ .on = ON_QUIET });
}

static void on_tick(void *data)
{
	struct core *c = data;
	int64_t passed_ms = loop_now_ms(c->child.loop) - c->tick_ms;

	/* by the clock: a tick that comes late does not give the countdown more time */
	guest_step(c, &(struct visit_event){ .on = ON_TICK,
					     .index = (uint32_t)(passed_ms / SECOND_MS) });
}

static void port_wait(void *data, uint32_t quiet_s, bool countdown)
{
	struct core *c = data;

	c->tick_ms = loop_now_ms(c->child.loop);
	if (countdown)
		timer_set(c->child.loop, &c->quiet, SECOND_MS, on_tick, c);
	else if (quiet_s > 0)
		timer_set(c->child.loop, &c->quiet, quiet_s * SECOND_MS, on_quiet, c);
	else
		timer_stop(c->child.loop, &c->quiet);
}

static enum err port_may_begin(void *data)
{
	return update_may_begin(data);
}

/* Under which name what a person leaves here is kept. What was begun with a chip is found
 * by the same chip only; a printed code finds what a code began. Anybody can sign a copy of another
 * one's data, so what a genuine chip began no card of an unknown issuer finds. */
static void name_of_code(const struct visit *v, char out[WHO_CAP])
{
	snprintf(out, WHO_CAP, "%s", v->card.number);
}

static bool name_of_chip(const struct visit *v, char out[WHO_CAP])
{
	char hex[2 * CARD_MARK_BYTES + 1];

	if (v->source != CARD_FROM_CHIP || !chip_is_proof(&v->chip))
		return false;
	hex_of(v->chip.mark, CARD_MARK_BYTES, hex);
	snprintf(out, WHO_CAP, "%s %s%s", v->card.number, hex,
		 v->chip.verdict == VERDICT_GENUINE ? "" : "?");
	explicit_bzero(hex, sizeof hex);
	return true;
}

static enum draft draft_of(struct core *c, const char *who, bool proven)
{
	struct outbox_item item;
	struct vault *v;

	if (outbox_untold(c->store, who, &item) == ERR_OK)
		return DRAFT_UNTOLD;
	if (vault_find(c->store, who, &v) != ERR_OK)
		return DRAFT_NONE;
	/* neither a QR code nor a signature of anybody is a proof: then it waits a short while */
	bool fresh = proven || clock_now_s(&c->child.clock) - vault_begun_s(v) < DRAFT_KEEP_S;
	vault_close(v);
	return fresh ? DRAFT_UNFINISHED : DRAFT_NONE;
}

/* What this person left: by the chip, else by the code. */
static enum draft find_left(struct core *c, char who[WHO_CAP])
{
	enum draft d = DRAFT_NONE;

	if (name_of_chip(&c->visit, who))
		d = draft_of(c, who, c->visit.chip.verdict == VERDICT_GENUINE);
	if (d == DRAFT_NONE) {
		name_of_code(&c->visit, who);
		d = draft_of(c, who, false);
	}
	return d;
}

static enum draft port_has_draft(void *data)
{
	char who[WHO_CAP];
	enum draft d = find_left(data, who);

	explicit_bzero(who, sizeof who);
	return d;
}

static enum err port_read_chip(void *data, const struct card_key *key)
{
	return chip_read(data, key);
}

static void port_stop_chip(void *data)
{
	chip_stop(data);
}

static void drop_draft(struct core *c, const char *who)
{
	struct vault *old;

	while (vault_find(c->store, who, &old) == ERR_OK)
		if (vault_end(old) != ERR_OK)
			return;
}

/* A draft that the citizen did not take up again is theirs, not ours: it goes when the new one
 * begins. The new one waits until the night when nobody but the holder of this chip finds it. */
static enum err begin_vault(struct core *c)
{
	char who[WHO_CAP];

	name_of_code(&c->visit, who);
	drop_draft(c, who);
	if (name_of_chip(&c->visit, who))
		drop_draft(c, who);
	enum err e = vault_begin(c->store, who, &c->vault);
	explicit_bzero(who, sizeof who);
	if (e == ERR_OK && c->visit.source == CARD_FROM_CHIP &&
	    c->visit.chip.verdict == VERDICT_GENUINE)
		e = vault_last(c->vault, local_next(clock_now_s(&c->child.clock), NIGHT_HOUR));
	return e;
}

static void count_identity(struct core *c)
{
	const struct visit *v = &c->visit;

	(void)counter_add(c->store, "identity",
			  v->source == CARD_FROM_CHIP ? verdict_name(v->chip.verdict) : "code");
}

static enum err port_begin(void *data)
{
	struct core *c = data;
	enum err e = port_may_begin(c); /* who began with the card has not been through HOME */

	if (e != ERR_OK)
		return e;
	e = store_new_key(c->store, c->dossier_key);
	if (e == ERR_OK)
		e = begin_vault(c);
	if (e != ERR_OK)
		return e;
	c->visit.started_s = clock_now_s(&c->child.clock);
	(void)counter_add(c->store, "visit.begun", "");
	count_identity(c);
	return draft_keep(c);
}

/* Of papers that were added to a dossier only that much is known any more. */
static const struct procedure *procedure_of(struct core *c, const struct outbox_item *item)
{
	const struct procedure *p = catalogue_find(c->catalogue, item->procedure);
	struct supplement *s = &c->visit.supplement;

	*s = (struct supplement){ 0 };
	if (!item->supplement[0])
		return p;
	memcpy(s->code, item->supplement, sizeof s->code);
	core_cut_text(item->procedure, s->procedure_code, sizeof s->procedure_code);
	core_cut_text(p ? p->name : "", s->procedure_name, sizeof s->procedure_name);
	supplement_make(s);
	return &s->procedure;
}

/* The kiosk stopped after the dossier was saved and before its owner had left: they get their
 * code and receipt now, and nobody files twice. */
static enum err take_up_saved(struct core *c, const char *who)
{
	struct visit *v = &c->visit;
	struct outbox_item item;
	enum err e = outbox_untold(c->store, who, &item);

	if (e != ERR_OK)
		return e;
	v->procedure = procedure_of(c, &item);
	if (!v->procedure)
		return ERR_NOT_FOUND;
	memcpy(c->dossier_key, item.key, sizeof c->dossier_key);
	c->handed_in = c->visitor;
	v->saved = true;
	v->saved_s = item.added_s;
	v->unsure = trusted_time_state(&c->time) == TIME_UNKNOWN ||
		    item.added_s > clock_now_s(&c->child.clock);
	v->answered_s = item.answered_s;
	v->due_s = item.due_s;
	snprintf(v->receipt_code, sizeof v->receipt_code, "%s", item.receipt_code);
	snprintf(v->dossier_code, sizeof v->dossier_code, "%s", item.dossier_code);
	if (item.state == OUTBOX_REFUSED)
		snprintf(v->reason, sizeof v->reason, "%s", item.reason);
	return ERR_OK;
}

static enum err port_resume(void *data)
{
	struct core *c = data;
	char who[WHO_CAP];
	enum draft d = find_left(c, who);
	enum err e = ERR_NOT_FOUND;

	if (d == DRAFT_UNTOLD)
		e = take_up_saved(c, who);
	else if (d == DRAFT_UNFINISHED)
		e = vault_find(c->store, who, &c->vault);
	explicit_bzero(who, sizeof who);
	return e == ERR_OK && d == DRAFT_UNFINISHED ? draft_resume(c) : e;
}

static void port_keep(void *data)
{
	enum err e = draft_keep(data);

	if (e != ERR_OK)
		log_line(LOG_ERROR, "draft.not_kept", "err=%s", err_name(e));
}

static enum err port_open_form(void *data)
{
	struct core *c = data;

	if (c->visit.supplement.on)
		return form_open_bare(c->config.assets_dir, c->config.catalogue_anchor,
				      "supplement.json", &c->visit.form);
	return form_open(c->config.assets_dir, c->config.catalogue_anchor, c->visit.procedure->code,
			 &c->visit.form);
}

static void port_scan(void *data, uint32_t most)
{
	desk_scan(data, most);
}

static void port_scan_stop(void *data)
{
	desk_scan_stop(data);
}

static enum err keep_held(struct core *c, struct page *p)
{
	enum err e = ERR_OK;

	p->file = ++c->next_file;
	if (p->pack >= 0)
		e = draft_put_part(c, p->file, PART_PACK, p->pack);
	if (e == ERR_OK && p->raw >= 0)
		e = draft_put_part(c, p->file, PART_PIXELS, p->raw);
	if (e == ERR_OK && p->image >= 0)
		e = draft_put_part(c, p->file, PART_PREVIEW, p->image);
	if (e != ERR_OK)
		return e;
	p->durable = p->raw >= 0;
	if (p->pack >= 0)
		close(p->pack);
	if (p->raw >= 0)
		close(p->raw);
	p->pack = p->raw = -1;
	return ERR_OK;
}

/* Of a dossier that was closed before, in a vault of its own. */
static enum err port_keep_pages(void *data)
{
	struct core *c = data;
	struct visit *v = &c->visit;

	for (uint32_t i = 0; i < v->page_count; i++) {
		enum err e = keep_held(c, &v->pages[i]);

		if (e != ERR_OK)
			return e;
	}
	return draft_keep(c);
}

static void port_drop_page(void *data, const struct page *page)
{
	draft_drop_page(data, page);
}

static void port_hand_in(void *data)
{
	handin_start(data);
}

static void port_print(void *data)
{
	desk_print(data);
}

static void port_call_staff(void *data)
{
	struct core *c = data;

	const char *why = c->visit.why == ERR_LEFT_PAPER ? err_name(ERR_LEFT_PAPER) : "";

	log_line(LOG_WARN, "staff.called", "screen=%s %s", screen_name(c->visit.at), why);
	(void)audit_add(c->store, "staff.called", screen_name(c->visit.at), why);
}

/* From the loop itself, where no frame holds anything of the citizen. */
static void on_scrub(void *data)
{
	(void)data;
	stack_wipe();
}

void guest_scrub(struct core *c)
{
	timer_set(c->child.loop, &c->scrub, 0, on_scrub, c);
}

static enum err port_has_staff(void *data)
{
	return certify_may(data);
}

static enum err port_check_staff(void *data, const char *pin, uint8_t *ret_left)
{
	return certify_check_staff(data, pin, ret_left);
}

static void port_ask_token(void *data)
{
	certify_ask_token(data);
}

static enum err port_token(void *data)
{
	return certify_token(data);
}

static enum err port_certify(void *data, const char *token_pin)
{
	return certify_start(data, token_pin);
}

static void port_check_copy(void *data)
{
	copy_check_open(data);
}

static void port_check_file(void *data, uint32_t index)
{
	copy_check_file(data, index);
}

static void port_staff_open(void *data)
{
	staff_open(data);
}

static void port_staff_do(void *data, uint32_t deed)
{
	staff_do(data, (enum staff_deed)deed);
}

static void port_staff_more(void *data, uint32_t page)
{
	staff_more(data, page);
}

static bool port_stick_at_work(void *data)
{
	return staff_at_work(data);
}

static enum err port_track(void *data, const char *code)
{
	return track_ask(data, code);
}

static enum err port_track_again(void *data)
{
	return track_again(data);
}

static void port_pay(void *data)
{
	track_pay(data);
}

static void port_pay_left(void *data)
{
	pay_ask_watch(data, "");
}

static void port_find_papers(void *data, bool allow)
{
	papers_find(data, allow);
}

static enum stored port_stored(void *data, size_t paper)
{
	return papers_stored(data, paper);
}

static void port_see_paper(void *data, size_t paper)
{
	stored_see(data, paper);
}

static void port_turn_paper(void *data, uint32_t page)
{
	stored_turn(data, page);
}

static void port_unsee_paper(void *data)
{
	stored_leave(data);
}

static enum err port_supplement(void *data)
{
	struct core *c = data;

	return track_supplement(c, &c->visit.supplement);
}

static void port_copy_dropped(void *data, size_t paper)
{
	certify_dropped(data, paper);
}

static void port_wipe(void *data)
{
	struct core *c = data;

	desk_forget(c);
	chip_stop(c);
	if (c->vault) {
		enum err e = vault_end(c->vault);

		if (e != ERR_OK)
			log_line(LOG_ERROR, "vault.not_ended", "err=%s", err_name(e));
	}
	if (c->visit.saved && c->visit.heard && c->handed_in == c->visitor)
		(void)outbox_told(c->store, c->dossier_key);
	if (c->visit.kept && !c->visit.saved)
		(void)counter_add(c->store, "visit.left", screen_name(c->visit.under));
	c->vault = NULL;
	c->visit.catalogue = c->catalogue;
	c->visitor++;
	c->handed_in = 0;
	jobs_forget(c, c->visitor - 1);
	query_forget(c, c->visitor - 1);
	explicit_bzero(c->dossier_key, sizeof c->dossier_key);
	c->pages = (struct pages){ 0 };
	handin_forget(c);
	certify_forget(c);
	copy_check_forget(c);
	track_forget(c);
	papers_forget(c);
	timer_stop(c->child.loop, &c->sender.patience);
	guest_scrub(c);
}

const struct visit_ports GUEST_PORTS = {
	.show = port_show,
	.wait = port_wait,
	.may_begin = port_may_begin,
	.has_draft = port_has_draft,
	.read_chip = port_read_chip,
	.stop_chip = port_stop_chip,
	.begin = port_begin,
	.resume = port_resume,
	.keep = port_keep,
	.open_form = port_open_form,
	.scan = port_scan,
	.scan_stop = port_scan_stop,
	.drop_page = port_drop_page,
	.keep_pages = port_keep_pages,
	.hand_in = port_hand_in,
	.print = port_print,
	.call_staff = port_call_staff,
	.has_staff = port_has_staff,
	.check_staff = port_check_staff,
	.ask_token = port_ask_token,
	.token = port_token,
	.certify = port_certify,
	.check_copy = port_check_copy,
	.check_file = port_check_file,
	.staff_open = port_staff_open,
	.staff_do = port_staff_do,
	.staff_more = port_staff_more,
	.stick_at_work = port_stick_at_work,
	.track = port_track,
	.track_again = port_track_again,
	.pay = port_pay,
	.pay_left = port_pay_left,
	.find_papers = port_find_papers,
	.stored = port_stored,
	.see_paper = port_see_paper,
	.turn_paper = port_turn_paper,
	.unsee_paper = port_unsee_paper,
	.supplement = port_supplement,
	.copy_dropped = port_copy_dropped,
	.wipe = port_wipe,
};
