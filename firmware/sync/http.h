/* HTTPS to the province: libcurl's multi interface in our loop. Own CA only, our certificate,
 * TLS 1.2 or newer, no redirects, no proxy but the one in the settings; nothing blocks, nothing is
 * trusted. */
#ifndef SYNC_HTTP_H
#define SYNC_HTTP_H

#include "firmware/base/config.h"
#include "firmware/base/loop.h"
#include "firmware/sync/headers.h"

#define ANSWER_MAX_BYTES (256u << 10)
#define HTTP_OUTDATED    426 /* "update first": of User-Agent, which names our version */

struct http;      /* http_create() makes one */
struct http_call; /* one request under way */

/* Where the body of an answer goes instead of into memory: status 206 to `from`, status 200, which
 * is the whole file, to its beginning. It is written only when the length that is told is the one
 * expected, so that no page in the way overwrites what has come. Lives as long as the call. */
struct http_sink {
	int fd;
	int64_t from, size; /* where it goes on; of the whole file */
	uint32_t bytes_s;   /* no faster than that; 0: as it comes */
};

struct http_request {
	const char *method; /* GET HEAD POST PATCH ... */
	const char *path;
	const char *headers[6]; /* "Name: value", up to the first NULL */
	const char *text;       /* body of POST or PUT, or NULL; copied */
	int fd; /* or a body of `len` bytes of this file, from `from` on; -1: none */
	int64_t from, len;
	uint32_t window_bytes; /* at most so much of it is under way at a time; 0: no matter */
	const struct http_sink *sink; /* NULL: into memory */
	size_t max_bytes;             /* of the answer in memory; 0: ANSWER_MAX_BYTES */
	uint32_t quiet_ms;            /* no byte in either direction for so long: ERR_TIMEOUT */
	bool trial;                   /* by the identity of http_offer(), on a new connection */
	void (*moves)(void *data);    /* a few times in each quiet_ms while bytes go; or NULL */
};

struct http_answer {
	/* ERR_OK: the province answered, with any status. ERR_OFFLINE, ERR_TIMEOUT. ERR_FORGED: a
	 * certificate, theirs or ours, was not accepted. ERR_WRONG_CLOCK: nor could it be, by this
	 * machine's clock. ERR_BAD_DATA: not HTTP, or too long. */
	enum err e;
	const char *why; /* a sentence for a technician when e is not ERR_OK */
	unsigned status;
	struct headers headers;
	const uint8_t *body;
	size_t body_len;
};

/* The answer lives until this returns. It may start and cancel other calls. */
typedef void http_done_fn(void *data, const struct http_answer *a);

/* What a technician wants to know about a connection. */
struct tls_facts {
	char version[16], peer[128], own[128];
	int peer_days, own_days; /* until the certificate ends; negative: it has */
	bool known;
};

/* Reads CA, certificate and key once, so that no file is opened later. On ERR_BAD_CONFIG `why`
 * has a sentence. ERR_NO_MEMORY. */
enum err http_create(struct loop *l, const struct config *c, struct http **ret, char why[256]);

/* Gives up every call without calling back. NULL is allowed. */
void http_destroy(struct http *h);

/* ERR_NO_MEMORY, ERR_BAD_DATA (path). On ERR_OK `done` is called exactly once, later, unless the
 * call is cancelled before. */
enum err http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *data,
		    struct http_call **ret);
void http_cancel(struct http_call *c); /* NULL is allowed */

/* While held, no more of a body's file goes out, or comes into a sink, and the call is patient.
 * NULL is allowed. */
void http_hold(struct http_call *c, bool hold);

/* Certificate and key of the kiosk, both in `pem`, for requests with `trial`. ERR_BUSY: another is
 * on trial. ERR_BAD_DATA: they do not belong together. ERR_GONE: no TPM, or another, for its key.
 * ERR_NO_MEMORY. */
enum err http_offer(struct http *h, const void *pem, size_t len);

/* Ends the trial: from now on it is used for every new connection, or it is forgotten. No request
 * with `trial` may be under way. */
void http_decide(struct http *h, bool adopt);

/* When our certificate, or the one on trial, begins and ends. False: there is none. */
bool http_span(const struct http *h, bool trial, int64_t *ret_begins_s, int64_t *ret_ends_s);

/* From now on every new connection is described in *facts; NULL ends it. */
void http_observe(struct http *h, struct tls_facts *facts);

const char *http_base(const struct http *h);
struct loop *http_loop(const struct http *h);

#endif
