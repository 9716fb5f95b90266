/* From a scan to a file: what a page costs, how large it becomes and how much of its text is right,
 * beside ocrmypdf in the same run on some of the pages (it takes half a minute of processor for
 * each). Text is what pdftotext finds in the file. One process a page, as the kiosk has it.
 *
 *     build/bench/digitize BUILD [--seed N] [--worn y] [--peer A,B,...]
 *
 * --peer: pages that ocrmypdf makes as well; --worn: papers that were folded, copied and so on
 *
 * Seed 1 is the corpus of the table; others are other words on other papers, to see that nothing
 * was fitted to the first. */
#include "tests/bench/bench.h"
#include "tests/bench/pages.h"
#include "tests/corpus/cer.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define PAGES 12

struct set {
	const char *name, *label;
	double cpu_aim_s, cer_aim, tilt_aim;
	char papers[24]; /* which pages, for the table */
};

static const struct set SETS[] = {
	{ "flat300", "300 dpi", 1.3, 1.1, 0.1, "" },
	{ "flat200", "200 dpi", 0, 1.5, 0.1, "" },
	{ "camera", "camera", 0, 2.0, 0, "" },
};

struct tally {
	int pages, failed, wrong_turn, wrong_blank, codes, wrong_codes, plain_pages, kept_whole;
	double cpu_s, worst_tilt, look_ms;
	long peak_kb, bytes, plain_bytes;
	struct cer cer;
	struct field_count fields;
};

struct peer {
	int pages;
	double cpu_s, our_cpu_s;
	long peak_kb, bytes;
	struct cer text, our_text;   /* of the text layer */
	struct cer again, our_again; /* of the file drawn and read anew */
};

struct desk {
	const char *build;
	const char *seed;
	bool worn;
	char in[PATH_CAP / 4], out[PATH_CAP / 4]; /* folders of this set */
	bool peer[PAGES + 1];
};

static void path_of(char *ret, const char *dir, int page, const char *end)
{
	snprintf(ret, PATH_CAP, "%s/p%02d%s", dir, page, end);
}

static void add_cer(struct cer *c, const char *truth, const char *text)
{
	char *real = pages_text(truth), *read = pages_text(text);

	if (real)
		cer_add(c, real, read ? read : "", NULL);
	free(real);
	free(read);
}

/* Whether what was told of a page is so. */
static void check(struct tally *t, const struct set *s, const struct truth *real,
		  const struct told *told)
{
	bool turned = told->turned_deg == (360 - real->turned_deg) % 360;

	t->wrong_blank += told->blank != real->blank;
	fields_compare(&real->fields, &told->fields, &t->fields);
	t->look_ms = fmax(t->look_ms, told->look_ms);
	t->kept_whole += strcmp(told->check, "picture") == 0;
	if (real->code[0]) {
		t->codes++;
		t->wrong_codes += strcmp(real->code, told->code) != 0;
	}
	if (real->blank)
		return;
	t->wrong_turn += !turned;
	if (turned && s->tilt_aim > 0)
		t->worst_tilt = fmax(t->worst_tilt, fabs(told->tilt_deg + real->tilt_deg));
}

static void add_page(struct tally *t, const struct truth *real, const struct cost *cost,
		     const char *pdf)
{
	long bytes = pages_bytes(pdf);

	t->pages++;
	t->cpu_s += cost->cpu_s;
	t->peak_kb = cost->peak_kb > t->peak_kb ? cost->peak_kb : t->peak_kb;
	t->bytes += bytes;
	if (!real->stamps) {
		t->plain_pages++;
		t->plain_bytes += bytes;
	}
}

/* One page through our program; false: it gave no file. */
static bool our_page(const struct desk *d, const struct set *s, int n, struct tally *t,
		     struct cost *ret)
{
	char jpg[PATH_CAP], pdf[PATH_CAP], json[PATH_CAP], txt[PATH_CAP], gt[PATH_CAP],
		program[PATH_CAP];
	const char *argv[] = { program, "digitize", "--json", jpg, "-o", pdf, NULL };
	struct truth real;
	struct told told;

