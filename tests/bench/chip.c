/* What it costs to read an identity card: commands, bytes, processor time, for each pairing of
 * reader and card, beside what other readers' ways of reading cost by the same arithmetic. The
 * card is the simulated one, in this process; its own work is not counted.
 *
 *     build/bench/chip */
#include "firmware/parse/chip/chip.h"
#include "firmware/base/anchors.h"
#include "tests/bench/bench.h"
#include "tests/mrtd/issuer.h"
#include "tests/mrtd/mrtd.h"

#include <openssl/sha.h>
#include <stdbool.h>
#include <string.h>

#define OVERHEAD_PERCENT 6
#define MORE_THAN_LEAST  1.15
#define SHORT_TRIPS      101 /* for these 20 KB, without extended length */
#define CPU_MS           100
#define ROUNDS           20
#define OTHER_TRIPS      9 /* EF.CardAccess 1, PACE 5, application 1, chip authentication 2 */

static const char SPEC[] = "number = 001090000000\nname = Nguyễn Văn An\nbirth = 15/01/1990\n"
			   "expires = 15/01/2030\naddress = Số 1, phường Ba Đình, Hà Nội\n"
			   "pace = ecdh-gm-aes128\nca = ecdh-aes128\npicture_bytes = 17000\n"
			   "ds_key = rsa2048\n";

static const struct reach {
	const char *name;
	uint32_t max_answer;
} READERS[] = {
	{ "65538", 65538 },
	{ "1034", 1034 },
	{ "520", 520 },
	{ "258", 258 },
};

static const struct habit {
	const char *name, *spec;
	bool extended, detail; /* detail: not for the table */
} HABITS[] = {
	{ "any length", "", true, false },
	{ "1000 bytes", "max_le = 1000\n", true, false },
	{ "1000, refuses", "max_le = 1000\nover_le = 6700\n", true, true },
	{ "short", "extended = no\n", false, false },
	{ "short, 61xx", "extended = no\nlong_answer = 61xx\n", false, true },
};

/* Files of a session, in the order in which they are read. */
static const uint16_t FILES[] = { 0x0101, 0x010d, 0x011d, 0x011e, 0x010e, 0x0102 };
#define FILE_COUNT (sizeof FILES / sizeof *FILES)

struct desk {
	struct mrtd *card;
	uint32_t max_answer;
	double card_cpu_ms;

	/* of the commands that read files */
	unsigned reads;
	uint32_t out_bytes, in_bytes, name_bytes;
	uint32_t longest; /* answer */
};

static enum err exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	static uint8_t answer[MRTD_MAX_ANSWER];
	struct desk *d = data;
	double began = bench_cpu_ms();
	size_t n = mrtd_apdu(d->card, command, len, answer);
	bool reads = (command[0] & 0x0c) && (command[1] & 0xfe) == 0xb0;

	d->card_cpu_ms += bench_cpu_ms() - began;
	if (n == 0)
		return ERR_CARD_MUTE;
	if (n > cap || n > d->max_answer)
		return ERR_NO_SPACE;
	memcpy(ret, answer, n);
	*ret_len = n;
	if (reads) {
		d->reads++;
		d->out_bytes += (uint32_t)len;
		d->in_bytes += (uint32_t)n;
		d->longest = n > d->longest ? (uint32_t)n : d->longest;
	}
	return ERR_OK;
}

static enum err reset(void *data)
{
	mrtd_reset(((struct desk *)data)->card);
	return ERR_OK;
}

static int64_t now_ms(void *data)
{
	(void)data;
	return (int64_t)bench_now_ms();
}

static void on_facts(void *data, const struct msg_chip_facts *f)
{
	struct desk *d = data;

	(void)f;
	d->name_bytes = d->out_bytes + d->in_bytes;
}

struct world {
	struct issuer *issuer;
	struct anchors anchors;
};

