#include "firmware/parse/hand.h"

#include "firmware/parse/order.h"
#include "firmware/parse/page/paper.h"
#include "firmware/parse/pdf/bind.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum need { NOTHING, OUT, ANCHOR, LOCKS }; /* LOCKS: both, and --lock */

static const struct command {
	const char *name;
	int (*run)(struct order *o);
	int least, most; /* names */
	enum need need;
	const char *usage;
} COMMANDS[] = {
	{ "card-qr", order_card_qr, 1, 1, NOTHING,
	  "card-qr TEXT|-\n      what the QR code of an identity card says; - reads it from "
	  "input" },
	{ "qr", order_qr, 1, ORDER_MAX_PICTURES, NOTHING,
	  "qr FILE|-...\n      QR and bar codes in pictures (png, jpg, tif, ppm, pgm)" },
	{ "quality", order_quality, 1, BIND_MAX_PAGES, NOTHING,
	  "quality PAGE... [--dpi N] [--source S]\n      what is wrong with pictures of pages; "
	  "sources: any feeder glass camera" },
	{ "digitize", order_digitize, 1, BIND_MAX_PAGES, OUT,
	  "digitize PAGE... -o OUT.pdf [--title TEXT] [--dpi N] [--profile P] [--paper NAME] "
	  "[--card] [--source S]\n"
	  "      pictures of pages, upright, straight and searchable, as an archival PDF "
	  "(PDF/A-2u);\n"
	  "      profiles: archive photo plain; --card: front and back of an identity card" },
	{ "answer", order_answer, 1, 1, ANCHOR,
	  "answer FILE --anchor CA.pem\n      the province's signed answer about a dossier" },
	{ "bundle", order_bundle, 1, 1, ANCHOR,
	  "bundle index.mcb --anchor KIOSKS.pem [-o LOCK]\n      what a bundle on a USB stick "
	  "holds, and for what its answers are locked" },
	{ "lock", order_lock, 1, 1, LOCKS,
	  "lock ANSWER --anchor CA.pem --lock LOCK -o FILE.ans\n      the province's answer, "
	  "locked "
	  "for the kiosk that wrote the bundle" },
	{ "verify", order_verify, 1, 1, ANCHOR,
	  "verify FILE.pdf --anchor CA.pem\n"
	  "  kiosk-parse verify --qr TEXT|PICTURE|- --anchor KIOSK.pem\n"
	  "      who signed a PDF, whether it is as it was signed, and what came after; the same "
	  "of "
	  "the\n      code on a printed certified copy" },
	{ "anchors", order_anchors, 1, 1, NOTHING,
	  "anchors FILE\n      certificates, CRLs, a master list: what could be trusted in it" },
	{ "dg", order_dg, 1, ORDER_MAX_FILES, NOTHING,
	  "dg FILE... [-o FACE.ppm]\n      what saved files of a chip say (EF.COM, DG1, DG2, DG13, "
	  "...)" },
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static int usage(FILE *to)
{
	fputs("kiosk-parse opens bytes that came from outside, in a locked room.\n", to);
	for (int i = 0; i < COMMAND_COUNT; i++)
		fprintf(to, "  kiosk-parse %s\n", COMMANDS[i].usage);
	fputs("  --json with any of them: the same for programs\n", to);
	return to == stdout ? 0 : 2;
}

static const struct command *find_command(const char *name)
{
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(COMMANDS[i].name, name) == 0)
			return &COMMANDS[i];
	return NULL;
}

static bool refuse(const char *name, const char *value)
{
	fprintf(stderr, "kiosk-parse: %s does not know %s\n", name, value);
	return false;
}

static bool read_options(int argc, char **argv, struct order *o)
{
	static const struct option OPTIONS[] = { { "json", no_argument, NULL, 'j' },
						 { "qr", no_argument, NULL, 'q' },
						 { "out", required_argument, NULL, 'o' },
						 { "anchor", required_argument, NULL, 'a' },
						 { "title", required_argument, NULL, 't' },
						 { "dpi", required_argument, NULL, 'd' },
						 { "source", required_argument, NULL, 's' },
						 { "profile", required_argument, NULL, 'p' },
						 { "paper", required_argument, NULL, 'n' },
						 { "card", no_argument, NULL, 'c' },
						 { "lock", required_argument, NULL, 'l' },
						 { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "o:", OPTIONS, NULL)) != -1) {
		if (c == 'q')
			o->qr = true;
		else if (c == 'j')
			o->json = true;
		else if (c == 'o')
			o->out = optarg;
		else if (c == 'a')
			o->anchor = optarg;
		else if (c == 'p')
			o->profile = optarg;
		else if (c == 'n' && paper_can_judge(optarg))
			o->paper = optarg;
		else if (c == 'c')
			o->card = true;
		else if (c == 'l')
			o->lock = optarg;
		else if (c == 't')
			o->title = optarg;
		else if (c == 'd' && atoi(optarg) > 0 && atoi(optarg) < 10000)
			o->dpi = (uint16_t)atoi(optarg);
		else if (c == 's' && page_source_by_name(optarg) < PAGE_SOURCE_COUNT)
			o->source = page_source_by_name(optarg);
		else if (c == 'd' || c == 's' || c == 'n')
			return refuse(c == 'd'   ? "--dpi"
				      : c == 's' ? "--source"
						 : "--paper",
				      optarg);
		else
			return false;
	}
	o->count = argc - optind;
	o->names = argv + optind;
	return true;
}

/* What is missing or too much, on standard error. */
static bool is_complete(const struct command *c, const struct order *o)
{
	if (o->count < c->least)
		fprintf(stderr, "kiosk-parse: %s needs something to read\n", c->name);
	else if (o->count > c->most)
		fprintf(stderr, "kiosk-parse: %s takes %d at most, not %d\n", c->name, c->most,
			o->count);
	else if ((c->need == OUT || c->need == LOCKS) && !o->out)
		fprintf(stderr, "kiosk-parse: %s needs -o and the file to write\n", c->name);
	else if ((c->need == ANCHOR || c->need == LOCKS) && !o->anchor)
		fprintf(stderr, "kiosk-parse: %s needs --anchor and whom to believe\n", c->name);
	else if (c->need == LOCKS && !o->lock)
		fprintf(stderr, "kiosk-parse: %s needs --lock and for whom\n", c->name);
	else
		return true;
	return false;
}

int hand_run(int argc, char **argv)
{
	const struct command *c = argc > 1 ? find_command(argv[1]) : NULL;
	struct order o = { 0 };

	for (int i = 1; i < argc && i < 3; i++)
		if (strcmp(argv[i], "--help") == 0)
			return usage(stdout);
	if (argc > 1 && !c)
		fprintf(stderr, "kiosk-parse: there is no command %s\n", argv[1]);
	if (!c || !read_options(argc - 1, argv + 1, &o) || !is_complete(c, &o))
		return usage(stderr);
	bool reads = c->run == order_digitize;
	enum err e = reads ? room_prepare_pages(&o.room) : room_prepare(&o.room);
	int status = e == ERR_OK ? c->run(&o) : complain("start", e);
	room_finish(&o.room);
	return status;
}
