#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/sandbox.h"
#include "firmware/core/audit.h"
#include "firmware/core/catalogue_brought.h"
#include "firmware/core/core.h"
#include "firmware/core/diagram.h"
#include "firmware/core/files.h"
#include "firmware/core/held.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ANCHOR      65536
#define CHECK_BUDGET_MS 2000

static bool is_parser(enum role r)
{
	return r == ROLE_PARSE || r == ROLE_PAGES;
}

/* A restart leaves its trace, and so does each program that keeps dying. */
static void note(struct core *c, const char *what, const char *subject, const char *detail)
{
	enum err e = audit_add(c->store, what, subject, detail);

	if (e != ERR_OK)
		log_line(LOG_ERROR, "audit", "what=%s err=%s", what, err_name(e));
}

/* By which settings this start goes: another fingerprint than before is a change. */
static void note_settings(struct core *c)
{
	AUTO_FREE char *text = NULL;
	uint8_t hash[EVP_MAX_MD_SIZE];
	char name[2 * 32 + 1];
	size_t len = 0;

	if (config_text(&text, &len) != ERR_OK ||
	    EVP_Digest(text, len, hash, NULL, EVP_sha256(), NULL) != 1)
		return;
	hex_of(hash, 32, name);
	note(c, "kiosk.settings", name, "");
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct core *c = data;

	switch (m->type) {
	case MSG_ACT:
		guest_act(c, &m->act);
		break;
	case MSG_PARSER:
		jobs_parser(c, m);
		break;
	case MSG_LISTEN:
		ctl_listen(c, take_fd(&m->listen.sock));
		break;
	case MSG_GAVE_UP:
		log_line(LOG_ERROR, "program.gave_up", "program=%s deaths=%u",
			 role_name(m->gave_up.role), m->gave_up.deaths);
		c->gave_up |= m->gave_up.role < ROLE_COUNT ? 1u << m->gave_up.role : 0;
		note(c, "program.gave_up", role_name(m->gave_up.role), "");
		break;
	default:
		if (is_parser(from))
			jobs_message(c, from, m);
		else if (m->type == MSG_REPLY || m->type == MSG_QUERY_FAILED)
			query_message(c, m);
		else if (m->type == MSG_CERT_ENDS || m->type == MSG_IDENTITY_TRIED)
			renew_message(c, m);
		else if (m->type >= MSG_UPDATE_ABOUT && m->type <= MSG_UPDATE_TOLD)
			update_message(c, m);
		else if (from == ROLE_SYNC)
			sender_message(c, m);
		else if (from == ROLE_TOKEN && m->type != MSG_STATUS)
			certify_message(c, m);
		else
			desk_message(c, from, m);
	}
	care_mind(c);
}

static void sync_peer(struct core *c, bool here)
{
	sender_peer(c, here);
	renew_peer(c, here);
	if (!here)
		query_peer_gone(c);
	else if (!c->unproven.on)
		update_peer(c);
}

static void on_peer(void *data, enum role who, bool here)
{
	struct core *c = data;

	if (here)
		c->gave_up &= ~(1u << who);
	if (is_parser(who) && !here)
		jobs_parser_gone(c, who);
	else if (who == ROLE_SYNC)
		sync_peer(c, here);
	else if (who == ROLE_UI && here)
		visit_show(&c->visit);
	else if (!is_parser(who))
		desk_peer(c, who, here);
}

static void on_malformed(void *data, enum role who)
{
	struct core *c = data;
	struct msg m = { .type = MSG_RESTART, .restart = { .role = who, .why = ERR_BAD_MESSAGE } };

	on_peer(c, who, false);
	if (!is_parser(who)) /* a parser has one life anyway */
		(void)child_send(&c->child, ROLE_SUPER, &m);
}

static const struct child_handlers HANDLERS = {
	.message = on_message,
	.peer = on_peer,
	.malformed = on_malformed,
};

static enum err load_anchor(const char *path, int *ret_fd)
{
	char bytes[MAX_ANCHOR];
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	return n < 0 ? err_of_errno() : mem_of(bytes, (size_t)n, ret_fd);
}

/* Whatever is wrong here, only a technician can mend it: each says which file. */
static enum err complain(const char *what, const char *path, enum err e)
{
	if (e != ERR_OK)
		log_line(LOG_ERROR, "start", "%s %s: %s", what, path, err_text(e));
	return e;
}

static void report(const struct store_report *r)
{
	if (r->damaged)
		log_line(LOG_ERROR, "store.damaged", "set_aside=%s recovered=%u", r->set_aside,
			 r->recovered);
	if (r->went_back)
		log_line(LOG_ERROR, "store.went_back", "to what it was before a newer release");
	if (r->unreadable > 0)
		log_line(LOG_ERROR, "store.unreadable", "packages=%u", r->unreadable);
	log_line(LOG_INFO, "store", "fresh=%d checked=%d adopted=%u removed=%u interrupted=%u",
		 r->fresh, r->checked, r->adopted, r->removed, r->interrupted);
}

static enum err open_store(struct core *c, const struct store_options *o)
{
	enum err e = store_open(o, &c->store);

