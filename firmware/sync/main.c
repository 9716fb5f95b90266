/* kiosk-sync: the only program with a network. Hands one sealed package at a time to the
 * province and brings its answer back, unread: kiosk-parse looks whether it is signed. */
#include "firmware/base/auto.h"
#include "firmware/base/child.h"
#include "firmware/base/config.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "firmware/base/sandbox.h"
#include "firmware/sync/ask.h"
#include "firmware/sync/by_hand.h"
#include "firmware/sync/identity.h"
#include "firmware/sync/link.h"
#include "firmware/sync/send.h"
#include "firmware/sync/update.h"

#include <stdio.h>
#include <string.h>

#define EXPIRY_DAYS 30
#define HOLD_MS     30000u /* a question has the line for itself, but not for ever */

struct sync {
	struct child child;
	struct config config;
	struct http *http;
	struct link link;
	struct send send;
	struct asks asks;
	struct identity identity;
	struct update update;
	struct timer hold; /* the package on its way waits for a question */
	char key[37];      /* of what is being sent */
	struct tls_facts tls;
};

#define COPY(to, from) snprintf(to, sizeof(to), "%s", from)

/* Core may be restarting: it will ask again, and a repeated send does no harm. */
static void tell(struct sync *s, const struct msg *m)
{
	enum err e = child_send(&s->child, ROLE_CORE, m);

	if (e != ERR_OK)
		log_line(LOG_WARN, "core.untold", "message=%s err=%s", msg_name(m->type),
			 err_name(e));
}

static void tell_failed(struct sync *s, const char *key, const struct send_failure *f)
{
	struct msg m = { .type = MSG_SEND_FAILED };

	m.send_failed.why = (uint8_t)f->why;
	m.send_failed.http = (uint16_t)f->http;
	m.send_failed.retry_after_s = f->retry_after_s;
	COPY(m.send_failed.key, key);
	COPY(m.send_failed.detail, f->detail);
	/* once there is an HTTP status the words are the province's, and may name a person */
	log_line(LOG_WARN, "send.failed", "key=%s err=%s http=%u retry_after_s=%u detail=\"%s\"",
		 key, err_name(f->why), f->http, f->retry_after_s, f->http ? "" : f->detail);
	tell(s, &m);
}

/* A bundle is fetched when nobody's dossier and no question is on the line. */
static void mind_update(struct sync *s)
{
	update_hold(&s->update, s->send.step != SEND_IDLE || asks_any(&s->asks));
}

static void on_update(void *data, struct msg *m)
{
	struct sync *s = data;

	if (child_has(&s->child, ROLE_CORE))
		tell(s, m);
}

static void on_upload_at(void *data, const char *upload)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_UPLOAD_AT };

	COPY(m.upload_at.key, s->key);
	COPY(m.upload_at.upload, upload);
	tell(s, &m);
}

static void on_moves(void *data)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_SEND_MOVES };

	link_moves(&s->link);
	COPY(m.send_moves.key, s->key);
	tell(s, &m);
}

static void on_answered(void *data, const void *bytes, size_t len)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_ANSWERED };
	AUTO_FD fd = -1;

	mind_update(s);
	if (mem_of(bytes, len, &fd) != ERR_OK) {
		tell_failed(s, s->key, &(struct send_failure){ .why = ERR_NO_MEMORY });
		return;
	}
	COPY(m.answered.key, s->key);
	m.answered.answer = fd;
	log_line(LOG_INFO, "send.answered", "key=%s bytes=%zu", s->key, len);
	tell(s, &m);
}

static void on_failed(void *data, const struct send_failure *f)
{
	struct sync *s = data;

	mind_update(s);
	tell_failed(s, s->key, f);
}

static void on_heard(void *data, enum err e)
{
	struct sync *s = data;

	link_heard(&s->link, e);
}

/* A certificate that ends unseen takes the kiosk off the network one morning. */
static void log_certificates(struct sync *s)
{
	const struct tls_facts *t = &s->tls;
	bool soon = t->own_days < EXPIRY_DAYS || t->peer_days < EXPIRY_DAYS;

	if (t->known)
		log_line(soon ? LOG_WARN : LOG_INFO, soon ? "tls.ends_soon" : "tls",
			 "version=%s province=\"%s\" days=%d kiosk=\"%s\" days=%d", t->version,
			 t->peer, t->peer_days, t->own, t->own_days);
	s->tls.known = false; /* the next connection may show others */
}

static void on_link(void *data, enum err why)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_LINK, .link = { why == ERR_OK, (uint8_t)why } };

	log_line(LOG_INFO, "link", "up=%d err=%s", why == ERR_OK, err_name(why));
	if (why == ERR_OK)
		log_certificates(s);
	if (child_has(&s->child, ROLE_CORE))
		tell(s, &m);
}

static void tell_end(struct sync *s)
{
	struct msg m = { .type = MSG_CERT_ENDS };

	if (http_span(s->http, false, &m.cert_ends.begins_s, &m.cert_ends.ends_s))
		tell(s, &m);
}

static void on_tried(void *data, enum err why)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_IDENTITY_TRIED, .identity_tried.why = (uint8_t)why };

	log_line(why == ERR_OK ? LOG_INFO : LOG_WARN, "identity", "err=%s", err_name(why));
	tell(s, &m);
	if (why != ERR_OK)
		return;
	tell_end(s);
	link_heard(&s->link, ERR_OK);
}

