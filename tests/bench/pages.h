/* Pages of the corpus through our program and through another, and what came out. CPU time is that
 * of the program and all it started, by wait4; wall time is never looked at. */
#ifndef TESTS_BENCH_PAGES_H
#define TESTS_BENCH_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_CAP 1024

/* For tesseract when it is not ours to start: its threads wait by spinning. */
#define PAGES_ONE_THREAD "OMP_THREAD_LIMIT=1"

struct cost {
	double cpu_s;
	long peak_kb; /* of the largest process */
	int status;   /* as exit(2), 255: did not end by itself */
};

/* Runs argv with output to `out` (NULL: to nowhere) and errors to the bench's own. */
struct cost pages_run(const char *const argv[], const char *out);

/* What can be taken from a paper into a form: as ddmmyyyy, and as it stands there. "": none. */
struct fields {
	char number[64], date[16], name[128];
};

/* What is true of a page: .truth of the corpus. */
struct truth {
	char kind[16], code[1024];
	struct fields fields;
	int turned_deg;
	double tilt_deg;
	bool blank, stamps;
};
bool truth_read(const char *path, struct truth *ret);

/* What kiosk-parse digitize --json said of its one page. */
struct told {
	int turned_deg; /* turned by so much to be upright, clockwise */
	double tilt_deg;
	bool blank;
	double look_ms;
	char code[1024], check[16];
	struct fields fields;
};

/* How many of the fields that are there were offered and are right; the rest of `offered` are
 * wrong. */
struct field_count {
	int there, offered, right;
};
void fields_compare(const struct fields *real, const struct fields *told, struct field_count *c);
bool told_read(const char *path, struct told *ret);

/* The file's content with a NUL, to be freed; NULL: cannot be read. */
char *pages_text(const char *path);
long pages_bytes(const char *path);

/* The text layer of a PDF to `txt`. */
bool pages_pdf_text(const char *pdf, const char *txt);
/* The PDF's first page drawn at 300 dpi and read anew, to `txt`; `base` is for files in between. */
bool pages_read_again(const char *pdf, const char *base, const char *txt);

#endif
