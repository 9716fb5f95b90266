/* Setting up a kiosk: the steps, questions and sentences of setup.def, for who asks them and who
 * shows them. */
#ifndef BASE_SETUP_H
#define BASE_SETUP_H

#include "firmware/base/screens.h"
#include <stdbool.h>
#include <stddef.h>

#define STEP(id, ...) SETUP_##id,
enum setup_step {
#include "firmware/base/setup.def"
	SETUP_STEPS
};
#define ASK(id, ...) ASK_##id,
enum ask {
#include "firmware/base/setup.def"
	ASK_COUNT
};
#define FAULT(id, ...) FAULT_##id,
enum fault {
	FAULT_NONE,
#include "firmware/base/setup.def"
	FAULT_COUNT
};
#define NOTE(id, ...) NOTE_##id,
enum note {
#include "firmware/base/setup.def"
	NOTE_COUNT
};
#define READY(id, ...) READY_##id,
enum ready {
#include "firmware/base/setup.def"
	READY_COUNT
};

enum note_tone { NOTE_INFO, NOTE_OK, NOTE_WARN, NOTE_ERROR };

struct step_row {
	const char *id, *title[LANGUAGE_COUNT], *more[LANGUAGE_COUNT];
};

struct ask_row {
	const char *id;
	enum setup_step step;
	const char *kind;
	int max;
	bool must;
	const char *label[LANGUAGE_COUNT], *help[LANGUAGE_COUNT];
};

struct choice_row {
	enum ask ask;
	const char *value, *words[LANGUAGE_COUNT], *help[LANGUAGE_COUNT];
};

/* A fault, a note or a line of the report; `todo` of the report only, `tone` of notes only. */
struct said_row {
	const char *id;
	enum note_tone tone;
	const char *words[LANGUAGE_COUNT], *todo[LANGUAGE_COUNT];
};

/* Static. A number outside its table gives a row of empty texts. */
const struct step_row *step_row(enum setup_step s);
const struct ask_row *ask_row(enum ask a);
const struct said_row *fault_row(enum fault f); /* FAULT_NONE: empty */
const struct said_row *note_row(enum note n);
const struct said_row *ready_row(enum ready r);
const struct said_row *failed_row(const char *word); /* by its id; one of no table: empty */

/* The i-th choice of a question; NULL past the last. */
const struct choice_row *choice_row(enum ask a, size_t i);

/* By id; the count of the table when there is none of that name. */
enum setup_step step_by_id(const char *id);
enum ask ask_by_id(const char *id);
enum fault fault_by_id(const char *id);
enum note note_by_id(const char *id);
enum ready ready_by_id(const char *id);

#endif
