/* Keys, the province's anchors, the certificates, and the first try at the province. The keys are
 * made and held by the helper: nothing of them comes here. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/setup/cert.h"
#include "firmware/setup/file.h"
#include "firmware/setup/setup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_PEM 65536

static bool by_stick(const struct setup *s)
{
	return strcmp(s->kept.of[ASK_way], "stick") == 0;
}

static int open_folder(int dir_fd, const char *name)
{
	return openat(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void fail(struct setup *s, enum note n)
{
	s->busy = false;
	step_forget_notes(s);
	step_note(s, n, NULL);
	step_rest(s);
}

static void fail_error(struct setup *s, enum note n, enum err why)
{
	s->busy = false;
	step_forget_notes(s);
	step_note_error(s, n, why);
	step_rest(s);
}

static void fail_word(struct setup *s, enum note n, const char *word, const char *detail)
{
	s->busy = false;
	step_forget_notes(s);
	step_note_failed(s, n, word, detail);
	step_rest(s);
}

static void on_csr_written(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	if (why[0] && !(strcmp(why, "NO_STICK") == 0 && certs_here(s))) {
		if (strcmp(why, "NO_STICK") == 0)
			fail(s, NOTE_NO_STICK);
		else
			fail_word(s, NOTE_STICK_FAILED, why, "");
		return;
	}
	s->busy = false;
	step_done(s, SETUP_TRUST);
}

static void on_keys(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	if (why[0]) {
		fail_word(s, NOTE_KEYS_FAILED, why, "");
		return;
	}
	if (by_stick(s)) {
		helper_ask(&s->helper, on_csr_written, s, "stick %s", s->kept.of[ASK_kiosk_id]);
		return;
	}
	s->busy = false;
	step_done(s, SETUP_TRUST);
}

void certs_way(struct setup *s)
{
	step_wait(s);
	helper_ask(&s->helper, on_keys, s, "keys %s", s->kept.of[ASK_kiosk_id]);
}

/* The set lies in our own folder, whichever way it came: only there is it looked at. */
static void judge_site(struct setup *s)
{
	AUTO_FD site = open_folder(s->dir_fd, "site");
	enum err e = site < 0 ? ERR_NOT_FOUND : site_check(site, &s->site);

	if (e != ERR_OK) {
		fail(s, e == ERR_NOT_FOUND ? NOTE_NO_SITE : NOTE_SITE_FORGED);
		return;
	}
	s->busy = false;
	s->ready_to_go = true;
	step_rest(s);
}

/* The set is still with the province, where the requests have to go. */
static void fail_away(struct setup *s, enum note n)
{
	s->busy = false;
	step_forget_notes(s);
	step_note(s, NOTE_CSR_WRITTEN, NULL);
	step_note(s, n, NULL);
	step_rest(s);
}

/* Only a set that is whole takes the place of the one before. */
static enum err take_site(struct setup *s, int from)
{
	struct site now;
	char own[64];

	(void)mkdirat(s->dir_fd, "site", 0750);
	(void)mkdirat(s->dir_fd, "site.new", 0750);
	AUTO_FD to = open_folder(s->dir_fd, "site");
	AUTO_FD new = open_folder(s->dir_fd, "site.new");
	if (from < 0 || to < 0 || new < 0)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < 2; i++) {
		snprintf(own, sizeof own, "%s-%.16s.pem", i ? "kiosk" : "tls",
			 s->kept.of[ASK_kiosk_id]);
		(void)file_drop(new, own);
	}
	enum err e = site_copy(from, new, s->kept.of[ASK_kiosk_id]);
	if (e == ERR_OK)
		e = site_check(new, &now);
	return e == ERR_OK ? site_copy(new, to, s->kept.of[ASK_kiosk_id]) : e;
}

/* No set came, and none is needed: a person has compared this one, and the certificates fit. */
static void go_on_with(struct setup *s)
{
	step_forget_notes(s);
	step_note(s, NOTE_SITE_STAYS, NULL);
	judge_site(s);
}

static void fail_site(struct setup *s, enum err e, enum note unread)
{
	if (e == ERR_NOT_FOUND || e == ERR_FORGED)
		fail(s, NOTE_SITE_FORGED);
	else
		fail_error(s, unread, e);
}

static void take_from_stick(struct setup *s)
{
	AUTO_FD stick = script_stick(s);
	AUTO_FD from = stick < 0 ? -1 : open_folder(stick, SITE_FOLDER);
	enum err e = take_site(s, from);

	s->site_seen = from >= 0;
	if (e == ERR_OK)
		judge_site(s);
	else if (from < 0 && certs_here(s))
		go_on_with(s);
	else if (from < 0)
		fail_away(s, stick < 0 ? NOTE_NO_STICK : NOTE_NO_SITE);
	else
		fail_site(s, e, NOTE_SITE_UNREAD);
}

