/* powercut: pulls the plug of a machine in an emulator, again and again, and looks what is left. */
#include "firmware/base/auto.h"
#include "tests/cut/cpio.h"
#include "tests/cut/play.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define MAX_LANES 16

static const char USAGE[] =
	"powercut [--dir DIR] [--lanes L] [--deaf] [--talk] PROOF SEED,N\n"
	"  cuts    N power cuts, one after the other\n"
	"  orders  N states in which a cut may leave the disk of a recorded run\n"
	"  errors  N writes or flushes that fail\n"
	"  full    the disk is full from the n-th touch of a visit on, for n up to N\n"
	"  --deaf  the drive ignores flushes: the proof must notice\n"
	"powercut pack OUT NAME=PATH...   an archive for the kernel to begin with\n";

static const struct {
	const char *name;
	play_fn *play;
	bool alone; /* one lane plays all of it */
} PROOFS[] = {
	{ "cuts", play_cuts, false },
	{ "orders", play_orders, false },
	{ "errors", play_errors, false },
	{ "full", play_full, true },
};

struct options {
	const char *dir;
	unsigned lanes;
	bool deaf, talks;
};

static play_fn *proof_of(const char *name, unsigned *lanes)
{
	for (size_t i = 0; i < sizeof PROOFS / sizeof *PROOFS; i++) {
		if (strcmp(PROOFS[i].name, name) != 0)
			continue;
		*lanes = PROOFS[i].alone ? 1 : *lanes;
		return PROOFS[i].play;
	}
	return NULL;
}

/* In a process of its own. */
static void play_lane(const struct options *o, play_fn *play, struct play *p, int to)
{
	struct play_result r = { 0 };

	p->dir = o->dir;
	p->deaf = o->deaf;
	p->talks = o->talks;
	p->out = o->deaf ? NULL : stdout;
	p->lot.state = p->seed;
	book_init(&p->book, p->out);
	p->out = stdout;
	setvbuf(stdout, NULL, _IOLBF, 0);
	play(p, &r);
	r.counts = p->book.counts;
	r.requests = p->rig.drive.requests;
	r.flushes = p->rig.drive.flushes;
	r.stalls = p->stalls;
	if (write(to, &r, sizeof r) != sizeof r)
		_exit(1);
	_exit(0);
}

static int start_lane(const struct options *o, play_fn *play, struct play p)
{
	int pipes[2];

	if (pipe(pipes) < 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipes[0]);
		play_lane(o, play, &p, pipes[1]);
	}
	close(pipes[1]);
	return pipes[0];
}

static void add(struct play_result *all, const struct play_result *r)
{
	book_add(&all->counts, &r->counts);
	all->played += r->played;
	all->boots += r->boots;
	all->stalls += r->stalls;
	all->stopped += r->stopped;
	all->finished += r->finished;
	all->turned_away += r->turned_away;
	all->steps += r->steps;
	if (all->requests_each < r->requests_each)
		all->requests_each = r->requests_each;
	all->requests += r->requests;
	all->flushes += r->flushes;
	all->broken |= r->broken;
}

static void print_table(const char *name, const struct play_result *r)
{
	const struct book_counts *c = &r->counts;
	const struct {
		const char *name;
		unsigned n;
		bool always;
	} ROWS[] = {
		{ name, r->played, true },
		{ "starts", r->boots, true },
		{ "machine stalled", r->stalls, false },
		{ "durable steps", r->steps, false },
		{ "requests to fail", r->requests_each, false },
		{ "looks", c->looks, true },
		{ "called saved", c->saved, true },
		{ "called accepted", c->accepted, true },
		{ "stopped itself", r->stopped, false },
		{ "visits finished", r->finished, false },
		{ "turned away", r->turned_away, false },
		{ "lost", c->lost, true },
		{ "doubled", c->doubled, true },
		{ "altered", c->altered, true },
		{ "damaged", c->damaged, true },
		{ "in clear", c->in_clear, true },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (ROWS[i].always || ROWS[i].n)
			printf("%-20s %u\n", ROWS[i].name, ROWS[i].n);
}

static int play_all(const struct options *o, const char *name, uint64_t seed, unsigned count)
{
	unsigned lanes = o->lanes;
	play_fn *play = proof_of(name, &lanes);
	int from[MAX_LANES];
	struct play_result all = { 0 };

	if (!play)
		return fputs(USAGE, stderr), 2;
	for (unsigned i = 0, first = 0; i < lanes; i++) {
		struct play p = { .seed = seed * 1000 + i,
				  .first = first,
				  .count = count / lanes + (i < count % lanes) };

		from[i] = start_lane(o, play, p);
		first += p.count;
	}
	for (unsigned i = 0; i < lanes; i++) {
		struct play_result r = { .broken = true };

		if (from[i] < 0 || read(from[i], &r, sizeof r) != sizeof r)
			r = (struct play_result){ .broken = true };
		add(&all, &r);
	}
	while (wait(NULL) > 0)
		;
	print_table(name, &all);
	/* what a lie has left of a disk may be too little to go on with: that is seeing it, too */
	if (all.broken && (!o->deaf || book_is_good(&all.counts)))
		return fputs("the proof itself did not work\n", stdout), 1;
	bool good = book_is_good(&all.counts);
	if (o->deaf)
		puts(good ? "The proof is blind: a drive that lies was not noticed."
			  : "The proof can see: a drive that lies was noticed.");
	else
		puts(good ? "The promise is kept." : "The promise is broken.");
	return good == o->deaf;
}

int main(int argc, char **argv)
{
	static const struct option NAMES[] = { { "dir", 1, 0, 'd' },  { "lanes", 1, 0, 'l' },
					       { "deaf", 0, 0, 'D' }, { "talk", 0, 0, 't' },
					       { "help", 0, 0, 'h' }, { 0 } };
	struct options o = { .dir = "build/guest", .lanes = 2 };
	uint64_t seed = 1;
	unsigned count = 0;

	for (int c; (c = getopt_long(argc, argv, "+", NAMES, NULL)) != -1;) {
		if (c == 'h' || c == '?')
			return fputs(USAGE, c == 'h' ? stdout : stderr) < 0 || c == '?' ? 2 : 0;
		if (c == 'd')
			o.dir = optarg;
		if (c == 'l')
			o.lanes = (unsigned)strtoul(optarg, NULL, 10);
		o.deaf |= c == 'D';
		o.talks |= c == 't';
	}
	signal(SIGPIPE, SIG_IGN);
	if (argc - optind >= 3 && strcmp(argv[optind], "pack") == 0)
		return cpio_pack(argv[optind + 1], argv + optind + 2, argc - optind - 2) != ERR_OK;
	if (argc - optind != 2 || sscanf(argv[optind + 1], "%" SCNu64 ",%u", &seed, &count) != 2 ||
	    o.lanes < 1 || o.lanes > MAX_LANES)
		return fputs(USAGE, stderr), 2;
	if (o.lanes > count)
		o.lanes = count ? count : 1;
	return play_all(&o, argv[optind], seed, count);
}
