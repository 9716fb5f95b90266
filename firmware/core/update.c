#include "firmware/core/update.h"

#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/facts.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOK_MS        5000u
#define ORDER          "order"
#define WANTED         "wanted"
#define TAKEN          "taken"
#define COPY(to, from) snprintf(to, sizeof(to), "%s", from)

static const char *const STEPS[UPDATE_STEPS] = { "none", "fetch", "wait", "given", "ended" };

static void look(void *data);

/* ERR_NOT_FOUND: this machine has no board that installs. */
static enum err folder(int *ret_fd)
{
	struct board_places p;

	board_places(getenv("KIOSK_SIM"), &p);
	int fd = open(p.update, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_of_errno();
	*ret_fd = fd;
	return ERR_OK;
}

static void fact(const char *folder_of, const char *file, const char *name, char *ret, size_t size)
{
	char path[PATH_MAX + 32];

	snprintf(path, sizeof path, "%s/%s", folder_of, file);
	if (facts_get(path, name, ret, size) != ERR_OK)
		ret[0] = '\0';
}

static void name_of(const struct update *u, const char *end, char ret[UPDATE_ACTION_CAP + 8])
{
	snprintf(ret, UPDATE_ACTION_CAP + 8, "%s.%s", u->action, end);
}

static void keep(struct core *c)
{
	const struct update *u = &c->update;
	char lines[1024];
	AUTO_FD dir = -1;

	snprintf(lines, sizeof lines,
		 "ACTION=%s\nVERSION=%s\nSHA256=%s\nSIZE=%" PRId64
		 "\nSTEP=%s\nWORD=%d\nTOLD=%d\nWORDS=%s\nWORDS_VI=%s\n",
		 u->action, u->version, u->sha256, u->size, STEPS[u->step], (int)u->word, u->told,
		 u->words, u->words_vi);
	const struct iovec part = { lines, strlen(lines) };
	enum err e = folder(&dir);
	if (e == ERR_OK)
		e = files_replace(dir, ORDER, &part, 1);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "update.not_kept", "err=%s", err_name(e));
}

static void load(struct core *c)
{
	struct update *u = &c->update;
	struct board_places p;
	char text[32];

	board_places(getenv("KIOSK_SIM"), &p);
	fact(p.update, ORDER, "ACTION", u->action, sizeof u->action);
	fact(p.update, ORDER, "VERSION", u->version, sizeof u->version);
	fact(p.update, ORDER, "SHA256", u->sha256, sizeof u->sha256);
	fact(p.update, ORDER, "WORDS", u->words, sizeof u->words);
	fact(p.update, ORDER, "WORDS_VI", u->words_vi, sizeof u->words_vi);
	fact(p.update, ORDER, "SIZE", text, sizeof text);
	u->size = strtoll(text, NULL, 10);
	fact(p.update, ORDER, "WORD", text, sizeof text);
	u->word = strtoul(text, NULL, 10) < UPDATE_WORDS ? strtoul(text, NULL, 10) : UPDATE_FAILED;
	fact(p.update, ORDER, "TOLD", text, sizeof text);
	u->told = text[0] == '1';
	fact(p.update, ORDER, "STEP", text, sizeof text);
	for (enum update_step s = 0; u->action[0] && s < UPDATE_STEPS; s++)
		if (strcmp(STEPS[s], text) == 0)
			u->step = s;
}

/* Sync may have one of them open, and the room is wanted now. */
static void remove_files(const struct update *u)
{
	static const char *const ENDS[] = { "part", "raucb" };
	char name[UPDATE_ACTION_CAP + 8];
	AUTO_FD dir = -1;

	if (!u->action[0] || folder(&dir) != ERR_OK)
		return;
	for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
		name_of(u, ENDS[i], name);
		int fd = openat(dir, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
		(void)unlinkat(dir, name, 0);
	}
}

static void tell_sync(struct core *c, const struct msg *m)
{
	if (child_has(&c->child, ROLE_SYNC) && child_send(&c->child, ROLE_SYNC, m) != ERR_OK)
		log_line(LOG_WARN, "update.untold", "message=%s", msg_name(m->type));
}

static void tell(struct core *c, const char *action, enum update_word word, const char *words)
{
	struct msg m = { .type = MSG_UPDATE_TELL, .update_tell.word = (uint8_t)word };

	COPY(m.update_tell.action, action);
	COPY(m.update_tell.detail, words);
	tell_sync(c, &m);
}

