/* The four files that tell who somebody is, read from a simulated card under secure messaging, by
 * readers and cards of all lengths; and how few commands that takes. */
#include "firmware/parse/chip/access.h"
#include "firmware/parse/chip/face.h"
#include "firmware/parse/chip/files.h"
#include "firmware/parse/chip/lds.h"
#include "tests/mrtd/issuer.h"
#include "tests/mrtd/mrtd.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { FILES = 4, DG1 = 0, DG13 = 1, SOD = 2, DG2 = 3 };

static const enum file_id IDS[FILES] = { FILE_DG1, FILE_DG13, FILE_SOD, FILE_DG2 };

static enum err exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	static uint8_t answer[MRTD_MAX_ANSWER];
	size_t n = mrtd_apdu(data, command, len, answer);

	if (n == 0)
		return ERR_CARD_MUTE;
	if (n > cap)
		return ERR_NO_SPACE;
	memcpy(ret, answer, n);
	*ret_len = n;
	return ERR_OK;
}

struct table {
	struct mrtd *card;
	struct line line;
	struct session session;
	struct file_way way;
	struct file files[FILES];
};

/* `habits`: lines of spec.def, with semicolons between them. */
static struct mrtd_spec spec_of(const char *sample, const char *habits)
{
	struct mrtd_spec s;
	char path[64], lines[256], *rest = lines;
	unsigned line;

	mrtd_spec_init(&s);
	(void)snprintf(path, sizeof path, "tests/mrtd/cards/%s.card", sample);
	eq_int(mrtd_spec_load(&s, path, &line), ERR_OK);
	(void)snprintf(lines, sizeof lines, "%s", habits);
	for (char *l; (l = strsep(&rest, ";"));)
		if (*l && mrtd_spec_line(&s, l) != ERR_OK)
			abort();
	return s;
}

static void lay(struct table *t, struct issuer *i, const struct mrtd_spec *s, const char *fault,
		uint32_t max_answer)
{
	struct mrtd_faults f = { 0 };

	*t = (struct table){ .line.exchange = exchange };
	if (fault && mrtd_faults_set(&f, fault) != ERR_OK)
		abort();
	if (mrtd_create(s, i, &f, &t->card) != ERR_OK)
		abort();
	t->line.data = t->card;
	t->line.max_answer = max_answer;
	for (int n = 0; n < FILES; n++)
		t->files[n].id = IDS[n];
}

static enum err open_card(struct table *t)
{
	struct access a = { 0 };
	char can[16];

	mrtd_reset(t->card);
	t->session = (struct session){ .line = &t->line };
	mrtd_spec_can(mrtd_spec_of(t->card), can);
	return access_open(&t->session, CHIP_KEY_CAN, can, &a);
}

/* *ret: the trips of reading alone. */
static enum err read_all(struct table *t, uint32_t *ret)
{
	enum err e = open_card(t);
	uint32_t before = t->session.trips;

	for (int i = 0; e == ERR_OK && i < FILES; i++)
		e = file_read(&t->session, &t->way, &t->files[i]);
	*ret = t->session.trips - before;
	return e;
}

static bool is_whole(struct table *t)
{
	for (int i = 0; i < FILES; i++) {
		size_t len;
		const uint8_t *bytes = mrtd_file(t->card, (uint16_t)(0x100 | IDS[i]), true, &len);
		struct span s = file_span(&t->files[i]);

		if (!bytes || s.len != len || memcmp(s.at, bytes, len) != 0)
			return false;
	}
	return true;
}

static void empty(struct table *t)
{
	for (int i = 0; i < FILES; i++)
		file_finish(&t->files[i]);
	for (int i = 0; i < FILES; i++)
		t->files[i].id = IDS[i];
}

static void clear(struct table *t)
{
	empty(t);
	session_finish(&t->session);
	mrtd_destroy(t->card);
}

/* The least that these files need with so many bytes a command. */
static uint32_t least(const struct table *t, uint32_t block)
{
	uint32_t n = 0;

	for (int i = 0; i < FILES; i++)
		n += (uint32_t)((t->files[i].total + block - 1) / block);
	return n;
}

static void reads(struct issuer *issuer)
{
	static const struct {
		const char *habits;
		uint32_t reader;
		unsigned wasted, wasted_known; /* trips that bring nothing, at most */
	} ROWS[] = {
		{ "", 65538, 0, 0 },
		{ "", 4098, 0, 0 },
		{ "", 1034, 0, 0 },
		{ "", 522, 0, 0 },
		{ "", 258, 0, 0 },
		{ "pace=ecdh-gm-3des", 258, 0, 0 },
		{ "extended = no", 65538, 0, 0 },
		{ "max_le = 4096;over_le = 6700", 65538, 5, 0 },
		{ "max_le = 4096;over_le = cut", 65538, 1, 1 },
		{ "max_le = 4096;over_le = 0", 65538, 5, 0 },
		{ "max_le = 1000;over_le = 6700", 65538, 6, 6 },
		{ "max_le = 240;over_le = 6700", 258, 40, 40 },
		{ "max_le = 240;over_le = 6cxx", 258, 40, 40 },
		{ "past_end = 6b00", 65538, 6, 6 },
		{ "past_end = 9000", 65538, 0, 0 },
		{ "past_end = 6b00", 258, 6, 6 },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		char habits[128];
		struct table t;
		uint32_t trips = 0, again = 0;

		(void)snprintf(habits, sizeof habits, "picture_bytes=17081;%s", ROWS[i].habits);
		struct mrtd_spec s = spec_of("sample-01", habits);
		lay(&t, issuer, &s, NULL, ROWS[i].reader);
		eq_int(read_all(&t, &trips), ERR_OK);
		ok(is_whole(&t));
		uint32_t block = t.way.block, min = least(&t, block ? block : 1);
		ok(trips <= min + ROWS[i].wasted);
		empty(&t);
		t.way = (struct file_way){ .block = block };
		eq_int(read_all(&t, &again), ERR_OK);
		ok(is_whole(&t) && again <= min + ROWS[i].wasted_known);
		printf("# %-30s reader %5u: block %5u, %3u trips, then %3u; least %3u\n",
		       ROWS[i].habits, ROWS[i].reader, block, trips, again, min);
		clear(&t);
	}
}

