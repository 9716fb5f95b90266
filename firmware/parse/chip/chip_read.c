/* Opening the card and getting its files, with the clock running. */
#include "firmware/parse/chip/chip_own.h"

#include <string.h>

/* Of one session: a card that still breaks off does not do so for the size of what was asked. */
#define MAX_REOPENED 4
#define SHORT_ANSWER 258 /* without extended length */

/* A file, and where it stands in the row of steps that a citizen sees. */
static const struct row {
	enum file_id id;
	uint8_t dg;
	enum chip_step step;
	uint8_t from_percent, to_percent;
} ROWS[CHIP_FILES] = {
	[CHIP_DG1] = { FILE_DG1, 1, CHIP_STEP_READ, 0, 20 },
	[CHIP_DG13] = { FILE_DG13, 13, CHIP_STEP_READ, 20, 100 },
	[CHIP_SOD] = { FILE_SOD, 0, CHIP_STEP_CHECK, 0, 40 },
	[CHIP_COM] = { FILE_COM, 0, CHIP_STEP_CHECK, 40, 45 },
	[CHIP_DG14] = { FILE_DG14, 14, CHIP_STEP_CHECK, 45, 60 },
	[CHIP_DG15] = { FILE_DG15, 15, CHIP_STEP_CHECK, 60, 70 },
	[CHIP_DG2] = { FILE_DG2, 2, CHIP_STEP_FACE, 0, 100 },
};

enum file_id chip_file_id(enum chip_file f)
{
	return ROWS[f].id;
}

unsigned chip_file_dg(enum chip_file f)
{
	return ROWS[f].dg;
}

struct span chip_span(const struct chip *c, enum chip_file f)
{
	return file_span(&c->files[f]);
}

void chip_tell_step(struct chip *c, enum chip_step step, unsigned percent)
{
	/* what was done in another order stays behind: the row never goes back */
	if ((int)step < c->step)
		return;
	c->step = (int)step;
	if (c->ears->step)
		c->ears->step(c->ears->data, step, percent);
}

static void on_progress(void *data, const struct file *f)
{
	struct chip *c = data;
	const struct row *r = &ROWS[c->reading];
	unsigned width = r->to_percent - r->from_percent;

	chip_tell_step(c, r->step, r->from_percent + width * file_percent(f) / 100);
}

/* The caller's line until the time is over; then nothing is begun any more. */
static enum err exchange(void *data, const uint8_t *command, size_t len, uint8_t *ret, size_t cap,
			 size_t *ret_len)
{
	struct chip *c = data;

	if (c->ears->now_ms(c->ears->data) - c->began_ms >= CHIP_MAX_MS) {
		c->over = true;
		return ERR_TIMEOUT;
	}
	enum err e = c->line->exchange(c->line->data, command, len, ret, cap, ret_len);
	c->answered |= e == ERR_OK;
	/* of these, the card itself is accused; a reader shall not be able to */
	if (e == ERR_NOT_FOUND || e == ERR_DENIED || e == ERR_BAD_DATA || e == ERR_FORGED)
		return ERR_IO;
	return e;
}

static enum err power_anew(struct chip *c)
{
	return c->line->reset ? c->line->reset(c->line->data) : ERR_GONE;
}

/* The first command shows in the clear whether the card takes extended length (card_access.c). Some
 * say nothing at all to it. */
static enum err open_card(struct chip *c, const char *key)
{
	struct session *s = &c->session;
	enum err e = access_open(s, c->ask->key_kind, key, &c->access);

	if (e != ERR_CARD_MUTE || s->trips != 1 || s->short_only || power_anew(c) != ERR_OK)
		return e;
	s->short_only = true;
	return access_open(s, c->ask->key_kind, key, &c->access);
}

enum err chip_open(struct chip *c)
{
	const char *key = c->ask->key_kind == CHIP_KEY_NONE ? NULL : c->ask->key;

	c->timed = (struct line){ exchange, c, c->line->max_answer, NULL };
	c->session.line = &c->timed;
	c->session.short_only |= c->way.block > 0 && c->way.block < SHORT_ANSWER;
	if (c->ask->wants & CHIP_WANT_TRACE) {
		c->session.trace = c->ears->trace;
		c->session.trace_data = c->ears->data;
	}
	c->way.progress = on_progress;
	c->way.progress_data = c;
	return open_card(c, key);
}

enum err chip_reopen(struct chip *c)
{
	struct session before = c->session;

	c->reopened++;
	session_finish(&c->session);
	explicit_bzero(&c->access, sizeof c->access);
	c->session = (struct session){ .short_only = before.short_only,
				       .trips = before.trips,
				       .bytes_out = before.bytes_out,
				       .bytes_in = before.bytes_in };
	explicit_bzero(&before, sizeof before);
	enum err e = power_anew(c);
	return e == ERR_OK || e == ERR_GONE ? chip_open(c) : e;
}

/* The secure channel broke, and the size of what was asked may be why: once more, with less. */
static enum err read_file(struct chip *c, struct file *f)
{
	enum err e = file_read(&c->session, &c->way, f);

	while (e == ERR_FORGED && c->way.size_suspected && c->reopened < MAX_REOPENED) {
		e = chip_reopen(c);
		if (e == ERR_OK)
			e = file_read(&c->session, &c->way, f);
	}
	return e;
}

enum err chip_fetch(struct chip *c, enum chip_file which)
{
	struct file *f = &c->files[which];

	if (file_span(f).len > 0)
		return ERR_OK;
	c->reading = which;
	chip_tell_step(c, ROWS[which].step, ROWS[which].from_percent);
	enum err e = read_file(c, f);
	if (e != ERR_NOT_FOUND && e != ERR_DENIED && e != ERR_BAD_DATA)
		return e;
	file_finish(f);
	*f = (struct file){ .id = ROWS[which].id };
	return ERR_OK;
}
