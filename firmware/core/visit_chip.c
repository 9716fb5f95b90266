/* The acts of who it is: the printed code, the key that opens the chip, reading it. */
#include "firmware/core/prefill.h"
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

/* Places in visit::key_typed: the six digits, then enum card_key_part. */
enum { ROW_CAN, ROW_MRZ };

#define CHIP_RETRIES 3

static void forget_key(struct visit *v)
{
	explicit_bzero(v->key_typed, sizeof v->key_typed);
	explicit_bzero(&v->keys, sizeof v->keys);
	memset(v->key_errors, 0, sizeof v->key_errors);
	v->key = 0;
}

bool visit_is_barred(const struct visit *v)
{
	return v->source == CARD_FROM_CHIP && !chip_may_go_on(&v->chip);
}

static enum screen read_chip(struct visit *v)
{
	v->step = v->percent = 0;
	v->why = ERR_OK;
	explicit_bzero(v->chip_name, sizeof v->chip_name);
	v->state = 1;
	if (!v->card_in)
		return SCREEN_CHIP;
	v->tried_card = v->cards;
	v->why = v->ports->read_chip(v->ports_data, &v->keys.all[v->key]);
	v->state = v->why == ERR_OK ? 0 : 2;
	return SCREEN_CHIP;
}

static enum screen read_with_code(struct visit *v)
{
	v->key = v->retries = 0;
	v->key_kind = CHIP_KEY_CAN;
	card_keys_of_code(&v->code, &v->keys);
	return v->keys.count > 0 ? read_chip(v) : SCREEN_CARD_KEY;
}

static enum screen be_who_the_code_says(struct visit *v)
{
	chip_forget(&v->chip);
	v->card = v->code;
	v->source = CARD_FROM_CODE;
	v->identified = true;
	v->state = 0;
	v->why = v->card.doubt;
	if (!v->kept)
		v->draft = v->ports->has_draft(v->ports_data);
	return SCREEN_IDENTITY;
}

enum screen act_take_code(struct visit *v, const struct visit_event *e)
{
	memcpy(&v->code, e->bytes, sizeof v->code);
	v->coded = true;
	return v->card_in ? read_with_code(v) : be_who_the_code_says(v);
}

enum screen act_ask_key(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->state = 0;
	v->why = ERR_OK;
	v->key_kind = CHIP_KEY_CAN;
	return SCREEN_CARD_KEY;
}

enum screen act_type_key(struct visit *v, const struct visit_event *e)
{
	size_t row = e->index + (v->key_kind == CHIP_KEY_CAN ? ROW_CAN : ROW_MRZ);
	bool there = v->key_kind == CHIP_KEY_CAN ? e->index == 0 : e->index < CARD_KEY_PARTS;

	v->silent = true;
	if (!there || strlen(e->text) >= sizeof v->key_typed[row])
		return SCREEN_CARD_KEY;
	explicit_bzero(v->key_typed[row], sizeof v->key_typed[row]);
	snprintf(v->key_typed[row], sizeof v->key_typed[row], "%s", e->text);
	v->silent = v->key_errors[row] == ERR_OK; /* a mended mistake loses its red words */
	v->key_errors[row] = ERR_OK;
	return SCREEN_CARD_KEY;
}

enum screen act_other_key(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->key_kind = v->key_kind == CHIP_KEY_CAN ? CHIP_KEY_MRZ : CHIP_KEY_CAN;
	v->why = ERR_OK;
	v->turn++; /* late taps on the former rows do not count */
	return SCREEN_CARD_KEY;
}

enum screen act_use_key(struct visit *v, const struct visit_event *e)
{
	const char *const typed[CARD_KEY_PARTS] = { v->key_typed[ROW_MRZ],
						    v->key_typed[ROW_MRZ + 1],
						    v->key_typed[ROW_MRZ + 2] };
	struct card_key key;

	(void)e;
	if (v->key_kind == CHIP_KEY_CAN)
		v->why = v->key_errors[ROW_CAN] = card_key_of_can(v->key_typed[ROW_CAN], &key);
	else
		v->why = card_key_of_mrz(typed, &key, v->key_errors + ROW_MRZ);
	if (v->why != ERR_OK)
		return SCREEN_CARD_KEY;
	v->keys = (struct card_keys){ .all = { key }, .count = 1 };
	v->key = v->retries = 0;
	explicit_bzero(&key, sizeof key);
	return read_chip(v);
}

enum screen act_key_code(struct visit *v, const struct visit_event *e)
{
	(void)e; /* who saw the code has it read; CARD_KNOWN or CARD_BAD follows */
	v->silent = true;
	return SCREEN_CARD_KEY;
}

enum screen act_key_bad(struct visit *v, const struct visit_event *e)
{
	v->why = e->why;
	return SCREEN_CARD_KEY;
}

/* What the code says of the key is filled in, for whoever has to type the rest. */
static void fill_key(struct visit *v)
{
	const char *birth = v->code.birth;

	card_key_can(v->code.number, v->key_typed[ROW_CAN]);
	memcpy(v->key_typed[ROW_MRZ + CARD_KEY_NUMBER], v->code.number, sizeof v->code.number);
	if (strlen(birth) == 8)
		snprintf(v->key_typed[ROW_MRZ + CARD_KEY_BIRTH], sizeof *v->key_typed,
			 "%.2s/%.2s/%.4s", birth, birth + 2, birth + 4);
}

enum screen act_key_known(struct visit *v, const struct visit_event *e)
{
	const struct card *code = e->bytes;
	bool again = v->coded && card_same(&v->code, code);

