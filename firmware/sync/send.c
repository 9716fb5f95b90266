#include "firmware/sync/send.h"

#include "firmware/base/auto.h"
#include "firmware/sync/ask.h"
#include "firmware/sync/link.h"
#include "firmware/sync/piece.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define QUIET_MS        30000u
#define COMMIT_QUIET_MS 90000u /* the province opens and checks the package meanwhile */
#define MAX_TRIES       4
#define MAX_UPLOADS     2
#define PAUSE_MS        400u
#define TUS             "Tus-Resumable: 1.0.0"
#define ANSWER_TYPE     "application/pkcs7-mime"

static void go(struct send *s, enum send_step step);
static void on_moves(void *data);
static void on_answer(void *data, const struct http_answer *a);

static bool is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

bool send_key_ok(const char *key)
{
	static const char LIKE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(key) != sizeof LIKE - 1)
		return false;
	for (size_t i = 0; LIKE[i]; i++)
		if (LIKE[i] == '-' ? key[i] != '-' : !strchr("0123456789abcdef", key[i]))
			return false;
	return true;
}

void send_cancel(struct send *s)
{
	if (s->step == SEND_IDLE)
		return;
	http_cancel(s->call);
	s->call = NULL;
	timer_stop(http_loop(s->http), &s->pause);
	close(s->job.fd);
	s->step = SEND_IDLE;
}

void send_hold(struct send *s, bool hold)
{
	s->held = hold;
	if (s->step == SEND_BYTES)
		http_hold(s->call, hold);
}

static void fail(struct send *s, const struct send_failure *f)
{
	send_cancel(s);
	s->events->failed(s->data, f);
}

static void fail_text(struct send *s, enum err why, const char *text)
{
	struct send_failure f = { .why = why };

	body_text(text, f.detail, sizeof f.detail);
	fail(s, &f);
}

/* The province answered, but not what we hoped for. */
static void fail_status(struct send *s, const struct http_answer *a)
{
	struct send_failure f = { .http = a->status, .retry_after_s = a->headers.retry_after_s };

	f.why = ask_status(a, f.detail);
	fail(s, &f);
}

static void answered(struct send *s, const struct http_answer *a)
{
	if (a->status != 200 || strcmp(a->headers.type, ANSWER_TYPE) != 0 || a->body_len == 0) {
		fail_status(s, a);
		return;
	}
	send_cancel(s);
	s->events->answered(s->data, a->body, a->body_len);
}

static void on_pause(void *data)
{
	struct send *s = data;

	go(s, s->job.upload[0] ? SEND_ASK : SEND_CREATE);
}

/* Waits a little and goes on from what the province has; false when it was too often. */
static bool pause_and_ask(struct send *s)
{
	if (s->tries >= MAX_TRIES)
		return false;
	uint32_t most = PAUSE_MS << s->tries++;
	s->step = SEND_PAUSE;
	timer_set(http_loop(s->http), &s->pause, most / 2 + random_u32() % most, on_pause, s);
	return true;
}

/* The upload is not there any more: it may have become a dossier, or is really gone. */
static void upload_gone(struct send *s)
{
	go(s, SEND_LOOK);
}

static void begin_anew(struct send *s)
{
	s->job.upload[0] = '\0';
	s->offset = 0;
	s->best = 0;
	go(s, SEND_CREATE);
}

static void moved_to(struct send *s, int64_t offset)
{
	if (offset > s->best) {
		s->best = offset;
		s->tries = 0;
	}
	s->offset = offset;
	if (s->events->progress)
		s->events->progress(s->data, offset, s->size);
	on_moves(s);
	go(s, offset == s->size ? SEND_COMMIT : SEND_BYTES);
}

static void after_create(struct send *s, const struct http_answer *a)
{
	if (a->status != 201) {
		fail_status(s, a);
		return;
	}
	enum err e = address_path(http_base(s->http), a->headers.location, s->job.upload);
	if (e != ERR_OK) {
		s->job.upload[0] = '\0';
		fail_text(s, e, "the province names an upload that is not on its own address");
		return;
	}
	s->events->upload_at(s->data, s->job.upload);
	moved_to(s, 0);
}

static bool is_gone(unsigned status)
{
	return status == 404 || status == 410;
}

/* Not now, or not from there: ask again where the upload stands. */
static bool is_misplaced(unsigned status)
{
	return status == 409 || status == 423 || status == 460;
}

