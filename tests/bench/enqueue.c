/* What it costs to claim a dossier, against one bare append with fdatasync on the same disk, in
 * the same run, turn by turn. Once on the disk as it is, and once with 5 ms added to every sync, as
 * a slow memory card has it.
 *
 *     build/bench/enqueue [FOLDER]      FOLDER is on the disk to be measured; default: here
 */
#include "tests/bench/bench.h"
#include "tests/bench/fill.h"

#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define ROUNDS    300
#define TEN       10
#define QUEUED    100000
#define WARM      20
#define PDF_BYTES (1 << 20)

enum { BARE, CLAIM, PACKAGE, VISIT, KINDS };

static const char *const NAMES[KINDS] = { "bare 4 KiB append + fdatasync", "claim (outbox_add)",
					  "1 MiB package, made and synced",
					  "end of visit (vault_end)" };

struct run {
	double ms[KINDS][ROUNDS];
	double claim_cpu_ms[ROUNDS];
	long syncs[KINDS];
};

struct place {
	struct fixture f;
	struct store *store;
	struct package_keys *keys;
	struct dossier_paper paper;
	int bare_fd;
};

static void must(enum err e)
{
	if (e == ERR_OK)
		return;
	printf("enqueue: %s\n", err_text(e));
	exit(1);
}

static void load_keys(struct place *p)
{
	char key[160], cert[160], seal[160];

	if (make_cert(&p->f, "kiosk", "/CN=kiosk K01") || make_cert(&p->f, "seal", "/CN=province"))
		must(ERR_NOT_FOUND);
	in(&p->f, "kiosk.key", key);
	in(&p->f, "kiosk.pem", cert);
	in(&p->f, "seal.pem", seal);
	must(package_keys_load(key, cert, seal, &p->keys));
}

static void place_init(struct place *p, const char *folder)
{
	char path[160];

	fixture_init(&p->f);
	load_keys(p);
	snprintf(p->f.data, sizeof p->f.data, "%.60s/bench-data", folder);
	remove_dir(p->f.data);
	must(store_open(&p->f.options, &p->store));
	snprintf(path, sizeof path, "%s/bare", p->f.data);
	p->bare_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	p->paper = PAPERS[0];
	uint8_t *pdf = malloc(PDF_BYTES);
	for (size_t i = 0; pdf && i < PDF_BYTES; i++)
		pdf[i] = (uint8_t)(i * 131 >> 3);
	p->paper.pdf = pdf;
	p->paper.pdf_len = PDF_BYTES;
}

static void place_finish(struct place *p)
{
	close(p->bare_fd);
	store_close(p->store);
	package_keys_free(p->keys);
	free((void *)(uintptr_t)p->paper.pdf);
	remove_dir(p->f.data);
	fixture_finish(&p->f);
}

/* Ends the measuring of one kind and begins the next. */
static void lap(struct run *r, int kind, int round, double *from_ms)
{
	double to_ms = bench_now_ms();

	if (round >= 0) {
		r->ms[kind][round] = to_ms - *from_ms;
		r->syncs[kind] += faults.syncs;
	}
	faults.syncs = 0;
	*from_ms = bench_now_ms();
}

static void bare(struct place *p, struct run *r, int round)
{
	static const uint8_t BLOCK[4096] = { 1 };
	double from_ms = bench_now_ms();

	faults.syncs = 0;
	if (write(p->bare_fd, BLOCK, sizeof BLOCK) < 0 || fdatasync(p->bare_fd) < 0)
		must(ERR_IO);
	lap(r, BARE, round, &from_ms);
}

static void claim(struct place *p, struct run *r, int round, const struct package *made,
		  struct vault *v)
{
	double from_ms = bench_now_ms(), from_cpu_ms = bench_cpu_ms();

	faults.syncs = 0;
	must(outbox_add(p->store, made, v));
	if (round >= 0)
		r->claim_cpu_ms[round] = bench_cpu_ms() - from_cpu_ms;
	lap(r, CLAIM, round, &from_ms);
}

/* The bare append before the claim and after it, turn by turn: whatever the package has left the
 * disk to do meets both alike. */
static void one_round(struct place *p, struct run *r, int round)
{
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct vault *v = NULL;
	struct package made;

	must(vault_begin(p->store, CITIZEN, &v));
	must(vault_put(v, "page-1", p->paper.pdf, 100000));
	must(store_new_key(p->store, key));
	must(receipt_code_next(p->store, "K01", code));
	struct dossier d = sample(key, code);
	d.papers = &p->paper;
	d.paper_count = 1;
	faults.syncs = 0;
	double from_ms = bench_now_ms();
	must(package_make(&d, p->keys, store_outbox_fd(p->store), &made));
	lap(r, PACKAGE, round, &from_ms);
	if (round & 1)
		bare(p, r, round);
	claim(p, r, round, &made, v);
	if (!(round & 1))
		bare(p, r, round);
	from_ms = bench_now_ms();
	must(vault_end(v));
	lap(r, VISIT, round, &from_ms);
}