	snprintf(program, sizeof program, "%s/bin/kiosk-parse", d->build);
	path_of(jpg, d->in, n, ".jpg");
	path_of(gt, d->in, n, ".truth");
	path_of(pdf, d->out, n, ".pdf");
	path_of(json, d->out, n, ".json");
	path_of(txt, d->out, n, ".txt");
	*ret = pages_run(argv, json);
	if (!truth_read(gt, &real) || ret->status != 0 || !told_read(json, &told) ||
	    !pages_pdf_text(pdf, txt)) {
		printf("%s page %d: status %d\n", s->name, n, ret->status);
		t->failed++;
		return false;
	}
	struct cer one = { 0 };
	path_of(gt, d->in, n, ".gt.txt");
	add_cer(&one, gt, txt);
	add_cer(&t->cer, gt, txt);
	add_page(t, &real, ret, pdf);
	check(t, s, &real, &told);
	printf("%s p%02d %-9s %5.2f s %4ld MB %7ld bytes, text %6.2f %% wrong (in order %6.2f), "
	       "turned %3d tilt %6.3f (truth %3d %6.3f), kept as %s\n",
	       s->name, n, real.kind, ret->cpu_s, ret->peak_kb / 1024, pages_bytes(pdf),
	       cer_percent(one.line_errors, one.chars), cer_percent(one.seq_errors, one.chars),
	       told.turned_deg, told.tilt_deg, real.turned_deg, real.tilt_deg, told.check);
	return true;
}

static void peer_page(const struct desk *d, int n, const struct cost *ours, struct peer *p)
{
	char jpg[PATH_CAP], pdf[PATH_CAP], txt[PATH_CAP], gt[PATH_CAP], our_pdf[PATH_CAP],
		base[PATH_CAP];
	const char *argv[] = { "env",
			       PAGES_ONE_THREAD,
			       "ocrmypdf",
			       "--deskew",
			       "--clean",
			       "--rotate-pages",
			       "--output-type",
			       "pdfa-2",
			       "-l",
			       "vie",
			       "-j1",
			       "-q",
			       jpg,
			       pdf,
			       NULL };

	path_of(jpg, d->in, n, ".jpg");
	path_of(gt, d->in, n, ".gt.txt");
	path_of(our_pdf, d->out, n, ".pdf");
	path_of(pdf, d->out, n, "-peer.pdf");
	path_of(txt, d->out, n, "-peer.txt");
	path_of(base, d->out, n, "-drawn");
	struct cost c = pages_run(argv, NULL);
	if (c.status != 0 || !pages_pdf_text(pdf, txt)) {
		printf("ocrmypdf page %d: status %d\n", n, c.status);
		return;
	}
	p->pages++;
	p->cpu_s += c.cpu_s;
	p->our_cpu_s += ours->cpu_s;
	p->peak_kb = c.peak_kb > p->peak_kb ? c.peak_kb : p->peak_kb;
	p->bytes += pages_bytes(pdf);
	add_cer(&p->text, gt, txt);
	path_of(txt, d->out, n, ".txt");
	add_cer(&p->our_text, gt, txt);
	path_of(txt, d->out, n, "-peer-again.txt");
	if (pages_read_again(pdf, base, txt))
		add_cer(&p->again, gt, txt);
	path_of(txt, d->out, n, "-again.txt");
	if (pages_read_again(our_pdf, base, txt))
		add_cer(&p->our_again, gt, txt);
	printf("ocrmypdf p%02d %.2f s %ld MB %ld bytes\n", n, c.cpu_s, c.peak_kb / 1024,
	       pages_bytes(pdf));
}

static void row(const struct set *s, const char *name, double figure, const char *unit, double aim)
{
	char text[80];

	snprintf(text, sizeof text, "digitize%s, %s: %s", s->papers, s->label, name);
	bench_row(text, figure, unit, aim);
}