static void tell_end(struct core *c)
{
	const struct update *u = &c->update;

	if (u->word == UPDATE_REJECTED)
		tell(c, u->action, UPDATE_REJECTED, u->words);
	tell(c, u->action, u->word == UPDATE_REJECTED ? UPDATE_FAILED : u->word, u->words);
}

static void end(struct core *c, enum update_word word, const char *words, const char *vi)
{
	struct update *u = &c->update;

	timer_stop(c->child.loop, &u->look);
	u->step = UPDATE_ENDED;
	u->word = word;
	u->told = false;
	COPY(u->words, words);
	COPY(u->words_vi, vi);
	remove_files(u);
	keep(c);
	log_line(word == UPDATE_SUCCEEDED ? LOG_INFO : LOG_WARN, "update.ended",
		 "action=%s word=%d %s", u->action, (int)word, words);
	(void)audit_add(c->store, word == UPDATE_SUCCEEDED ? "update.done" : "update.not_done",
			u->version, words);
	tell_end(c);
}

/* Read by the board's programs, which have no right to what is core's alone. */
enum err update_order(const char *name, const char *lines)
{
	const struct iovec part = { (void *)(uintptr_t)lines, strlen(lines) };
	char half[32];
	AUTO_FD dir = -1;
	enum err e = folder(&dir);

	if (e != ERR_OK)
		return e;
	snprintf(half, sizeof half, "%s.new", name);
	(void)unlinkat(dir, half, 0); /* of a cut */
	e = files_write(dir, half, &part, 1);
	if (e == ERR_OK && (fchmodat(dir, half, 0644, 0) < 0 || renameat(dir, half, dir, name) < 0))
		e = err_of_errno();
	return e == ERR_OK ? files_sync(dir) : e;
}

/* The board takes it from here: nobody is at the screen when it restarts. */
static void give(struct core *c)
{
	struct update *u = &c->update;
	char lines[64];

	snprintf(lines, sizeof lines, "NAME=%s.raucb\n", u->action);
	enum err e = update_order(WANTED, lines);
	if (e != ERR_OK) {
		end(c, UPDATE_FAILED, "the order to install it could not be written",
		    "máy không ghi được lệnh cài");
		return;
	}
	u->step = UPDATE_GIVEN;
	keep(c);
	log_line(LOG_INFO, "update.given", "action=%s version=%s", u->action, u->version);
	timer_set(c->child.loop, &u->look, LOOK_MS, look, c);
}

enum err update_now(struct core *c)
{
	if (c->update.step != UPDATE_WAIT)
		return ERR_NOT_FOUND;
	give(c);
	return ERR_OK;
}

/* The board has written it, and the machine was started since: did it stay? */
static void look_after_start(struct core *c, const struct board_places *p, const char *version)
{
	char left[UPDATE_VERSION_CAP], why[160], why_vi[160], under_way[4], words[256], vi[256];

	fact(p->kept, "pending", "TO", under_way, sizeof under_way);
	fact(p->kept, "rollback", "VERSION", left, sizeof left);
	fact(p->kept, "rollback", "REASON", why, sizeof why);
	fact(p->kept, "rollback", "REASON_VI", why_vi, sizeof why_vi);
	if (under_way[0])
		return; /* waits for its start, or is on trial */
	if (strcmp(c->version.number, version) == 0) {
		snprintf(words, sizeof words, "%s runs, and was found good", version);
		end(c, UPDATE_SUCCEEDED, words, "");
	} else if (strcmp(left, version) == 0) {
		snprintf(words, sizeof words, "%.48s was left: %s; %s goes on", version, why,
			 c->version.number);
		snprintf(vi, sizeof vi, "máy đã bỏ bản %.48s: %s; máy chạy lại bản %s", version,
			 why_vi, c->version.number);
		end(c, UPDATE_FAILED, words, vi);
	}
}