	if (e == ERR_OK)
		report(store_report(c->store));
	else
		log_line(LOG_ERROR, "store.refused", "dir=%s err=%s: %s", o->dir, err_name(e),
			 store_why(e));
	return e;
}

/* Nobody is turned away for want of a list of holidays. */
static void load_calendar(struct core *c)
{
	const struct config *f = &c->config;

	c->has_calendar =
		complain("holidays in", f->assets_dir,
			 calendar_open(f->assets_dir, f->catalogue_anchor, &c->calendar)) == ERR_OK;
}

static enum err open_catalogue(struct core *c)
{
	const struct config *f = &c->config;
	const struct catalogue_places p = { f->assets_dir, f->catalogue_anchor, f->data_dir };
	enum err e = complain("catalogue in", f->assets_dir, catalogue_book_open(&p, &c->book));

	if (e == ERR_OK)
		c->catalogue = catalogue_book_now(&c->book);
	return e;
}

static enum err open_all(struct core *c)
{
	const struct config *f = &c->config;
	struct store_options o = { .dir = f->data_dir,
				   .clock = &c->child.clock,
				   .check_budget_ms = CHECK_BUDGET_MS,
				   .on_trial = c->unproven.on };
	enum err e = config_load_logged(&c->config);

	if (e == ERR_OK) {
		version_read(f->assets_dir, &c->version);
		load_calendar(c);
	}
	if (e == ERR_OK)
		e = complain("keys", f->sign_key,
			     package_keys_load(f->sign_key, f->sign_cert, f->seal_cert, &c->keys));
	if (e == ERR_OK)
		e = complain("anchor", f->answer_anchor,
			     load_anchor(f->answer_anchor, &c->answer_anchor));
	if (e == ERR_OK)
		e = open_store(c, &o);
	if (e == ERR_OK)
		e = open_catalogue(c);
	if (e == ERR_OK)
		e = complain("store", f->data_dir, certify_open(c));
	if (e == ERR_OK)
		time_open(c);
	return e == ERR_OK ? visit_init(&c->visit, c->catalogue, &GUEST_PORTS, c) : e;
}

static void close_all(struct core *c)
{
	ctl_finish(c);
	bundle_finish(c);
	sender_finish(c);
	reconcile_finish(c);
	if (c->visit.ports) {
		/* the vault stays: whoever is in the middle of a visit goes on after the restart */
		vault_close(c->vault);
		c->vault = NULL;
		c->visit.kept = false;
		c->handed_in = 0; /* who has not left yet has not been told yet */
		visit_finish(&c->visit);
	}
	store_close(c->store);
	package_keys_free(c->keys);
	catalogue_renew_finish(c);
	catalogue_book_close(&c->book);
	if (c->answer_anchor >= 0)
		close(c->answer_anchor);
	child_finish(&c->child);
}

/* What a release does that stays. */
static void begin(struct core *c)
{
	care_begin(c);
	catalogue_renew_begin(c);
	reconcile_begin(c);
	audit_report_begin(c);
	update_begin(c);
	if (!child_has(&c->child, ROLE_SYNC))
		return;
	update_peer(c);
	sender_proven(c);
}

static int live(struct core *c)
{
	if (c->held) {
		c->child.handlers = &HELD_HANDLERS;
		return child_run(&c->child);
	}
	note(c, "kiosk.started", c->config.kiosk_id, catalogue_version(c->catalogue));
	note_settings(c);
	bundle_door_forget(c);
	unproven_begin(c, begin);
	return child_run(&c->child);
}

static int serve(void)
{
	struct core *c = calloc(1, sizeof *c);
	unsigned parts;
	int code = 1;

	if (!c)
		return 1;
	c->answer_anchor = c->renewal.text = -1;
	c->visitor = 1;
	c->desk.left = c->desk.loaded = LEFT_UNKNOWN;
	c->unproven.on = unproven_now();
	desk_camera_init(&c->desk);
	ctl_init(c);
	bundle_init(c);
	chip_init(c);
	papers_init(&c->papers);
	enum err e = child_init(&c->child, ROLE_CORE, &HANDLERS, c);
	if (e == ERR_OK)
		e = open_all(c);
	c->held = e == ERR_NEWER && !c->unproven.on;
	if (e == ERR_OK || c->held)
		e = sandbox_lock(ROLE_CORE, &parts);
	if (e == ERR_OK)
		code = live(c);
	else
		log_line(LOG_ERROR, "start", "%s", err_text(e));
	close_all(c);
	free(c);
	return code;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "diagram") == 0)
		return diagram_print(stdout);
	if (argc == 1 && child_is_supervised())
		return serve();
	if ((argc == 2 || argc == 4) && strcmp(argv[1], "catalogue") == 0)
		return catalogue_brought_command(argc == 4 ? argv[2] : NULL,
						 argc == 4 ? argv[3] : NULL);
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
	fputs("kiosk-core: the visit, dossiers and outbox; the supervisor (kiosk) starts it.\n"
	      "kiosk-core diagram   the steps of a visit, for Graphviz\n"
	      "kiosk-core catalogue [LIST SIGNATURE]   takes a list of procedures, while it does "
	      "not run; says which one stands\n",
	      help ? stdout : stderr);
	return help ? 0 : 2;
}
