/* zone: parse */
#include "firmware/parse/page/paper.h"
#include "firmware/parse/page/words.h"

#include <leptonica/allheaders.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A line of the input is a line of the page, its first one what was asked for, its second a code.
 * A byte below 8 in front of a word says how far it is moved, and that it was read unsurely. */
static void add_line(struct text *t, const char *line, uint32_t number)
{
	int32_t x = 100;

	for (char *keep = NULL, *copy = strdup(line), *at = strtok_r(copy, " ", &keep);;
	     at = NULL) {
		if (at == NULL)
			at = strtok_r(NULL, " ", &keep);
		if (at == NULL) {
			free(copy);
			return;
		}
		bool moved = *at > 0 && *at < 8;
		struct word w = { .x = x += moved ? *at * 60 : 10,
				  .y = (int32_t)(100 + 50 * number),
				  .w = 20 * (int32_t)strlen(at),
				  .h = 40,
				  .line = number,
				  .confidence = moved ? 30 : 95 };
		x += w.w;
		if (words_add(t, &w, at + moved) != ERR_OK)
			abort();
	}
}

static void check(const struct paper_facts *f)
{
	if (strnlen(f->title, sizeof f->title) == sizeof f->title ||
	    strnlen(f->number, sizeof f->number) == sizeof f->number ||
	    strnlen(f->name, sizeof f->name) == sizeof f->name ||
	    strnlen(f->place, sizeof f->place) == sizeof f->place ||
	    (f->date[0] && strspn(f->date, "0123456789") != 8) || f->fits > FIT_OTHER ||
	    (f->kind && strcmp(paper_kind_name(f->kind), "unknown") == 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *all = malloc(len + 1), *lines[400], *keep = NULL;
	struct leaf l = { .gray = pixCreate(2480, 3508, 1), .dpi = 300 };
	struct paper_facts f;
	struct text t = { 0 };
	uint32_t count = 0;

	memcpy(all, bytes, len);
	all[len] = '\0';
	for (char *at = strtok_r(all, "\n", &keep); at && count < 400;
	     at = strtok_r(NULL, "\n", &keep))
		lines[count++] = at;
	for (uint32_t i = 2; i < count; i++)
		add_line(&t, lines[i], i);
	paper_read(&t, &l, count > 0 ? lines[0] : "", count > 1 ? lines[1] : "", &f);
	check(&f);
	text_finish(&t);
	pixDestroy(&l.gray);
	free(all);
	return 0;
}