static void look(void *data)
{
	struct core *c = data;
	struct update *u = &c->update;
	struct board_places p;
	char name[64], result[16], version[UPDATE_VERSION_CAP], words[256], vi[256], own[64];

	timer_set(c->child.loop, &u->look, LOOK_MS, look, c);
	board_places(getenv("KIOSK_SIM"), &p);
	fact(p.kept, TAKEN, "NAME", name, sizeof name);
	fact(p.kept, TAKEN, "RESULT", result, sizeof result);
	fact(p.kept, TAKEN, "VERSION", version, sizeof version);
	fact(p.kept, TAKEN, "WORDS", words, sizeof words);
	fact(p.kept, TAKEN, "WORDS_VI", vi, sizeof vi);
	snprintf(own, sizeof own, "%s.raucb", u->action);
	if (strcmp(name, own) != 0)
		return;
	if (strcmp(result, "refused") == 0)
		end(c, UPDATE_REJECTED, words, vi);
	else if (strcmp(result, "failed") == 0)
		end(c, UPDATE_FAILED, words, vi);
	else if (strcmp(result, "written") == 0)
		look_after_start(c, &p, version);
}

/* Never of what a citizen's visit may need: twice the bundle stays free, and the reserve. */
static enum err open_part(struct core *c, int *ret_fd)
{
	struct update *u = &c->update;
	char name[UPDATE_ACTION_CAP + 8];
	struct stat st;
	AUTO_FD dir = -1;
	enum err e = folder(&dir);

	if (e != ERR_OK)
		return e;
	name_of(u, "part", name);
	AUTO_FD fd = openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	/* the board's programs, which run as others, read it */
	if (fd < 0 || fstat(fd, &st) < 0 || fchmod(fd, 0644) < 0)
		return err_of_errno();
	int64_t missing = u->size - st.st_size;
	e = disk_may_begin(store_disk(c->store));
	if (e == ERR_OK && missing > 0)
		e = disk_spare(store_disk(c->store), (uint64_t)missing + (uint64_t)u->size);
	if (e == ERR_OK)
		*ret_fd = take_fd(&fd);
	return e;
}

static void fetch(struct core *c)
{
	struct update *u = &c->update;
	struct msg m = { .type = MSG_UPDATE_INTO, .update_into.file = -1 };
	char words[160];
	enum err e = open_part(c, &m.update_into.file);

	COPY(m.update_into.action, u->action);
	if (e == ERR_OK) {
		u->no_room = false;
		tell_sync(c, &m);
	} else if (!u->no_room) { /* said once; it is tried again at each offer */
		u->no_room = true;
		snprintf(words, sizeof words, "not fetched yet: %s", err_text(e));
		log_line(LOG_WARN, "update.no_room", "err=%s", err_name(e));
		remove_files(u);
		tell(c, u->action, UPDATE_GOES_ON, words);
	}
	msg_finish(&m);
}

static void begin(struct core *c, const struct msg_update_offer *m)
{
	struct update *u = &c->update;
	AUTO_FD dir = -1;

	remove_files(u);
	u->step = UPDATE_FETCH;
	COPY(u->action, m->action);
	COPY(u->version, m->version);
	COPY(u->sha256, m->sha256);
	u->size = m->size;
	u->no_room = u->told = false;
	u->words[0] = u->words_vi[0] = '\0';
	keep(c);
	if (m->size <= 0 || m->size > UPDATE_MAX_BYTES)
		end(c, UPDATE_REJECTED,
		    "it has not exactly one bundle, NAME.raucb, of at most 1 GiB",
		    "máy chủ phải đưa đúng một tệp .raucb, không quá 1 GiB");
	else if (folder(&dir) != ERR_OK)
		end(c, UPDATE_REJECTED, "this machine has no slots to install it in",
		    "máy này không có ngăn để cài");
	else if (strcmp(m->version, c->version.number) == 0)
		end(c, UPDATE_SUCCEEDED, "this version runs already", "");
	else
		fetch(c);
}

/* The action becomes the name of a file. */
static bool action_ok(const struct msg_update_offer *m)
{
	size_t digits = strspn(m->action, "0123456789");

	return digits > 0 && m->action[digits] == '\0';
}

/* They become lines of a file. */
static bool offer_ok(const struct msg_update_offer *m)
{
	for (const char *p = m->version; *p; p++)
		if (*p < ' ' || *p > '~')
			return false;
	return m->size == 0 || hex_ok(m->sha256, 64);
}

