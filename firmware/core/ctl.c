/* The staff's and technicians' way in: kioskctl connects to the socket the supervisor made, whose
 * folder only staff may enter. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/board.h"
#include "firmware/core/copy_ctl.h"
#include "firmware/core/core.h"
#include "firmware/core/counter.h"
#include "firmware/core/ctl_ask.h"
#include "firmware/core/ctl_pay.h"
#include "firmware/core/machine.h"
#include "firmware/core/staff_pin.h"

#include <json-c/json.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void ctl_say(struct ctl *t, const char *format, ...)
{
	struct msg m = { .type = MSG_SAY };
	va_list args;

	va_start(args, format);
	int n = vsnprintf(m.say.text, sizeof m.say.text, format, args);
	va_end(args);
	if (n > 0) /* a reader who has gone misses it; the command is done all the same */
		(void)msg_send(t->sock, ROLE_CORE, ROLE_CTL, &m);
}

void ctl_say_object(struct ctl *t, struct json_object *o)
{
	const int how = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *at = json_object_to_json_string_ext(o, how);

	while (at && *at) {
		int len = (int)strcspn(at, "\n");

		ctl_say(t, "%.*s", len, at);
		at += len + (at[len] == '\n');
	}
}

void ctl_say_file(struct ctl *t, int fd)
{
	struct msg m = { .type = MSG_SAY_FILE, .say_file = { .bytes = fd } };

	/* whoever has gone misses it */
	(void)msg_send(t->sock, ROLE_CORE, ROLE_CTL, &m);
}

/* Of the papers that were handed in today. */
static void papers_status(struct ctl *t)
{
	struct store *s = t->core->store;
	uint32_t day = local_day(clock_now_s(&t->core->child.clock));
	uint64_t stored = 0, scanned = 0, again = 0;

	if (counter_get(s, "paper.stored", day, &stored) == ERR_OK &&
	    counter_get(s, "paper.scanned", day, &scanned) == ERR_OK &&
	    counter_get(s, "paper.scanned_once", day, &again) == ERR_OK)
		ctl_say(t, "papers %ju that the state had, %ju scanned", (uintmax_t)stored,
			(uintmax_t)(scanned + again));
}

static enum ctl_code do_status(struct ctl *t, const char *arg)
{
	static const enum role DEVICES[] = { ROLE_CARD, ROLE_CODE, ROLE_SCAN, ROLE_PRINT,
					     ROLE_TOKEN };
	const struct core *c = t->core;
	struct outbox_counts n = { 0 };
	struct disk_state disk = { 0 };

	(void)arg;
	ctl_say(t, "version %s%s%s", c->version.number, c->version.board[0] ? " " : "",
		c->version.board);
	if (c->version.test_keys)
		ctl_say(t, "image NOT FOR PRODUCTION: signed with keys for tests");
	machine_status(t);
	ctl_say(t, "screen %s", screen_name(c->visit.at));
	ctl_say(t, "link %s%s%s", c->sender.link_up ? "up" : "down", c->sender.link_up ? "" : ": ",
		c->sender.link_up ? "" : err_text(c->sender.link_why));
	if (c->renew.ends_s)
		ctl_say(t, "certificate %lld days left",
			(long long)((c->renew.ends_s - certify_now(c)) / 86400));
	time_status(t);
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (c->gave_up >> r & 1)
			ctl_say(t, "program %s keeps dying: see the log", role_name(r));
	ctl_say(t, "catalogue %s, %zu procedures", catalogue_version(c->catalogue),
		catalogue_count(c->catalogue));
	for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES; i++) {
		const struct device_state *d = &c->desk.devices[DEVICES[i]];

		ctl_say(t, "device %s %s%s %s", role_name(DEVICES[i]),
			err_name(desk_state(c, DEVICES[i])), d->near_end ? " near-end" : "",
			d->model);
	}
	if (c->config.camera[0])
		ctl_say(t, "device camera %s %s",
			err_name(c->desk.camera_told ? c->desk.camera : ERR_GONE),
			c->desk.camera_model);
	ctl_say(t, "reader %s", c->desk.card_in ? "holds a card" : "empty");
	if (c->desk.left == LEFT_SOME)
		ctl_say(t, "scanner originals left%s", c->visit.left_told ? ", staff called" : "");
	if (outbox_counts(c->store, &n) != ERR_OK ||
	    disk_state(store_disk(c->store), &disk) != ERR_OK)
		return CTL_REFUSED;
	for (enum outbox_state s = 0; s < OUTBOX_STATES; s++)
		ctl_say(t, "outbox %s %u", outbox_state_name(s), n.in[s]);
	reconcile_status(t);
	ctl_say(t, "disk %u%% free", disk.free_percent);
	if (mem_swap_kib() > 0)
		ctl_say(t, "swap is on: what citizens tell may come to lie on it; switch it off");
	papers_status(t);
	care_status(t);
	audit_status(t);
	board_status(t);
	return CTL_DONE;
}

