#include "tests/province/api.h"

#include "tests/province/commit.h"
#include "tests/province/control.h"
#include "tests/province/enrol.h"
#include "tests/province/json.h"
#include "tests/province/query.h"
#include "tests/province/shape.h"
#include "tests/province/uploads.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEM "application/problem+json"
#define ANSWER  "application/pkcs7-mime"
#define BYTES   "application/offset+octet-stream"
#define TUS     "Tus-Resumable", "1.0.0"

static const char PORTAL[] = "<!DOCTYPE html><html><head><title>WiFi</title></head><body>"
			     "<h1>Welcome to free WiFi</h1><form action=\"/login\">"
			     "<button>I agree</button></form></body></html>\n";

static void problem(struct world *w, struct request *r, unsigned status, const char *detail)
{
	AUTO_JSON o = json_object_new_object();
	char retry[16];
	const char *headers[7] = { TUS, "Cache-Control", "no-store" };

	json_object_object_add(o, "type", json_object_new_string("about:blank"));
	json_object_object_add(o, "title",
			       json_object_new_string(MHD_get_reason_phrase_for(status)));
	json_object_object_add(o, "status", json_object_new_int((int)status));
	json_object_object_add(o, "detail", json_object_new_string(detail));
	const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	if (w->fault.retry_after_s > 0 && (status == 503 || status == 429)) {
		snprintf(retry, sizeof retry, "%u", w->fault.retry_after_s);
		headers[4] = "Retry-After";
		headers[5] = retry;
	}
	request_answer(r, status, PROBLEM, text, strlen(text), headers);
}

bool api_number(const char *text, int64_t *ret)
{
	char *end;

	if (!text || *text < '0' || *text > '9' || strlen(text) > 18)
		return false;
	int64_t n = strtoll(text, &end, 10);
	if (*end)
		return false;
	*ret = n;
	return true;
}

bool api_metadata(const char *header, const char *name, char *ret, size_t cap)
{
	size_t name_len = strlen(name);
	unsigned char out[256];

	for (const char *at = header; at && *at;) {
		size_t n = strcspn(at, ",");

		if (n > name_len + 1 && strncmp(at, name, name_len) == 0 && at[name_len] == ' ') {
			const char *b64 = at + name_len + 1;
			size_t len = n - name_len - 1;
			if (len % 4 != 0 || len / 4 * 3 > sizeof out)
				return false;
			int got = EVP_DecodeBlock(out, (const unsigned char *)b64, (int)len);
			got -= len >= 1 && b64[len - 1] == '=';
			got -= len >= 2 && b64[len - 2] == '=';
			if (got <= 0 || (size_t)got >= cap || memchr(out, '\0', (size_t)got))
				return false;
			memcpy(ret, out, (size_t)got);
			ret[got] = '\0';
			return true;
		}
		at += n + (at[n] == ',');
		at += strspn(at, " ");
	}
	return false;
}

static void health(struct world *w, struct request *r)
{
	char text[128];
	int n = snprintf(text, sizeof text,
			 "{\"status\":\"ok\",\"time\":%" PRId64 ",\"name\":\"%s\"}",
			 clock_wall_s(&w->clock), "Tinh mau");

	request_answer(r, 200, "application/json", text, (size_t)n,
		       (const char *[]){ "Cache-Control", "no-store", NULL });
}

static void abilities(struct world *w, struct request *r)
{
	char max[24];

	(void)w;
	snprintf(max, sizeof max, "%d", UPLOAD_MAX_BYTES);
	request_answer(r, 204, NULL, NULL, 0,
		       (const char *[]){ TUS, "Tus-Version", "1.0.0", "Tus-Extension",
					 "creation,termination,checksum", "Tus-Checksum-Algorithm",
					 SUM_ALGORITHMS, "Tus-Max-Size", max, NULL });
}

static void upload_begin(struct world *w, struct request *r)
{
	const char *meta = request_header(r, "Upload-Metadata");
	struct upload u = { 0 };
	char location[64];

	if (!api_number(request_header(r, "Upload-Length"), &u.size) || u.size == 0) {
		problem(w, r, 400, "Upload-Length must be the size of the package, and not 0");
		return;
	}
	if (u.size > UPLOAD_MAX_BYTES) {
		problem(w, r, 413, "the package is larger than Tus-Max-Size");
		return;
	}
	if (!api_metadata(meta, "key", u.key, sizeof u.key) || !shape_key(u.key) ||
	    !api_metadata(meta, "sha256", u.sha256, sizeof u.sha256) || !shape_sha256(u.sha256)) {
		problem(w, r, 400, "Upload-Metadata must have key (a UUID) and sha256, in base64");
		return;
	}
	if (upload_create(w, &u) != ERR_OK) {
		problem(w, r, 500, "the province could not make a file for the upload");
		return;
	}
	snprintf(location, sizeof location, "/v1/uploads/%s", u.id);
	request_answer(r, 201, NULL, NULL, 0, (const char *[]){ TUS, "Location", location, NULL });
}

