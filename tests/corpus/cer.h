/* How much of a page's true text is in a text that was read.
 *
 * By lines: each true line against the part of the read text that fits it best, so that the order
 * of columns does not count, and what was read besides does not either. In order: the whole page
 * against the whole text, which counts both. Before that both are made alike: composed, each run
 * of spaces one, kinds of quotes and dashes one, raised figures plain, runs of three and more of
 * . _ - (leaders) gone, runs of < (machine-readable lines) one. */
#ifndef TESTS_CORPUS_CER_H
#define TESTS_CORPUS_CER_H

#include <stdbool.h>

struct cer {
	long chars;                   /* true characters, without line ends */
	long line_errors, line_plain; /* edits by lines; without diacritics */
	long seq_errors, seq_plain;   /* in order */
	long extra;                   /* characters read on pages that have none */
	long words, found, read;      /* true words, those of them that were read, all read */
};

/* Adds a page. `heard`, when not NULL, is told of each line that has errors, with what it was
 * matched to. */
void cer_add(struct cer *c, const char *truth, const char *text,
	     void (*heard)(int errors, const char *line, const char *match));

/* Percent; 0 where there is nothing to read. */
double cer_percent(long errors, long chars);
/* 0..100: harmonic mean of how many true words were read and how many read words are true. */
double cer_word_f1(const struct cer *c);

/* corpus cer: see main.c. */
int cer_run(int argc, char **argv);

#endif