/* `kioskctl retry` sends it again when the reason is gone. */
static void say_why_not(struct ctl *t, const struct outbox_item *i)
{
	bool held = i->state == OUTBOX_QUARANTINED;
	char http[24] = "";

	if (i->last_http)
		snprintf(http, sizeof http, " (status %u)", i->last_http);
	ctl_say(t, "  %s: %s%s%s%s",
		held ? "held back, never sent as it is" : "put off, and tried again",
		err_text(i->last_error), http, i->reason[0] ? ": " : "", i->reason);
}

static bool say_item(void *data, const struct outbox_item *i)
{
	struct ctl *t = data;
	char time[40], stick[80];

	core_time_text(i->added_s, LANGUAGE_VI, time, sizeof time);
	bundle_since_text(t->core, i->key, stick, sizeof stick);
	ctl_say(data, "%s %s %s %s tries=%u error=%s %s%s%s%s", i->receipt_code,
		outbox_state_name(i->state), i->procedure[0] ? i->procedure : "-",
		i->dossier_code[0] ? i->dossier_code : "-", i->tries, err_name(i->last_error), time,
		stick, i->supplement[0] ? ", adds papers to " : "", i->supplement);
	if (i->state == OUTBOX_QUARANTINED || (i->state <= OUTBOX_SENT && i->reason[0]))
		say_why_not(t, i);
	return true;
}

static enum ctl_code do_queue(struct ctl *t, const char *arg)
{
	(void)arg;
	return outbox_list(t->core->store, 200, say_item, t) == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

static enum ctl_code do_retry(struct ctl *t, const char *arg)
{
	struct outbox_item item;
	enum err e = outbox_find(t->core->store, arg, &item);

	if (e == ERR_OK)
		e = outbox_again(t->core->store, item.key);
	if (e == ERR_OK)
		(void)audit_add(t->core->store, "staff.retry", item.receipt_code, "");
	ctl_say(t, "%s: %s", arg, e == ERR_OK ? "will be sent again" : err_text(e));
	sender_poke(t->core);
	return e == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

static bool say_count(void *data, const char *what, const char *subject, uint64_t n)
{
	ctl_say(data, "%s %s %ju", what, subject[0] ? subject : "-", (uintmax_t)n);
	return true;
}

static enum ctl_code do_counts(struct ctl *t, const char *arg)
{
	uint32_t day = local_day(clock_now_s(&t->core->child.clock));

	(void)arg;
	return counter_list(t->core->store, day, say_count, t) == ERR_OK ? CTL_DONE : CTL_REFUSED;
}

/* kioskctl asks for the PIN itself, so that it stands in no history of commands. */
static enum ctl_code do_staff(struct ctl *t, const char *arg)
{
	char line[STAFF_PIN_LINE_CAP];
	enum err e = strncmp(arg, "pin ", 4) == 0 ? staff_pin_make(arg + 4, line) : ERR_NOT_FOUND;

	if (e == ERR_OK)
		ctl_say(t, "staff_pin = %s", line);
	else if (e == ERR_BAD_DATA)
		ctl_say(t, "a PIN is six to eight digits");
	else
		ctl_say(t, "staff pin   asks for an officer's PIN, prints its line of kiosk.conf");
	guest_scrub(t->core);
	return e == ERR_OK ? CTL_DONE : CTL_USAGE;
}

static const struct {
	const char *name;
	enum ctl_code (*run)(struct ctl *t, const char *arg);
	const char *help;
} COMMANDS[] = {
	{ "status", do_status, "devices, link, outbox, disk" },
	{ "queue", do_queue, "the last 200 dossiers: code, state, tries, last error" },
	{ "ask", ctl_ask, "CODE: what the province says about a dossier" },
	{ "pay", ctl_pay, "[CODE [VND]]: fees staff must look at; a dossier's fee; begin one" },
	{ "retry", do_retry, "CODE: send a dossier again that is held back or lost upstream" },
	{ "bundle", bundle_command,
	  "write | verify | forward | take [STICK]: dossiers by USB stick, and answers back" },
	{ "reconcile", reconcile_command,
	  "[now | [report] [--json | --csv FILE]]: does the province have what this kiosk sent?" },
	{ "audit", audit_command, "[verify | list | export FILE]: check the audit log" },
	{ "counts", do_counts, "what was counted today" },
	{ "catalogue", catalogue_command, "[renew]: the list of procedures, its age and expiry" },
	{ "store", care_command, "check | seen: room, and what is known of the store's health" },
	{ "setup", machine_setup, "begins the set-up of this kiosk again, at its screen" },
	{ "chip", ctl_chip, "read | probe: a card, or the reader, by hand" },
	{ "scan", ctl_scan, "FILE.pdf: a test scan, with its figures; see `scan --help`" },
	{ "copy", copy_command, "verify FILE: a signed PDF or a printed copy's code; find NUMBER" },
	{ "staff", do_staff, "pin: the line of kiosk.conf for an officer's PIN" },
	{ "board", board_command, "health: is this a good start? hold: no visit begins, for root" },
	{ "update", update_command, "status: what the update server says and wants" },
	{ "anchors", anchor_command,
	  "list | add FILE | remove FINGERPRINT: who may have signed a chip" },
};

static enum ctl_code run(struct ctl *t, char *line)
{
	char *arg = strchr(line, ' ');