/* What the contents say is what the card was made of. */
static void says(struct issuer *issuer)
{
	for (int n = 1; n <= 6; n++) {
		char name[16];
		struct table t;
		struct lds_person p = { 0 };
		struct lds_face found = { 0 };
		struct face face = { 0 };
		uint32_t trips;

		(void)snprintf(name, sizeof name, "sample-0%d", n);
		struct mrtd_spec s = spec_of(name, n == 4 ? "pace=ecdh-gm-aes128" : "");
		lay(&t, issuer, &s, NULL, 65538);
		eq_int(read_all(&t, &trips), ERR_OK);
		eq_int(lds_person_read(file_span(&t.files[DG1]), file_span(&t.files[DG13]), &p),
		       ERR_OK);
		eq_str(p.facts.number, s.number);
		eq_str(p.facts.old_number, s.old_number);
		eq_str(p.facts.name, s.name);
		eq_str(p.facts.address, s.address);
		eq_str(p.more.home, s.home);
		eq_str(p.more.father, s.father);
		eq_str(p.more.mother, s.mother);
		eq_str(p.more.spouse, s.spouse);
		eq_str(p.more.chip_number, s.chip_number);
		eq_int(p.facts.endless, !s.expires[0]);
		eq_int(p.doubts, 0);
		eq_int(lds_face_find(file_span(&t.files[DG2]), &found), ERR_OK);
		eq_int(face_decode(found.image, &face), ERR_OK);
		eq_int(face.width, 240);
		face_finish(&face);
		clear(&t);
	}
}

/* Cards that lie: an error, in bounded time, and what was learned about blocks stays. */
static void faults(struct issuer *issuer)
{
	static const struct {
		const char *fault;
		enum err want;
		int file; /* that has the fault */
	} ROWS[] = { { "lying_length 1", ERR_BAD_DATA, DG1 },
		     { "lying_length 2", ERR_BAD_DATA, DG2 },
		     { "long_tlv 13", ERR_BAD_DATA, DG13 },
		     { "endless 2", ERR_BAD_DATA, DG2 },
		     { "empty_dg 13", ERR_BAD_DATA, DG13 },
		     { "missing_dg 1", ERR_NOT_FOUND, DG1 },
		     { "missing_dg 2", ERR_NOT_FOUND, DG2 },
		     { "short_length 2", ERR_OK, DG2 },
		     { "deep_tlv 2", ERR_OK, DG2 } };

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct mrtd_spec s = spec_of("sample-01", "");
		struct table t;
		uint32_t before;

		lay(&t, issuer, &s, ROWS[i].fault, 65538);
		eq_int(open_card(&t), ERR_OK);
		for (int f = 0; f < FILES; f++) {
			before = t.session.trips;
			enum err e = file_read(&t.session, &t.way, &t.files[f]);
			eq_int(e, f == ROWS[i].file ? ROWS[i].want : ERR_OK);
			ok(t.session.trips - before <= 12);
		}
		eq_int(t.way.block, 32000);
		clear(&t);
	}
}

/* Whatever happens in the middle, the same card goes on where it stopped. */
static void moved(struct issuer *issuer)
{
	struct mrtd_spec s = spec_of("sample-01", "max_le = 4096;over_le = cut");
	struct table t;
	uint32_t trips = 0;

	lay(&t, issuer, &s, NULL, 65538);
	eq_int(open_card(&t), ERR_OK);
	eq_int(file_read(&t.session, &t.way, &t.files[DG1]), ERR_OK);
	struct mrtd_faults f = { 0 };
	eq_int(mrtd_faults_set(&f, "moved_at 4"), ERR_OK);
	mrtd_set_faults(t.card, &f);
	eq_int(file_read(&t.session, &t.way, &t.files[DG2]), ERR_CARD_MUTE);
	size_t have = t.files[DG2].have;
	ok(have > 8000 && have < t.files[DG2].total);
	t.way = (struct file_way){ .block = t.way.block };
	eq_int(read_all(&t, &trips), ERR_OK);
	ok(is_whole(&t));
	eq_int(trips, 1 + 1 + 1 + 1); /* DG13, SOD; the name of DG2, and what was missing */
	printf("# moved at %zu of %zu bytes; %u trips to go on\n", have, t.files[DG2].total, trips);
	clear(&t);
}

int main(void)
{
	struct issuer *i = issuer_create(NULL);

	reads(i);
	says(i);
	faults(i);
	moved(i);
	issuer_destroy(i);
	return tap_done();
}
