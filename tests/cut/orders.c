#include "tests/cut/log.h"
#include "tests/cut/play.h"

#include <string.h>
#include <sys/mman.h>

#define RECORDED_VISITS 5

struct orders {
	struct log log;
	struct tape tape;
	unsigned state, count; /* that is looked at; how many there are to be */
	size_t safe;           /* parts of the tape that are on the disk */
};

/* After each of these lines the guest makes a mark. */
static void note_promise(struct play *p, const char *line)
{
	struct log *l = &((struct orders *)p->more)->log;

	if (strncmp(line, "saved ", 6) != 0 && strncmp(line, "visit ", 6) != 0)
		return;
	if (l->marks < LOG_MAX_MARKS)
		l->promises[l->marks++] = p->book.promise_count;
}

static enum err run_recorded(struct play *p)
{
	enum err e = play_new_disk(p);

	p->heard = note_promise;
	p->visits_left = RECORDED_VISITS;
	if (e == ERR_OK)
		e = play_boot(p, "record 1 2 2");
	p->heard = NULL;
	return e;
}

static enum err record(struct play *p)
{
	struct orders *o = p->more;
	uint8_t *log = mmap(NULL, RIG_RECORD, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (log == MAP_FAILED)
		return ERR_NO_MEMORY;
	p->rig.record = log;
	enum err e = run_recorded(p);
	p->rig.record = NULL;
	o->log.bytes = log;
	o->log.len = RIG_RECORD;
	o->log.disk_bytes = p->rig.drive.size;
	o->log.deaf = p->deaf;
	if (e == ERR_OK)
		e = log_read(&o->log, &o->tape);
	munmap(log, RIG_RECORD);
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

/* By turns: nothing of the part that was under way, then any of it. */
static void prepare(struct play *p)
{
	struct orders *o = p->more;
	uint64_t step = o->state / 2, steps = (o->count + 1) / 2;
	size_t safe = o->log.deaf ? 0 : (size_t)(step * (o->tape.count + 1) / steps);

	drive_forget(&p->rig.drive);
	while (o->safe < safe)
		put_part(&p->rig.drive, &o->tape.parts[o->safe++]);
	if (o->state % 2 && safe < o->tape.count)
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
	ret->steps = (unsigned)o.tape.count;
	ret->broken = e != ERR_OK || o.state != p->count;
	tape_finish(&o.tape);
}
