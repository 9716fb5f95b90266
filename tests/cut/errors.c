#include "tests/cut/play.h"

#include <string.h>

#define VISITS   2  /* in which the failure comes, or not any more */
#define STRIDE   97 /* a prime, so that a few failures are spread over all requests */
#define FOR_EVER UINT64_MAX

struct errors {
	struct play_result *result;
	uint64_t begun;      /* requests to the drive before the visits */
	unsigned most, done; /* requests of the visits, at most; how many failures were played */
};

/* Once the disk is mounted and looked at: one request, a few, or all from there on. */
static void arm(struct play *p)
{
	static const uint64_t LENGTHS[] = { 1, 4, FOR_EVER };
	struct errors *r = p->more;
	struct drive *d = &p->rig.drive;
	uint64_t length = LENGTHS[lot_draw(&p->lot, sizeof LENGTHS / sizeof *LENGTHS)];

	r->begun = d->requests;
	if (r->most == 0)
		return;
	d->fail_from = d->requests + 1 + (uint64_t)(p->first + r->done) * STRIDE % r->most;
	d->fail_until = length == FOR_EVER ? FOR_EVER : d->fail_from + length;
}

/* Of visits without a failure; a few more, as no two runs are quite the same. */
static void measure(struct errors *r, uint64_t requests)
{
	r->most = (unsigned)(requests + requests / 8);
	r->most += r->most % STRIDE == 0;
	r->result->requests_each = r->most;
}

static void hear(struct play *p, const char *line)
{
	struct errors *r = p->more;
	int code;

	if (strncmp(line, "shelf ", 6) == 0)
		arm(p);
	if (sscanf(line, "ended %d", &code) != 1)
		return;
	if (r->most == 0) {
		measure(r, p->rig.drive.requests - r->begun);
		return;
	}
	p->rig.drive.fail_from = p->rig.drive.fail_until = 0;
	r->result->stopped += code != 0;
	r->done++;
}

/* A disk that fails for ever would not let the machine up again. */
static void heal(struct play *p)
{
	p->rig.drive.fail_from = p->rig.drive.fail_until = 0;
	drive_cut(&p->rig.drive, &p->lot);
}

static bool next_failure(struct play *p)
{
	const struct errors *r = p->more;

	if (r->done >= p->count)
		return false;
	p->visits_left = VISITS;
	snprintf(p->rig.order, sizeof p->rig.order, "file %u 2 2\n", p->book.next);
	return true;
}

void play_errors(struct play *p, struct play_result *ret)
{
	struct errors r = { .result = ret };
	enum err e = play_new_disk(p);

	p->more = &r;
	p->heard = hear;
	p->next = next_failure;
	p->stalled = heal;
	p->visits_left = VISITS;
	if (e == ERR_OK)
		e = play_boot(p, "file 1 2 2");
	p->heard = NULL;
	p->next = NULL;
	if (e == ERR_OK)
		e = play_boot(p, "look");
	ret->boots = 2;
	ret->played = r.done;
	ret->broken = e != ERR_OK || r.done != p->count;
}