/* A session; *ret_cpu_ms without the card's. False: it did not end well. */
static bool session(const struct world *w, struct desk *d, uint16_t *block,
		    struct msg_chip_done *ret, double *ret_cpu_ms)
{
	const struct line line = { exchange, d, d->max_answer, reset };
	const struct chip_ears ears = { .now_ms = now_ms, .facts = on_facts, .data = d };
	const struct chip_ask ask = { .key_kind = CHIP_KEY_CAN,
				      .key = "000000",
				      .wants = CHIP_WANT_FACE,
				      .block = *block,
				      .now_s = ISSUER_NOW_S,
				      .anchors = { w->anchors.bytes, w->anchors.len } };
	struct chip_end end;

	mrtd_reset(d->card);
	*d = (struct desk){ .card = d->card, .max_answer = d->max_answer };
	double began = bench_cpu_ms();
	chip_run(&line, &ask, &ears, &end);
	*ret_cpu_ms = bench_cpu_ms() - began - d->card_cpu_ms;
	*ret = end.done;
	*block = end.done.block;
	chip_end_finish(&end);
	return ret->why == ERR_OK &&
	       verdict_of(ret->data, ret->issuer, ret->chip) == VERDICT_GENUINE;
}

static struct mrtd *card_of(const struct world *w, const char *more)
{
	struct mrtd_spec spec;
	struct mrtd *card = NULL;
	char text[1024], line[256];

	snprintf(text, sizeof text, "%s%s", SPEC, more);
	mrtd_spec_init(&spec);
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
		if (mrtd_spec_line(&spec, line) != ERR_OK)
			return NULL;
	}
	return mrtd_create(&spec, w->issuer, NULL, &card) == ERR_OK ? card : NULL;
}

static size_t file_bytes(const struct mrtd *card, size_t i)
{
	size_t len = 0;

	return mrtd_file(card, FILES[i], true, &len) ? len : 0;
}

static size_t all_bytes(const struct mrtd *card)
{
	size_t sum = 0;

	for (size_t i = 0; i < FILE_COUNT; i++)
		sum += file_bytes(card, i);
	return sum;
}

/* The bytes of an answer under AES secure messaging with n bytes of data. */
static size_t secured(size_t n)
{
	size_t value = (n / 16 + 1) * 16 + 1; /* padded, and the byte that says so */
	size_t sizer = value < 0x80 ? 1 : value < 0x100 ? 2 : 3;

	return 1 + sizer + value + 4 + 10 + 2;
}

/* Fewest commands for the files when an answer has at most `max` bytes. */
static unsigned fewest(const struct mrtd *card, size_t max)
{
	size_t room = 0;
	unsigned trips = 0;

	while (room < 65536 && secured(room + 1) <= max)
		room++;
	for (size_t i = 0; i < FILE_COUNT; i++)
		trips += (unsigned)((file_bytes(card, i) + room - 1) / room);
	return trips;
}

struct cost {
	unsigned trips;
	size_t bytes;
};

/* What another reader's way costs: blocks of that size; `select`: SELECT and four bytes of header
 * before. The lengths of commands are those of AES secure messaging. */
static struct cost model(const struct mrtd *card, size_t block, bool select)
{
	size_t command = block > 256 ? 22 : 19;
	struct cost c = { 0, 0 };

	for (size_t i = 0; i < FILE_COUNT; i++) {
		size_t left = file_bytes(card, i);

		if (select) {
			c.trips += 2;
			c.bytes += 35 + 16 + 19 + secured(4);
			left -= 4;
		}
		for (; left > 0; c.trips++) {
			size_t n = left < block ? left : block;

			c.bytes += command + secured(n);
			left -= n;
		}
	}
	return c;
}

static double overhead(const struct mrtd *card, size_t bytes)
{
	return 100.0 * ((double)bytes / (double)all_bytes(card) - 1);
}

static void tell_model(const struct mrtd *card, const char *name, size_t block, bool select)
{
	struct cost c = model(card, block, select);
	char row[64], unit[32];

	snprintf(row, sizeof row, "chip, by model: %s", name);
	snprintf(unit, sizeof unit, "%% at %u trips", c.trips);
	bench_row(row, overhead(card, c.bytes), unit, 0);
	printf("%-40s %4u trips %6zu bytes %5.1f %%\n", row, c.trips, c.bytes,
	       overhead(card, c.bytes));
}

