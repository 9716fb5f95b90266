/* The parts of our own reader of codes, each by itself. */
#include "firmware/parse/code_find.h"
#include "firmware/parse/code_grid.h"
#include "firmware/parse/code_mend.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"

#include <math.h>

static unsigned dice_state = 1;

static unsigned dice(unsigned below)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (dice_state >> 8) % below;
}

/* Check words are what mends a block in which all of them are lost. */
static void make_words(const struct rs *rs, uint8_t *words, int count, int check)
{
	uint8_t holes[RS_MAX_CHECK];

	for (int i = 0; i < count; i++)
		words[i] = (uint8_t)dice(256);
	for (int i = 0; i < check; i++)
		holes[i] = (uint8_t)(count - check + i);
	ok(rs_mend(rs, words, count, check, holes, check));
}

/* Each place once, in any order. */
static void shuffle(uint8_t *place, int count)
{
	for (int i = 0; i < count; i++)
		place[i] = (uint8_t)i;
	for (int i = count - 1; i > 0; i--) {
		int k = (int)dice((unsigned)i + 1);
		uint8_t t = place[i];

		place[i] = place[k];
		place[k] = t;
	}
}

static void mends_what_can_be_mended(void)
{
	struct rs rs;
	int wrong = 0;

	rs_make(&rs);
	for (int round = 0; round < 300; round++) {
		uint8_t words[RS_MAX_WORDS], whole[RS_MAX_WORDS], place[RS_MAX_WORDS];
		int check = 2 + (int)dice(40), count = check + 1 + (int)dice(100);
		int erased = (int)dice((unsigned)check + 1), errors = (check - erased) / 2;

		make_words(&rs, words, count, check);
		memcpy(whole, words, sizeof words);
		shuffle(place, count);
		for (int i = 0; i < erased + errors && i < count; i++)
			words[place[i]] ^= (uint8_t)(1 + dice(255));
		wrong += !rs_mend(&rs, words, count, check, place, erased) ||
			 memcmp(words, whole, (size_t)count) != 0;
	}
	eq_int(wrong, 0);
}

static void leaves_alone_what_cannot(void)
{
	struct rs rs;
	int mended = 0, changed = 0;

	rs_make(&rs);
	for (int round = 0; round < 200; round++) {
		uint8_t words[60], broken[60], place[60];

		make_words(&rs, words, 60, 20);
		shuffle(place, 60);
		for (int i = 0; i < 13; i++)
			words[place[i]] ^= (uint8_t)(1 + dice(255));
		memcpy(broken, words, sizeof words);
		if (rs_mend(&rs, words, 60, 20, NULL, 0))
			mended++;
		else
			changed += memcmp(words, broken, sizeof words) != 0;
	}
	eq_int(mended, 0); /* one in 10! would be an accident */
	eq_int(changed, 0);
	ok(!rs_mend(&rs, (uint8_t[4]){ 1, 2, 3, 4 }, 4, 2, (uint8_t[3]){ 0, 1, 2 }, 3));
	ok(!rs_mend(&rs, (uint8_t[4]){ 1, 2, 3, 4 }, 4, 4, NULL, 0));
}

static QRcode *symbol(int version, int level)
{
	unsigned char bytes[4] = { (unsigned char)version, (unsigned char)level, 0xc3, 0xb9 };

	return QRcode_encodeData(4, bytes, version, (QRecLevel)level);
}

