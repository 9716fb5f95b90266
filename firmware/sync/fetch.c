#include "firmware/sync/fetch.h"

#include "firmware/base/auto.h"
#include "firmware/sync/ask.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define QUIET_MS      60000u
#define PORTION_BYTES 65536

void fetch_stop(struct fetch *f)
{
	if (!f->busy)
		return;
	timer_stop(http_loop(f->http), &f->turn);
	http_cancel(f->call);
	EVP_MD_CTX_free(f->hash);
	close(f->sink.fd);
	f->call = NULL;
	f->hash = NULL;
	f->busy = false;
}

static void end(struct fetch *f, enum err e, const struct http_answer *a)
{
	f->call = NULL;
	fetch_stop(f);
	f->fn(f->data, e, a);
}

static int64_t size_of(const struct fetch *f)
{
	struct stat st;

	return fstat(f->sink.fd, &st) == 0 ? st.st_size : 0;
}

int fetch_percent(const struct fetch *f)
{
	return f->busy ? (int)(size_of(f) * 100 / f->sink.size) : 0;
}

static bool is_right(struct fetch *f)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	char hex[65] = "";
	unsigned len = 0;

	if (EVP_DigestFinal_ex(f->hash, hash, &len) != 1 || len != 32)
		return false;
	for (unsigned i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	return strcmp(hex, f->sha256) == 0;
}

/* Citizens' questions go on meanwhile. */
static void hash_some(void *data)
{
	struct fetch *f = data;
	uint8_t bytes[PORTION_BYTES];
	ssize_t n = pread(f->sink.fd, bytes, sizeof bytes, f->hashed);

	if (n > 0 && EVP_DigestUpdate(f->hash, bytes, (size_t)n) == 1) {
		f->hashed += n;
		timer_set(http_loop(f->http), &f->turn, 0, hash_some, f);
	} else if (n != 0 || fsync(f->sink.fd) < 0) {
		end(f, ERR_IO, NULL);
	} else if (!is_right(f)) {
		end(f, ftruncate(f->sink.fd, 0) == 0 ? ERR_FORGED : ERR_IO, NULL);
	} else {
		end(f, ERR_OK, NULL);
	}
}

static void check(void *data)
{
	struct fetch *f = data;

	f->hash = EVP_MD_CTX_new();
	f->hashed = 0;
	if (f->hash && EVP_DigestInit_ex(f->hash, EVP_sha256(), NULL) == 1)
		hash_some(f);
	else
		end(f, ERR_NO_MEMORY, NULL);
}

/* What ended it, when the file is not whole. */
static enum err why_of(const struct http_answer *a)
{
	char detail[DETAIL_MAX_BYTES];

	if (a->e != ERR_OK)
		return a->e;
	if (a->status == 404 || a->status == 410)
		return ERR_NOT_FOUND;
	return a->status == 200 || a->status == 206 ? ERR_BAD_DATA : ask_status(a, detail);
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct fetch *f = data;

	f->call = NULL;
	if (a->e == ERR_OK && (a->status == 200 || a->status == 206) && size_of(f) == f->sink.size)
		check(f);
	else if (a->e == ERR_OK && a->status == 416) /* it is another file than it was */
		end(f, ftruncate(f->sink.fd, 0) == 0 ? ERR_SERVER : ERR_IO, a);
	else
		end(f, why_of(a), a);
}

static void fail_later(void *data)
{
	end(data, ERR_NO_MEMORY, NULL);
}

static void ask(struct fetch *f, const struct fetch_order *o)
{
	char range[64] = "";
	const char *auth = o->auth[0] ? o->auth : NULL;
	struct http_request r = { .method = "GET",
				  .path = o->path,
				  .fd = -1,
				  .sink = &f->sink,
				  .quiet_ms = QUIET_MS,
				  .moves = f->moves };

	if (f->sink.from > 0) {
		snprintf(range, sizeof range, "Range: bytes=%" PRId64 "-", f->sink.from);
		r.headers[0] = range;
		r.headers[1] = auth;
	} else {
		r.headers[0] = auth;
	}
	if (http_start(f->http, &r, on_answer, f, &f->call) != ERR_OK)
		timer_set(http_loop(f->http), &f->turn, 0, fail_later, f);
	else
		http_hold(f->call, f->held);
}

void fetch_start(struct fetch *f, struct http *h, const struct fetch_order *o, int fd)
{
	fetch_stop(f);
	f->http = h;
	f->busy = true;
	f->sink = (struct http_sink){ .fd = fd, .size = o->size, .bytes_s = FETCH_BYTES_S };
	snprintf(f->sha256, sizeof f->sha256, "%s", o->sha256);
	f->sink.from = size_of(f);
	if (f->sink.from > o->size)
		f->sink.from = ftruncate(fd, 0) == 0 ? 0 : -1;
	if (f->sink.from < 0)
		timer_set(http_loop(h), &f->turn, 0, fail_later, f);
	else if (f->sink.from == o->size)
		timer_set(http_loop(h), &f->turn, 0, check, f);
	else
		ask(f, o);
}

void fetch_hold(struct fetch *f, bool hold)
{
	f->held = hold;
	http_hold(f->call, hold);
}
