/* One package on its way to the province: upload, commit, answer. A state machine on http.h.
 *
 *          ┌──────── gone, and no answer there ────────┐
 *          ▼                                           │
 *   CREATE ──► BYTES ──► COMMIT ──► answered    LOOK ──┴─► answered
 *                ▲ │        │                     ▲
 *                │ └─ cut ──┴─► PAUSE ──► ASK ────┘ gone
 *                └───── the province's offset ─┘
 *
 * Pauses are short and few: what does not work soon is core's to try again later, from the
 * upload that was told with `upload_at`. */
#ifndef SYNC_SEND_H
#define SYNC_SEND_H

#include "firmware/sync/body.h"
#include "firmware/sync/http.h"

struct send_job {
	char key[37], sha256[65];
	char manifest[65];              /* "" only by hand */
	char upload[ADDRESS_MAX_BYTES]; /* where an earlier attempt stands, or "" */
	bool carried;                   /* it is another kiosk's, from a stick */
	int fd;                         /* the package; the sender's from send_start() on */
};

/* Why it did not work. By `why`:
 *   OFFLINE, TIMEOUT   no connection, or a silent one: later
 *   SERVER             the province has trouble of its own (5xx, 423, 429): after retry_after_s
 *   REFUSED            it will never take this request as it is (4xx): a technician
 *   DENIED             it does not want this kiosk (401, 403): a technician
 *   FORGED             a certificate, or an address, that is not the right one: a technician
 *   BAD_DATA           not the agreed form: a captive portal, a proxy; or an empty package: later
 *   IO, NO_MEMORY      ourselves */
struct send_failure {
	enum err why;
	unsigned http; /* status, 0 when there was none */
	uint32_t retry_after_s;
	char detail[DETAIL_MAX_BYTES]; /* a sentence for a technician */
};

/* Exactly one of answered and failed is called, last, unless send_cancel() comes first. */
struct send_events {
	void (*upload_at)(void *data, const char *upload); /* before the first byte goes there */
	void (*progress)(void *data, int64_t sent, int64_t size); /* optional */
	void (*moves)(void *data); /* optional: bytes go, now and then while they do */
	void (*answered)(void *data, const void *bytes, size_t len); /* not verified */
	void (*failed)(void *data, const struct send_failure *f);
	void (*heard)(void *data, enum err e); /* optional: it answers, or we gave up */
};

enum send_step { SEND_IDLE, SEND_CREATE, SEND_ASK, SEND_BYTES, SEND_COMMIT, SEND_LOOK, SEND_PAUSE };

/* In the owner's memory; zero it once. */
struct send {
	struct http *http;
	struct http_call *call;
	const struct send_events *events;
	void *data;
	struct send_job job;
	enum send_step step;
	struct timer pause;
	int64_t size, offset, best; /* best: what the province has had at most */
	unsigned tries;             /* pauses since anything was gained */
	unsigned uploads;           /* begun by us */
	int64_t began_ms;           /* the piece under way */
	uint32_t piece_bytes;       /* kept for the next package, as is unchecked */
	bool unchecked;             /* the province takes no checksum of ours */
	bool held;                  /* no bytes go now */
};

/* True for a UUID in lower case, which every dossier key is. */
bool send_key_ok(const char *key);

/* ERR_BUSY: one is on its way. ERR_BAD_DATA: a field is not as agreed; then job->fd stays the
 * caller's. Everything else is told by an event, later. */
enum err send_start(struct send *s, struct http *h, const struct send_job *job,
		    const struct send_events *events, void *data);

/* Something else on the same line is more urgent: until it is let go, no bytes of a package leave,
 * this one's or the next one's. */
void send_hold(struct send *s, bool hold);

/* Drops what is on its way, at once and without an event. */
void send_cancel(struct send *s);

#endif
