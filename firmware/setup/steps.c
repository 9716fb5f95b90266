/* What a step does when it is entered and when a person goes on. An answer is kept only when it can
 * be right; what was kept is there again after a power cut, and the step that was reached. */
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/setup/check.h"
#include "firmware/setup/file.h"
#include "firmware/setup/former.h"
#include "firmware/setup/setup.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS      2000u
#define FACTS_LOOKS  2 /* each is a program of its own that is started */
#define UTC_7_S      (7 * 3600)
#define CLOCK_NEAR_S 90

void step_note(struct setup *s, enum note n, const char *more)
{
	if (s->note_count == SETUP_NOTES)
		return;
	struct told *t = &s->notes[s->note_count++];
	*t = (struct told){ .note = n, .fault = FAULT_NONE };
	snprintf(t->more, sizeof t->more, "%.159s", more ? more : "");
}

static void add_words(struct setup *s, const char *vi, const char *en)
{
	struct told *t = &s->notes[s->note_count - 1];

	t->words[LANGUAGE_VI] = vi;
	t->words[LANGUAGE_EN] = en;
}

void step_note_error(struct setup *s, enum note n, enum err why)
{
	if (s->note_count == SETUP_NOTES)
		return;
	step_note(s, n, NULL);
	add_words(s, err_text_vi(why), err_text(why));
}

void step_note_failed(struct setup *s, enum note n, const char *word, const char *detail)
{
	const struct said_row *r = failed_row(word);

	log_line(LOG_WARN, "setup.failed", "note=%s why=%s %s", note_row(n)->id, word, detail);
	if (s->note_count == SETUP_NOTES)
		return;
	step_note(s, n, detail);
	add_words(s, r->words[LANGUAGE_VI], r->words[LANGUAGE_EN]);
}

void step_forget_notes(struct setup *s)
{
	s->note_count = 0;
}

const char *step_fact(const struct setup *s, const char *name, char buf[96])
{
	helper_value(s->facts, name, buf, 96);
	return buf;
}

void step_wait(struct setup *s)
{
	s->busy = true;
	face_show(s);
}

void step_rest(struct setup *s)
{
	s->busy = false;
	face_show(s);
	script_step(s);
}

/* Nobody has typed another moment than the one that was written there. */
static bool is_untouched(const struct setup *s)
{
	return s->filled[ASK_date][0] && strcmp(s->typed[ASK_date], s->filled[ASK_date]) == 0 &&
	       strcmp(s->typed[ASK_time], s->filled[ASK_time]) == 0;
}

static void fill_moment(struct setup *s)
{
	time_t at = (time_t)(clock_wall_s(&s->child.clock) + UTC_7_S);
	struct tm t;

	if (!gmtime_r(&at, &t))
		return;
	snprintf(s->filled[ASK_date], ANSWER_CAP, "%02d/%02d/%04d", t.tm_mday, t.tm_mon + 1,
		 t.tm_year + 1900);
	snprintf(s->filled[ASK_time], ANSWER_CAP, "%02d-%02d", t.tm_hour, t.tm_min);
	memcpy(s->typed[ASK_date], s->filled[ASK_date], ANSWER_CAP);
	memcpy(s->typed[ASK_time], s->filled[ASK_time], ANSWER_CAP);
}

/* The clock goes on while the page stands; what somebody typed there stays. */
static void renew_moment(struct setup *s)
{
	int64_t now = clock_wall_s(&s->child.clock) / 60;

	if (now == s->minute)
		return;
	s->minute = now;
	if (is_untouched(s))
		fill_moment(s);
	face_show(s);
}

void step_say_start(struct setup *s)
{
	step_forget_notes(s);
	if (s->set_up && !s->touched)
		step_note(s, NOTE_SET_UP_BEFORE, NULL);
	else if (!s->set_up && access(config_path(), F_OK) == 0)
		step_note(s, NOTE_CONF_BAD, NULL);
	step_note(s, NOTE_BRING_PAPER, NULL);
	step_note(s, NOTE_BRING_STICK, NULL);
	s->ready_to_go = true;
}

static void note_clock(struct setup *s)
{
	char ntp[96];

	step_note(s,
		  strcmp(step_fact(s, "NTP", ntp), "yes") == 0 ? NOTE_CLOCK_NTP : NOTE_CLOCK_HAND,
		  NULL);
}