	/* who began with one card does not go on with another person's code */
	if (v->kept && strcmp(v->card.number, code->number) != 0) {
		v->why = ERR_OTHER_HOLDER;
		return SCREEN_CARD_KEY;
	}
	v->code = *code;
	v->coded = true;
	v->why = ERR_OK;
	memset(v->key_errors, 0, sizeof v->key_errors);
	fill_key(v);
	/* what follows from this code was tried already: the rest has to be typed */
	return again ? SCREEN_CARD_KEY : read_with_code(v);
}

enum screen act_code_only(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->ports->stop_chip(v->ports_data);
	forget_key(v);
	v->why = ERR_OK;
	v->state = 0;
	return v->coded ? be_who_the_code_says(v) : SCREEN_IDENTIFY;
}

enum screen act_chip_back(struct visit *v, const struct visit_event *e)
{
	if (v->coded)
		return act_code_only(v, e);
	v->ports->stop_chip(v->ports_data);
	v->why = ERR_OK;
	return SCREEN_CARD_KEY;
}

enum screen act_chip_news(struct visit *v, const struct visit_event *e)
{
	const struct chip_news *n = e->bytes;

	v->silent = v->state != 0;
	if (v->silent)
		return SCREEN_CHIP;
	v->step = n->step;
	v->percent = n->percent;
	snprintf(v->chip_name, sizeof v->chip_name, "%s", n->name);
	return SCREEN_CHIP;
}

/* Who began with one card does not go on with another person's. */
static enum screen not_this_card(struct visit *v, struct chip *c)
{
	chip_forget(c);
	v->state = 2;
	v->why = ERR_OTHER_HOLDER;
	return SCREEN_CHIP;
}

enum screen act_chip_read(struct visit *v, const struct visit_event *e)
{
	struct chip c;
	bool other;

	memcpy(&c, e->bytes, sizeof c);
	if (v->kept && strcmp(v->card.number, c.card.number) != 0)
		return not_this_card(v, &c);
	other = v->coded && strcmp(v->code.number, c.card.number) != 0;
	if (other) /* the chip wins, and what the code said is nobody's here */
		v->code = (struct card){ 0 }, v->coded = false;
	forget_key(v);
	explicit_bzero(v->chip_name, sizeof v->chip_name);
	chip_forget(&v->chip);
	v->chip = c;
	v->card = c.card;
	explicit_bzero(&c, sizeof c);
	v->source = CARD_FROM_CHIP;
	v->identified = true;
	v->state = 0;
	v->why = other ? ERR_OTHER_CARD : v->card.doubt;
	if (!v->kept)
		v->draft = visit_is_barred(v) ? DRAFT_NONE : v->ports->has_draft(v->ports_data);
	return SCREEN_IDENTITY;
}

/* The next key that may do; a kind of key that the card does not know is not tried again. */
static bool next_key(struct visit *v, enum err why)
{
	enum chip_key kind = v->keys.all[v->key].kind;

	while (++v->key < v->keys.count)
		if (why != ERR_KEY_KIND || v->keys.all[v->key].kind != kind)
			return true;
	v->key_kind = why == ERR_KEY_KIND ? (kind == CHIP_KEY_CAN ? CHIP_KEY_MRZ : CHIP_KEY_CAN)
					  : v->keys.all[v->keys.count - 1].kind;
	return false;
}

static enum screen refused_key(struct visit *v, enum err why)
{
	if (next_key(v, why))
		return read_chip(v);
	if (v->coded)
		fill_key(v);
	/* six digits that did not do are typed anew, all of them */
	explicit_bzero(v->key_typed[ROW_CAN], sizeof v->key_typed[ROW_CAN]);
	explicit_bzero(&v->keys, sizeof v->keys);
	v->key = 0;
	v->why = why;
	return SCREEN_CARD_KEY;
}

/* By itself a few times only: a card that fails for ever is the citizen's to judge. */
static bool may_retry(struct visit *v)
{
	return v->retries < CHIP_RETRIES && ++v->retries;
}

enum screen act_chip_failed(struct visit *v, const struct visit_event *e)
{
	if (e->why == ERR_WRONG_KEY || e->why == ERR_KEY_KIND)
		return refused_key(v, e->why);
	if (e->why == ERR_CARD_MOVED || e->why == ERR_NO_CARD) {
		/* it may be back already, and nobody says so a second time */
		if (v->card_in && v->cards != v->tried_card && may_retry(v))
			return read_chip(v);
		v->state = 1;
		v->why = e->why;
		return SCREEN_CHIP;
	}
	v->state = 2;
	v->why = e->why;
	return SCREEN_CHIP;
}

enum screen act_chip_again(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->silent = v->state == 0;
	if (v->silent)
		return SCREEN_CHIP;
	v->retries = 0;
	return read_chip(v);
}

enum screen act_chip_on(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->silent = v->state == 0 || !may_retry(v);
	return v->silent ? SCREEN_CHIP : read_chip(v);
}

enum screen act_read_too(struct visit *v, const struct visit_event *e)
{
	(void)e;
	v->silent = v->source == CARD_FROM_CHIP;
	return v->source == CARD_FROM_CHIP ? SCREEN_IDENTITY : read_with_code(v);
}

enum screen act_for_other(struct visit *v, const struct visit_event *e)
{
	v->for_other = e->index == 1 && !v->supplement.on;
	if (v->form_open) { /* the same questions, about somebody else */
		prefill_all(v);
		v->reviewing = false;
		v->group = 0;
		v->ports->keep(v->ports_data);
	}
	return SCREEN_IDENTITY;
}