/* Another library's symbols of all versions and levels agree with every table. */
static void plans_are_those_of_the_standard(void)
{
	static struct plan p;
	static const unsigned LEVELS[] = { 1, 0, 3, 2 };
	int wrong = 0;

	for (int version = 1; version <= PLAN_MAX_VERSION; version++)
		for (int level = 0; level < 4; level++) {
			QRcode *qr = symbol(version, level);
			int cells[PLAN_FORMAT_BITS];
			uint32_t word = 0, found = 99;

			plan_make(version, &p);
			wrong += qr->width != p.side;
			for (int i = 0; i < p.side * p.side; i++) {
				bool ink = qr->data[i] & 1;

				wrong += p.cell[i] == (ink ? PLAN_PAPER : PLAN_INK);
			}
			plan_format(&p, 1, cells);
			for (int i = 0; i < PLAN_FORMAT_BITS; i++)
				word = word << 1 | (qr->data[cells[i]] & 1);
			for (unsigned f = 0; f < 32; f++)
				found = plan_format_word(f) == word ? f : found;
			wrong += found >> 3 != LEVELS[level];
			struct plan_blocks b = plan_blocks(&p, found >> 3);
			wrong += b.count * (b.data + b.check) + b.count - b.shorter != p.words;
			QRcode_free(qr);
		}
	eq_int(wrong, 0);
}

struct seen {
	struct plan plan;
	float sure[PLAN_MAX_SIDE * PLAN_MAX_SIDE];
	int8_t known[PLAN_MAX_SIDE * PLAN_MAX_SIDE];
};

static void see(const QRcode *qr, struct seen *s)
{
	plan_make((qr->width - 17) / 4, &s->plan);
	for (int i = 0; i < qr->width * qr->width; i++) {
		s->sure[i] = qr->data[i] & 1 ? -10.0F : 10.0F;
		s->known[i] = 0;
	}
}

static int differences(const QRcode *qr, const struct seen *s)
{
	int count = 0;

	for (int i = 0; i < qr->width * qr->width; i++)
		if (s->plan.cell[i] == PLAN_DATA || s->plan.cell[i] == PLAN_FORMAT)
			count += s->known[i] != 0 && s->known[i] != (qr->data[i] & 1 ? -1 : 1);
	return count;
}

/* Unsure modules are wrong as often as right, as under a spot of glare: far more words than could
 * be mended if nobody knew which. */
static void mends_symbols(void)
{
	static const int VERSIONS[] = { 1, 2, 5, 7, 14, 40 };
	static struct seen s;
	struct rs rs;

	rs_make(&rs);
	for (size_t v = 0; v < sizeof VERSIONS / sizeof *VERSIONS; v++)
		for (int level = 0; level < 4; level++) {
			QRcode *qr = symbol(VERSIONS[v], level);

			see(qr, &s);
			eq_int(code_mend(&rs, &s.plan, s.sure, s.known), ERR_OK);
			eq_int(differences(qr, &s), 0);
			see(qr, &s);
			int side = qr->width, spot = side / 5;
			for (int y = 0; y < spot && level > 0; y++)
				for (int x = 0; x < spot; x++)
					s.sure[(side / 2 + y) * side + side / 2 + x] =
						dice(2) ? .2F : -.2F;
			eq_int(code_mend(&rs, &s.plan, s.sure, s.known), ERR_OK);
			eq_int(differences(qr, &s), 0);
			QRcode_free(qr);
		}
}

/* Noise is no symbol, and half a symbol is not another one. */
static void invents_nothing(void)
{
	static struct seen s;
	struct rs rs;
	int read = 0, wrong = 0;

	rs_make(&rs);
	for (int round = 0; round < 400; round++) {
		QRcode *qr = symbol(1 + round % 7, round % 4);

		see(qr, &s);
		for (int i = 0; i < qr->width * qr->width; i++)
			if (round < 200 || dice(3) == 0)
				s.sure[i] = (float)dice(200) / 10 - 10;
		if (code_mend(&rs, &s.plan, s.sure, s.known) == ERR_OK) {
			read++;
			wrong += differences(qr, &s) != 0;
		}
		QRcode_free(qr);
	}
	eq_int(wrong, 0);
	ok(read < 200);
}

