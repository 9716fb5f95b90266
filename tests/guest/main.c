/* guest: the first and only process of a small machine whose plug is going to be pulled. It does
 * what the world outside orders (tell.h), on the machine's disk, with the real kiosk-core:
 *
 *     file N SCANS ANSWERS   people file, one after the other from number N, of which one in SCANS
 *                            brings a paper; one in ANSWERS sends gets an answer of the province;
 *                            0: none. Until another order comes, or the program ends
 *     record N SCANS ANSWERS the same, and the kernel records every write (layer.h), with a mark
 *                            after each line of a promise: "saved", "visit"
 *     fill N TOUCH           the disk becomes full at that touch of one visit, and is emptied after
 *     look                   only looks at what is there
 *     off
 *
 * Every order begins with a mount and a look at what is there, and ends with an unmount and "done".
 * By hand, without a machine: guest DIR CORE CONF, with orders on standard input. */
#include "firmware/base/auto.h"
#include "tests/guest/layer.h"
#include "tests/guest/machine.h"
#include "tests/guest/shelf.h"
#include "tests/guest/stage.h"
#include "tests/guest/tell.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define QUIET_MS 180000 /* a program that says nothing for so long is stuck */
#define REST_MS  200

struct guest {
	struct machine machine;
	struct tell tell;
	struct stage stage;
	const char *dir, *core, *conf;
	unsigned fill_at; /* touch of the visit; 0: never */
	int log;
};

/* What is durable by now is before it in the log. */
static void mark(const struct guest *g)
{
	if (g->machine.recorded && layer_mark("promised") != ERR_OK)
		perror("mark");
}

static void on_saved(void *data, const struct visitor *v)
{
	struct guest *g = data;
	char name[256] = "-", sha256[65] = "-";

	(void)shelf_find(g->dir, v->receipt_code, name, sha256);
	tell_line(&g->tell, "saved %u %s %s %s", v->n, v->receipt_code, name, sha256);
	tell_now(&g->tell);
	mark(g);
}

static void on_touched(void *data, unsigned touches)
{
	struct guest *g = data;

	if (g->fill_at && touches == g->fill_at)
		tell_line(&g->tell, "filled %lld", (long long)machine_fill(&g->machine, g->dir));
}

static void tell_end_of_visit(struct guest *g, enum err e)
{
	const struct visitor *v = &g->stage.visitor;

	tell_line(&g->tell,
		  "visit %u %s confirmed=%d saved=%d away=%s code=%s dossier=%s touches=%u", v->n,
		  err_name(e), v->confirmed, v->told_saved, err_name(v->turned_away),
		  v->receipt_code[0] ? v->receipt_code : "-",
		  v->dossier_code[0] ? v->dossier_code : "-", g->stage.touches);
	tell_now(&g->tell);
	mark(g);
}

static enum err one_visit(struct guest *g, unsigned n, unsigned scans_one_in)
{
	bool scans = scans_one_in && n % scans_one_in == 0;
	enum err e = stage_visit(&g->stage, n, scans, QUIET_MS);

	tell_end_of_visit(g, e);
	if (e == ERR_TIMEOUT)
		machine_show_log(g->log);
	return e;
}

/* True while the order is the same. */
static bool go_on(struct guest *g, const char *order)
{
	char line[TELL_SECTOR];

	return tell_order(&g->tell, line) == ERR_OK && strcmp(line, order) == 0;
}

static enum err start(struct guest *g, unsigned answers)
{
	g->stage = (struct stage){ .link_up = answers > 0,
				   .answer_one_in = answers,
				   .ears = { on_saved, on_touched, g } };
	return stage_start(&g->stage, g->core, g->conf, g->log);
}

static void end(struct guest *g)
{
	int code = stage_stop(&g->stage, SIGTERM);

	tell_line(&g->tell, "ended %d", code);
	if (code != 0)
		machine_show_log(g->log);
}

static void file(struct guest *g, const char *order)
{
	unsigned n = 1, scans = 0, answers = 0;
	enum err e = ERR_OK;

	if (sscanf(order, "%*s %u %u %u", &n, &scans, &answers) == 3)
		e = start(g, answers);
	do
		e = e == ERR_OK ? one_visit(g, n++, scans) : e;
	while (e == ERR_OK && g->stage.visitor.turned_away == ERR_OK && go_on(g, order));
	if (e == ERR_OK && answers)
		(void)stage_rest(&g->stage, REST_MS);
	end(g);
}

/* What is in progress finishes, or its owner hears that it did not; the next one finds room. */
static void fill(struct guest *g, const char *order)
{
	unsigned n = 1;
	enum err e = ERR_OK;

	if (sscanf(order, "fill %u %u", &n, &g->fill_at) == 2)
		e = start(g, 0);
	if (e == ERR_OK)
		e = one_visit(g, n, 1);
	g->fill_at = 0;
	end(g);
	machine_empty(&g->machine, g->dir);
}

static void obey(struct guest *g, const char *order)
{
	bool records = strncmp(order, "record ", 7) == 0;
	enum err e = machine_mount(&g->machine, g->dir, records);

	if (e == ERR_OK)
		e = shelf_tell(g->dir, g->machine.scratch, &g->tell);
	if (e != ERR_OK)
		tell_line(&g->tell, "trouble %s", err_name(e));
	else if (records || strncmp(order, "file ", 5) == 0)
		file(g, order);
	else if (strncmp(order, "fill ", 5) == 0)
		fill(g, order);
	machine_unmount(&g->machine, g->dir);
	tell_line(&g->tell, "done");
	tell_now(&g->tell);
}

static void serve(struct guest *g)
{
	char order[TELL_SECTOR];

	while (tell_order(&g->tell, order) == ERR_OK && strcmp(order, "off") != 0)
		obey(g, order);
}

int main(int argc, char **argv)
{
	struct guest g = { .dir = "/data", .core = "/bin/kiosk-core", .conf = "/etc/kiosk.conf" };
	bool by_hand = argc == 4;

	if (getpid() != 1 && !by_hand)
		return fputs("guest DIR CORE CONF\n", stderr), 2;
	if (by_hand)
		g.dir = argv[1], g.core = argv[2], g.conf = argv[3];
	signal(SIGPIPE, SIG_IGN);
	enum err e = machine_begin(&g.machine, !by_hand);
	if (e == ERR_OK)
		e = tell_open(&g.tell, g.machine.tell);
	g.log = open(g.machine.log, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (e == ERR_OK && g.log >= 0)
		serve(&g);
	else
		perror("guest");
	machine_end(&g.machine);
	return 0;
}
