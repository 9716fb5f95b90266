/* Inside of http.h: what http.c (sockets, life) and http_call.c (one request) share. */
#ifndef SYNC_HTTP_CALL_H
#define SYNC_HTTP_CALL_H

#include "firmware/sync/http.h"
#include <curl/curl.h>

#define MAX_SOCKETS 8

/* Our certificate and key. Former ones stay: a call under way may still look at them. */
struct http_identity {
	struct http_identity *former;
	struct curl_blob cert, key;
	struct evp_pkey_st *in_tpm; /* then libcurl, which cannot use it, is given neither blob */
};

/* A socket that libcurl wants watched. */
struct http_socket {
	struct http *http;
	int fd; /* -1: free */
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct timer timer;
	struct http_call *calls;
	struct tls_facts *facts;
	struct tpm *tpm; /* NULL: no key needed it yet */
	struct curl_blob ca;
	struct http_identity *own, *trial; /* own: the head of all that ever were */
	char pins[2 * CONFIG_TEXT_CAP];    /* in libcurl's words; "": none */
	char proxy[CONFIG_TEXT_CAP];       /* "": none */
	struct http_socket sockets[MAX_SOCKETS];
	char base[CONFIG_TEXT_CAP];
	char agent[128]; /* User-Agent: which software asks */
};

struct http_call {
	struct http *http;
	struct http_call *next;
	CURL *easy;
	const struct http_identity *identity;
	struct curl_slist *headers;
	struct timer tick;
	uint32_t tick_ms;
	unsigned idle_ticks;
	int64_t moved;
	int fd;
	int64_t from, len, sent; /* of the body's file */
	uint32_t window_bytes;   /* 0: it is set */
	bool held;
	int socket; /* that is watched for this call, or was; -1: none yet */
	struct headers got;
	const struct http_sink *sink;
	int64_t sunk;
	uint8_t *body;
	size_t body_len, max_bytes;
	http_done_fn *done;
	void (*moves)(void *data);
	void *data;
	char error[CURL_ERROR_SIZE];
};

/* Ends a call: its callback hears of it, then it is freed. */
void http_call_finish(struct http_call *c, enum err e, const char *why);

/* `e`, unless it was the province's certificate that was not accepted: ERR_FORGED, or
 * ERR_WRONG_CLOCK when by our clock it could not be. */
enum err http_call_judged(const struct http_call *c, enum err e);

/* What a failure of libcurl means to us; `text` is its error message. */
enum err http_call_err(CURLcode code, const char *text);

#endif
