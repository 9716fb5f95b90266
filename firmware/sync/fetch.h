/* A bundle comes from the update server into a file, from where it stands on, and is compared with
 * the sha256 that was promised. It may be held at any time, and goes on later, also after a power
 * cut. Whether it is signed is found out by who installs it. */
#ifndef SYNC_FETCH_H
#define SYNC_FETCH_H

#include "firmware/sync/body.h"
#include "firmware/sync/http.h"

#define FETCH_BYTES_S (256u << 10) /* 120 MB in eight minutes; a citizen's dossier finds room */

/* e is ERR_OK: it is whole, and the right one. ERR_FORGED: whole, but another; the file is empty
 * again. ERR_NOT_FOUND: the server does not have it (404, 410). ERR_NO_SPACE, ERR_IO: our disk.
 * Others as of http_answer and ask_status(): what has come stays. */
typedef void fetch_fn(void *data, enum err e, const struct http_answer *a);

/* In the owner's memory; zero it once. */
struct fetch {
	struct http *http;
	struct http_call *call; /* NULL, and no timer: idle */
	struct http_sink sink;
	struct timer turn;
	struct evp_md_ctx_st *hash; /* of the whole, a portion in each turn of the loop */
	int64_t hashed;
	char sha256[65];
	bool busy, held;
	fetch_fn *fn;
	void (*moves)(void *data); /* now and then while bytes come */
	void *data;
};

struct fetch_order {
	const char *path;
	const char *sha256; /* 64 digits, lower case */
	const char *auth;   /* a header, or "" */
	int64_t size;
};

/* `fd` is taken over in any case. Ends by calling fn, later. */
void fetch_start(struct fetch *f, struct http *h, const struct fetch_order *o, int fd);

/* Nobody is called. */
void fetch_stop(struct fetch *f);

/* Something else on the same line is more urgent. */
void fetch_hold(struct fetch *f, bool hold);

/* How much of it has come, 0 to 100. */
int fetch_percent(const struct fetch *f);

#endif