/* A code turned and seen at a slant, as a picture: what a pixel of it shows is ink or not. */
static void draw_slanted(struct image *i, const QRcode *qr, const struct warp *w)
{
	struct warp back;

	ok(warp_back(w, &back));
	for (uint32_t y = 0; y < i->height; y++)
		for (uint32_t x = 0; x < i->width; x++) {
			int ink = 0;

			for (int s = 0; s < 9; s++) {
				double at[2];

				warp_point(&back, x + (s % 3 + .5) / 3, y + (s / 3 + .5) / 3, at);
				int u = (int)floor(at[0]), v = (int)floor(at[1]);
				bool in = u >= 0 && v >= 0 && u < qr->width && v < qr->width;

				ink += in && qr->data[v * qr->width + u] & 1;
			}
			image_bytes(i)[y * i->width + x] = (uint8_t)(220 - 20 * ink);
		}
}

static double farthest(const struct warp *a, const struct grid *g, int side)
{
	double most = 0;

	for (int i = 0; i < 4; i++) {
		double p[2], q[2];

		warp_point(a, i % 2 * side, i / 2 * side, p);
		warp_point(&g->warp, i % 2 * side, i / 2 * side, q);
		most = fmax(most, hypot(p[0] - q[0] * g->octave, p[1] - q[1] * g->octave));
	}
	return most;
}

static void lays_the_grid(void)
{
	static const double SCALE[] = { 2, 3.4, 9 };

	for (int n = 0; n < 9; n++) {
		double m = SCALE[n % 3], turn = n * .33 - 1.3;
		double x = 130 + 20 * m, y = 160 + 20 * m, far = .0015 * (n % 4);
		struct warp w = { { m * cos(turn), -m * sin(turn) * .88, 0, m * sin(turn),
				    m * cos(turn) * .88, 0, 0, far, 1 } };
		double middle[2];
		QRcode *qr = symbol(2 + n % 3, 1);
		uint32_t side = (uint32_t)(2 * x);
		struct image i = blank_image(side, (uint32_t)(2 * y), 1, 0);
		struct octaves o = { 0 };
		struct regions busy;
		struct spots spots;
		struct grids grids = { 0 };

		warp_point(&w, qr->width / 2.0, qr->width / 2.0, middle);
		struct warp shift = { { 1, 0, x - middle[0], 0, 1, y - middle[1], 0, 0, 1 } };
		w = warp_after(&shift, &w);
		draw_slanted(&i, qr, &w);
		struct gray g = { i.width, i.height, image_bytes(&i) };
		eq_int(octaves_of(&g, &o), ERR_OK);
		eq_int(code_regions(&g, &busy), ERR_OK);
		eq_int(code_spots(&o, &busy.at[0], &spots), ERR_OK);
		eq_int(code_grids(&o, &spots, &grids), ERR_OK);
		eq_int(grids.at[0].version, 2 + n % 3);
		ok(farthest(&w, &grids.at[0], qr->width) < .3 * m);
		octaves_finish(&o);
		image_free(&i);
		QRcode_free(qr);
	}
}

/* Tables of the alignment are right for a map that is known. */
static void maps(void)
{
	struct warp w = { { 3, 1, 20, -1, 4, 50, .001, .002, 1 } }, back;
	double p[2], q[2], right[2], down[2];

	ok(warp_back(&w, &back));
	warp_point(&w, 7, 9, p);
	warp_point(&back, p[0], p[1], q);
	ok(fabs(q[0] - 7) < 1e-9 && fabs(q[1] - 9) < 1e-9);
	warp_steps(&w, 7, 9, right, down);
	warp_point(&w, 7 + 1e-6, 9, q);
	ok(fabs((q[0] - p[0]) * 1e6 - right[0]) < 1e-3);
	warp_point(&w, 7, 9 + 1e-6, q);
	ok(fabs((q[1] - p[1]) * 1e6 - down[1]) < 1e-3);
	ok(!warp_back(&(struct warp){ { 1, 2, 0, 2, 4, 0, 0, 0, 1 } }, &back));
}

int main(void)
{
	mends_what_can_be_mended();
	leaves_alone_what_cannot();
	plans_are_those_of_the_standard();
	mends_symbols();
	invents_nothing();
	lays_the_grid();
	maps();
	return tap_done();
}