	if (arg)
		*arg++ = '\0';
	if (t->core->held) {
		machine_status(t);
		return strcmp(line, "status") == 0 ? CTL_DONE : CTL_REFUSED;
	}
	if (!unproven_allows(t->core, line)) {
		ctl_say(t, "an update is on trial: this waits until it is proven");
		return CTL_REFUSED;
	}
	for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		if (strcmp(COMMANDS[i].name, line) == 0)
			return COMMANDS[i].run(t, arg ? arg : "");
	for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		ctl_say(t, "  %-8s %s", COMMANDS[i].name, COMMANDS[i].help);
	return strcmp(line, "help") == 0 ? CTL_DONE : CTL_USAGE;
}

static void forget_file(struct ctl *t)
{
	if (t->file >= 0)
		close(t->file);
	t->file = -1;
}

static void hang_up(struct ctl *t)
{
	void (*left)(struct ctl *) = t->left;

	loop_unwatch(t->core->child.loop, t->sock);
	close(t->sock);
	t->sock = -1;
	t->left = NULL;
	forget_file(t);
	if (left && t->id != 0)
		left(t);
	t->id = 0;
}

struct ctl *ctl_find(struct core *c, uint32_t id)
{
	for (size_t i = 0; i < CTL_MAX; i++)
		if (id != 0 && c->ctls.all[i].sock >= 0 && c->ctls.all[i].id == id)
			return &c->ctls.all[i];
	return NULL;
}

void ctl_end(struct ctl *t, enum ctl_code code)
{
	struct msg end = { .type = MSG_SAID, .said = { .code = (uint8_t)code } };

	t->id = 0;
	t->left = NULL;
	forget_file(t);
	if (msg_send(t->sock, ROLE_CORE, ROLE_CTL, &end) != ERR_OK)
		hang_up(t);
}

static void on_ask(struct ctl *t, char *line)
{
	struct ctls *all = &t->core->ctls;

	if (t->id != 0) {
		ctl_say(t, "one command at a time");
		return;
	}
	if (++all->last_id == 0) /* 0 means that none is at work */
		all->last_id++;
	t->id = all->last_id;
	enum ctl_code code = run(t, line);
	if (code != CTL_LATER)
		ctl_end(t, code);
}

static void on_line(void *data, short events)
{
	struct ctl *t = data;
	struct msg m;
	enum err e = msg_recv(t->sock, ROLE_CORE, ROLE_CTL, &m);

	(void)events;
	if (e == ERR_BUSY)
		return;
	if (e != ERR_OK) {
		hang_up(t);
		return;
	}
	if (m.type == MSG_ASK_FILE && t->id == 0) {
		forget_file(t);
		t->file = take_fd(&m.ask_file.bytes);
	} else if (m.type == MSG_ASK) {
		on_ask(t, m.ask.line);
	}
	msg_finish(&m);
}

/* Not silently: to the board a closed line means that nobody is served. */
static void turn_away(int sock)
{
	struct msg say = { .type = MSG_SAY };
	struct msg said = { .type = MSG_SAID, .said = { .code = CTL_REFUSED } };

	snprintf(say.say.text, sizeof say.say.text, "others are asking already: try again later");
	if (msg_send(sock, ROLE_CORE, ROLE_CTL, &say) == ERR_OK)
		(void)msg_send(sock, ROLE_CORE, ROLE_CTL, &said);
	close(sock);
}

static void on_connect(void *data, short events)
{
	struct core *c = data;
	int sock = accept4(c->ctls.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	for (size_t i = 0; sock >= 0 && i < CTL_MAX; i++) {
		struct ctl *t = &c->ctls.all[i];

		if (t->sock >= 0)
			continue;
		*t = (struct ctl){ .core = c, .sock = sock, .file = -1 };
		if (loop_watch(c->child.loop, sock, POLLIN, on_line, t) != ERR_OK)
			hang_up(t);
		return;
	}
	if (sock >= 0)
		turn_away(sock);
}

void ctl_init(struct core *c)
{
	c->ctls.listener = -1;
	for (size_t i = 0; i < CTL_MAX; i++)
		c->ctls.all[i] = (struct ctl){ .core = c, .sock = -1, .file = -1 };
}

void ctl_listen(struct core *c, int listener)
{
	if (c->ctls.listener >= 0) {
		loop_unwatch(c->child.loop, c->ctls.listener);
		close(c->ctls.listener);
	}
	c->ctls.listener = listener;
	if (loop_watch(c->child.loop, listener, POLLIN, on_connect, c) != ERR_OK)
		log_line(LOG_ERROR, "ctl", "cannot listen");
}

void ctl_finish(struct core *c)
{
	for (size_t i = 0; i < CTL_MAX; i++)
		if (c->ctls.all[i].sock >= 0)
			hang_up(&c->ctls.all[i]);
	if (c->ctls.listener >= 0)
		close(c->ctls.listener);
}