/* The upload a path names; answers 404 itself. */
static bool find_upload(struct world *w, struct request *r, struct upload *u, int64_t *offset)
{
	const char *id = upload_id_of(r->path);

	server_only_writer(r);
	if (id && upload_find(w, id, u, offset) == ERR_OK)
		return true;
	problem(w, r, 404, "there is no such upload (any more); begin a new one");
	return false;
}

static void upload_where(struct world *w, struct request *r)
{
	struct upload u;
	int64_t offset;
	char at[24], size[24];

	if (!find_upload(w, r, &u, &offset))
		return;
	snprintf(at, sizeof at, "%" PRId64, offset);
	snprintf(size, sizeof size, "%" PRId64, u.size);
	request_answer(r, 200, NULL, NULL, 0,
		       (const char *[]){ TUS, "Upload-Offset", at, "Upload-Length", size,
					 "Cache-Control", "no-store", NULL });
}

/* What is wrong with the checksum of this piece; or NULL. */
static const char *expect_sum(struct world *w, struct request *r, int64_t offset)
{
	const char *header = request_header(r, "Upload-Checksum");

	if (header && w->fault.sums == SUMS_NEVER)
		return "checksums are not known here";
	if (!sum_begin(&r->sum, header, offset))
		return "Upload-Checksum must be sha1 or sha256 and the hash in base64";
	r->whole_only = header && w->fault.sums == SUMS_STRICT;
	return NULL;
}

static void patch_begin(struct world *w, struct request *r)
{
	const char *type = request_header(r, "Content-Type"), *wrong;
	struct upload u;
	int64_t offset, said;

	if (!find_upload(w, r, &u, &offset))
		return;
	if (!type || strcmp(type, BYTES) != 0)
		problem(w, r, 415, "Content-Type must be " BYTES);
	else if (!api_number(request_header(r, "Upload-Offset"), &said))
		problem(w, r, 400, "Upload-Offset must be a number");
	else if (said != offset)
		problem(w, r, 409, "Upload-Offset is not where the upload stands; ask with HEAD");
	else if ((wrong = expect_sum(w, r, offset)))
		problem(w, r, 400, wrong);
	else if (u.committed || upload_append(w, u.id, &r->sink_fd) != ERR_OK)
		problem(w, r, 409, "this upload is complete");
	r->sink_at = offset;
	r->sink_max = u.size;
	r->flip = w->fault.flips > 0 && r->sink_fd >= 0;
	w->fault.flips -= r->flip;
}

static void patch_end(struct world *w, struct request *r)
{
	char at[24];

	if (!sum_fits(&r->sum)) {
		bool back = ftruncate(r->sink_fd, r->sum.from) == 0;

		problem(w, r, back ? 460 : 500, "the checksum does not match this piece");
		return;
	}
	snprintf(at, sizeof at, "%" PRId64, r->sink_at);
	request_answer(r, 204, NULL, NULL, 0, (const char *[]){ TUS, "Upload-Offset", at, NULL });
}

static void upload_forget(struct world *w, struct request *r)
{
	struct upload u;
	int64_t offset;

	if (!find_upload(w, r, &u, &offset))
		return;
	if (u.committed)
		problem(w, r, 409, "this upload is a dossier already");
	else if (upload_delete(w, u.id) != ERR_OK)
		problem(w, r, 500, "the province's database failed");
	else
		request_answer(r, 204, NULL, NULL, 0, (const char *[]){ TUS, NULL });
}

/* The key between "/v1/dossiers/" and `rest`. */
static bool key_of(const char *path, const char *rest, char ret[37])
{
	const char *at = path + strlen("/v1/dossiers/");

	if (strlen(at) < 36 || strcmp(at + 36, rest) != 0)
		return false;
	memcpy(ret, at, 36);
	ret[36] = '\0';
	return shape_key(ret);
}

/* Puts an answer in place of the right one that another key has signed. */
static void forge(struct world *w, const char *key, struct commit_result *c)
{
	enum pki_id signer = w->fault.forge;
	struct dossier d;

	w->fault.forge = PKI_NONE;
	free(c->answer);
	c->answer = NULL;
	c->answer_len = 0;
	if (store_find(w->store, key, &d) == ERR_OK)
		(void)commit_sign(w, signer, &d, &c->answer, &c->answer_len);
}