static void after_ask(struct send *s, const struct http_answer *a)
{
	const struct headers *h = &a->headers;
	bool good = (a->status == 200 || a->status == 204) && h->offset >= 0;

	if (is_gone(a->status))
		upload_gone(s);
	else if (good && (h->offset > s->size || (h->length >= 0 && h->length != s->size)))
		upload_gone(s); /* somebody else's: the address was kept from another package */
	else if (good)
		moved_to(s, h->offset);
	else if (!is_misplaced(a->status) || !pause_and_ask(s))
		fail_status(s, a);
}

/* A small last piece says nothing about the line. */
static void note_piece(struct send *s, bool arrived)
{
	int64_t took_ms = loop_now_ms(http_loop(s->http)) - s->began_ms;

	if (!arrived || s->size - s->offset >= s->piece_bytes)
		s->piece_bytes = piece_next_bytes(s->piece_bytes, arrived ? took_ms : -1);
}

static void after_bytes(struct send *s, const struct http_answer *a)
{
	int64_t to = a->headers.offset;

	if (is_gone(a->status)) {
		upload_gone(s);
	} else if (a->status == 204 && to > s->offset && to <= s->size) {
		note_piece(s, true);
		moved_to(s, to);
	} else if (a->status == 400 && !s->unchecked) {
		s->unchecked = true; /* it may not know our checksum */
		go(s, SEND_ASK);
	} else if ((!is_misplaced(a->status) && a->status != 204) || !pause_and_ask(s)) {
		fail_status(s, a);
	}
}

static void after_commit(struct send *s, const struct http_answer *a)
{
	if (is_gone(a->status))
		upload_gone(s);
	else if (!is_misplaced(a->status) || !pause_and_ask(s))
		answered(s, a);
}

static void after_look(struct send *s, const struct http_answer *a)
{
	if (a->status != 404)
		answered(s, a);
	else if (s->uploads < MAX_UPLOADS)
		begin_anew(s);
	else
		fail_status(s, a);
}

static void on_answer(void *data, const struct http_answer *a)
{
	struct send *s = data;

	s->call = NULL;
	if (a->e != ERR_OK && s->step == SEND_BYTES)
		note_piece(s, false);
	/* Cut in the middle: what has arrived is kept there. A silent line is asked once more only
	 * when it was not silent from the start. */
	if ((a->e == ERR_OFFLINE || (a->e == ERR_TIMEOUT && s->step == SEND_BYTES)) &&
	    pause_and_ask(s))
		return;
	if (s->events->heard)
		s->events->heard(s->data, a->e);
	if (a->e != ERR_OK) {
		fail_text(s, a->e, a->why);
		return;
	}
	switch (s->step) {
	case SEND_CREATE:
		after_create(s, a);
		return;
	case SEND_ASK:
		after_ask(s, a);
		return;
	case SEND_BYTES:
		after_bytes(s, a);
		return;
	case SEND_COMMIT:
		after_commit(s, a);
		return;
	default:
		after_look(s, a);
	}
}

static void on_moves(void *data)
{
	struct send *s = data;

	if (s->events->moves)
		s->events->moves(s->data);
}

static void request(struct send *s, enum send_step step, const struct http_request *order)
{
	struct http_request r = *order;

	r.moves = on_moves;
	s->step = step;
	enum err e = http_start(s->http, &r, on_answer, s, &s->call);
	if (e != ERR_OK)
		fail_text(s, e, "the request could not be made");
}

/* As tus wants it. */
static void base64(const char *text, char *ret)
{
	EVP_EncodeBlock((unsigned char *)ret, (const unsigned char *)text, (int)strlen(text));
}

static void create(struct send *s)
{
	char key[64], hash[96], length[48], meta[256];

	s->uploads++;
	base64(s->job.key, key);
	base64(s->job.sha256, hash);
	snprintf(length, sizeof length, "Upload-Length: %" PRId64, s->size);
	snprintf(meta, sizeof meta, "Upload-Metadata: key %s,sha256 %s", key, hash);
	request(s, SEND_CREATE,
		&(struct http_request){ .method = "POST",
					.path = "/v1/uploads",
					.fd = -1,
					.headers = { TUS, length, meta },
					.quiet_ms = QUIET_MS });
}

