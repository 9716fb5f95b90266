#include "firmware/core/card.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DG13 65536u
#define MAX_SIDE 4096u

#define COPY(to, from)                                                             \
	do {                                                                       \
		_Static_assert(sizeof(to) >= sizeof(from), "a fact would be cut"); \
		memcpy(to, from, sizeof(from));                                    \
	} while (0)

bool card_same(const struct card *a, const struct card *b)
{
	return strcmp(a->number, b->number) == 0 && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->birth, b->birth) == 0 && strcmp(a->address, b->address) == 0 &&
	       strcmp(a->issued, b->issued) == 0 && a->sex == b->sex && a->fields == b->fields &&
	       a->doubt == b->doubt;
}

void card_take_facts(struct card *c, const struct msg_card_facts *f)
{
	memcpy(c->number, f->number, sizeof c->number);
	memcpy(c->name, f->name, sizeof c->name);
	memcpy(c->birth, f->birth, sizeof c->birth);
	memcpy(c->address, f->address, sizeof c->address);
	memcpy(c->issued, f->issued, sizeof c->issued);
	c->sex = f->sex <= 2 ? f->sex : 0;
	c->fields = f->fields;
	c->doubt = f->doubt < ERR_COUNT ? f->doubt : ERR_BAD_CARD;
}

void chip_take_facts(struct chip *c, const struct msg_chip_facts *f)
{
	COPY(c->card.number, f->number);
	COPY(c->card.name, f->name);
	COPY(c->card.birth, f->birth);
	COPY(c->card.address, f->address);
	COPY(c->card.issued, f->issued);
	COPY(c->expires, f->expires);
	COPY(c->nationality, f->nationality);
	c->card.sex = f->sex <= 2 ? f->sex : 0;
	c->card.doubt = f->doubt < ERR_COUNT ? f->doubt : ERR_BAD_CARD;
	c->endless = f->endless != 0;
}

void chip_take_more(struct chip *c, struct msg_chip_more *m)
{
	AUTO_FD raw = take_fd(&m->raw);
	const void *bytes;
	size_t len;

	COPY(c->ethnicity, m->ethnicity);
	COPY(c->religion, m->religion);
	COPY(c->home, m->home);
	COPY(c->father, m->father);
	COPY(c->mother, m->mother);
	COPY(c->spouse, m->spouse);
	if (mem_map(raw, MAX_DG13, &bytes, &len) != ERR_OK)
		return;
	c->marked = len > 0 && EVP_Digest(bytes, len, c->mark, NULL, EVP_sha256(), NULL) == 1;
	mem_unmap(bytes, len);
}

void chip_take_face(struct chip *c, struct msg_chip_face *f)
{
	AUTO_FD image = take_fd(&f->image);
	const void *bytes;
	size_t len;

	if (f->width == 0 || f->height == 0 || f->width > MAX_SIDE || f->height > MAX_SIDE)
		return;
	size_t want = (size_t)f->width * f->height * 3;
	if (mem_map(image, want, &bytes, &len) != ERR_OK)
		return;
	mem_unmap(bytes, len);
	if (len != want)
		return;
	if (c->face >= 0)
		close(c->face);
	c->face = take_fd(&image);
	c->face_width = f->width;
	c->face_height = f->height;
}

void chip_take_verdict(struct chip *c, const struct msg_chip_done *d)
{
	c->access = d->access < CHIP_ACCESS_COUNT ? d->access : CHIP_ACCESS_NONE;
	c->data = d->data < CHIP_DATA_COUNT ? d->data : CHIP_DATA_UNCHECKED;
	c->issuer = d->issuer < CHIP_ISSUER_COUNT ? d->issuer : CHIP_ISSUER_UNCHECKED;
	c->proof = d->chip < CHIP_PROOF_COUNT ? d->chip : CHIP_PROOF_UNCHECKED;
	c->verdict = verdict_of(c->data, c->issuer, c->proof);
	COPY(c->signer, d->signer);
}

bool chip_may_go_on(const struct chip *c)
{
	return c->verdict != VERDICT_ALTERED && c->verdict != VERDICT_COPIED;
}

bool chip_is_proof(const struct chip *c)
{
	return c->marked && (c->verdict == VERDICT_GENUINE || c->verdict == VERDICT_NO_ANCHOR);
}

bool chip_expired(const struct chip *c, int32_t today)
{
	const char *d = c->expires;

	if (c->endless || strlen(d) != 8)
		return false;
	return (atoi(d + 4) * 100 + (d[2] - '0') * 10 + d[3] - '0') * 100 + (d[0] - '0') * 10 +
		       d[1] - '0' <
	       today;
}

void chip_forget(struct chip *c)
{
	if (c->face >= 0)
		close(c->face);
	explicit_bzero(c, sizeof *c);
	c->face = -1;
}

static const char *word(const char *const words[], size_t count, size_t i)
{
	return i < count ? words[i] : "?";
}
#define WORD_OF(words, i) word(words, sizeof words / sizeof *words, (size_t)(i))

const char *chip_access_word(enum chip_access a)
{
	static const char *const WORDS[] = { "NONE", "BAC", "PACE", "PACE-CAM" };

	return WORD_OF(WORDS, a);
}

const char *chip_data_word(enum chip_data d)
{
	static const char *const WORDS[] = { "UNCHECKED", "SIGNED", "ALTERED" };

	return WORD_OF(WORDS, d);
}

const char *chip_issuer_word(enum chip_issuer i)
{
	static const char *const WORDS[] = { "UNCHECKED", "KNOWN", "UNKNOWN", "EXPIRED",
					     "REVOKED" };

	return WORD_OF(WORDS, i);
}

const char *chip_proof_word(enum chip_proof p)
{
	static const char *const WORDS[] = { "UNCHECKED", "ORIGINAL", "COPIED" };

	return WORD_OF(WORDS, p);
}
