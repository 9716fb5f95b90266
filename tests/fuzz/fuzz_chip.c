/* zone: chip */
/* A whole session with a card that is not what it seems. The first byte says what follows:
 *   0  answers, two bytes length each; after the last the card is mute
 *   1  n, then what the simulated card has in its n-th file
 *   2  what an earlier session is said to have kept; the card is sound
 * Nothing of it may be called genuine when it is not as it was signed. */
#include "firmware/base/buf.h"
#include "tests/mrtd/card.h"
#include "tests/unit/chip/desk.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const uint16_t FILES[] = { 0x0101, 0x010d, 0x011d, 0x010e, 0x0102, 0x011e };
enum { COM = 5, FILE_COUNT = 6 };

struct stage {
	struct mrtd *card;
	struct anchors anchors;
	struct chip_ask ask;
};

static struct mrtd *make_card(struct issuer *i)
{
	static const char *const LINES[] = { "number = 001090000000",
					     "name = Nguyễn Văn An",
					     "birth = 15/01/1990",
					     "expires = 15/01/2030",
					     "pace = ",
					     "ca = ecdh-aes128",
					     "picture = jpeg",
					     "picture_bytes = 1000",
					     "ca_group = p256",
					     "ds_key = p256" };
	struct mrtd_spec spec;
	struct mrtd *card = NULL;

	mrtd_spec_init(&spec);
	for (size_t n = 0; n < sizeof LINES / sizeof *LINES; n++)
		if (mrtd_spec_line(&spec, LINES[n]) != ERR_OK)
			abort();
	if (mrtd_create(&spec, i, NULL, &card) != ERR_OK)
		abort();
	return card;
}

/* Once: making an issuer takes longer than reading its cards. */
static struct stage *set_up(void)
{
	static struct stage s;

	if (s.card)
		return &s;
	struct issuer *i = issuer_create(&(struct issuer_form){ .sign.key = ISSUER_P256 });
	struct issuer_bytes root = issuer_csca(i);

	s.card = make_card(i);
	desk_trusts(&s.anchors, root);
	s.ask = (struct chip_ask){ .key_kind = CHIP_KEY_MRZ,
				   .key = "090000000900115300115",
				   .wants = CHIP_WANT_FACE | CHIP_WANT_TRACE,
				   .now_s = ISSUER_NOW_S,
				   .anchors = { s.anchors.bytes, s.anchors.len } };
	issuer_free(&root);
	issuer_destroy(i);
	return &s;
}

static enum err say(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
		    size_t *ret_len)
{
	struct reader *r = data;
	size_t n = get_u16le(r);

	if (len < 4 || len > LINE_MAX_COMMAND || !command)
		abort();
	n = n < r->left ? n : r->left;
	if (r->bad || n < 2)
		return ERR_CARD_MUTE;
	if (n > cap)
		return ERR_NO_SPACE;
	memcpy(ret, get_bytes(r, n), n);
	*ret_len = n;
	return ERR_OK;
}

static int64_t no_time(void *data)
{
	(void)data;
	return 0;
}

static bool genuine(const struct chip_end *e)
{
	return e->done.why == ERR_OK &&
	       verdict_of(e->done.data, e->done.issuer, e->done.chip) == VERDICT_GENUINE;
}

static void answers(struct stage *s, struct reader r)
{
	const struct line line = { say, &r, 65538, NULL };
	const struct chip_ears ears = { .now_ms = no_time };
	struct chip_end end;

	chip_run(&line, &s->ask, &ears, &end);
	if (genuine(&end) || end.kept_len > CHIP_MAX_KEPT)
		abort();
	chip_end_finish(&end);
}

static bool run_at_desk(const struct stage *s, const struct chip_ask *ask)
{
	struct desk *d = calloc(1, sizeof *d);
	struct chip_end end;

	if (!d)
		abort();
	d->card = s->card;
	d->max_answer = 65538;
	desk_session(d, ask, &end);
	bool good = genuine(&end);
	chip_end_finish(&end);
	free(d);
	return good;
}

static void contents(struct stage *s, struct reader r)
{
	size_t which = get_u8(&r) % FILE_COUNT, i = 0;
	AUTO_BYTES other = { 0 };

	while (s->card->files[i].id != FILES[which] || s->card->files[i].where != IN_APPLICATION)
		i++;
	struct mrtd_bytes *place = &s->card->files[i].bytes, before = *place;
	mrtd_put(&other, r.at, r.left);
	*place = other;
	bool same = other.len > 0 && other.len == before.len &&
		    memcmp(other.at, before.at, other.len) == 0;
	bool good = run_at_desk(s, &s->ask);
	*place = before;
	if (good && !same && which != COM)
		abort();
}

static void kept(struct stage *s, struct reader r)
{
	struct chip_ask ask = s->ask;

	ask.kept = (struct span){ r.at, r.left };
	if (!run_at_desk(s, &ask))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct stage *s = set_up();
	struct reader r = reader_of(bytes, len);
	uint8_t kind = get_u8(&r);

	if (kind % 3 == 0)
		answers(s, r);
	else if (kind % 3 == 1)
		contents(s, r);
	else
		kept(s, r);
	return 0;
}