static void tell_models(const struct mrtd *card)
{
	tell_model(card, "112 bytes, header", 112, true);
	tell_model(card, "160 bytes, header", 160, true);
	tell_model(card, "223 bytes, header", 223, true);
	tell_model(card, "223 bytes, short id", 223, false);
	tell_model(card, "486 bytes, short id", 486, false);
	tell_model(card, "1000 bytes, short id", 1000, false);
}

static void tell(const struct mrtd *card, const struct reach *r, const struct habit *h,
		 const struct desk *d, double of_fewest)
{
	bool extended = h->extended && r->max_answer > 1000;
	char row[64], unit[32];

	snprintf(row, sizeof row, "chip, reader %s, card %s", r->name, h->name);
	snprintf(unit, sizeof unit, "%% at %u trips", d->reads);
	bench_row(row, overhead(card, d->out_bytes + d->in_bytes), unit,
		  extended ? OVERHEAD_PERCENT : 0);
	if (extended)
		bench_row("  round trips of a session, of the fewest", of_fewest, "",
			  MORE_THAN_LEAST);
	else
		bench_row("  round trips for its files", d->reads, "", SHORT_TRIPS);
}

static bool pairing(const struct world *w, const struct reach *r, const struct habit *h)
{
	struct desk d = { .card = card_of(w, h->spec), .max_answer = r->max_answer };
	struct msg_chip_done first, done;
	uint16_t block = 0;
	double cpu_ms;

	if (!d.card || !session(w, &d, &block, &first, &cpu_ms) ||
	    !session(w, &d, &block, &done, &cpu_ms)) {
		fprintf(stderr, "chip: reader %s, card %s: not read\n", r->name, h->name);
		mrtd_destroy(d.card);
		return false;
	}
	double over = overhead(d.card, d.out_bytes + d.in_bytes);
	unsigned least = fewest(d.card, d.longest) + OTHER_TRIPS;
	printf("reader %-6s card %-14s first %3u trips, then %3u (%3u read, least %3u in all); "
	       "block %5u; out %5u in %6u bytes, %5.1f %%; name after %u bytes of files\n",
	       r->name, h->name, first.trips, done.trips, d.reads, least, block, d.out_bytes,
	       d.in_bytes, over, d.name_bytes);
	if (!h->detail && (h->extended || r == READERS))
		tell(d.card, r, h, &d, (double)done.trips / least);
	mrtd_destroy(d.card);
	return true;
}

static bool processor(const struct world *w)
{
	struct desk d = { .card = card_of(w, ""), .max_answer = 65538 };
	struct msg_chip_done done;
	double ms[ROUNDS];
	uint16_t block = 0;
	bool good = d.card != NULL;

	for (int i = 0; good && i < ROUNDS; i++)
		good = session(w, &d, &block, &done, &ms[i]);
	if (good) {
		tell_models(d.card);
		bench_row("chip, processor for a card, median", bench_percentile(ms, ROUNDS, 50),
			  "ms", CPU_MS);
		bench_row("chip, processor for a card, longest", bench_percentile(ms, ROUNDS, 100),
			  "ms", CPU_MS);
	}
	mrtd_destroy(d.card);
	return good;
}

static bool trust(struct world *w)
{
	w->issuer = issuer_create(NULL);
	struct issuer_bytes root = issuer_csca(w->issuer);
	struct anchor a = { .kind = ANCHOR_CSCA,
			    .until_s = INT64_MAX,
			    .subject = "Test State CSCA",
			    .der = root.at,
			    .der_len = root.len };

	SHA256(root.at, root.len, a.sha256);
	bool good = anchors_add(&w->anchors, &a) == ERR_OK;
	issuer_free(&root);
	return good;
}

int main(void)
{
	struct world w = { 0 };
	bool good = trust(&w) && processor(&w);

	for (size_t r = 0; r < sizeof READERS / sizeof *READERS; r++)
		for (size_t h = 0; h < sizeof HABITS / sizeof *HABITS; h++)
			good &= pairing(&w, &READERS[r], &HABITS[h]);
	anchors_finish(&w.anchors);
	issuer_destroy(w.issuer);
	return good ? 0 : 1;
}
