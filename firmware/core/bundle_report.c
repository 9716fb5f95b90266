/* What was compared with the province, for a clerk to hand on: a text in both languages and a
 * table, into a folder of their own on a stick; read again before it may be pulled out. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/bundle_step.h"
#include "firmware/core/counter.h"
#include "firmware/core/reconcile_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER     "doichieu"
#define MAX_REPORT (16u << 20)
#define NAME_CAP   16

typedef enum err report_fn(struct store *s, FILE *out);

static enum err make(struct core *c, report_fn *fn, char **ret_text, size_t *ret_len)
{
	FILE *out = open_memstream(ret_text, ret_len);
	enum err e = out ? fn(c->store, out) : ERR_NO_MEMORY;

	if (out && fclose(out) != 0)
		e = ERR_NO_MEMORY;
	if (e == ERR_OK && *ret_len > MAX_REPORT)
		e = ERR_NO_SPACE;
	return e;
}

void bundle_report_forget(struct core *c)
{
	free(c->bundle.report.text);
	free(c->bundle.report.csv);
	c->bundle.report.text = c->bundle.report.csv = NULL;
}

static void name_of(const struct core *c, const char *ending, char ret[NAME_CAP])
{
	(void)snprintf(ret, NAME_CAP, "%s%s", c->bundle.report.name, ending);
}

/* ERR_BAD_DATA: it is not what was written. */
static enum err read_again(struct core *c, const char *ending, const char *text, size_t len)
{
	AUTO_FREE uint8_t *bytes = NULL;
	char name[NAME_CAP];
	size_t there = 0;

	name_of(c, ending, name);
	enum err e = stick_get(c->bundle.folder, name, MAX_REPORT, &bytes, &there);
	if (e == ERR_OK && (there != len || memcmp(bytes, text, len) != 0))
		e = ERR_BAD_DATA;
	return e;
}

static enum err worn(struct core *c)
{
	log_line(LOG_ERROR, "bundle.differs", "report=%s", c->bundle.report.name);
	bundle_say(c, "this stick does not give back what was written to it: do NOT use it");
	bundle_ends_as(c, STICK_WORN);
	bundle_end(c, CTL_REFUSED);
	return ERR_BUSY;
}

static enum err verify(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = read_again(c, ".txt", b->report.text, b->report.text_len);

	if (e == ERR_OK)
		e = read_again(c, ".csv", b->report.csv, b->report.csv_len);
	if (e == ERR_BAD_DATA || e == ERR_NOT_FOUND)
		return worn(c);
	if (e == ERR_OK)
		e = audit_add(c->store, "staff.report", b->report.name, "");
	if (e != ERR_OK)
		return e;
	b->tally.done = 2;
	bundle_say(c, "%s.txt and %s.csv are in the folder %s/%s, and were read again",
		   b->report.name, b->report.name, BUNDLE_FOLDER, FOLDER);
	bundle_safe(c, "");
	bundle_end(c, CTL_DONE);
	return ERR_BUSY;
}

static enum err put(struct core *c, const char *ending, const char *text, size_t len)
{
	char name[NAME_CAP];

	name_of(c, ending, name);
	return stick_put(c->bundle.folder, name, text, len);
}

static enum err write_files(struct core *c)
{
	struct bundle *b = &c->bundle;
	enum err e = put(c, ".txt", b->report.text, b->report.text_len);

	if (e == ERR_OK)
		e = put(c, ".csv", b->report.csv, b->report.csv_len);
	if (e == ERR_OK)
		e = stick_sync_names(b->folder);
	if (e == ERR_OK)
		e = stick_sync_all(b->stick);
	b->step = verify;
	return e;
}

enum err bundle_report_step(struct core *c)
{
	struct bundle *b = &c->bundle;
	char stamp[LOCAL_STAMP_CAP];
	enum err e = bundle_open(c, true);

	local_stamp(clock_now_s(&c->child.clock), stamp); /* yyyyMMddHHmmss */
	(void)snprintf(b->report.name, sizeof b->report.name, "%.8s", stamp + 4);
	if (e == ERR_OK)
		e = stick_folder(b->root, FOLDER, true, &b->folder);
	if (e == ERR_OK)
		e = make(c, reconcile_report_text, &b->report.text, &b->report.text_len);
	if (e == ERR_OK)
		e = make(c, reconcile_report_csv, &b->report.csv, &b->report.csv_len);
	b->step = write_files;
	return e;
}
