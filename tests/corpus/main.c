/* Pages to measure digitization with, and the measure. Every word on them is invented.
 *
 *     corpus make DIR SET [--seed N] [--pages A-B] [--worn]
 *         SET: flat300, flat200 (a flatbed), camera (over a table), clean300 (as drawn).
 *         Writes for each page DIR/pNN.ppm (as the device gives it), pNN.jpg (quality 85),
 *         pNN.gt.txt (its lines, in reading order), pNN.truth (one "key value" a line).
 *         Seed 1 is the corpus; each other seed has other words, fonts, places and wear. --worn:
 *         papers that were folded, punched, stapled, copied, highlighted, faded, on coloured paper,
 *         typed, stamped on arrival; .truth says which. Pages 13 and 14, only when they are asked
 *         for, are the two sides of an identity card on the glass. --person: the same form (page 2)
 *         with the name, birthday and number of somebody else. --again: the same
 *         sheet scanned once more, a little elsewhere, turned and lit otherwise.
 *
 *     corpus faults DIR [--seed N]
 *         Pages with one planted fault each, named in .truth: fault (none, blur, glare, corner,
 *         finger, dark, blank, back, double, skew, twice, other), verdict (good, warn, bad),
 *         amount, asked (the kind that was asked for), source (flat, camera). faults.def has them.
 *
 *     corpus frames DIR [tried|held|lengths [N]]
 *         Frames of an identity card's code as a poor camera sees them, N (8) of each of 24
 *         conditions, as DIR/SET-CONDITION-N.pgm, each with its payload beside it as .txt.
 *
 *     corpus cer [--json] [--lines] GT TXT [GT TXT]...
 *         How much of the true text GT was read as TXT, all pages together; see cer.h. --lines:
 *         first each line that has errors, their count and what was read.
 *
 * Keys of .truth: kind; turned_deg: the words lie turned clockwise by that (0 90 180 270);
 * tilt_deg: and by that more, clockwise; dpi; sheet_mm W H; blank y/n; stamps y/n; quad x y four
 * times: the sheet's corners in the picture, of the upright sheet top left, top right, bottom
 * right, bottom left, where it is cut off outside the picture; region WHAT x0 y0 x1 y1 (stamp,
 * signature, photo, code); title TEXT; field NAME TEXT (number, date, name, place, signer);
 * code qr PAYLOAD. */
#include "tests/corpus/cer.h"
#include "tests/corpus/frame.h"
#include "tests/corpus/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const SETS[SET_COUNT] = { "flat300", "flat200", "camera", "clean300" };

static int usage(void)
{
	fputs("corpus make DIR flat300|flat200|camera|clean300 [--seed N] [--pages A-B]\n"
	      "    [--worn] [--person N] [--again]\n"
	      "corpus faults DIR [--seed N]\n"
	      "corpus frames DIR [tried|held|lengths [N]]\n"
	      "corpus cer [--json] [--lines] GT TXT [GT TXT]...\n",
	      stderr);
	return 2;
}

static bool set_of(const char *name, enum set *ret)
{
	for (int i = 0; i < SET_COUNT; i++)
		if (strcmp(SETS[i], name) == 0) {
			*ret = (enum set)i;
			return true;
		}
	return false;
}

static bool option(const char *name, const char *value, struct order *o)
{
	char end;

	if (!value)
		return false;
	if (strcmp(name, "--seed") == 0) {
		o->seed = strtoull(value, NULL, 10);
		return true;
	}
	if (strcmp(name, "--person") == 0) {
		o->person = (unsigned)strtoul(value, NULL, 10);
		return true;
	}
	if (strcmp(name, "--pages") != 0)
		return false;
	int found = sscanf(value, "%d-%d%c", &o->from, &o->to, &end);
	if (found == 1)
		o->to = o->from;
	return (found == 1 || found == 2) && o->from >= 1 && o->to <= KIND_COUNT;
}

static int make(int argc, char **argv)
{
	struct order o = { .seed = 1, .from = 1, .to = CORPUS_PAGES };

	if (argc < 2 || !set_of(argv[1], &o.set))
		return usage();
	o.dir = argv[0];
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--worn") == 0)
			o.worn = true;
		else if (strcmp(argv[i], "--again") == 0)
			o.again = true;
		else if (option(argv[i], argv[i + 1], &o))
			i++;
		else
			return usage();
	}
	return make_run(&o);
}

static int faults(int argc, char **argv)
{
	struct order o = { .seed = 1, .from = 1, .to = 1 };

	if (argc != 1 && (argc != 3 || !option(argv[1], argv[2], &o)))
		return usage();
	return faults_run(argv[0], o.seed);
}

static int frames(int argc, char **argv)
{
	static const char *const NAMES[FRAME_SET_COUNT] = { "tried", "held", "lengths" };
	int n = argc > 2 ? atoi(argv[2]) : 8;

	if (argc < 1 || argc > 3 || n < 1 || n > 99)
		return usage();
	for (int i = 0; i < FRAME_SET_COUNT; i++)
		if (argc == 1 || strcmp(NAMES[i], argv[1]) == 0) {
			if (frame_write_all(argv[0], (enum frame_set)i, (unsigned)n))
				return 0;
			fprintf(stderr, "%s: cannot be written\n", argv[0]);
			return 1;
		}
	return usage();
}

int main(int argc, char **argv)
{
	if (argc >= 3 && argv[2][0] == '-' && strcmp(argv[1], "cer") != 0)
		return usage(); /* no folder of that name is wanted */
	if (argc >= 2 && strcmp(argv[1], "make") == 0)
		return make(argc - 2, argv + 2);
	if (argc >= 3 && strcmp(argv[1], "faults") == 0)
		return faults(argc - 2, argv + 2);
	if (argc >= 2 && strcmp(argv[1], "cer") == 0)
		return cer_run(argc - 2, argv + 2);
	if (argc >= 3 && strcmp(argv[1], "frames") == 0)
		return frames(argc - 2, argv + 2);
	return usage();
}