static void bytes(struct send *s)
{
	char at[48], sum[PIECE_SUM_CAP];
	int64_t left = s->size - s->offset;
	int64_t len = left < s->piece_bytes ? left : s->piece_bytes;

	if (!s->unchecked) {
		enum err e = piece_sum(s->job.fd, s->offset, len, sum);

		if (e != ERR_OK) {
			fail_text(s, e, "the package cannot be read");
			return;
		}
	}
	s->began_ms = loop_now_ms(http_loop(s->http));
	snprintf(at, sizeof at, "Upload-Offset: %" PRId64, s->offset);
	request(s, SEND_BYTES,
		&(struct http_request){
			.method = "PATCH",
			.path = s->job.upload,
			.fd = s->job.fd,
			.from = s->offset,
			.len = len,
			.window_bytes = piece_window_bytes(s->piece_bytes),
			.headers = { TUS, at, "Content-Type: application/offset+octet-stream",
				     s->unchecked ? NULL : sum },
			.quiet_ms = QUIET_MS });
	if (s->step == SEND_BYTES)
		http_hold(s->call, s->held);
}

static void commit(struct send *s)
{
	const struct send_job *j = &s->job;
	char path[96], idempotency[64], manifest[96] = "", text[1024];

	if (j->manifest[0])
		snprintf(manifest, sizeof manifest, "\"manifest_sha256\":\"%s\",", j->manifest);
	snprintf(path, sizeof path, "/v1/dossiers/%s/commit", j->key);
	snprintf(idempotency, sizeof idempotency, "Idempotency-Key: %s", j->key);
	/* no value can hold a quote or a backslash: send_start() and address_path() saw to it */
	snprintf(text, sizeof text,
		 "{\"key\":\"%s\",\"package_sha256\":\"%s\",%s%s\"size\":%" PRId64
		 ",\"upload\":\"%s\"}",
		 j->key, j->sha256, manifest, j->carried ? "\"carried\":true," : "", s->size,
		 j->upload);
	request(s, SEND_COMMIT,
		&(struct http_request){ .method = "POST",
					.path = path,
					.fd = -1,
					.text = text,
					.headers = { idempotency, "Content-Type: application/json",
						     "Accept: " ANSWER_TYPE },
					.quiet_ms = COMMIT_QUIET_MS });
}

static void go(struct send *s, enum send_step step)
{
	char path[96];

	switch (step) {
	case SEND_CREATE:
		create(s);
		return;
	case SEND_BYTES:
		bytes(s);
		return;
	case SEND_COMMIT:
		commit(s);
		return;
	case SEND_ASK:
		request(s, step,
			&(struct http_request){ .method = "HEAD",
						.path = s->job.upload,
						.fd = -1,
						.headers = { TUS },
						.quiet_ms = QUIET_MS });
		return;
	default:
		snprintf(path, sizeof path, "/v1/dossiers/%s", s->job.key);
		request(s, SEND_LOOK,
			&(struct http_request){ .method = "GET",
						.path = path,
						.fd = -1,
						.headers = { "Accept: " ANSWER_TYPE },
						.quiet_ms = QUIET_MS });
	}
}

/* The first step comes from the loop, so that no event is called within send_start(). */
static void on_begin(void *data)
{
	struct send *s = data;

	if (s->size == 0)
		fail_text(s, ERR_BAD_DATA, "the package is empty: nothing was sent");
	else
		on_pause(s);
}

enum err send_start(struct send *s, struct http *h, const struct send_job *job,
		    const struct send_events *events, void *data)
{
	char path[ADDRESS_MAX_BYTES];
	struct stat st;

	if (s->step != SEND_IDLE)
		return ERR_BUSY;
	if (!send_key_ok(job->key) || !is_hex(job->sha256, 64) ||
	    (job->manifest[0] && !is_hex(job->manifest, 64)) || fstat(job->fd, &st) < 0 ||
	    (job->upload[0] && address_path(http_base(h), job->upload, path) != ERR_OK))
		return ERR_BAD_DATA;
	*s = (struct send){ .http = h,
			    .events = events,
			    .data = data,
			    .job = *job,
			    .step = SEND_PAUSE,
			    .size = st.st_size,
			    .piece_bytes = s->piece_bytes ? s->piece_bytes : PIECE_FIRST_BYTES,
			    .unchecked = s->unchecked,
			    .held = s->held };
	timer_set(http_loop(h), &s->pause, 0, on_begin, s);
	return ERR_OK;
}
