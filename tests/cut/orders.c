#include "tests/cut/play.h"
#include "tests/cut/tape.h"

#include <string.h>

#define RECORDED_VISITS 5

struct orders {
	struct tape tape;
	unsigned state, count; /* that is looked at; how many there are to be */
	size_t safe;           /* parts of the tape that are on the disk */
};

static void note_promise(struct play *p, const char *line)
{
	struct orders *o = p->more;

	(void)line;
	o->tape.promises = p->book.promise_count;
}

static enum err record(struct play *p)
{
	struct orders *o = p->more;
	enum err e = play_new_disk(p);

	p->rig.drive.tape = &o->tape;
	p->heard = note_promise;
	p->visits_left = RECORDED_VISITS;
	if (e == ERR_OK)
		e = play_boot(p, "file 1 2 2");
	p->heard = NULL;
	return e;
}

/* What had been promised when the next part was not safe yet. */
static size_t promises_at(const struct tape *t, size_t safe)
{
	return safe < t->count ? t->parts[safe].promises : t->promises;
}

/* Everything of a part, for good. */
static void put_part(struct drive *d, const struct tape_part *part)
{
	for (size_t i = 0; i < part->writes.count; i++) {
		drive_apply(d->safe, &part->writes.all[i], NULL);
		drive_apply(d->now, &part->writes.all[i], NULL);
	}
}

/* Some of a part, until drive_forget(). */
static void put_some(struct drive *d, const struct tape_part *part, struct lot *lot)
{
	for (size_t i = 0; i < part->writes.count; i++) {
		const struct drive_write *w = &part->writes.all[i];

		if (lot_draw(lot, 2))
			(void)drive_write(d, w->at, w->len, w->bytes);
	}
}

/* At first nothing of the part that was under way, then any of it. */
static void prepare(struct play *p)
{
	struct orders *o = p->more;
	size_t safe = (size_t)((uint64_t)o->state * (o->tape.count + 1) / o->count);
	bool same = o->state > 0 && safe == o->safe;

	drive_forget(&p->rig.drive);
	while (o->safe < safe)
		put_part(&p->rig.drive, &o->tape.parts[o->safe++]);
	if (same && safe < o->tape.count)
		put_some(&p->rig.drive, &o->tape.parts[safe], &p->lot);
	p->book.limit = promises_at(&o->tape, safe);
	o->state++;
}

static bool next_state(struct play *p)
{
	struct orders *o = p->more;

	if (o->state == o->count)
		return false;
	prepare(p);
	snprintf(p->rig.order, sizeof p->rig.order, "look\n");
	return true;
}

static void prepare_again(struct play *p)
{
	struct orders *o = p->more;

	o->state--;
	prepare(p);
}

/* The machine changes the disk while it looks, and nothing of that stays. */
static enum err replay(struct play *p)
{
	struct orders *o = p->more;
	char path[300];

	drive_finish(&p->rig.drive);
	snprintf(path, sizeof path, "%s/disk.img", p->dir);
	enum err e = drive_load(&p->rig.drive, path);
	if (e != ERR_OK)
		return e;
	p->rig.drive.deaf = true;
	p->next = next_state;
	p->stalled = prepare_again;
	o->count = p->count;
	prepare(p);
	return play_boot(p, "look");
}

void play_orders(struct play *p, struct play_result *ret)
{
	struct orders o = { 0 };

	p->more = &o;
	enum err e = record(p);
	if (e == ERR_OK)
		e = replay(p);
	ret->boots = 2;
	ret->played = o.state;
	ret->broken = e != ERR_OK || o.state != p->count;
	tape_finish(&o.tape);
}
