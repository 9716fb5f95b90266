#include "firmware/base/setup.h"

#include <string.h>

#define STEP(id, vi, en, vi_more, en_more) { #id, { vi, en }, { vi_more, en_more } },
static const struct step_row STEPS[] = {
#include "firmware/base/setup.def"
	{ "", { "", "" }, { "", "" } },
};
#define ASK(id, step, kind, max, must, vi, en, vi_help, en_help) \
	{ #id, SETUP_##step, kind, max, must, { vi, en }, { vi_help, en_help } },
static const struct ask_row ASKS[] = {
#include "firmware/base/setup.def"
	{ "", SETUP_STEPS, "", 0, false, { "", "" }, { "", "" } },
};
#define CHOICE(ask, value, vi, en, vi_help, en_help) \
	{ ASK_##ask, value, { vi, en }, { vi_help, en_help } },
static const struct choice_row CHOICES[] = {
#include "firmware/base/setup.def"
};
#define FAULT(id, vi, en) { #id, NOTE_ERROR, { vi, en }, { "", "" } },
static const struct said_row FAULTS[] = {
	{ "", NOTE_INFO, { "", "" }, { "", "" } },
#include "firmware/base/setup.def"
};
#define NOTE(id, tone, vi, en) { #id, NOTE_##tone, { vi, en }, { "", "" } },
static const struct said_row NOTES[] = {
#include "firmware/base/setup.def"
	{ "", NOTE_INFO, { "", "" }, { "", "" } },
};
#define FAILED(word, vi, en) { #word, NOTE_ERROR, { vi, en }, { "", "" } },
static const struct said_row FAILEDS[] = {
#include "firmware/base/setup.def"
	{ "", NOTE_ERROR, { "", "" }, { "", "" } },
};
#define READY(id, vi, en, vi_todo, en_todo) { #id, NOTE_INFO, { vi, en }, { vi_todo, en_todo } },
static const struct said_row READIES[] = {
#include "firmware/base/setup.def"
	{ "", NOTE_INFO, { "", "" }, { "", "" } },
};

const struct step_row *step_row(enum setup_step s)
{
	return &STEPS[s < SETUP_STEPS ? s : SETUP_STEPS];
}

const struct ask_row *ask_row(enum ask a)
{
	return &ASKS[a < ASK_COUNT ? a : ASK_COUNT];
}

const struct said_row *fault_row(enum fault f)
{
	return &FAULTS[f < FAULT_COUNT ? f : FAULT_NONE];
}

const struct said_row *note_row(enum note n)
{
	return &NOTES[n < NOTE_COUNT ? n : NOTE_COUNT];
}

const struct said_row *ready_row(enum ready r)
{
	return &READIES[r < READY_COUNT ? r : READY_COUNT];
}

const struct said_row *failed_row(const char *word)
{
	const struct said_row *r = FAILEDS;

	while (r->id[0] && strcmp(r->id, word) != 0)
		r++;
	return r;
}

const struct choice_row *choice_row(enum ask a, size_t i)
{
	for (size_t k = 0; k < sizeof CHOICES / sizeof *CHOICES; k++)
		if (CHOICES[k].ask == a && i-- == 0)
			return &CHOICES[k];
	return NULL;
}

enum setup_step step_by_id(const char *id)
{
	enum setup_step s = 0;

	while (s < SETUP_STEPS && strcmp(STEPS[s].id, id) != 0)
		s++;
	return s;
}

enum ask ask_by_id(const char *id)
{
	enum ask a = 0;

	while (a < ASK_COUNT && strcmp(ASKS[a].id, id) != 0)
		a++;
	return a;
}

static size_t said_by_id(const struct said_row *rows, size_t count, const char *id)
{
	size_t i = 0;

	while (i < count && strcmp(rows[i].id, id) != 0)
		i++;
	return i;
}

enum fault fault_by_id(const char *id)
{
	return (enum fault)said_by_id(FAULTS, FAULT_COUNT, id);
}

enum note note_by_id(const char *id)
{
	return (enum note)said_by_id(NOTES, NOTE_COUNT, id);
}

enum ready ready_by_id(const char *id)
{
	return (enum ready)said_by_id(READIES, READY_COUNT, id);
}