static void measure(const char *folder, unsigned delay_us, struct run *r)
{
	struct place p;

	memset(r, 0, sizeof *r);
	place_init(&p, folder);
	faults.delay_us = delay_us;
	for (int i = -WARM; i < ROUNDS; i++)
		one_round(&p, r, i);
	faults.delay_us = 0;
	place_finish(&p);
	double bare = bench_percentile(r->ms[BARE], ROUNDS, 50);
	printf("%s (%d rounds)\n", delay_us ? "5 ms added to every sync" : "the disk as it is",
	       ROUNDS);
	printf("  %-32s %8s %8s %8s %8s\n", "", "p50 ms", "p95 ms", "x bare", "syncs");
	for (int k = 0; k < KINDS; k++)
		printf("  %-32s %8.3f %8.3f %8.2f %8.3f\n", NAMES[k],
		       bench_percentile(r->ms[k], ROUNDS, 50),
		       bench_percentile(r->ms[k], ROUNDS, 95),
		       bench_percentile(r->ms[k], ROUNDS, 50) / bare, (double)r->syncs[k] / ROUNDS);
}

/* Ten packages of one kiosk's codes, ready to be claimed. */
static void ten_packages(struct store *s, struct package p[TEN])
{
	for (int i = 0; i < TEN; i++) {
		uint32_t day, seq;

		must(fake_package(s, &p[i]));
		must(receipt_code_parse(p[i].receipt_code, &day, &seq));
		must(db_run(s, SQL_RECEIPT_TAKE, DB_VALUES(db_num(day), db_num(seq))));
	}
}

/* Ten dossiers one after the other, against ten that come together. */
static double ten_by_ten(const char *folder)
{
	static double alone_ms[ROUNDS / TEN], together_ms[ROUNDS / TEN];
	struct outbox_add adds[TEN];
	struct package p[TEN];
	struct place place;

	place_init(&place, folder);
	for (int round = 0; round < ROUNDS / TEN; round++) {
		ten_packages(place.store, p);
		faults.delay_us = 5000;
		double from_ms = bench_now_ms();
		for (int i = 0; i < TEN; i++)
			must(outbox_add(place.store, &p[i], NULL));
		alone_ms[round] = bench_now_ms() - from_ms;
		faults.delay_us = 0;
		ten_packages(place.store, p);
		for (int i = 0; i < TEN; i++)
			adds[i] = (struct outbox_add){ .package = &p[i] };
		faults.delay_us = 5000;
		from_ms = bench_now_ms();
		must(outbox_add_all(place.store, adds, TEN));
		together_ms[round] = bench_now_ms() - from_ms;
		faults.delay_us = 0;
	}
	place_finish(&place);
	return bench_percentile(together_ms, ROUNDS / TEN, 50) /
	       bench_percentile(alone_ms, ROUNDS / TEN, 50);
}

/* A claim and a look at what is next, in a queue of 10 and in one of 100,000, turn by turn. The
 * processor's time, for both write to the same disk. */
static double long_to_short(const char *folder)
{
	static double ms[2][ROUNDS];
	static const int LENGTHS[2] = { TEN, QUEUED };
	struct place place[2];
	char sub[2][100];

	for (int i = 0; i < 2; i++) {
		snprintf(sub[i], sizeof sub[i], "%.50s/queue-%d", folder, i);
		(void)mkdir(sub[i], 0700);
		place_init(&place[i], sub[i]);
		must(bench_fill(place[i].store, LENGTHS[i]));
	}
	for (int round = -WARM; round < ROUNDS; round++)
		for (int i = 0; i < 2; i++) {
			struct outbox_item item;
			struct package p;
			uint32_t wait_ms;

			must(fake_package(place[i].store, &p));
			double from_ms = bench_cpu_ms();
			must(outbox_add(place[i].store, &p, NULL));
			must(outbox_next(place[i].store, NULL, &item, &wait_ms));
			if (round >= 0)
				ms[i][round] = bench_cpu_ms() - from_ms;
		}
	for (int i = 0; i < 2; i++) {
		place_finish(&place[i]);
		(void)rmdir(sub[i]);
	}
	return bench_percentile(ms[1], ROUNDS, 50) / bench_percentile(ms[0], ROUNDS, 50);
}

/* How the median of the claim stands to that of the bare append. */
static void tell(const char *name, struct run *r, double aim)
{
	bench_row(name,
		  bench_percentile(r->ms[CLAIM], ROUNDS, 50) /
			  bench_percentile(r->ms[BARE], ROUNDS, 50),
		  "x", aim);
}

int main(int argc, char **argv)
{
	static struct run native, slow;
	const char *folder = argc > 1 ? argv[1] : ".";

	measure(folder, 0, &native);
	measure(folder, 5000, &slow);
	double syncs = (double)native.syncs[CLAIM] / ROUNDS;
	bench_row("claim of a dossier, syncs", syncs, "fdatasync", 1.05);
	/* No aim where a sync costs less than the pages of the claim, as on this machine's disk. */
	tell("claim / bare append with fdatasync", &native, 0);
	tell("  the same, 5 ms more for each sync", &slow, 1.1);
	bench_row("  claim, processor time", bench_percentile(native.claim_cpu_ms, ROUNDS, 50),
		  "ms", 0);
	bench_row("ten that come together / ten alone", ten_by_ten(folder), "x", 0.11);
	bench_row("claim and next, 100,000 queued / 10", long_to_short(folder), "x", 1.5);
	return 0;
}
