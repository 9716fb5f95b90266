#include "firmware/parse/chip/chip.h"

#include "firmware/parse/chip/chip_own.h"
#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/lds.h"
#include "firmware/parse/chip/proof.h"
#include "firmware/parse/chip/security_infos.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Bytes of the end of EF.SOD that tell one card from another: a signature, or much of one. */
#define TAIL_BYTES 192

static int64_t cpu_us(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static uint32_t since_ms(const struct chip *c)
{
	int64_t ms = c->ears->now_ms(c->ears->data) - c->began_ms;

	return ms > 0 ? (uint32_t)ms : 0;
}

static void altered(struct chip *c)
{
	if (c->signed_list)
		c->trust.data = CHIP_DATA_ALTERED;
}

static void forget_file(struct chip *c, enum chip_file which)
{
	file_finish(&c->files[which]);
	c->files[which] = (struct file){ .id = chip_file_id(which) };
}

/* Passive authentication of EF.SOD. None, or one that is no such file, leaves all unchecked. */
static enum err judge(struct chip *c)
{
	struct span sod = chip_span(c, CHIP_SOD);
	enum err e = ERR_BAD_DATA;

	if (sod.len > 0)
		e = trust_read(sod, c->ask->anchors, c->ask->now_s, &c->trust);
	if (e != ERR_OK && e != ERR_BAD_DATA)
		return e;
	c->judged = e == ERR_OK;
	c->signed_list = c->judged && c->trust.data == CHIP_DATA_SIGNED;
	return ERR_OK;
}

/* A data group against the signed list. One that it names and the card did not give is missing on
 * purpose, and one that it does not name is not of this document. */
static void check_file(struct chip *c, enum chip_file which)
{
	unsigned dg = chip_file_dg(which);
	struct span raw = chip_span(c, which);

	if (!c->judged || (raw.len == 0 && !sod_lists(&c->trust.sod, dg)))
		return;
	if (raw.len == 0)
		altered(c);
	else
		(void)trust_hash_ok(&c->trust, dg, raw);
}

enum err chip_same_card(struct chip *c, bool *ret_same)
{
	struct span kept = chip_span(c, CHIP_SOD);
	struct file now = { .id = FILE_SOD };
	size_t head = kept.len > TAIL_BYTES ? kept.len - TAIL_BYTES : 0;

	*ret_same = false;
	if (kept.len == 0)
		return ERR_OK;
	enum err e = file_restore(&now, kept.at, head);
	if (e == ERR_OK) {
		c->reading = CHIP_SOD;
		e = file_read(&c->session, &c->way, &now);
		struct span sod = file_span(&now);
		*ret_same = e == ERR_OK && sod.len == kept.len &&
			    memcmp(sod.at, kept.at, kept.len) == 0;
	}
	file_finish(&now);
	return e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_BAD_DATA ? ERR_OK : e;
}

/* Which of the kept files are this card's: those that its signed list has with that hash. A
 * beginning counts when the card is the same; it is judged when it is whole. */
static void sift(struct chip *c, bool same)
{
	for (enum chip_file i = 0; i < CHIP_FILES; i++) {
		unsigned dg = chip_file_dg(i);
		struct span raw = chip_span(c, i);
		bool good = raw.len > 0 ? sod_matches(&c->trust.sod, dg, raw) : same;

		c->begun[i] = good && raw.len == 0 && c->files[i].have > 0;
		if (dg > 0 && !(c->signed_list && good))
			forget_file(c, i);
	}
}

static enum err resume(struct chip *c)
{
	bool same = false;

	c->opened = true;
	if (c->ask->kept.len == 0 || !chip_kept_read(c->ask->kept, c->files))
		return ERR_OK;
	enum err e = chip_same_card(c, &same);
	if (e != ERR_OK)
		return e;
	if (!same)
		forget_file(c, CHIP_SOD);
	e = chip_fetch(c, CHIP_SOD);
	if (e == ERR_OK)
		e = judge(c);
	if (e == ERR_OK)
		sift(c, same);
	return e;
}

/* Reads a data group and compares it with the signed list. What was begun in an earlier session
 * may have been another card's beginning after all, so a bad end is read again as a whole. */
static enum err fetch_dg(struct chip *c, enum chip_file which)
{
	enum err e = chip_fetch(c, which);

	if (e == ERR_OK && c->begun[which] &&
	    !sod_matches(&c->trust.sod, chip_file_dg(which), chip_span(c, which))) {
		forget_file(c, which);
		e = chip_fetch(c, which);
	}
	c->begun[which] = false;
	if (e == ERR_OK)
		check_file(c, which);
	return e;
}

/* Who it is: told as soon as it is known, proven later. */
static enum err read_person(struct chip *c)
{
	struct lds_person person = { 0 };
	enum err e = fetch_dg(c, CHIP_DG1);

	if (e == ERR_OK)
		e = fetch_dg(c, CHIP_DG13);
	if (e != ERR_OK)
		return e;
	if (lds_person_read(chip_span(c, CHIP_DG1), chip_span(c, CHIP_DG13), &person) != ERR_OK)
		return ERR_BAD_CARD;
	c->name_ms = since_ms(c);
	if (c->ears->facts)
		c->ears->facts(c->ears->data, &person.facts);
	if (c->ears->more)
		c->ears->more(c->ears->data, &person.more, chip_span(c, CHIP_DG13));
	explicit_bzero(&person, sizeof person);
	return ERR_OK;
}

/* EF.COM is not signed, so it proves nothing; but a data group that only it knows was added. */
static enum err check_com(struct chip *c)
{
	struct lds_com com = { 0 };
	enum err e = chip_fetch(c, CHIP_COM);

	if (e != ERR_OK || lds_com_read(chip_span(c, CHIP_COM), &com) != ERR_OK)
		return e;
	for (unsigned dg = 1; dg <= SOD_DGS; dg++)
		if ((com.groups & LDS_GROUP(dg)) && !sod_lists(&c->trust.sod, dg))
			altered(c);
	return ERR_OK;
}

static enum err check(struct chip *c)
{
	enum err e = ERR_OK;

	if (!c->judged) {
		e = chip_fetch(c, CHIP_SOD);
		if (e == ERR_OK)
			e = judge(c);
		check_file(c, CHIP_DG1);
		check_file(c, CHIP_DG13);
	}
	return e == ERR_OK && c->judged ? check_com(c) : e;
}

/* True when the file is what was signed: only then do keys in it mean anything. */
static bool is_signed(const struct chip *c, enum chip_file which)
{
	return c->signed_list &&
	       sod_matches(&c->trust.sod, chip_file_dg(which), chip_span(c, which));
}

static void hold_against_offers(struct chip *c, struct span dg14)
{
	struct span offers = { c->access.file, c->access.file_len };
	enum infos_vouch v = infos_vouch(offers, dg14);

	if (v == INFOS_OTHER)
		altered(c);
	c->withheld = v == INFOS_WITHHELD && c->access.how == CHIP_ACCESS_BAC;
	if (c->withheld && c->session.trace)
		c->session.trace(c->session.trace_data, "DG14 offers PACE, EF.CardAccess does not");
}

static enum err prove_by_dg14(struct chip *c)
{
	struct span dg14 = chip_span(c, CHIP_DG14);
	enum err e = ERR_OK;

	if (!is_signed(c, CHIP_DG14))
		return ERR_OK;
	hold_against_offers(c, dg14);
	if (c->access.how == CHIP_ACCESS_PACE_CAM)
		e = proof_cam(&c->access.cam, dg14, &c->proof);
	if (e == ERR_OK && c->proof == CHIP_PROOF_UNCHECKED)
		e = proof_chip_auth(&c->session, dg14, &c->proof);
	return e;
}

static enum err prove_by_dg15(struct chip *c)
{
	enum err e = fetch_dg(c, CHIP_DG15);

	if (e != ERR_OK || !is_signed(c, CHIP_DG15))
		return e;
	struct span dg14 = is_signed(c, CHIP_DG14) ? chip_span(c, CHIP_DG14) : (struct span){ 0 };
	return proof_active(&c->session, chip_span(c, CHIP_DG15), dg14, &c->proof);
}

/* The chip proves itself in the first way that it offers, and what was signed says what that is. */
static enum err prove_once(struct chip *c)
{
	enum err e = ERR_OK;

	if (!c->signed_list)
		return ERR_OK;
	if (sod_lists(&c->trust.sod, 14))
		e = fetch_dg(c, CHIP_DG14);
	if (e == ERR_OK)
		e = prove_by_dg14(c);
	if (e == ERR_OK && c->proof == CHIP_PROOF_UNCHECKED && sod_lists(&c->trust.sod, 15))
		e = prove_by_dg15(c);
	if (e == ERR_OK && c->proof == CHIP_PROOF_UNCHECKED)
		e = chip_prove_cam(c);
	return e;
}

/* A chip that was moved at the wrong moment fails as a copy does; so grave a word is not said
 * before it has failed twice. */
static enum err prove_surely(struct chip *c)
{
	enum err e = prove_once(c);

	if (e != ERR_OK || c->proof != CHIP_PROOF_COPIED)
		return e;
	e = chip_reopen(c);
	if (e == ERR_OK) {
		c->proof = CHIP_PROOF_UNCHECKED;
		e = prove_once(c);
	}
	return e;
}

/* An original behind a door that somebody may have swapped for a weaker one: it is not said that
 * all was checked. */
static enum err prove(struct chip *c)
{
	enum err e = prove_surely(c);

	if (c->withheld && c->proof == CHIP_PROOF_ORIGINAL)
		c->proof = CHIP_PROOF_UNCHECKED;
	return e;
}

static void show_face(struct chip *c)
{
	struct lds_face found;
	struct face face = { 0 };

	if (lds_face_find(chip_span(c, CHIP_DG2), &found) != ERR_OK ||
	    face_decode(found.image, &face) != ERR_OK)
		return; /* a card without a picture that can be shown is a card nevertheless */
	if (c->ears->face)
		c->ears->face(c->ears->data, face.width, face.height, face.rgb);
	face_finish(&face);
}

/* A copied chip has lost the way to its files; a picture that was not signed shows nobody. */
static enum err read_face(struct chip *c)
{
	bool wanted = c->ask->wants & CHIP_WANT_FACE;

	if (!wanted || c->proof == CHIP_PROOF_COPIED || (c->judged && !sod_lists(&c->trust.sod, 2)))
		return ERR_OK;
	enum err e = fetch_dg(c, CHIP_DG2);
	if (e == ERR_OK && (!c->signed_list || is_signed(c, CHIP_DG2)))
		show_face(c);
	chip_tell_step(c, CHIP_STEP_FACE, 100);
	return e;
}

static enum err run(struct chip *c)
{
	chip_tell_step(c, CHIP_STEP_OPEN, 0);
	enum err e = chip_open(c);
	if (e != ERR_OK || c->ask->key_kind == CHIP_KEY_NONE)
		return e;
	e = resume(c);
	if (e == ERR_OK)
		e = read_person(c);
	if (e == ERR_OK)
		e = check(c);
	if (e == ERR_OK)
		e = prove(c);
	if (e == ERR_OK)
		e = read_face(c);
	return e;
}

/* A card that goes silent in the middle has been moved: the field no longer reaches it. */
static enum err why_of(const struct chip *c, enum err e)
{
	return e == ERR_NO_CARD || (e == ERR_CARD_MUTE && c->answered) ? ERR_CARD_MOVED : e;
}

static void tell_end(struct chip *c, enum err e, struct chip_end *ret)
{
	struct msg_chip_done *d = &ret->done;

	d->why = (uint8_t)why_of(c, e);
	d->access = (uint8_t)c->access.how;
	d->block = (uint16_t)(c->way.block < UINT16_MAX ? c->way.block : UINT16_MAX);
	if (c->over) /* it took the end for a fault of the card */
		d->block = c->ask->block;
	d->trips = (uint16_t)(c->session.trips < UINT16_MAX ? c->session.trips : UINT16_MAX);
	d->bytes_out = c->session.bytes_out;
	d->bytes_in = c->session.bytes_in;
	d->name_ms = c->name_ms;
	d->total_ms = since_ms(c);
	d->cpu_ms = (uint32_t)((cpu_us() - c->cpu_began_us) / 1000);
	if (e != ERR_OK)
		return; /* half an answer could be taken for a whole one */
	d->data = (uint8_t)c->trust.data;
	d->issuer = (uint8_t)c->trust.issuer;
	d->chip = (uint8_t)c->proof;
	_Static_assert(sizeof d->signer == TRUST_SIGNER_CAP, "room for the text");
	trust_signer_text(&c->trust, d->signer);
}

void chip_run(const struct line *line, const struct chip_ask *ask, const struct chip_ears *ears,
	      struct chip_end *ret)
{
	struct chip c = { .ask = ask,
			  .ears = ears,
			  .line = line,
			  .began_ms = ears->now_ms(ears->data),
			  .cpu_began_us = cpu_us(),
			  .way.block = ask->block,
			  .step = -1 };

	*ret = (struct chip_end){ .done.kept = -1 };
	for (enum chip_file i = 0; i < CHIP_FILES; i++)
		c.files[i].id = chip_file_id(i);
	enum err e = run(&c);
	tell_end(&c, e, ret);
	if (e != ERR_OK && !c.opened) /* not even looked at; the next session will */
		(void)chip_kept_read(ask->kept, c.files);
	if (e != ERR_OK)
		chip_kept_write(c.files, &ret->kept, &ret->kept_len);
	for (enum chip_file i = 0; i < CHIP_FILES; i++)
		file_finish(&c.files[i]);
	session_finish(&c.session);
	explicit_bzero(&c, sizeof c);
}

void chip_end_finish(struct chip_end *e)
{
	if (e->kept)
		explicit_bzero(e->kept, e->kept_len);
	free(e->kept);
	*e = (struct chip_end){ .done.kept = -1 };
}