static void wrong_row(const struct set *s, const char *name, int wrong, int of)
{
	char text[80];

	snprintf(text, sizeof text, "digitize%s, %s: %s", s->papers, s->label, name);
	bench_wrong(text, wrong, of);
}

static void tell(const struct set *s, const struct tally *t)
{
	const struct cer *c = &t->cer;
	char unit[24];

	wrong_row(s, "pages that gave no file", t->failed, t->pages + t->failed);
	if (t->pages == 0)
		return;
	row(s, "processor for a page", t->cpu_s / t->pages, "s", s->cpu_aim_s);
	row(s, "first look, longest", t->look_ms, "ms", s->cpu_aim_s > 0 ? 300 : 0);
	row(s, "memory at most", (double)t->peak_kb / 1024, "MB", s->cpu_aim_s > 0 ? 110 : 0);
	row(s, "bytes a page", (double)t->bytes / t->pages, "", s->cpu_aim_s > 0 ? 45000 : 0);
	if (t->plain_pages > 0)
		row(s, "bytes a page without stamps", (double)t->plain_bytes / t->plain_pages, "",
		    s->cpu_aim_s > 0 ? 34000 : 0);
	row(s, "characters wrong, by lines", cer_percent(c->line_errors, c->chars), "%",
	    s->cer_aim);
	row(s, "the same without diacritics", cer_percent(c->line_plain, c->chars), "%", 0);
	row(s, "characters wrong, in order", cer_percent(c->seq_errors, c->chars), "%", 0);
	row(s, "words", cer_word_f1(c), "% F1", 0);
	wrong_row(s, "pages turned wrongly", t->wrong_turn, t->pages);
	wrong_row(s, "blank pages mistaken", t->wrong_blank, t->pages);
	if (s->tilt_aim > 0)
		row(s, "skew left, at most", t->worst_tilt, "deg", s->tilt_aim);
	wrong_row(s, "codes not read or not exact", t->wrong_codes, t->codes);
	snprintf(unit, sizeof unit, "of %d there", t->fields.there);
	row(s, "fields offered and right", t->fields.right, unit, 0);
	row(s, "fields offered and wrong", t->fields.offered - t->fields.right, unit, 0);
	row(s, "pages kept as one picture", t->kept_whole, "", 0);
}

static void tell_peer(const struct set *s, const struct peer *p)
{
	char unit[40];

	if (p->pages == 0)
		return;
	snprintf(unit, sizeof unit, "s, %d pages", p->pages);
	row(s, "ocrmypdf, processor for a page", p->cpu_s / p->pages, unit, 0);
	row(s, "ours of its, the same pages", p->our_cpu_s / p->cpu_s, "", 1 / 20.0);
	row(s, "ocrmypdf, largest process", (double)p->peak_kb / 1024, "MB", 0);
	row(s, "ocrmypdf, bytes a page", (double)p->bytes / p->pages, "", 0);
	row(s, "ocrmypdf, characters wrong", cer_percent(p->text.line_errors, p->text.chars), "%",
	    0);
	row(s, "ours on these pages", cer_percent(p->our_text.line_errors, p->our_text.chars), "%",
	    0);
	double theirs = cer_percent(p->again.line_errors, p->again.chars);
	row(s, "ocrmypdf drawn and read anew", theirs, "%", 0);
	row(s, "ours drawn and read anew",
	    cer_percent(p->our_again.line_errors, p->our_again.chars), "%", theirs);
}

static bool make_pages(struct desk *d, const struct set *s)
{
	char corpus[PATH_CAP];
	const char *argv[] = {
		corpus, "make", d->in, s->name, "--seed", d->seed, d->worn ? "--worn" : NULL, NULL
	};

	snprintf(d->in, sizeof d->in, "%s/bench/pages-%s%s/%s", d->build, d->seed,
		 d->worn ? "-worn" : "", s->name);
	snprintf(d->out, sizeof d->out, "%s/bench/digitized-%s%s/%s", d->build, d->seed,
		 d->worn ? "-worn" : "", s->name);
	snprintf(corpus, sizeof corpus, "%s/bin/corpus", d->build);
	const char *make[] = { "mkdir", "-p", d->in, d->out, NULL };
	return pages_run(make, NULL).status == 0 && pages_run(argv, NULL).status == 0;
}