/* A kiosk asks it by itself, now and then: no fault is meant for that. */
static bool is_of_time(const struct request *r)
{
	return strcmp(r->path, "/v1/queries/time") == 0;
}

static void send_reply(struct world *w, struct request *r, struct commit_result *c)
{
	if (w->fault.drop_answers > 0 && !is_of_time(r)) {
		w->fault.drop_answers--;
		r->cut = true;
		return;
	}
	if (w->fault.floods > 0 && !is_of_time(r)) {
		w->fault.floods--;
		request_answer_endless(r, ANSWER);
		return;
	}
	request_answer(r, 200, ANSWER, c->answer, c->answer_len,
		       (const char *[]){ "Cache-Control", "no-store", NULL });
}

static void send_answer(struct world *w, struct request *r, const char *key,
			struct commit_result *c)
{
	if (w->fault.forge != PKI_NONE)
		forge(w, key, c);
	send_reply(w, r, c);
}

/* What the body says, checked; the sentence for a technician when it is wrong. */
static const char *read_commit(struct request *r, struct commit *c)
{
	const char *idempotency = request_header(r, "Idempotency-Key");
	AUTO_JSON o = r->body ? json_read(r->body, r->body_len) : NULL;
	const char *key, *hash, *manifest, *upload;

	if (!idempotency)
		return "the Idempotency-Key header is missing";
	if (!key_of(r->path, "/commit", c->key) || strcmp(idempotency, c->key) != 0)
		return "Idempotency-Key and the key in the path must be the same UUID";
	if (!o)
		return "the body is not a JSON object";
	key = json_text(o, "key", 36);
	hash = json_text(o, "package_sha256", 64);
	manifest = json_text(o, "manifest_sha256", 64);
	upload = json_text(o, "upload", 511);
	if (!key || strcmp(key, c->key) != 0 || !hash || !shape_sha256(hash) ||
	    (manifest && !shape_sha256(manifest)) || !json_count(o, "size", &c->size) || !upload ||
	    !upload_id_of(upload))
		return "the body must have key, package_sha256, size and upload as agreed";
	c->carried = json_object_get_boolean(json_object_object_get(o, "carried"));
	snprintf(c->package_sha256, sizeof c->package_sha256, "%s", hash);
	snprintf(c->manifest_sha256, sizeof c->manifest_sha256, "%s", manifest ? manifest : "");
	snprintf(c->upload, sizeof c->upload, "%s", upload_id_of(upload));
	return NULL;
}

static void dossier_commit(struct world *w, struct request *r)
{
	struct commit c = { 0 };
	struct commit_result result;
	const char *wrong = read_commit(r, &c);

	if (wrong) {
		problem(w, r, 400, wrong);
		return;
	}
	commit_do(w, &c, &result);
	if (result.status == 200) {
		send_answer(w, r, c.key, &result);
		control_changed(w);
	} else {
		problem(w, r, result.status, result.why.text);
	}
	free(result.answer);
}

static void dossier_answer(struct world *w, struct request *r)
{
	struct commit_result result = { 0 };
	char key[37];

	if (!key_of(r->path, "", key)) {
		problem(w, r, 400, "the key in the path is not a UUID");
		return;
	}
	enum err e = store_answer(w->store, key, &result.answer, &result.answer_len);
	if (e == ERR_OK)
		send_answer(w, r, key, &result);
	else
		problem(w, r, e == ERR_NOT_FOUND ? 404 : 500, "there is no dossier under this key");
	free(result.answer);
}

static void query(struct world *w, struct request *r)
{
	struct query_result result;

	query_do(w, r->path + strlen("/v1/queries/"), r->body, r->body_len, &result);
	if (result.why) {
		problem(w, r, result.status, result.why);
		return;
	}
	struct commit_result signed_reply = { .answer = result.reply, .answer_len = result.len };
	send_reply(w, r, &signed_reply);
	free(result.reply);
	control_changed(w);
}

/* What a kiosk without a certificate may ask. */
static void enrol_answer(struct world *w, struct request *r, const struct enrol_result *e)
{
	if (e->status == 200)
		request_answer(r, 200, "application/json", e->text, strlen(e->text),
			       (const char *[]){ "Cache-Control", "no-store", NULL });
	else
		problem(w, r, e->status, e->why);
	free(e->text);
}

static void enrol_look(struct world *w, struct request *r)
{
	struct enrol_result e = { 0 };

	enrol_site(w, &e);
	enrol_answer(w, r, &e);
}

