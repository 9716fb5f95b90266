#include "firmware/core/renew.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define DAY_S      86400
#define BEFORE_S   (30 * DAY_S)
#define SCATTER_S  (5 * DAY_S) /* certificates of one day are not renewed in one hour */
#define LOOK_MS    21600000u
#define AGAIN_MS   3600000u
#define REFUSED_MS 86400000u
#define FOLDER     "tls"

static enum err folder(const struct core *c, int *ret_fd)
{
	AUTO_FD data = open(c->config.data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return data < 0 ? err_of_errno() : files_folder(data, FOLDER, ret_fd);
}

/* Whatever came of it: a clock or a province that is wrong must not make it ask without end. */
static void rest(struct core *c)
{
	c->renew.rest_ms = clock_mono_ms(&c->child.clock) + REFUSED_MS;
}

static void on_timer(void *data)
{
	renew_mind(data);
}

static void again_in(struct core *c, uint32_t ms)
{
	timer_set(c->child.loop, &c->renew.timer, ms, on_timer, c);
}

static enum err hand_over(struct core *c, enum renew_which which)
{
	struct msg m = { .type = MSG_IDENTITY, .identity = { .pem = -1 } };
	AUTO_FD dir = -1;
	uint8_t *pem = NULL;
	size_t len = 0;
	enum err e = folder(c, &dir);

	if (e == ERR_OK)
		e = renew_load(dir, which, &pem, &len);
	if (e == ERR_OK)
		e = mem_of(pem, len, &m.identity.pem);
	if (pem)
		explicit_bzero(pem, len);
	free(pem);
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_SYNC, &m);
	msg_finish(&m);
	return e;
}

/* False: there is none of that kind, or it cannot be offered now. */
static bool offer(struct core *c, enum renew_which which)
{
	struct renew *r = &c->renew;

	if (r->offering)
		return true;
	enum err e = hand_over(c, which);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		log_line(LOG_ERROR, "certificate.not_offered", "err=%s", err_name(e));
	r->offering = e == ERR_OK;
	r->offered = which;
	return r->offering;
}

static void settle_next(struct core *c, enum err why)
{
	AUTO_FD dir = -1;
	enum err e = folder(c, &dir);

	if (e == ERR_OK && why == ERR_OK)
		e = renew_promote(dir);
	else if (e == ERR_OK)
		e = renew_drop(dir);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "certificate.not_kept", "err=%s", err_name(e));
	(void)audit_add(c->store, why == ERR_OK ? "certificate.renewed" : "certificate.refused", "",
			err_name(why));
}

static void on_tried(struct core *c, enum err why)
{
	struct renew *r = &c->renew;

	if (!r->offering)
		return;
	r->offering = false;
	log_line(why == ERR_OK ? LOG_INFO : LOG_WARN, "certificate.tried", "which=%s err=%s",
		 r->offered == RENEW_NOW ? "now" : "next", err_name(why));
	if (r->offered == RENEW_NOW) {
		if (!offer(c, RENEW_NEXT))
			again_in(c, AGAIN_MS);
		return;
	}
	/* a line that fails says nothing about it */
	if (why == ERR_OK || why == ERR_FORGED || why == ERR_BAD_DATA || why == ERR_CANCELLED)
		settle_next(c, why);
	again_in(c, why == ERR_OK ? LOOK_MS : AGAIN_MS);
}

static void on_reply(struct core *c, uint32_t number, const struct query_end *end)
{
	AUTO_FD dir = -1;
	enum err e = end->why;

	(void)number;
	c->renew.asking = false;
	if (e != ERR_OFFLINE && e != ERR_TIMEOUT)
		rest(c);
	if (e == ERR_OK)
		e = folder(c, &dir);
	if (e == ERR_OK) {
		const char *chain = view_get_text(end->facts, "certificate");

		e = renew_take(dir, chain, strlen(chain));
	}
	log_line(e == ERR_OK ? LOG_INFO : LOG_WARN, "certificate.issued", "err=%s", err_name(e));
	if (e == ERR_OK && offer(c, RENEW_NEXT))
		return;
	again_in(c, AGAIN_MS);
}

static enum err ask(struct core *c)
{
	AUTO_FD dir = -1;
	char *request = NULL;
	struct json_object *body = json_object_new_object();
	enum err e = folder(c, &dir);

	if (e == ERR_OK)
		e = renew_request(dir, c->config.kiosk_id, &request);
	if (e == ERR_OK &&
	    json_object_object_add(body, "csr", json_object_new_string(request)) != 0)
		e = ERR_NO_MEMORY;
	free(request);
	if (e == ERR_OK)
		return query_ask(c, QUERY_RENEW, body, on_reply, 0, 0);
	json_object_put(body);
	return e;
}

/* When it is time, scattered: thousands were issued in one morning. */
static bool is_time(struct core *c)
{
	struct renew *r = &c->renew;
	uint32_t dice = 0;

	if (r->early_s == 0 && getrandom(&dice, sizeof dice, 0) == (ssize_t)sizeof dice)
		r->early_s = BEFORE_S + dice % SCATTER_S;
	return r->ends_s != 0 && certify_now(c) >= r->ends_s - r->early_s;
}

void renew_mind(struct core *c)
{
	struct renew *r = &c->renew;

	again_in(c, LOOK_MS);
	if (r->asking || r->offering || !c->sender.link_up || !is_time(c))
		return;
	if (offer(c, RENEW_NEXT)) /* one that was issued before a cut */
		return;
	if (clock_mono_ms(&c->child.clock) < r->rest_ms) {
		again_in(c, AGAIN_MS);
		return;
	}
	enum err e = ask(c);
	r->asking = e == ERR_OK;
	if (e != ERR_OK) {
		log_line(LOG_ERROR, "certificate.not_asked", "err=%s", err_name(e));
		again_in(c, AGAIN_MS);
	}
}

void renew_message(struct core *c, const struct msg *m)
{
	if (m->type == MSG_IDENTITY_TRIED) {
		on_tried(c, m->identity_tried.why < ERR_COUNT ? m->identity_tried.why : ERR_IO);
		return;
	}
	c->renew.ends_s = m->cert_ends.ends_s;
	renew_mind(c);
}

void renew_peer(struct core *c, bool here)
{
	c->renew.asking = false;
	c->renew.offering = false;
	if (here && !offer(c, RENEW_NOW))
		(void)offer(c, RENEW_NEXT);
}