static void say_clock(struct setup *s)
{
	note_clock(s);
	s->filled[ASK_date][0] = '\0';
	if (!s->script.on || !s->kept.of[ASK_date][0])
		fill_moment(s);
	s->minute = clock_wall_s(&s->child.clock) / 60;
}

static void note_network(struct setup *s)
{
	char cable[96], address[96];

	step_fact(s, "CABLE", cable);
	step_fact(s, "ADDRESS", address);
	if (cable[0]) /* else nobody knows */
		step_note(s,
			  strcmp(cable, "in") == 0    ? NOTE_CABLE_IN
			  : strcmp(cable, "out") == 0 ? NOTE_CABLE_OUT
						      : NOTE_NO_PORT,
			  NULL);
	if (address[0])
		step_note(s, NOTE_HAS_ADDRESS, address);
}

static void take_former_facts(struct setup *s)
{
	former_take_facts(s->facts, &s->kept);
	for (enum ask a = 0; a < ASK_COUNT; a++)
		if (ask_row(a)->step == s->at && !s->typed[a][0])
			memcpy(s->typed[a], s->kept.of[a], ANSWER_CAP);
}

/* The machine as it is now is known; the step says what it has to. */
static void on_facts(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	snprintf(s->facts, sizeof s->facts, "%s", why[0] ? "" : text);
	step_forget_notes(s);
	s->busy = false;
	if (s->set_up && !s->script.on)
		take_former_facts(s);
	if (s->at == SETUP_CLOCK)
		say_clock(s);
	else if (s->at == SETUP_NETWORK)
		note_network(s);
	s->ready_to_go = true;
	step_rest(s);
}

static void ask_facts(struct setup *s)
{
	s->busy = true;
	helper_ask(&s->helper, on_facts, s, "state");
}

/* A failure stays until it is tried again. */
static bool says_only_facts(const struct setup *s)
{
	for (size_t i = 0; i < s->note_count; i++) {
		enum note n = s->notes[i].note;

		if (n != NOTE_CLOCK_NTP && n != NOTE_CLOCK_HAND && n != NOTE_HAS_ADDRESS &&
		    (n < NOTE_CABLE_IN || n > NOTE_NO_PORT))
			return false;
	}
	return true;
}

static bool is_same_fact(const struct setup *s, const char *text, const char *name)
{
	char was[96], now[96];

	helper_value(text, name, now, sizeof now);
	return strcmp(step_fact(s, name, was), now) == 0;
}

/* A cable was plugged in, or the time came, while the page stands: nothing but the notes changes
 * on it. */
static void on_renewed(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	if (why[0] || (is_same_fact(s, text, "NTP") && is_same_fact(s, text, "CABLE") &&
		       is_same_fact(s, text, "ADDRESS")))
		return;
	snprintf(s->facts, sizeof s->facts, "%s", text);
	if (!says_only_facts(s))
		return;
	step_forget_notes(s);
	if (s->at == SETUP_CLOCK)
		note_clock(s);
	else
		note_network(s);
	face_show(s);
}

static void renew(struct setup *s)
{
	if (s->at == SETUP_CLOCK)
		renew_moment(s);
	if (++s->looks % FACTS_LOOKS == 0 && !helper_at_work(&s->helper))
		helper_ask(&s->helper, on_renewed, s, "state");
}

static void look(void *data)
{
	struct setup *s = data;

	if (s->at == SETUP_START && !s->busy)
		script_look(s);
	else if (s->at == SETUP_TRUST && !s->busy && !s->script.on)
		certs_look(s);
	else if ((s->at == SETUP_CLOCK || s->at == SETUP_NETWORK) && !s->busy && !s->script.on &&
		 !s->board)
		renew(s);
	timer_set(s->child.loop, &s->poll, LOOK_MS, look, s);
}

static void say_pin(struct setup *s)
{
	step_note(s, s->kept.staff_pin[0] ? NOTE_PIN_STAYS : NOTE_NO_PIN, NULL);
	if (!s->typed[ASK_former_pin][0])
		memcpy(s->typed[ASK_former_pin], "keep", sizeof "keep");
}

