/* What it costs to claim a dossier, against one bare append with fdatasync on the same disk, in
 * the same run, turn by turn. Once on the disk as it is, and once with 5 ms added to every sync, as
 * a slow memory card has it.
 *
 *     build/bench/enqueue [FOLDER]      FOLDER is on the disk to be measured; default: here
 */
#include "tests/bench/bench.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#define ROUNDS    300
#define WARM      20
#define PDF_BYTES (1 << 20)

enum { BARE, CLAIM, PACKAGE, VISIT, KINDS };

static const char *const NAMES[KINDS] = { "bare 4 KiB append + fdatasync", "claim (outbox_add)",
					  "1 MiB package, made and synced",
					  "end of visit (vault_end)" };

struct run {
	double ms[KINDS][ROUNDS];
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

static void one_round(struct place *p, struct run *r, int round)
{
	static const uint8_t BLOCK[4096] = { 1 };
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
	if (write(p->bare_fd, BLOCK, sizeof BLOCK) < 0 || fdatasync(p->bare_fd) < 0)
		must(ERR_IO);
	lap(r, BARE, round, &from_ms);
	must(package_make(&d, p->keys, store_outbox_fd(p->store), &made));
	lap(r, PACKAGE, round, &from_ms);
	must(outbox_add(p->store, &made, v));
	lap(r, CLAIM, round, &from_ms);
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

/* How the median of the claim stands to that of the bare append. */
static void tell(const char *name, struct run *r)
{
	bench_row(name,
		  bench_percentile(r->ms[CLAIM], ROUNDS, 50) /
			  bench_percentile(r->ms[BARE], ROUNDS, 50),
		  "x", 0);
}

int main(int argc, char **argv)
{
	static struct run native, slow;
	const char *folder = argc > 1 ? argv[1] : ".";

	measure(folder, 0, &native);
	measure(folder, 5000, &slow);
	double syncs = (double)native.syncs[CLAIM] / ROUNDS;
	bench_row("claim of a dossier, syncs", syncs, "fdatasync", 1.05);
	tell("claim / bare append with fdatasync", &native);
	tell("  the same, 5 ms more for each sync", &slow);
	return 0;
}
