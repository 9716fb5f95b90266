/* The screens of who it is: waiting for a card, its key, its chip, what was read. */
#include "firmware/base/mem.h"
#include "firmware/core/show_part.h"

#include <stdio.h>
#include <string.h>

void show_identify(struct view_writer *w, const struct core *c)
{
	view_num(w, "state", c->visit.state);
	view_num(w, "err", c->visit.why);
	view_num(w, "code_reader", desk_state(c, ROLE_CODE));
	view_num(w, "card_reader", desk_state(c, ROLE_CARD));
	view_num(w, "card_in", c->desk.card_in);
}

/* dd/mm/yyyy, mm/yyyy or yyyy: only what the card knows. */
static void known_date(const char *ddmmyyyy, char out[11])
{
	const char *d = ddmmyyyy;

	out[0] = '\0';
	if (strlen(d) != 8)
		return;
	if (strncmp(d + 2, "00", 2) == 0)
		snprintf(out, 11, "%s", d + 4);
	else if (strncmp(d, "00", 2) == 0)
		snprintf(out, 11, "%.2s/%s", d + 2, d + 4);
	else
		snprintf(out, 11, "%.2s/%.2s/%s", d, d + 2, d + 4);
}

static void put_face(struct view_writer *w, const struct chip *p)
{
	const void *bytes;
	size_t len, want = (size_t)p->face_width * p->face_height * 3;

	if (p->face < 0 || mem_map(p->face, want, &bytes, &len) != ERR_OK)
		return;
	view_bytes(w, "face", bytes, len);
	view_num(w, "face_width", p->face_width);
	view_num(w, "face_height", p->face_height);
	mem_unmap(bytes, len);
}

static void put_chip(struct view_writer *w, const struct visit *v)
{
	const struct chip *p = &v->chip;
	char expires[11];

	known_date(p->expires, expires);
	view_num(w, "verdict", p->verdict);
	view_num(w, "data", p->data);
	view_num(w, "issuer", p->issuer);
	view_num(w, "chip", p->proof);
	view_text(w, "expires", expires);
	view_num(w, "endless", p->endless);
	view_num(w, "expired", chip_expired(p, v->today));
	view_text(w, "nationality", p->nationality);
	put_face(w, p);
}

void show_identity(struct view_writer *w, const struct core *c)
{
	static const char *const SEX[][LANGUAGE_COUNT] = { { "", "" },
							   { "Nam", "Male" },
							   { "Nữ", "Female" } };
	const struct visit *v = &c->visit;
	char number[13], birth[11];

	core_mask_number(v->card.number, number);
	known_date(v->card.birth, birth);
	view_text(w, "name", v->card.name);
	view_text(w, "number", number);
	view_text(w, "birth", birth);
	view_text(w, "sex", SEX[v->card.sex][v->language]);
	view_text(w, "address", v->card.address);
	view_num(w, "form", v->card.fields);
	view_num(w, "draft", v->draft != DRAFT_NONE);
	view_num(w, "err", v->why);
	view_num(w, "source", v->source);
	view_num(w, "for_other", v->for_other);
	if (v->source == CARD_FROM_CHIP)
		put_chip(w, v);
	else {
		view_num(w, "card_reader", desk_state(c, ROLE_CARD));
		view_num(w, "card_in", c->desk.card_in);
	}
}

void show_card_key(struct view_writer *w, const struct core *c)
{
	static const struct {
		const char *key;
		uint8_t max;
	} ROWS[] = { { "can", 6 }, { "number", 12 }, { "birth", 10 }, { "expiry", 10 } };
	const struct visit *v = &c->visit;
	size_t from = v->key_kind == CHIP_KEY_CAN ? 0 : 1;
	size_t to = v->key_kind == CHIP_KEY_CAN ? 1 : sizeof ROWS / sizeof *ROWS;

	view_num(w, "kind", v->key_kind);
	view_num(w, "err", v->why);
	view_num(w, "code_reader", desk_state(c, ROLE_CODE));
	for (size_t i = from; i < to; i++) {
		view_row(w, "fields");
		view_text(w, "key", ROWS[i].key);
		view_text(w, "value", v->key_typed[i]);
		view_num(w, "max", ROWS[i].max);
		view_num(w, "err", v->key_errors[i]);
	}
}

void show_chip(struct view_writer *w, const struct core *c)
{
	const struct visit *v = &c->visit;
	enum err reader = desk_state(c, ROLE_CARD);
	/* nobody is asked to lay a card on a reader that does not work */
	bool vain = v->state == 1 && reader != ERR_OK && reader != ERR_BUSY;

	view_num(w, "state", vain ? 2 : v->state);
	view_num(w, "step", v->step);
	view_num(w, "percent", v->percent);
	view_num(w, "err", vain ? reader : v->why);
	view_text(w, "name", v->chip_name);
	view_num(w, "code_reader", desk_state(c, ROLE_CODE));
}
