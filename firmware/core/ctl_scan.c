/* `kioskctl scan`: sheets go the way of a citizen's, and the file goes to the one who asked. */
#include "firmware/core/ctl_scan.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/page.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/packs.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIGN_MS    150000 /* without a sign of the scanner: one sheet on the slowest */
#define MAX_TRIES  2      /* the second with the plainest profile */
#define MIN_DPI    75
#define MAX_DPI    600
#define FILE_TITLE "Bản quét thử"

static void work(struct core *c);

static void put(struct json_object *o, const char *name, const char *text)
{
	if (o && *text)
		json_object_object_add(o, name, json_object_new_string(text));
}

static void put_num(struct json_object *o, const char *name, int64_t n)
{
	if (o)
		json_object_object_add(o, name, json_object_new_int64(n));
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What the scanner has drawn in is nobody's any more. */
static void stop_scanner(struct core *c)
{
	c->trial.scanning = false;
	timer_stop(c->child.loop, &c->trial.patience);
	c->desk.scanned = true;
	desk_scan_stop(c);
}

static void on_work(struct core *c, const char *tag, struct msg *m, enum err why);

static void forget(struct core *c)
{
	struct trial *s = &c->trial;

	stop_scanner(c);
	jobs_cancel(c, on_work);
	for (uint32_t i = 0; i < s->count; i++) {
		close_fd(&s->pages[i].came.pixels);
		close_fd(&s->pages[i].pack);
		json_object_put(s->pages[i].facts);
	}
	memset(s->pages, 0, sizeof s->pages);
	s->id = s->count = s->at = 0;
	s->at_work = false;
	guest_scrub(c);
}

static void say_list(struct ctl *t, uint32_t page, const char *name, struct json_object *list)
{
	char text[256] = "";
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		const char *one = json_object_get_string(json_object_array_get_idx(list, i));
		size_t len = strlen(text);

		(void)snprintf(text + len, sizeof text - len, " %s", one);
	}
	ctl_say(t, "page %u %s%s", page, name, n > 0 ? text : " none");
}

static void say_page(struct ctl *t, uint32_t n, const struct trial_page *p)
{
	json_object_object_foreach(p->facts, name, value)
	{
		if (json_object_is_type(value, json_type_array))
			say_list(t, n, name, value);
		else
			ctl_say(t, "page %u %s %s", n, name, json_object_get_string(value));
	}
}

static void say_all(struct ctl *t, const struct trial *s, const char *text, int64_t bytes)
{
	struct json_object *all = json_object_new_object();
	struct json_object *pages = json_object_new_array();

	for (uint32_t i = 0; pages && i < s->count; i++)
		json_object_array_add(pages, json_object_get(s->pages[i].facts));
	if (all)
		json_object_object_add(all, "pages", pages);
	if (bytes > 0)
		put_num(all, "file_bytes", bytes);
	if (s->why != ERR_OK) {
		put(all, "error", err_name(s->why));
		put(all, "why", text);
	}
	if (all)
		ctl_say_object(t, all);
	json_object_put(all);
}

static void say_why(struct ctl *t, enum err why, const char *text)
{
	ctl_say(t, "error %s", err_name(why));
	ctl_say(t, "why %s", text);
}

/* `pdf`: the file, or -1 when there is none. */
static void end(struct core *c, int pdf, const char *text)
{
	struct trial *s = &c->trial;
	struct ctl *t = ctl_find(c, s->id);
	enum ctl_code code = s->why == ERR_OK ? CTL_DONE : CTL_REFUSED;
	off_t bytes = pdf >= 0 ? lseek(pdf, 0, SEEK_END) : 0;

	(void)audit_add(c->store, "staff.scan", page_source_name(s->wish.source), err_name(s->why));
	if (t && pdf >= 0)
		ctl_say_file(t, pdf);
	if (!text)
		text = err_text(s->why);
	if (t && s->json) {
		say_all(t, s, text, bytes);
	} else if (t) {
		if (bytes > 0)
			ctl_say(t, "file_bytes %jd", (intmax_t)bytes);
		if (s->why != ERR_OK)
			say_why(t, s->why, text);
	}
	forget(c);
	if (t)
		ctl_end(t, code);
}