static void refuse(struct core *c, const struct msg_update_offer *m)
{
	static const char WHY[] = "its version is not plain ASCII, or its sha256 no 64 digits";

	log_line(LOG_WARN, "update.offer", "action=%s: %s", m->action, WHY);
	tell(c, m->action, UPDATE_REJECTED, WHY);
	tell(c, m->action, UPDATE_FAILED, WHY);
}

static void on_offer(struct core *c, const struct msg_update_offer *m)
{
	struct update *u = &c->update;

	if (!action_ok(m)) {
		log_line(LOG_WARN, "update.offer", "it is not of its form");
		return;
	}
	if (!offer_ok(m)) {
		refuse(c, m);
		return;
	}
	bool same = u->step != UPDATE_NONE && strcmp(u->action, m->action) == 0 &&
		    strcmp(u->sha256, m->sha256) == 0 && u->size == m->size;

	u->install = m->install;
	if (!same && u->step == UPDATE_GIVEN)
		return; /* one after the other */
	if (!same)
		begin(c, m);
	else if (u->step == UPDATE_FETCH)
		fetch(c);
	else if (u->step == UPDATE_WAIT && u->install)
		give(c);
	else if (u->step == UPDATE_ENDED)
		tell_end(c); /* the answer to it was lost */
}

static void on_came(struct core *c, const struct msg_update_came *m)
{
	struct update *u = &c->update;
	char part[UPDATE_ACTION_CAP + 8], whole[UPDATE_ACTION_CAP + 8];
	AUTO_FD dir = -1;

	if (u->step != UPDATE_FETCH || strcmp(m->action, u->action) != 0)
		return;
	if (m->why != ERR_OK) {
		end(c, UPDATE_FAILED, m->detail, err_text_vi(m->why));
		return;
	}
	name_of(u, "part", part);
	name_of(u, "raucb", whole);
	enum err e = folder(&dir);
	if (e == ERR_OK && renameat(dir, part, dir, whole) < 0)
		e = errno == ENOENT ? ERR_NOT_FOUND : err_of_errno();
	if (e == ERR_NOT_FOUND)
		return; /* it has given room meanwhile, and is fetched again at the next offer */
	if (e == ERR_OK)
		e = files_sync(dir);
	if (e != ERR_OK) {
		end(c, UPDATE_FAILED, err_text(e), err_text_vi(e));
		return;
	}
	u->step = UPDATE_WAIT;
	keep(c);
	if (u->install)
		give(c);
}

/* True when the board has not begun with it, and will not. */
static bool call_back(void)
{
	AUTO_FD dir = -1;

	return folder(&dir) == ERR_OK && unlinkat(dir, WANTED, 0) == 0;
}

static void on_cancel(struct core *c, const struct msg_update_cancel *m)
{
	struct update *u = &c->update;

	if (strcmp(m->action, u->action) != 0 || u->step == UPDATE_NONE)
		tell(c, m->action, UPDATE_CANCELLED, "nothing was begun");
	else if (u->step == UPDATE_ENDED) /* perhaps by this very word, whose answer was lost */
		tell(c, m->action, u->word == UPDATE_CANCELLED ? u->word : UPDATE_STAYS, u->words);
	else if (u->step == UPDATE_GIVEN && !call_back())
		tell(c, m->action, UPDATE_STAYS, "it is being installed");
	else
		end(c, UPDATE_CANCELLED, "cancelled by the update server", "");
}

static void on_told(struct core *c, const struct msg_update_told *m)
{
	struct update *u = &c->update;

	if (u->step != UPDATE_ENDED || u->told || strcmp(m->action, u->action) != 0)
		return;
	u->told = true;
	keep(c);
}

void update_message(struct core *c, struct msg *m)
{
	/* on trial nothing begins or ends, not even here: the server offers it again */
	if (c->unproven.on && m->type != MSG_UPDATE_POLLED)
		return;
	if (m->type == MSG_UPDATE_OFFER) {
		on_offer(c, &m->update_offer);
	} else if (m->type == MSG_UPDATE_CAME) {
		on_came(c, &m->update_came);
	} else if (m->type == MSG_UPDATE_CANCEL) {
		on_cancel(c, &m->update_cancel);
	} else if (m->type == MSG_UPDATE_TOLD) {
		on_told(c, &m->update_told);
	} else if (m->type == MSG_UPDATE_POLLED) {
		c->update.polled = m->update_polled;
		c->update.asked_s = clock_now_s(&c->child.clock);
	}
}

