#include "tests/corpus/cer.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static void print_line(int errors, const char *line, const char *match)
{
	printf("%4d  %s\n      %s\n", errors, line, match);
}

static void print_json(const struct cer *c)
{
	printf("{\"chars\":%ld,\"line_errors\":%ld,\"seq_errors\":%ld,\"cer_line\":%.3f,"
	       "\"cer_line_plain\":%.3f,\"cer_seq\":%.3f,\"cer_seq_plain\":%.3f,\"word_f1\":%.2f,"
	       "\"extra\":%ld}\n",
	       c->chars, c->line_errors, c->seq_errors, cer_percent(c->line_errors, c->chars),
	       cer_percent(c->line_plain, c->chars), cer_percent(c->seq_errors, c->chars),
	       cer_percent(c->seq_plain, c->chars), cer_word_f1(c), c->extra);
}

static void print_text(const struct cer *c)
{
	printf("%ld characters; by lines %.2f %% wrong, without diacritics %.2f %%; in order "
	       "%.2f %%; words %.1f %%; %ld characters where there are none\n",
	       c->chars, cer_percent(c->line_errors, c->chars),
	       cer_percent(c->line_plain, c->chars), cer_percent(c->seq_errors, c->chars),
	       cer_word_f1(c), c->extra);
}

static bool add_pair(struct cer *c, char **paths, bool lines)
{
	g_autofree char *truth = NULL, *text = NULL;
	g_autoptr(GError) error = NULL;

	if (!g_file_get_contents(paths[0], &truth, NULL, &error) ||
	    !g_file_get_contents(paths[1], &text, NULL, &error)) {
		fprintf(stderr, "corpus: %s\n", error->message);
		return false;
	}
	cer_add(c, truth, text, lines ? print_line : NULL);
	return true;
}

int cer_run(int argc, char **argv)
{
	struct cer c = { 0 };
	bool json = false, lines = false;
	int n = 0;

	for (; n < argc && strncmp(argv[n], "--", 2) == 0; n++) {
		json |= strcmp(argv[n], "--json") == 0;
		lines |= strcmp(argv[n], "--lines") == 0;
	}
	if (n == argc || (argc - n) % 2 != 0) {
		fputs("corpus cer [--json] [--lines] GT TXT [GT TXT]...\n", stderr);
		return 2;
	}
	for (; n < argc; n += 2)
		if (!add_pair(&c, argv + n, lines))
			return 1;
	if (json)
		print_json(&c);
	else
		print_text(&c);
	return 0;
}