static void fail(struct core *c, enum err why, const char *text)
{
	if (c->trial.why == ERR_OK)
		c->trial.why = why;
	end(c, -1, text);
}

static void on_left(struct ctl *t)
{
	forget(t->core);
}

void ctl_scan_stop(struct core *c)
{
	if (c->trial.id == 0)
		return;
	c->trial.why = ERR_OK;
	fail(c, ERR_CANCELLED, "a citizen has come, the scanner is theirs");
}

/* ---- what the scanner brings ---- */

static bool is_ours(const struct core *c, uint32_t job)
{
	return c->trial.id != 0 && c->trial.scanning && c->trial.wish.job == job;
}

static void scanner_ended(struct core *c, enum err why)
{
	struct trial *s = &c->trial;

	stop_scanner(c);
	if (s->why == ERR_OK)
		s->why = why;
	work(c);
}

static void on_patience(void *data)
{
	scanner_ended(data, ERR_TIMEOUT);
}

bool ctl_scan_progress(struct core *c, const struct msg_scan_progress *p)
{
	if (!is_ours(c, p->job))
		return false;
	timer_set(c->child.loop, &c->trial.patience, SIGN_MS, on_patience, c);
	return true;
}

static void note_page(struct trial_page *p)
{
	const struct msg_scan_page *m = &p->came;

	p->facts = json_object_new_object();
	put_num(p->facts, "width", m->width);
	put_num(p->facts, "height", m->height);
	put_num(p->facts, "dpi", m->dpi);
	put_num(p->facts, "channels", m->channels);
	put(p->facts, "source", page_source_name(m->source));
	put(p->facts, "side", m->side == 1 ? "back" : "front");
}

static uint64_t bytes_of(int pixels)
{
	struct stat st;

	return pixels >= 0 && fstat(pixels, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Pixels that wait for the digitizer, which is slower than the scanner. */
static uint64_t held_bytes(const struct trial *s)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < s->count; i++)
		n += bytes_of(s->pages[i].came.pixels);
	return n;
}

bool ctl_scan_page(struct core *c, struct msg_scan_page *m)
{
	struct trial *s = &c->trial;

	if (!is_ours(c, m->job))
		return false;
	if (s->count == TRIAL_MAX_PAGES)
		return true;
	if (held_bytes(s) + bytes_of(m->pixels) > TRIAL_MAX_BYTES) {
		scanner_ended(c, ERR_NO_SPACE); /* what came before is made */
		return true;
	}
	struct trial_page *p = &s->pages[s->count++];
	*p = (struct trial_page){ .came = *m, .pack = -1 };
	m->pixels = -1;
	note_page(p);
	timer_set(c->child.loop, &s->patience, SIGN_MS, on_patience, c);
	work(c);
	return true;
}

bool ctl_scan_done(struct core *c, uint32_t job, enum err why)
{
	if (!is_ours(c, job))
		return false;
	scanner_ended(c, why);
	return true;
}

void ctl_scan_gone(struct core *c)
{
	if (c->trial.id != 0 && c->trial.scanning)
		scanner_ended(c, ERR_GONE);
}

/* ---- what is made of it ---- */

static void page_ended(struct core *c, enum err why)
{
	struct trial *s = &c->trial;
	struct trial_page *p = &s->pages[s->at];
	struct ctl *t = ctl_find(c, s->id);

	if (why != ERR_OK) {
		put(p->facts, "error", err_name(why));
		if (s->why == ERR_OK)
			s->why = why;
	}
	close_fd(&p->came.pixels);
	s->at++;
	s->tries = 0;
	if (t && !s->json && p->facts)
		say_page(t, s->at, p);
}

static void job_failed(struct core *c, enum err why)
{
	struct trial *s = &c->trial;

	if (++s->tries == MAX_TRIES)
		page_ended(c, why == ERR_OK ? ERR_BAD_MESSAGE : why);
}