void update_peer(struct core *c)
{
	struct msg m = { .type = MSG_UPDATE_ABOUT };
	struct board_places p;

	board_places(getenv("KIOSK_SIM"), &p);
	char version[UPDATE_VERSION_CAP], why[96];

	fact(p.run, "slot", "SLOT", m.update_about.slot, sizeof m.update_about.slot);
	fact(p.kept, "rollback", "VERSION", version, sizeof version);
	fact(p.kept, "rollback", "REASON", why, sizeof why);
	if (version[0])
		snprintf(m.update_about.left, sizeof m.update_about.left, "%s: %s", version, why);
	tell_sync(c, &m);
	if (c->update.step == UPDATE_ENDED && !c->update.told)
		tell_end(c);
}

/* The order to the board is older than the note of it: the power may have gone in between. */
static bool was_given(const struct update *u)
{
	char own[UPDATE_ACTION_CAP + 8], wanted[64], taken[64];
	struct board_places p;

	board_places(getenv("KIOSK_SIM"), &p);
	name_of(u, "raucb", own);
	fact(p.update, WANTED, "NAME", wanted, sizeof wanted);
	fact(p.kept, TAKEN, "NAME", taken, sizeof taken);
	return strcmp(wanted, own) == 0 || strcmp(taken, own) == 0;
}

void update_begin(struct core *c)
{
	load(c);
	if (c->update.step == UPDATE_WAIT && was_given(&c->update)) {
		c->update.step = UPDATE_GIVEN;
		keep(c);
	}
	if (c->update.step == UPDATE_GIVEN)
		timer_set(c->child.loop, &c->update.look, 0, look, c);
}

enum err update_may_begin(struct core *c)
{
	struct update *u = &c->update;
	enum err e = store_may_begin(c->store);

	if (e != ERR_NO_SPACE || (u->step != UPDATE_FETCH && u->step != UPDATE_WAIT))
		return e;
	u->step = UPDATE_FETCH; /* from its beginning, when there is room again */
	remove_files(u);
	keep(c);
	log_line(LOG_WARN, "update.gives_room", "action=%s", u->action);
	return store_may_begin(c->store);
}

static void say_action(struct ctl *t)
{
	const struct update *u = &t->core->update;
	char name[UPDATE_ACTION_CAP + 8];
	AUTO_FD dir = -1;
	struct stat st = { 0 };

	name_of(u, "part", name);
	if (u->step == UPDATE_FETCH && folder(&dir) == ERR_OK)
		(void)fstatat(dir, name, &st, 0); /* then nothing has come */
	ctl_say(t, "action %s: version %s, %s", u->action, u->version[0] ? u->version : "-",
		STEPS[u->step]);
	if (u->step == UPDATE_FETCH)
		ctl_say(t, "  %lld of %lld bytes%s", (long long)st.st_size, (long long)u->size,
			u->no_room ? "; waits for room on the disk" : "");
	if (u->step == UPDATE_WAIT)
		ctl_say(t, "  fetched; the server does not want it installed yet");
	if (u->step == UPDATE_ENDED)
		ctl_say(t, "  %s; the server %s", u->words,
			u->told ? "was told" : "is yet to be told");
}

enum ctl_code update_command(struct ctl *t, const char *arg)
{
	const struct core *c = t->core;
	const struct msg_update_polled *p = &c->update.polled;
	char status[24];

	if (strcmp(arg, "status") != 0)
		return CTL_USAGE;
	if (!c->config.update_url[0]) {
		ctl_say(t, "no update server is set: updates come by stick");
		return CTL_DONE;
	}
	ctl_say(t, "server %s, tenant %s, kiosk %s", c->config.update_url, c->config.update_tenant,
		c->config.kiosk_id);
	snprintf(status, sizeof status, "status %u", p->http);
	if (c->update.asked_s == 0)
		ctl_say(t, "not asked yet");
	else
		ctl_say(t, "asked %lld s ago: %s%s%s",
			(long long)(clock_now_s(&c->child.clock) - c->update.asked_s),
			p->why == ERR_OK ? "it answers"
			: p->http >= 400 ? status
					 : err_text(p->why),
			p->detail[0] ? ": " : "", p->detail);
	if (c->update.step != UPDATE_NONE)
		say_action(t);
	return CTL_DONE;
}
