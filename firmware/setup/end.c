/* The recovery key, the PIN, the report, kiosk.conf, and the end. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/setup/file.h"
#include "firmware/setup/former.h"
#include "firmware/setup/pin.h"
#include "firmware/setup/setup.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CONF_FILE   "kiosk.conf"
#define REPORT_FILE "readiness"

static void on_key(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	helper_value(why[0] ? "" : text, "KEY", s->recovery, sizeof s->recovery);
	s->busy = false;
	if (!why[0] && !s->recovery[0]) { /* it was written down before, or there never was one */
		step_done(s, SETUP_PIN);
		return;
	}
	s->ready_to_go = true;
	if (why[0])
		step_note_failed(s, NOTE_RECOVERY_UNSEEN, why, "");
	else
		step_note(s, NOTE_RECOVERY_ONCE, NULL);
	step_rest(s);
}

void end_enter_recovery(struct setup *s)
{
	s->busy = true;
	helper_ask(&s->helper, on_key, s, "recovery");
}

static void on_key_gone(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	s->busy = false;
	if (!why[0]) {
		explicit_bzero(s->recovery, sizeof s->recovery);
		step_done(s, SETUP_PIN);
		return;
	}
	step_forget_notes(s);
	step_note_failed(s, NOTE_SAVE_FAILED, why, "");
	step_rest(s);
}

void end_recovery(struct setup *s)
{
	if (!s->recovery[0]) { /* nobody has seen it: it waits until it is asked for again */
		step_done(s, SETUP_PIN);
		return;
	}
	step_wait(s);
	helper_ask(&s->helper, on_key_gone, s, "recovery written");
}

void end_pin(struct setup *s)
{
	enum err e = ERR_OK;

	pin_forget_former(&s->kept);
	if (s->kept.of[ASK_pin][0])
		e = pin_line(s->kept.of[ASK_pin], s->kept.staff_pin);
	for (enum ask a = ASK_pin; a <= ASK_former_pin; a++) {
		explicit_bzero(s->kept.of[a], ANSWER_CAP);
		explicit_bzero(s->typed[a], sizeof s->typed[a]);
	}
	if (e == ERR_OK) {
		step_done(s, SETUP_READY);
		return;
	}
	step_forget_notes(s);
	step_note_error(s, NOTE_SAVE_FAILED, e);
	step_rest(s);
}

static void ready(struct setup *s, enum ready r, enum ready_state state, const char *more)
{
	s->ready[r].state = state;
	snprintf(s->ready[r].more, sizeof s->ready[r].more, "%s", more);
}

void end_ready_words(struct setup *s, enum ready r, const char *told)
{
	char name[96];
	enum err e = ERR_OK;

	helper_value(told, "ERR", name, sizeof name);
	while (name[0] && e < ERR_COUNT && strcmp(err_name(e), name) != 0)
		e++;
	s->ready[r].why = e;
}

/* GOOD when the fact is `good`, BAD when it is `bad`; else nobody knows. */
static void ready_fact(struct setup *s, enum ready r, const char *name, const char *good,
		       const char *bad)
{
	char fact[96];

	step_fact(s, name, fact);
	ready(s, r,
	      strcmp(fact, good) == 0  ? READY_GOOD
	      : strcmp(fact, bad) == 0 ? READY_BAD
				       : READY_UNKNOWN,
	      "");
}

/* One that was brought and not taken leaves something to do. */
static void judge_list(struct setup *s)
{
	struct ready_line *r = &s->ready[READY_CATALOGUE];

	ready_fact(s, READY_CATALOGUE, "CATALOGUE", "good", "foreign");
	if (r->state != READY_BAD && s->list.words[0])
		r->state = s->list.note == NOTE_LIST_FORGED || s->list.note == NOTE_LIST_BAD
				   ? READY_BAD
				   : READY_GOOD;
	snprintf(r->more, sizeof r->more, "%s", s->list.words);
}

static void judge(struct setup *s)
{
	char address[96], keys[96], rollback[96];
	bool no_network = strcmp(s->kept.of[ASK_network], "none") == 0;

	step_fact(s, "ADDRESS", address);
	step_fact(s, "KEYS", keys);
	step_fact(s, "ROLLBACK", rollback);
	ready(s, READY_SETTINGS, READY_GOOD, "");
	ready_fact(s, READY_CLOCK, "NTP", "yes", "wrong");
	ready(s, READY_NETWORK,
	      address[0]   ? READY_GOOD
	      : no_network ? READY_UNKNOWN
			   : READY_BAD,
	      address);
	ready(s, READY_KEYS, keys[0] && strcmp(keys, "none") != 0 ? READY_GOOD : READY_BAD, "");
	ready_fact(s, READY_SEALED, "KEYS", "tpm", "file");
	ready(s, READY_CERTS, certs_here(s) ? READY_GOOD : READY_BAD, "");
	judge_list(s);
	ready_fact(s, READY_DISK, "DATA", "sealed", "weak");
	ready_fact(s, READY_RECOVERY, "RECOVERY", "written", "waiting");
	ready(s, READY_PIN, s->kept.staff_pin[0] ? READY_GOOD : READY_EMPTY, "");
	ready_fact(s, READY_IMAGE, "IMAGE", "production", "test");
	ready_fact(s, READY_TOUCH, "TOUCH", "yes", "no");
	ready(s, READY_UPDATE, rollback[0] ? READY_BAD : READY_GOOD, rollback);
}