static void let_go(void *data)
{
	struct sync *s = data;

	timer_stop(s->child.loop, &s->hold);
	send_hold(&s->send, false);
}

/* Who asks is often a citizen who stands there; a package can wait a moment. */
static void hold(struct sync *s)
{
	send_hold(&s->send, true);
	timer_set(s->child.loop, &s->hold, HOLD_MS, let_go, s);
}

static void asked(struct sync *s)
{
	if (!asks_any(&s->asks))
		let_go(s);
	mind_update(s);
}

static void on_reply(void *data, uint32_t id, const void *bytes, size_t len)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_REPLY, .reply.id = id };
	AUTO_FD fd = -1;

	if (mem_of(bytes, len, &fd) != ERR_OK) {
		m = (struct msg){ .type = MSG_QUERY_FAILED,
				  .query_failed = { .id = id, .why = ERR_NO_MEMORY } };
	} else {
		m.reply.reply = fd;
	}
	tell(s, &m);
	asked(s);
}

static void on_no_reply(void *data, uint32_t id, const struct ask_failure *f)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_QUERY_FAILED,
			 .query_failed = { .id = id,
					   .why = (uint8_t)f->why,
					   .http = (uint16_t)f->http,
					   .retry_after_s = f->retry_after_s } };

	COPY(m.query_failed.detail, f->detail);
	log_line(LOG_WARN, "query.failed", "err=%s http=%u retry_after_s=%u detail=\"%s\"",
		 err_name(f->why), f->http, f->retry_after_s, f->http ? "" : f->detail);
	tell(s, &m);
	asked(s);
}

static void begin_send(struct sync *s, struct msg_send *m)
{
	static const struct send_events EVENTS = { .upload_at = on_upload_at,
						   .moves = on_moves,
						   .answered = on_answered,
						   .failed = on_failed,
						   .heard = on_heard };
	struct send_job job = { .carried = m->carried != 0, .fd = take_fd(&m->package) };

	COPY(job.key, m->key);
	COPY(job.sha256, m->sha256);
	COPY(job.manifest, m->manifest);
	COPY(job.upload, m->upload);
	enum err e = send_start(&s->send, s->http, &job, &EVENTS, s);
	if (e == ERR_OK) {
		COPY(s->key, job.key);
		return;
	}
	close(job.fd);
	struct send_failure f = { .why = e };
	COPY(f.detail, e == ERR_BUSY ? "another package is on its way"
				     : "key, hash or upload of the order is not as agreed");
	tell_failed(s, job.key, &f);
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct sync *s = data;

	(void)from;
	if (m->type == MSG_SEND) {
		begin_send(s, &m->send);
	} else if (m->type == MSG_QUERY) {
		hold(s);
		asks_start(&s->asks, &m->query);
	} else if (m->type == MSG_QUERY_STOP) {
		asks_stop(&s->asks, m->query_stop.id);
		asked(s);
	} else if (m->type == MSG_IDENTITY) {
		identity_offer(&s->identity, m->identity.pem);
	} else if (m->type == MSG_SEND_STOP && strcmp(m->send_stop.key, s->key) == 0) {
		send_cancel(&s->send);
	} else {
		update_message(&s->update, m);
	}
	mind_update(s);
}

static void on_peer(void *data, enum role who, bool here)
{
	struct sync *s = data;
	struct msg m = { .type = MSG_LINK, .link = { s->link.up, (uint8_t)s->link.why } };

	if (who != ROLE_CORE)
		return;
	send_cancel(&s->send); /* it was the former core's */
	asks_stop_all(&s->asks);
	let_go(s);
	identity_stop(&s->identity);
	update_drop(&s->update);
	if (here && s->link.known)
		tell(s, &m);
	if (here)
		tell_end(s);
}

static enum err start(struct sync *s)
{
	static const struct child_handlers HANDLERS = { .message = on_message, .peer = on_peer };
	char why[256] = "";
	unsigned parts;
	enum err e = child_init(&s->child, ROLE_SYNC, &HANDLERS, s);

	if (e == ERR_OK)
		e = config_load_logged(&s->config);
	if (e == ERR_OK)
		e = http_create(s->child.loop, &s->config, &s->http, why);
	if (e == ERR_OK && update_open(&s->update, s->child.loop, &s->config, why) != ERR_OK)
		log_line(LOG_ERROR, "update.start", "%s",
			 why); /* citizens are served all the same */
	if (e == ERR_OK)
		e = sandbox_lock(ROLE_SYNC, &parts);
	if (e == ERR_OK) {
		static const struct ask_events ASKED = { .replied = on_reply,
							 .failed = on_no_reply,
							 .heard = on_heard };

		asks_init(&s->asks, s->http, &ASKED, s);
		identity_init(&s->identity, s->http, on_tried, s);
		http_observe(s->http, &s->tls);
		link_start(&s->link, s->http, on_link, s);
		update_start(&s->update, on_update, s);
	} else {
		log_line(LOG_ERROR, "sync.start", "err=%s why=\"%s\"", err_name(e), why);
	}
	return e;
}

int main(int argc, char **argv)
{
	struct sync s = { 0 };

	if (!child_is_supervised() || argc > 1)
		return by_hand(argc - 1, argv + 1);
	int status = start(&s) == ERR_OK ? child_run(&s.child) : 1;
	send_cancel(&s.send);
	asks_stop_all(&s.asks);
	identity_stop(&s.identity);
	link_stop(&s.link);
	update_close(&s.update);
	http_destroy(s.http);
	child_finish(&s.child);
	return status;
}
