/* pdfa FILE...: which rules of PDF/A-2u a file breaks. */
#include "tests/pdfa/pdfa.h"

#include <stdio.h>
#include <stdlib.h>

static int check(const char *name)
{
	FILE *f = fopen(name, "rb");
	static uint8_t bytes[64 << 20];
	struct doc *d = calloc(1, sizeof *d);
	int bad = 1;

	if (f && d) {
		size_t len = fread(bytes, 1, sizeof bytes, f);

		pdfa_check(d, bytes, len);
		bad = d->fault_count > 0;
		for (size_t i = 0; i < d->fault_count; i++)
			printf("%s: %s: %s\n", name, d->faults[i].clause, d->faults[i].what);
		if (!bad)
			printf("%s: PDF/A-2u\n", name);
		doc_finish(d);
	} else {
		perror(name);
	}
	if (f)
		fclose(f);
	free(d);
	return bad;
}

int main(int argc, char **argv)
{
	int bad = argc < 2;

	for (int i = 1; i < argc; i++)
		bad |= check(argv[i]);
	return bad;
}