static void take_faults(struct trial_page *p, const struct msg_page_seen *m)
{
	struct json_object *faults = json_object_new_array();

	for (size_t i = 0; faults && i < m->faults_len; i++)
		json_object_array_add(faults, json_object_new_string(err_name(m->faults[i])));
	if (p->facts)
		json_object_object_add(p->facts, "faults", faults);
	else
		json_object_put(faults);
}

static void take_seen(struct trial_page *p, const struct msg_page_seen *m)
{
	p->looked = true;
	take_faults(p, m);
	put_num(p->facts, "edge_um", m->edge_um);
	put_num(p->facts, "ink_ppm", m->ink_ppm);
	put_num(p->facts, "glare_ppm", m->glare_ppm);
	put(p->facts, "code", m->code);
}

static void take_digitized(struct core *c, struct trial_page *p, struct msg_digitized *m)
{
	off_t bytes = lseek(m->pack, 0, SEEK_END);

	p->pack = take_fd(&m->pack);
	put_num(p->facts, "turned", m->turned);
	put_num(p->facts, "tilt_mdeg", m->tilt_mdeg);
	put(p->facts, "check", page_check_name(m->check));
	put_num(p->facts, "confidence", m->confidence);
	put_num(p->facts, "cpu_ms", m->cpu_ms);
	put_num(p->facts, "pack_bytes", bytes);
	page_ended(c, ERR_OK);
}

static void on_work(struct core *c, const char *tag, struct msg *m, enum err why)
{
	struct trial *s = &c->trial;
	struct trial_page *p = &s->pages[s->at];

	(void)tag;
	s->at_work = false;
	if (m && m->type == MSG_PAGE_SEEN && s->at < s->count && !p->looked)
		take_seen(p, &m->page_seen);
	else if (m && m->type == MSG_DIGITIZED && s->at < s->count && p->looked)
		take_digitized(c, p, &m->digitized);
	else if (m && m->type == MSG_BOUND && s->at == s->count)
		end(c, m->bound.pdf, NULL);
	else if (s->at < s->count)
		job_failed(c, why);
	else
		fail(c, why == ERR_OK ? ERR_BAD_MESSAGE : why, NULL);
	if (s->id != 0)
		work(c);
}

static void look(const struct trial_page *p, struct msg *ret)
{
	const struct msg_scan_page *m = &p->came;

	ret->type = MSG_JOB_LOOK;
	ret->job_look = (struct msg_job_look){ .width = m->width,
					       .height = m->height,
					       .dpi = m->dpi,
					       .channels = m->channels,
					       .source = m->source,
					       .side = m->side,
					       .turn = PAGE_AS_IT_STANDS,
					       .pixels = fcntl(m->pixels, F_DUPFD_CLOEXEC, 0) };
}

static void digitize(const struct trial_page *p, bool plain, struct msg *ret)
{
	const struct msg_scan_page *m = &p->came;

	ret->type = MSG_JOB_DIGITIZE;
	ret->job_digitize =
		(struct msg_job_digitize){ .width = m->width,
					   .height = m->height,
					   .dpi = m->dpi,
					   .channels = m->channels,
					   .source = m->source,
					   .profile = plain ? PROFILE_PLAIN : PROFILE_ARCHIVE,
					   .turn = PAGE_AS_IT_STANDS,
					   .pixels = fcntl(m->pixels, F_DUPFD_CLOEXEC, 0) };
}

/* Without a signer: there is no place for a seal in a test scan. */
static enum err bind_all(const struct trial *s, struct msg *ret)
{
	int packs[TRIAL_MAX_PAGES];
	size_t n = 0;

	for (uint32_t i = 0; i < s->count; i++)
		if (s->pages[i].pack >= 0)
			packs[n++] = s->pages[i].pack;
	ret->type = MSG_JOB_BIND;
	ret->job_bind.packs = -1;
	snprintf(ret->job_bind.title, sizeof ret->job_bind.title, "%s", FILE_TITLE);
	if (n == 0)
		return s->why == ERR_OK ? ERR_FEEDER_EMPTY : s->why;
	return packs_join(packs, n, &ret->job_bind.packs);
}

