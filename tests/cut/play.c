#include "tests/cut/play.h"

#include "tests/cut/clear.h"

#include <string.h>

#define MAX_STALLS 3
#define WAIT_MS    240000 /* without a request: a machine on a busy computer takes its time */

static void order(struct play *p, const char *text)
{
	snprintf(p->rig.order, sizeof p->rig.order, "%s\n", text);
}

static void on_line(void *data, const char *line)
{
	struct play *p = data;

	if (p->talks)
		fprintf(p->out, "  | %s\n", line);
	book_line(&p->book, line);
	if (p->heard)
		p->heard(p, line);
	if (p->visits_left > 0 && strncmp(line, "visit ", 6) == 0 && --p->visits_left == 0)
		order(p, "enough");
	if (!p->book.done)
		return;
	p->book.done = false;
	if (!p->next || !p->next(p))
		order(p, "off");
}

enum err play_new_disk(struct play *p)
{
	char path[300];

	drive_finish(&p->rig.drive);
	book_forget(&p->book);
	p->rig.dir = p->dir;
	p->rig.line = on_line;
	p->rig.data = p;
	snprintf(path, sizeof path, "%s/disk.img", p->dir);
	enum err e = drive_load(&p->rig.drive, path);
	p->rig.drive.deaf = p->deaf;
	return e;
}

/* All blocks of it, in mid-visit too. */
static void look_for_words(struct play *p)
{
	const char *what = NULL;
	uint64_t at = 0;
	unsigned n = clear_words(p->rig.drive.now, p->rig.drive.size, &what, &at);

	if (n > 0)
		fprintf(p->out, "on the disk in clear, at %ju: %s\n", (uintmax_t)at, what);
	p->book.counts.in_clear += n;
}

static enum err run(struct play *p)
{
	p->book.row_count = 0; /* the look may have been cut short */
	enum err e = rig_on(&p->rig);
	if (e == ERR_OK)
		e = rig_run(&p->rig, WAIT_MS);
	rig_off(&p->rig);
	look_for_words(p);
	return e;
}

enum err play_boot(struct play *p, const char *text)
{
	order(p, text);
	p->book.looked = p->book.ended = p->book.done = false;
	enum err e = run(p);
	/* the program has a shorter patience (tests/guest): it is not that which hangs */
	while (e == ERR_TIMEOUT && p->stalls < MAX_STALLS) {
		p->stalls++;
		if (p->stalled)
			p->stalled(p);
		else
			drive_cut(&p->rig.drive, &p->lot);
		e = run(p);
	}
	if (e == ERR_OK && (p->book.looked || p->rig.was_cut))
		return ERR_OK;
	fprintf(p->out, "the machine did not do its work: %s\n%s\n", err_name(e), p->rig.console);
	return e == ERR_OK ? ERR_TIMEOUT : e;
}