void step_enter(struct setup *s, enum setup_step to)
{
	s->entered = true;
	helper_stop(&s->helper);
	s->at = to;
	s->kind++;
	s->ready_to_go = s->busy = false;
	step_forget_notes(s);
	for (enum ask a = 0; a < ASK_COUNT; a++) {
		s->faults[a] = FAULT_NONE;
		if (ask_row(a)->step == to && s->kept.of[a][0])
			memcpy(s->typed[a], s->kept.of[a], ANSWER_CAP);
	}
	if (!s->poll.armed)
		look(s);
	face_remember(s);
	log_line(LOG_INFO, "setup.step", "step=%s", step_row(to)->id);
	if (to == SETUP_START)
		step_say_start(s);
	else if (to == SETUP_CLOCK || to == SETUP_NETWORK)
		ask_facts(s);
	else if (to == SETUP_TRUST)
		certs_enter_trust(s);
	else if (to == SETUP_ENROL)
		certs_enter_enrol(s);
	else if (to == SETUP_CHECK)
		certs_enter_check(s);
	else if (to == SETUP_RECOVERY)
		end_enter_recovery(s);
	else if (to == SETUP_READY)
		end_enter_ready(s);
	else
		s->ready_to_go = true;
	if (to == SETUP_PIN)
		say_pin(s);
	face_show(s);
	if (!s->busy)
		script_step(s);
}

bool step_reached(struct setup *s, enum setup_step at)
{
	s->kept.at = at;
	enum err e = answers_save(s->dir_fd, &s->kept);
	if (e != ERR_OK) {
		log_line(LOG_ERROR, "setup.not_kept", "err=%s", err_name(e));
		step_forget_notes(s);
		step_note_error(s, NOTE_SAVE_FAILED, e);
		step_rest(s);
	}
	return e == ERR_OK;
}

void step_done(struct setup *s, enum setup_step to)
{
	if (step_reached(s, to))
		step_enter(s, to);
}

static void forget_pins(struct setup *s)
{
	for (enum ask a = ASK_pin; a <= ASK_pin_again; a++) {
		explicit_bzero(s->typed[a], sizeof s->typed[a]);
		explicit_bzero(s->kept.of[a], ANSWER_CAP);
	}
	if (!s->script.on)
		s->kind++; /* what was typed is gone from the screen, too */
}

/* With certificates here a code is typed only when the province gave a new one. */
static bool code_asked(const struct setup *s)
{
	return strcmp(s->kept.of[ASK_way], "network") == 0 &&
	       (s->needs_code || s->typed[ASK_enrol_code][0]);
}

/* All answers of the step; those that can be right are kept at once. */
static bool take_answers(struct setup *s)
{
	bool good = true;

	for (enum ask a = 0; a < ASK_COUNT; a++) {
		if (ask_row(a)->step != s->at || a == ASK_fingerprint)
			continue;
		if (a == ASK_enrol_code && !code_asked(s)) {
			s->kept.of[a][0] = '\0';
			continue;
		}
		s->faults[a] = check_asked(a, &s->kept) ? check_answer(a, s->typed[a], &s->kept)
							: FAULT_NONE;
		if (s->faults[a] == FAULT_NONE)
			memcpy(s->kept.of[a], s->typed[a], ANSWER_CAP);
		else
			good = false;
	}
	if (!good && s->at == SETUP_PIN) /* nobody sees what to mend in it */
		forget_pins(s);
	return good;
}

static void set_clock(struct setup *s);

static void on_clock_set(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	s->busy = false;
	if (!why[0]) {
		step_done(s, SETUP_NETWORK);
		return;
	}
	step_forget_notes(s);
	step_note_failed(s, NOTE_CLOCK_FAILED, why, "");
	step_rest(s);
}

static void on_servers_set(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	s->busy = false;
	if (!why[0]) {
		set_clock(s);
		return;
	}
	step_forget_notes(s);
	step_note_failed(s, NOTE_CLOCK_FAILED, why, "");
	step_rest(s);
}

/* What is typed says minutes: a clock that is right to the second is left alone, and so is one that
 * nobody has typed another moment for. */
static void set_clock(struct setup *s)
{
	int64_t at = 0, now = clock_wall_s(&s->child.clock);

	if (!check_moment(s->kept.of[ASK_date], s->kept.of[ASK_time], &at)) {
		step_rest(s);
		return;
	}
	if (is_untouched(s) || (at - now < CLOCK_NEAR_S && now - at < CLOCK_NEAR_S)) {
		step_done(s, SETUP_NETWORK);
		return;
	}
	step_wait(s);
	helper_ask(&s->helper, on_clock_set, s, "clock %lld", (long long)at);
}

static bool is_as_before(const struct setup *s, enum ask a, const char *name)
{
	char fact[ANSWER_CAP];

	helper_value(s->facts, name, fact, sizeof fact);
	return strcmp(s->kept.of[a], fact) == 0;
}