static void enrol_post(struct world *w, struct request *r)
{
	struct enrol_result e = { 0 };

	enrol_do(w, r->body, r->body_len, &e);
	enrol_answer(w, r, &e);
}

static const struct {
	const char *method, *prefix, *suffix;
	void (*finish)(struct world *w, struct request *r);
	void (*begin)(struct world *w, struct request *r);
} ROUTES[] = {
	{ "GET", "/v1/health", "", health, NULL },
	{ "OPTIONS", "/v1/uploads", "", abilities, NULL },
	{ "POST", "/v1/uploads", "", upload_begin, NULL },
	{ "HEAD", "/v1/uploads/", "*", upload_where, NULL },
	{ "PATCH", "/v1/uploads/", "*", patch_end, patch_begin },
	{ "DELETE", "/v1/uploads/", "*", upload_forget, NULL },
	{ "POST", "/v1/dossiers/", "*/commit", dossier_commit, NULL },
	{ "GET", "/v1/dossiers/", "*", dossier_answer, NULL },
	{ "POST", "/v1/queries/", "*", query, NULL },
	{ "GET", "/v1/enrolment/site", "", enrol_look, NULL },
	{ "POST", "/v1/enrolment", "", enrol_post, NULL },
};
#define ROUTE_COUNT (sizeof ROUTES / sizeof *ROUTES)

/* `suffix`: "" nothing more, "*" one more part, "* /x" one more part and then that. */
static bool matches(const char *path, const char *prefix, const char *suffix)
{
	size_t n = strlen(prefix);

	if (strncmp(path, prefix, n) != 0)
		return false;
	path += n;
	if (*suffix == '*') {
		path += strcspn(path, "/");
		suffix++;
	}
	return strcmp(path, suffix) == 0;
}

static size_t find_route(const struct request *r, bool *ret_path_known)
{
	size_t i = 0;

	*ret_path_known = false;
	for (; i < ROUTE_COUNT; i++) {
		if (!matches(r->path, ROUTES[i].prefix, ROUTES[i].suffix))
			continue;
		*ret_path_known = true;
		if (strcmp(ROUTES[i].method, r->method) == 0)
			break;
	}
	return i;
}

/* Who does not say a version says that it is none. */
static bool is_outdated(struct world *w, struct request *r)
{
	const char *said = request_header(r, "User-Agent");
	int major = 0, count = 0;

	snprintf(w->software, sizeof w->software, "%s", said ? said : "");
	if (w->fault.oldest == 0)
		return false;
	return sscanf(w->software, "mocua-kiosk/%d.%d", &major, &count) != 2 ||
	       (major == 1 && count < w->fault.oldest);
}

static bool is_stranger(struct request *r)
{
	char client[64];

	request_client(r, client, sizeof client);
	return !client[0] && strncmp(r->path, "/v1/enrolment", 13) != 0;
}

static void begin(struct world *w, struct request *r)
{
	bool known;
	size_t i = find_route(r, &known);
	bool quiet = is_of_time(r);
	unsigned status =
		quiet ? 0 : fault_fail(&w->fault, r->method, strcmp(r->path, "/v1/health") == 0);

	if (!quiet && fault_html(&w->fault, r->method)) {
		request_answer(r, 200, "text/html", PORTAL, sizeof PORTAL - 1, NULL);
	} else if (is_outdated(w, r)) {
		problem(w, r, 426, "update this kiosk first");
	} else if (status) {
		problem(w, r, status, "the province was told to fail");
	} else if (ddi_is(r->path)) {
		return; /* all of it is answered by ddi_do() */
	} else if (i == ROUTE_COUNT) {
		problem(w, r, known ? 405 : 404, "no such place or method in the contract");
	} else if (strncmp(r->path, "/v1/uploads", 11) == 0 && strcmp(r->method, "OPTIONS") != 0 &&
		   (!request_header(r, "Tus-Resumable") ||
		    strcmp(request_header(r, "Tus-Resumable"), "1.0.0") != 0)) {
		problem(w, r, 412, "Tus-Resumable must be 1.0.0");
	} else if (is_stranger(r)) {
		problem(w, r, 401, "who has no certificate can only ask for one");
	} else if (ROUTES[i].begin) {
		ROUTES[i].begin(w, r);
	}
}

static void finish(struct world *w, struct request *r)
{
	bool known;
	size_t i = find_route(r, &known);

	request_client(r, w->client, sizeof w->client);
	if (ddi_is(r->path))
		ddi_do(w, r);
	else if (i < ROUTE_COUNT)
		ROUTES[i].finish(w, r);
}

const struct routes API_ROUTES = { begin, finish };
