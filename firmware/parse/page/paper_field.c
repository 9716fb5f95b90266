#include "firmware/parse/page/paper_field.h"

#include "firmware/parse/page/fold.h"
#include "firmware/parse/page/paper_rows.h"
#include "firmware/parse/page/paper_value.h"

#include <string.h>

enum what { WHAT_NUMBER, WHAT_DATE, WHAT_NAME, WHAT_PLACE };

static const struct field {
	enum paper_number paper;
	enum what what;
	enum value_shape shape;
	const char *labels;
} FIELDS[] = {
#define PAPER(id, name, kind, titles, asked)
#define TOPIC(words)
#define OPEN(words)
#define FIELD(id, what, shape, labels) { PAPER_##id, WHAT_##what, VALUE_##shape, labels },
#include "firmware/parse/page/paper.def"
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof *FIELDS, SHORT_LABEL = 8 };

struct place {
	char *text;
	size_t cap;
};

static struct place place_of(struct paper_facts *f, enum what what)
{
	switch (what) {
	case WHAT_NUMBER:
		return (struct place){ f->number, sizeof f->number };
	case WHAT_DATE:
		return (struct place){ f->date, sizeof f->date };
	case WHAT_NAME:
		return (struct place){ f->name, sizeof f->name };
	default:
		return (struct place){ f->place, sizeof f->place };
	}
}

/* A short label means itself only where something begins: a line, or what stands far from the
 * word before it. */
static bool begins_there(const struct sheet_lines *s, size_t line, size_t at)
{
	uint32_t i = s->at[line].word[at];

	return i == 0 || value_gap(s, line, i) > 1.2;
}

/* A label in the upper half of the page; number plates and sums further down have some too. */
static bool label_fits(const struct value_sheet *v, size_t line, size_t at, size_t label_len)
{
	if (label_len >= SHORT_LABEL)
		return true;
	return begins_there(v->lines, line, at) &&
	       sheet_word(v->lines, line, 0)->y < v->height * 3 / 5;
}

static bool after_label(const struct value_sheet *v, const struct field *f, const char *label,
			struct place to)
{
	for (size_t i = 0; i < v->lines->count; i++) {
		const struct sheet_line *l = &v->lines->at[i];
		size_t end;
		const char *at = fold_find(l->fold, label, &end, NULL);

		if (!at || !label_fits(v, i, (size_t)(at - l->fold), strlen(label)))
			continue;
		if (value_read(v, f->shape, &(struct value_at){ i, sheet_word_after(l, end) },
			       to.text, to.cap))
			return true;
	}
	return false;
}

static void try_field(const struct value_sheet *v, const struct field *f, struct place to)
{
	char label[PAPER_WORDS_CAP];
	const char *labels = f->labels;

	if (!*labels)
		value_search(v, f->shape, to.text, to.cap);
	while (!to.text[0] && paper_next(&labels, label))
		if (after_label(v, f, label, to))
			return;
}

void paper_fields(const struct sheet_lines *s, uint8_t kind, int32_t width, int32_t height,
		  struct paper_facts *ret)
{
	struct value_sheet v = { s, width, height };

	if (kind == PAPER_ANY)
		return;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct place to = place_of(ret, FIELDS[i].what);

		if ((FIELDS[i].paper == kind || FIELDS[i].paper == PAPER_ANY) && !to.text[0])
			try_field(&v, &FIELDS[i], to);
	}
}