static void set_servers(struct setup *s)
{
	if (s->set_up && is_as_before(s, ASK_time_servers, "SERVERS")) {
		set_clock(s);
		return;
	}
	step_wait(s);
	helper_ask(&s->helper, on_servers_set, s, "network time %s", s->kept.of[ASK_time_servers]);
}

static void on_network_set(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	s->busy = false;
	if (!why[0]) {
		step_done(s, SETUP_PROVINCE);
		return;
	}
	step_forget_notes(s);
	step_note_failed(s, NOTE_NET_FAILED, why, "");
	step_rest(s);
}

static void set_network(struct setup *s)
{
	uint32_t address = 0;
	unsigned bits = 0;
	char plain[20] = "";
	bool fixed = strcmp(s->kept.of[ASK_network], "fixed") == 0;

	if (s->set_up && is_as_before(s, ASK_network, "NET") &&
	    (!fixed || (is_as_before(s, ASK_address, "NET_ADDRESS") &&
			is_as_before(s, ASK_gateway, "NET_GATEWAY") &&
			is_as_before(s, ASK_dns, "NET_DNS")))) {
		step_done(s, SETUP_PROVINCE);
		return;
	}
	step_wait(s);
	if (!fixed) {
		helper_ask(&s->helper, on_network_set, s, "network %s", s->kept.of[ASK_network]);
		return;
	}
	if (check_network(s->kept.of[ASK_address], &address, &bits))
		snprintf(plain, sizeof plain, "%u.%u.%u.%u/%u", address >> 24, address >> 16 & 255,
			 address >> 8 & 255, address & 255, bits);
	helper_ask(&s->helper, on_network_set, s, "network fixed %s %s %s", plain,
		   s->kept.of[ASK_gateway], s->kept.of[ASK_dns]);
}

void step_next(struct setup *s)
{
	if (!s->ready_to_go || s->busy || script_wanted(s))
		return;
	if (!take_answers(s)) {
		if (answers_save(s->dir_fd, &s->kept) != ERR_OK)
			log_line(LOG_WARN, "setup.not_kept", "step=%s", step_row(s->at)->id);
		step_rest(s);
		return;
	}
	if (s->at == SETUP_CLOCK)
		set_servers(s);
	else if (s->at == SETUP_NETWORK)
		set_network(s);
	else if (s->at == SETUP_WAY)
		certs_way(s);
	else if (s->at == SETUP_TRUST)
		certs_trust(s);
	else if (s->at == SETUP_ENROL)
		certs_enrol(s);
	else if (s->at == SETUP_RECOVERY)
		end_recovery(s);
	else if (s->at == SETUP_PIN)
		end_pin(s);
	else if (s->at == SETUP_READY)
		end_finish(s);
	else
		step_done(s, s->at + 1);
}

void step_back(struct setup *s)
{
	enum setup_step to = s->at > SETUP_START ? s->at - 1 : SETUP_START;

	if (to == SETUP_RECOVERY) /* it is shown once */
		to = SETUP_CHECK;
	if (s->at == SETUP_ENROL && way_waits(s)) /* only the waiting ends */
		to = SETUP_ENROL;
	step_enter(s, to);
}

void step_again(struct setup *s)
{
	step_enter(s, s->at);
}

bool step_can_skip(const struct setup *s)
{
	return (s->at == SETUP_PIN && !s->typed[ASK_pin][0]) ||
	       (s->at == SETUP_START && s->set_up && !s->touched);
}

static void on_way_back(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)why;
	(void)text;
	(void)file_drop(s->dir_fd, ANSWERS_FILE); /* else the next set-up begins with it */
	former_keep(s->dir_fd, &s->kept);
	script_stop(s);
	face_end(s);
}

static void on_put_away(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	if (why[0]) {
		step_say_start(s);
		step_note_failed(s, NOTE_SAVE_FAILED, why, "");
		step_rest(s);
		return;
	}
	helper_ask(&s->helper, on_way_back, s, "way none");
}

/* What the kiosk serves by was not changed yet, but for its network, which the helper puts back: it
 * goes on as it was. */
static void leave(struct setup *s)
{
	step_wait(s);
	helper_ask(&s->helper, on_put_away, s, "install none");
}

void step_skip(struct setup *s)
{
	if (step_can_skip(s) && s->at == SETUP_START)
		leave(s);
	else if (step_can_skip(s))
		step_next(s);
}