/* The next thing to do, when there is one and nothing else is at work. */
static void work(struct core *c)
{
	struct trial *s = &c->trial;
	struct trial_page *p = &s->pages[s->at];
	struct msg m = { .type = MSG_NONE };
	enum err e = ERR_OK;

	if (s->at_work || (s->at == s->count && s->scanning))
		return;
	if (s->at == s->count)
		e = bind_all(s, &m);
	else if (!p->looked)
		look(p, &m);
	else
		digitize(p, s->tries > 0, &m);
	s->at_work = true;
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_work, 0, "scan");
	else
		msg_finish(&m);
	if (e != ERR_OK)
		fail(c, e, NULL);
}

/* ---- the command ---- */

static enum ctl_code usage(struct ctl *t)
{
	ctl_say(t, "scan [--source feeder|glass|camera] [--sides 1|2] [--dpi N] [--json] FILE.pdf");
	return CTL_USAGE;
}

static bool take_number(const char *text, unsigned min, unsigned max, unsigned *ret)
{
	char *rest;
	unsigned long n = strtoul(text, &rest, 10);

	if (text[0] < '0' || text[0] > '9' || *rest || n < min || n > max)
		return false;
	*ret = (unsigned)n;
	return true;
}

static bool take_source(const char *name, struct msg_scan_start *w)
{
	enum page_source s = page_source_by_name(name);

	w->source = (uint8_t)s;
	return s < PAGE_SOURCE_COUNT;
}

/* One word, and its value; false: there is no such thing. "-" stands where the file was named. */
static bool take_option(struct trial *s, const char *word, char **rest)
{
	unsigned n = 0;

	if (strcmp(word, "--json") == 0 || strcmp(word, "-") == 0) {
		s->json |= word[1] != '\0';
		s->file |= word[1] == '\0';
		return true;
	}
	const char *value = strsep(rest, " ");
	if (!value)
		return false;
	if (strcmp(word, "--source") == 0)
		return take_source(value, &s->wish);
	if (strcmp(word, "--sides") == 0 && take_number(value, 1, 2, &n)) {
		s->wish.sides = (uint8_t)n;
		return true;
	}
	if (strcmp(word, "--dpi") == 0 && take_number(value, MIN_DPI, MAX_DPI, &n)) {
		s->wish.dpi = (uint16_t)n;
		return true;
	}
	return false;
}

static enum ctl_code start(struct core *c, struct ctl *t)
{
	struct trial *s = &c->trial;
	bool scanner = s->wish.source != SOURCE_CAMERA; /* a camera can do without it */
	enum err e = scanner ? desk_state(c, ROLE_SCAN) : ERR_OK;
	struct msg m = { .type = MSG_SCAN_START };

	s->wish.job = ++c->desk.scan_job;
	s->wish.max_pages = TRIAL_MAX_PAGES;
	m.scan_start = s->wish;
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_SCAN, &m);
	if (e != ERR_OK) {
		ctl_say(t, "not now: %s", err_text(e));
		return CTL_REFUSED;
	}
	s->id = t->id;
	s->scanning = true;
	t->left = on_left;
	timer_set(c->child.loop, &s->patience, SIGN_MS, on_patience, c);
	return CTL_LATER;
}

enum ctl_code ctl_scan(struct ctl *t, const char *arg)
{
	struct core *c = t->core;
	struct trial *s = &c->trial;
	char words[256], *rest = words;

	if (c->visit.at != SCREEN_ATTRACT) {
		ctl_say(t, "not now: a citizen is at the kiosk, and the scanner is theirs");
		return CTL_REFUSED;
	}
	if (s->id != 0) {
		ctl_say(t, "not now: somebody else is scanning by hand");
		return CTL_REFUSED;
	}
	if (snprintf(words, sizeof words, "%s", arg) >= (int)sizeof words || !*arg)
		return usage(t);
	*s = (struct trial){ .wish = { .dpi = (uint16_t)c->config.scan_dpi, .sides = 1 } };
	for (const char *word; (word = strsep(&rest, " "));)
		if (!take_option(s, word, &rest))
			return usage(t);
	return s->file ? start(c, t) : usage(t);
}