static bool measure(struct desk *d, struct set set)
{
	const struct set *s = &set;
	struct tally t = { 0 };
	struct peer p = { 0 };

	if (strcmp(d->seed, "1") != 0 || d->worn)
		snprintf(set.papers, sizeof set.papers, " %s%s", d->worn ? "worn " : "", d->seed);
	if (!make_pages(d, s))
		return false;
	for (int n = 1; n <= PAGES; n++) {
		struct cost ours;

		if (our_page(d, s, n, &t, &ours) && d->peer[n] && s->cpu_aim_s > 0)
			peer_page(d, n, &ours, &p);
	}
	tell(s, &t);
	tell_peer(s, &p);
	return true;
}

/* The largest peak_kib of that job in the kiosk's log; 0: there was none. */
static long peak_of(const char *log, const char *job)
{
	long most = 0;

	for (const char *at = log; (at = strstr(at, job)); at++) {
		const char *end = strchrnul(at, '\n'), *peak = strstr(at, "peak_kib=");
		long n = peak && peak < end ? strtol(peak + strlen("peak_kib="), NULL, 10) : 0;

		most = n > most ? n : most;
	}
	return most;
}

/* The way of a page in the kiosk: kiosk-parse in the room of pages. Its pixels lie in memory that
 * it shares with kiosk-core, and count as its own. A scene plays it. */
static void job_memory(const struct desk *d)
{
	char scene[PATH_CAP], dir[PATH_CAP], log[PATH_CAP + 16];
	const char *play[] = { scene, "--dir", dir, "tests/scenes/digitizer_memory.txt", NULL };
	const char *clean[] = { "rm", "-rf", dir, NULL };

	snprintf(scene, sizeof scene, "%s/bin/scene", d->build);
	snprintf(dir, sizeof dir, "%s/bench/job-memory", d->build);
	snprintf(log, sizeof log, "%s/kiosk.log", dir);
	(void)pages_run(clean, NULL);
	bool good = pages_run(play, NULL).status == 0;
	char *text = good ? pages_text(log) : NULL;
	bench_wrong("digitize, 300 dpi: jobs of the kiosk that failed or took over 110 MB", !text,
		    1);
	if (text) {
		bench_row("digitize, 300 dpi: memory of a job, first look",
			  (double)peak_of(text, "job=JOB_LOOK err=OK") * 1024 / 1e6, "MB", 110);
		bench_row("digitize, 300 dpi: memory of a job, page to pack",
			  (double)peak_of(text, "job=JOB_DIGITIZE err=OK") * 1024 / 1e6, "MB", 110);
	}
	free(text);
}

static bool options(struct desk *d, int argc, char **argv)
{
	if (argc < 2 || argc % 2 != 0)
		return false;
	d->build = argv[1];
	for (int i = 2; i < argc; i += 2) {
		if (strcmp(argv[i], "--seed") == 0)
			d->seed = argv[i + 1];
		else if (strcmp(argv[i], "--worn") == 0)
			d->worn = true;
		else if (strcmp(argv[i], "--peer") != 0)
			return false;
		for (char *at = argv[i + 1]; argv[i][2] == 'p' && *at; at += *at == ',') {
			long n = strtol(at, &at, 10);

			if (n < 1 || n > PAGES)
				return false;
			d->peer[n] = true;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct desk d = { .seed = "1" };

	if (!options(&d, argc, argv)) {
		fputs("digitize BUILD [--seed N] [--worn y] [--peer A,B,...]\n", stderr);
		return 2;
	}
	if (strcmp(d.seed, "1") == 0 && !d.worn)
		job_memory(&d);
	for (size_t i = 0; i < sizeof SETS / sizeof *SETS; i++)
		if (!measure(&d, SETS[i]))
			return 1;
	return 0;
}