/* A set that came after the step had looked is taken without a tap. */
void certs_look(struct setup *s)
{
	if (!by_stick(s) || s->ready_to_go)
		return;
	AUTO_FD stick = script_stick(s);
	AUTO_FD from = stick < 0 ? -1 : open_folder(stick, SITE_FOLDER);
	bool came = from >= 0 && !s->site_seen;
	s->site_seen = from >= 0;
	if (came)
		step_enter(s, s->at);
}

/* What the helper has fetched. */
static int open_fetched(const struct setup *s)
{
	AUTO_FD run = open(s->places.run, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return run < 0 ? -1 : open_folder(run, "fetched");
}

static void on_looked(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char more[96];

	helper_value(text, "WHY", more, sizeof more);
	AUTO_FD from = open_fetched(s);
	enum err e = why[0] ? ERR_OK : take_site(s, from);
	bool offline = strcmp(why, "OFFLINE") == 0 || strcmp(why, HELPER_GONE) == 0;
	if (offline && certs_here(s))
		go_on_with(s);
	else if (why[0])
		fail_word(s, offline || strcmp(why, "WAY") == 0 ? NOTE_OFFLINE : NOTE_OTHER_ANSWER,
			  why, more);
	else if (e != ERR_OK)
		fail_site(s, e, NOTE_SAVE_FAILED);
	else
		judge_site(s);
}

void certs_enter_trust(struct setup *s)
{
	s->site = (struct site){ 0 };
	/* another set may come: what was reached with the one before is void */
	if (s->kept.at > SETUP_TRUST && !step_reached(s, SETUP_TRUST))
		return;
	if (by_stick(s)) {
		take_from_stick(s);
		return;
	}
	s->busy = true;
	way_ask(s, on_looked, "look %s %s", s->kept.of[ASK_province_url],
		s->kept.of[ASK_https_proxy]);
}

/* Who has typed it, in a file of answers, has compared it so. */
void certs_trust(struct setup *s)
{
	char *told = s->kept.of[ASK_fingerprint];

	if (!s->site.fingerprint[0] || (told[0] && !site_same(s->site.fingerprint, told))) {
		s->ready_to_go = false;
		told[0] = '\0'; /* from now on a person compares */
		fail(s, NOTE_OTHER_PRINT);
		return;
	}
	memcpy(s->kept.trusted, s->site.fingerprint, sizeof s->kept.trusted);
	step_done(s, SETUP_ENROL);
}

/* One of the two certificates, out of the folder of the set or of the answer. */
static bool is_ours(struct setup *s, const char *kind, const char *ca, int64_t *ret_ends_s)
{
	AUTO_FD site = open_folder(s->dir_fd, "site");
	AUTO_FD kept = open(s->places.kept, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD csrs = kept < 0 ? -1 : open_folder(kept, "csr");
	AUTO_FREE char *cert = NULL, *csr = NULL, *issuer = NULL;
	char name[64];
	size_t len;

	snprintf(name, sizeof name, "%s-%.16s.pem", kind, s->kept.of[ASK_kiosk_id]);
	if (site < 0 || file_get(site, name, MAX_PEM, &cert, &len) != ERR_OK ||
	    file_get(site, ca, MAX_PEM, &issuer, &len) != ERR_OK)
		return false;
	snprintf(name, sizeof name, "%s.csr", kind);
	return csrs >= 0 && file_get(csrs, name, MAX_PEM, &csr, &len) == ERR_OK &&
	       cert_fits(cert, csr, issuer, s->kept.of[ASK_kiosk_id], clock_wall_s(&s->child.clock),
			 ret_ends_s);
}

/* The set may have been laid over since it was compared. */
static bool is_trusted(struct setup *s)
{
	AUTO_FD site = open_folder(s->dir_fd, "site");
	struct site now;

	return site >= 0 && site_check(site, &now) == ERR_OK &&
	       strcmp(now.fingerprint, s->kept.trusted) == 0;
}

bool certs_here(struct setup *s)
{
	int64_t tls_s, sign_s;

	return is_trusted(s) && is_ours(s, "tls", "ca.pem", &tls_s) &&
	       is_ours(s, "kiosk", "kiosk-ca.pem", &sign_s);
}

void certs_enter_enrol(struct setup *s)
{
	bool here = certs_here(s);

	if (here)
		step_note(s, NOTE_CERTS_HERE, NULL);
	else if (by_stick(s))
		step_note(s, NOTE_CSR_WRITTEN, NULL);
	if (here && !by_stick(s))
		step_note(s, NOTE_CODE_IF_NEW, NULL);
	s->needs_code = !here && !by_stick(s);
	s->ready_to_go = true;
}

/* The one that came is no use, or none came. */
static void fail_cert(struct setup *s)
{
	AUTO_FD site = open_folder(s->dir_fd, "site");
	AUTO_FREE char *cert = NULL;
	char name[64];
	size_t len;

	snprintf(name, sizeof name, "tls-%.16s.pem", s->kept.of[ASK_kiosk_id]);
	if (site < 0 || file_get(site, name, MAX_PEM, &cert, &len) != ERR_OK)
		fail_away(s, NOTE_NO_CERT);
	else
		fail(s, cert_is_early(cert, clock_wall_s(&s->child.clock)) ? NOTE_LINK_CLOCK
									   : NOTE_CERT_FOREIGN);
}

static void on_enrolled(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char more[96];

	helper_value(text, "WHY", more, sizeof more);
	AUTO_FD from = open_fetched(s);
	AUTO_FD to = open_folder(s->dir_fd, "site");
	enum err e = why[0] ? ERR_OK : site_copy_own(from, to, s->kept.of[ASK_kiosk_id]);
	bool refused = strcmp(why, "REFUSED") == 0;
	/* else it is good as before, or gives the same certificates again */
	if (!why[0] || refused) {
		explicit_bzero(s->kept.of[ASK_enrol_code], ANSWER_CAP);
		explicit_bzero(s->typed[ASK_enrol_code], sizeof s->typed[0]);
	}
	if (refused)
		fail_word(s, NOTE_CODE_REFUSED, why, more);
	else if (strcmp(why, "TAKEN") == 0)
		fail_word(s, NOTE_NUMBER_TAKEN, why, more);
	else if (strcmp(why, "OFFLINE") == 0 || strcmp(why, HELPER_GONE) == 0)
		fail_word(s, NOTE_OFFLINE, why, more);
	else if (strcmp(why, "FORGED") == 0)
		fail_word(s, NOTE_LINK_FORGED, why, more);
	else if (why[0])
		fail_word(s, NOTE_ENROL_FAILED, why, more);
	else if (e != ERR_OK)
		fail_error(s, NOTE_SAVE_FAILED, e);
	else if (!certs_here(s))
		fail_cert(s);
	else
		step_done(s, SETUP_CHECK);
}

/* It may have come back meanwhile. */
static void enrol_by_stick(struct setup *s)
{
	AUTO_FD stick = script_stick(s);
	AUTO_FD from = stick < 0 ? -1 : open_folder(stick, SITE_FOLDER);
	enum err e = take_site(s, from);

	if (from < 0)
		fail_away(s, stick < 0 ? NOTE_NO_STICK : NOTE_NO_SITE);
	else if (e != ERR_OK)
		fail_site(s, e, NOTE_SITE_UNREAD);
	else if (certs_here(s))
		step_done(s, SETUP_CHECK);
	else
		fail_cert(s);
}

void certs_enrol(struct setup *s)
{
	/* a file of answers may name a code that has been used */
	if (certs_here(s) && (s->script.on || by_stick(s) || !s->kept.of[ASK_enrol_code][0])) {
		step_done(s, SETUP_CHECK);
		return;
	}
	if (by_stick(s)) {
		enrol_by_stick(s);
		return;
	}
	step_wait(s);
	way_ask(s, on_enrolled, "enrol %s %s %s %s", s->kept.of[ASK_province_url],
		s->kept.of[ASK_kiosk_id], s->kept.of[ASK_enrol_code], s->kept.of[ASK_https_proxy]);
}

static void on_checked(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char err[96], more[96];

	helper_value(text, "ERR", err, sizeof err);
	helper_value(text, "WHY", more, sizeof more);
	s->busy = false;
	s->ready_to_go = true;
	step_forget_notes(s);
	if (!why[0])
		step_note(s, NOTE_LINK_GOOD, NULL);
	else
		step_note_failed(s,
				 strcmp(err, "FORGED") == 0        ? NOTE_LINK_FORGED
				 : strcmp(err, "WRONG_CLOCK") == 0 ? NOTE_LINK_CLOCK
								   : NOTE_LINK_BAD,
				 why, more);
	list_note(s);
	s->ready[READY_LINK].state = why[0] ? READY_BAD : READY_GOOD;
	snprintf(s->ready[READY_LINK].more, sizeof s->ready[READY_LINK].more, "%.90s", more);
	end_ready_words(s, READY_LINK, text);
	step_rest(s);
}

static void check_link(struct setup *s)
{
	way_ask(s, on_checked, "check");
}

static void on_installed(void *data, const char *why, const char *text)
{
	struct setup *s = data;
	char more[96];

	helper_value(text, "WHY", more, sizeof more);
	if (why[0]) {
		fail_word(s, NOTE_SAVE_FAILED, why, more);
		return;
	}
	list_ask(s, check_link);
}

void certs_enter_check(struct setup *s)
{
	s->busy = true;
	enum err e = end_write_conf(s);
	if (!certs_here(s))
		fail_cert(s);
	else if (e != ERR_OK)
		fail_error(s, NOTE_SAVE_FAILED, e);
	else
		helper_ask(&s->helper, on_installed, s, "install %s", s->kept.of[ASK_kiosk_id]);
}
