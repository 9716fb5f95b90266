#include "firmware/setup/answers.h"

#include "firmware/base/auto.h"
#include "firmware/base/msg.h"
#include "firmware/setup/check.h"
#include "firmware/setup/file.h"

#include <stdio.h>
#include <string.h>

/* OWN is kept here and says more than answers; WHOLE leaves nothing out that is needed. */
enum kind { BROUGHT, OWN, WHOLE };

struct reading {
	enum kind kind;
	struct answers *out;
	answers_fault_fn *fn;
	void *data;
	unsigned line, faults;
	bool seen[ASK_COUNT];
	unsigned lines[ASK_COUNT];
	char said[ASK_COUNT][ANSWER_CAP];
};

static void complain(struct reading *r, unsigned line, const char *name, enum fault f)
{
	r->faults++;
	if (r->fn)
		r->fn(r->data, line, name, f);
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (*s == ' ' || *s == '\t')
		s++;
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

/* Ours, beside the questions. */
static bool is_own(struct reading *r, const char *name, const char *value)
{
	struct answers *a = r->out;

	if (strcmp(name, "step") == 0) {
		enum setup_step s = step_by_id(value);
		a->at = s < SETUP_STEPS ? s : SETUP_START;
	} else if (strcmp(name, "staff_pin") == 0) {
		snprintf(a->staff_pin, sizeof a->staff_pin, "%.159s", value);
	} else if (strcmp(name, "trusted") == 0) {
		snprintf(a->trusted, sizeof a->trusted, "%.64s", value);
	} else if (strcmp(name, "followed") == 0) {
		snprintf(a->followed, sizeof a->followed, "%.63s", value);
	} else {
		return false;
	}
	return true;
}

static void take_line(struct reading *r, char *line)
{
	char *name = trim(line), *equals = strchr(name, '=');

	if (*name == '\0' || *name == '#')
		return;
	if (!equals) {
		complain(r, r->line, "", FAULT_FORM); /* not what it says: it may be a PIN */
		return;
	}
	*equals = '\0';
	char *value = trim(equals + 1);
	name = trim(name);
	enum ask a = ask_by_id(name);
	if (a == ASK_COUNT && r->kind == OWN && is_own(r, name, value))
		return;
	if (a == ASK_COUNT)
		complain(r, r->line, name, FAULT_UNKNOWN);
	else if (r->seen[a])
		complain(r, r->line, name, FAULT_TWICE);
	else if (strlen(value) >= ANSWER_CAP)
		complain(r, r->line, name, FAULT_LONG);
	else
		memcpy(r->said[a], value, strlen(value) + 1);
	if (a < ASK_COUNT && !r->seen[a]) {
		r->seen[a] = true;
		r->lines[a] = r->line;
	}
}

/* The machine has a clock; a code is asked for only by network. */
static bool is_missed(enum ask a, const struct answers *all)
{
	if (a == ASK_date || a == ASK_time)
		return false;
	if (a == ASK_enrol_code)
		return strcmp(all->of[ASK_way], "network") == 0;
	return ask_row(a)->must && check_asked(a, all);
}

/* Of a question that the file does not name. */
static void judge_unnamed(struct reading *r, enum ask a)
{
	if (a == ASK_pin_again && r->seen[ASK_pin] && r->said[ASK_pin][0])
		complain(r, r->lines[ASK_pin], ask_row(a)->id, FAULT_PIN_OTHER);
	else if (r->kind == WHOLE && is_missed(a, r->out))
		complain(r, 0, ask_row(a)->id, FAULT_EMPTY);
}

/* In the order of the questions: some answers are judged by those before them. */
static void judge(struct reading *r)
{
	for (enum ask a = 0; a < ASK_COUNT; a++) {
		if (!r->seen[a]) {
			judge_unnamed(r, a);
			continue;
		}
		enum fault f = check_answer(a, r->said[a], r->out);
		if (f == FAULT_NONE)
			memcpy(r->out->of[a], r->said[a], ANSWER_CAP);
		else
			complain(r, r->lines[a], ask_row(a)->id, f);
	}
}

static unsigned parse(const char *text, size_t len, enum kind kind, struct answers *a,
		      answers_fault_fn *fn, void *data)
{
	AUTO_FREE struct reading *r = calloc(1, sizeof *r);
	AUTO_FREE char *copy = len <= ANSWERS_MAX && utf8_ok(text, len) ? strndup(text, len) : NULL;

	if (!r || !copy) {
		if (fn)
			fn(data, 0, "", FAULT_FORM);
		return 1;
	}
	r->kind = kind;
	r->out = a;
	r->fn = fn;
	r->data = data;
	for (char *line = copy, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		r->line++;
		take_line(r, line);
	}
	judge(r);
	unsigned faults = r->faults;
	explicit_bzero(r, sizeof *r); /* a PIN may have been in it */
	explicit_bzero(copy, strlen(copy));
	return faults;
}

unsigned answers_parse(const char *text, size_t len, struct answers *a, answers_fault_fn *fn,
		       void *data)
{
	return parse(text, len, BROUGHT, a, fn, data);
}

unsigned answers_judge(const char *text, size_t len, answers_fault_fn *fn, void *data)
{
	struct answers a = { 0 };
	unsigned faults = parse(text, len, WHOLE, &a, fn, data);

	explicit_bzero(&a, sizeof a);
	return faults;
}

enum err answers_load(int dir_fd, struct answers *ret)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	enum err e = file_get(dir_fd, ANSWERS_FILE, ANSWERS_MAX, &text, &len);

	*ret = (struct answers){ .at = SETUP_START };
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		(void)parse(text, len, OWN, ret, NULL, NULL); /* what is not good is asked again */
	return e;
}

/* A PIN and a code that is good for one time are nobody's to find; the day passes. */
static bool is_kept(enum ask a)
{
	return a != ASK_pin && a != ASK_pin_again && a != ASK_former_pin && a != ASK_enrol_code &&
	       a != ASK_date && a != ASK_time && a != ASK_fingerprint;
}

enum err answers_save(int dir_fd, const struct answers *a)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return ERR_NO_MEMORY;
	fprintf(f, "step = %s\n", step_row(a->at)->id);
	for (enum ask i = 0; i < ASK_COUNT; i++)
		if (is_kept(i) && a->of[i][0])
			fprintf(f, "%s = %s\n", ask_row(i)->id, a->of[i]);
	if (a->staff_pin[0])
		fprintf(f, "staff_pin = %s\n", a->staff_pin);
	if (a->trusted[0])
		fprintf(f, "trusted = %s\n", a->trusted);
	if (a->followed[0])
		fprintf(f, "followed = %s\n", a->followed);
	if (fclose(f) != 0)
		return ERR_NO_MEMORY;
	return file_put(dir_fd, ANSWERS_FILE, text, len);
}