/* NAME=state words; what kioskctl reads. */
static enum err write_report(struct setup *s)
{
	static const char *const STATES[] = { "unknown", "good", "bad", "empty" };
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return ERR_NO_MEMORY;
	fprintf(f, "TIME=%" PRId64 "\nKIOSK=%s\n", clock_wall_s(&s->child.clock),
		s->kept.of[ASK_kiosk_id]);
	for (enum ready r = 0; r < READY_COUNT; r++)
		fprintf(f, "%s=%s %s\n", ready_row(r)->id, STATES[s->ready[r].state],
			s->ready[r].more);
	return fclose(f) == 0 ? file_put(s->dir_fd, REPORT_FILE, text, len) : ERR_NO_MEMORY;
}

static void report(struct setup *s)
{
	bool bad = false;

	judge(s);
	for (enum ready r = 0; r < READY_COUNT; r++)
		bad |= s->ready[r].state == READY_BAD;
	enum err e = write_report(s);
	s->busy = false;
	s->ready_to_go = e == ERR_OK;
	step_forget_notes(s);
	if (e != ERR_OK)
		step_note_error(s, NOTE_SAVE_FAILED, e);
	else
		step_note(s, bad ? NOTE_SOME_BAD : NOTE_ALL_GOOD, NULL);
	if (e == ERR_OK)
		list_note(s);
	step_rest(s);
}

static void on_link(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char more[96];

	helper_value(text, "WHY", more, sizeof more);
	ready(s, READY_LINK, why[0] ? READY_BAD : READY_GOOD, more);
	end_ready_words(s, READY_LINK, text);
	report(s);
}

static void check_link(struct setup *s)
{
	way_ask(s, on_link, "check");
}

static void on_facts(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	snprintf(s->facts, sizeof s->facts, "%s", why[0] ? "" : text);
	list_ask(s, check_link);
}

void end_enter_ready(struct setup *s)
{
	s->busy = true;
	helper_ask(&s->helper, on_facts, s, "state");
}

/* Files that the settings name, where this is not a machine of its own. */
static void write_paths(FILE *f, const char *etc)
{
	static const char *const PATHS[][2] = {
		{ "catalogue_anchor", "catalogue.pem" },
		{ "sign_key", "kiosk.key" },
		{ "sign_cert", "kiosk.pem" },
		{ "seal_cert", "seal.pem" },
		{ "answer_anchor", "answer.pem" },
		{ "tls_ca", "tls/ca.pem" },
		{ "tls_cert", "tls/kiosk.pem" },
		{ "tls_key", "tls/kiosk.key" },
	};

	fprintf(f, "kiosk_anchor = %s/kiosk-ca.pem\n", etc);
	for (size_t i = 0; strcmp(etc, "/etc/kiosk") != 0 && i < sizeof PATHS / sizeof *PATHS; i++)
		fprintf(f, "%s = %s/%s\n", PATHS[i][0], etc, PATHS[i][1]);
}

enum err end_write_conf(struct setup *s)
{
	static const enum ask NAMED[] = { ASK_office_name, ASK_office_place,  ASK_agency_code,
					  ASK_kiosk_id,    ASK_province_url,  ASK_https_proxy,
					  ASK_update_url,  ASK_update_tenant, ASK_update_token };
	AUTO_FREE char *board = NULL, *text = NULL;
	size_t board_len = 0, len = 0;
	enum err e = file_get(AT_FDCWD, s->places.conf, ANSWERS_MAX, &board, &board_len);

	if (e != ERR_OK)
		return e;
	FILE *f = open_memstream(&text, &len);
	if (!f)
		return ERR_NO_MEMORY;
	fputs("# What was answered when this kiosk was set up; `kioskctl setup` asks again.\n", f);
	for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++)
		if (s->kept.of[NAMED[i]][0])
			fprintf(f, "%s = %s\n", ask_row(NAMED[i])->id, s->kept.of[NAMED[i]]);
	if (s->kept.staff_pin[0])
		fprintf(f, "staff_pin = %s\n", s->kept.staff_pin);
	write_paths(f, s->places.etc);
	fprintf(f, "%s\n", board);
	return fclose(f) == 0 ? file_put(s->dir_fd, CONF_FILE, text, len) : ERR_NO_MEMORY;
}

static void on_finished(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char more[96];

	helper_value(text, "WHY", more, sizeof more);
	s->busy = false;
	log_line(LOG_INFO, "setup.finished", "why=\"%s\" %s", why, more);
	if (!why[0]) {
		(void)file_drop(s->dir_fd, ANSWERS_FILE); /* an old one would only be asked again */
		former_keep(s->dir_fd, &s->kept);
		script_done(s);
		face_end(s);
		return;
	}
	step_forget_notes(s);
	step_note_failed(s, NOTE_SAVE_FAILED, why, more);
	step_rest(s);
}

void end_finish(struct setup *s)
{
	enum err e = end_write_conf(s);

	if (e != ERR_OK) {
		step_forget_notes(s);
		step_note_error(s, NOTE_SAVE_FAILED, e);
		step_rest(s);
		return;
	}
	s->touched = true; /* what it served by goes now */
	step_wait(s);
	helper_ask(&s->helper, on_finished, s, "install end %s", s->kept.of[ASK_kiosk_id]);
}
