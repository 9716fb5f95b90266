#include "firmware/sync/by_hand.h"

#include "firmware/base/auto.h"
#include "firmware/sync/body.h"
#include "firmware/sync/bundle.h"
#include "firmware/sync/enrol.h"
#include "firmware/sync/hand.h"
#include "firmware/sync/send.h"

#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define QUIET_MS 10000u

/* What a command works with and what came of it. */
struct hand {
	struct hand_line line;
	int64_t began_ms;
	int status; /* exit */
	/* check */
	bool json;
	struct tls_facts tls;
	/* send */
	struct send send;
	const char *out;
};

static int help(FILE *to)
{
	fputs("kiosk-sync check [--json]      is the province there, and are the certificates "
	      "good?\n"
	      "kiosk-sync send PACKAGE --key KEY [--manifest SHA256] [--upload PATH] [--out FILE]\n"
	      "                               hands in one sealed package; repeating does no harm\n"
	      "kiosk-sync bundle DIR          sends the dossiers that kiosks wrote to a USB stick, "
	      "and "
	      "writes\n                               the answers back to it\n"
	      "kiosk-sync look URL DIR [PROXY]        before there are settings: the files of a "
	      "province\n"
	      "kiosk-sync enrol URL ID DIR [PROXY]    and certificates for the code on standard "
	      "input\n"
	      "Settings: $KIOSK_CONF, or /etc/kiosk/kiosk.conf.\n",
	      to);
	return to == stdout ? 0 : 2;
}

struct verdict {
	enum err e;
	unsigned status;
	const char *why;
	struct health health;
	int64_t latency_ms;
};

static void add(struct json_object *o, const char *name, const char *text)
{
	json_object_object_add(o, name, json_object_new_string(text));
}

static void print_json(const struct hand *h, const struct verdict *v)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "ok", json_object_new_boolean(v->e == ERR_OK));
	add(o, "url", h->line.config.province_url);
	add(o, "err", err_name(v->e));
	add(o, "why", v->why);
	json_object_object_add(o, "http", json_object_new_int((int)v->status));
	json_object_object_add(o, "latency_ms", json_object_new_int64(v->latency_ms));
	if (h->tls.known) {
		add(o, "tls", h->tls.version);
		add(o, "province", h->tls.peer);
		json_object_object_add(o, "province_days", json_object_new_int(h->tls.peer_days));
		add(o, "kiosk", h->tls.own);
		json_object_object_add(o, "kiosk_days", json_object_new_int(h->tls.own_days));
	}
	if (v->e == ERR_OK) {
		add(o, "name", v->health.name);
		json_object_object_add(o, "time", json_object_new_int64(v->health.time_s));
	}
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

static void print_words(const struct hand *h, const struct verdict *v)
{
	int64_t ahead = clock_wall_s(&h->line.clock) - v->health.time_s;

	printf("province    %s\n", h->line.config.province_url);
	if (h->tls.known)
		printf("encryption  %s\n"
		       "province's certificate  \"%s\", %d days left\n"
		       "kiosk's certificate     \"%s\", %d days left\n",
		       h->tls.version, h->tls.peer, h->tls.peer_days, h->tls.own, h->tls.own_days);
	if (v->e != ERR_OK) {
		printf("NOT GOOD    %s: %s\nnext        %s\n", err_text(v->e), v->why,
		       hand_advice(v->e));
		return;
	}
	printf("health      \"%s\" takes dossiers; it answered in %" PRId64 " ms\n", v->health.name,
	       v->latency_ms);
	if (v->health.time_s && (ahead > 60 || ahead < -60))
		printf("clock       this kiosk is %" PRId64 " s %s the province: set its clock\n",
		       ahead < 0 ? -ahead : ahead, ahead < 0 ? "behind" : "ahead of");
	puts("good");
}

static void on_health(void *data, const struct http_answer *a)
{
	struct hand *h = data;
	struct verdict v = { .e = a->e, .why = a->why, .status = a->status };

	v.latency_ms = loop_now_ms(h->line.loop) - h->began_ms;
	if (a->e == ERR_OK &&
	    (a->status != 200 || strcmp(a->headers.type, "application/json") != 0 ||
	     !body_health(a->body, a->body_len, &v.health))) {
		v.e = a->status >= 500 ? ERR_SERVER : ERR_BAD_DATA;
		v.why = "the answer is not the health of a province";
	}
	if (h->json)
		print_json(h, &v);
	else
		print_words(h, &v);
	h->status = v.e == ERR_OK ? 0 : 1;
	loop_stop(h->line.loop);
}

static int check(bool json)
{
	struct hand h = { .json = json, .status = 1 };
	struct http_request r = {
		.method = "GET", .path = "/v1/health", .fd = -1, .quiet_ms = QUIET_MS
	};
	struct http_call *call;
	enum err e = hand_open(&h.line);

	if (e == ERR_OK) {
		http_observe(h.line.http, &h.tls);
		h.began_ms = loop_now_ms(h.line.loop);
		e = http_start(h.line.http, &r, on_health, &h, &call);
	}
	if (e == ERR_OK)
		e = loop_run(h.line.loop);
	hand_close(&h.line);
	return e == ERR_OK ? h.status : 1;
}

static void on_upload(void *data, const char *upload)
{
	(void)data;
	printf("upload      %s\n", upload);
}

static void on_progress(void *data, int64_t sent, int64_t size)
{
	(void)data;
	printf("there       %" PRId64 " of %" PRId64 " bytes\n", sent, size);
}

static bool save(const char *path, const void *bytes, size_t len)
{
	FILE *f = fopen(path, "we");
	bool good = f && fwrite(bytes, 1, len, f) == len;

	if (f && fclose(f) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "kiosk-sync: %s cannot be written: %s\n", path, strerror(errno));
	return good;
}

static void on_answered(void *data, const void *bytes, size_t len)
{
	struct hand *h = data;

	printf("answered    %zu bytes; this program does not verify the signature\n", len);
	h->status = !h->out || save(h->out, bytes, len) ? 0 : 1;
	loop_stop(h->line.loop);
}

static void on_failed(void *data, const struct send_failure *f)
{
	struct hand *h = data;

	if (f->why == ERR_REFUSED) /* without a signature nothing is said about the dossier */
		printf("NOT GOOD    the province does not take this request: %s\n", f->detail);
	else
		printf("NOT GOOD    %s: %s\n", err_text(f->why), f->detail);
	if (f->http)
		printf("status      %u\n", f->http);
	if (f->retry_after_s)
		printf("try again   in %u s\n", f->retry_after_s);
	printf("next        %s\n", hand_advice(f->why));
	h->status = 1;
	loop_stop(h->line.loop);
}

/* The hash of what will be sent; sending makes no other use of it. */
static bool hash_of(int fd, char ret[65])
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char part[65536], sum[EVP_MAX_MD_SIZE];
	ssize_t n = 1;
	bool good = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1;

	for (off_t at = 0; good && n > 0; at += n) {
		n = pread(fd, part, sizeof part, at);
		good = n >= 0 && EVP_DigestUpdate(md, part, n > 0 ? (size_t)n : 0) == 1;
	}
	good = good && EVP_DigestFinal_ex(md, sum, NULL) == 1;
	EVP_MD_CTX_free(md);
	for (size_t i = 0; good && i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", sum[i]);
	return good;
}

static bool read_words(int argc, char **argv, struct send_job *j, struct hand *h)
{
	for (int i = 2; i + 1 < argc; i += 2) {
		char *to = NULL;
		size_t cap = 0;

		if (strcmp(argv[i], "--out") == 0)
			h->out = argv[i + 1];
		else if (strcmp(argv[i], "--key") == 0)
			to = j->key, cap = sizeof j->key;
		else if (strcmp(argv[i], "--manifest") == 0)
			to = j->manifest, cap = sizeof j->manifest;
		else if (strcmp(argv[i], "--upload") == 0)
			to = j->upload, cap = sizeof j->upload;
		else
			return false;
		if (to && (size_t)snprintf(to, cap, "%s", argv[i + 1]) >= cap)
			return false;
	}
	return argc >= 4 && argc % 2 == 0 && send_key_ok(j->key);
}

static int send_one(int argc, char **argv)
{
	static const struct send_events EVENTS = { .upload_at = on_upload,
						   .progress = on_progress,
						   .answered = on_answered,
						   .failed = on_failed };
	struct hand h = { .status = 1 };
	struct send_job job = { .fd = -1 };

	if (!read_words(argc, argv, &job, &h))
		return help(stderr);
	job.fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (job.fd < 0 || !hash_of(job.fd, job.sha256)) {
		fprintf(stderr, "kiosk-sync: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	enum err e = hand_open(&h.line);
	if (e == ERR_OK)
		e = send_start(&h.send, h.line.http, &job, &EVENTS, &h);
	if (e == ERR_OK)
		e = loop_run(h.line.loop);
	hand_close(&h.line);
	return e == ERR_OK ? h.status : 1;
}

int by_hand(int argc, char **argv)
{
	/* where an upload stands is worth most when this program is killed */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc >= 1 && strcmp(argv[0], "--help") == 0)
		return help(stdout);
	if (argc >= 1 && strcmp(argv[0], "check") == 0)
		return argc == 1                        ? check(false)
		       : strcmp(argv[1], "--json") == 0 ? check(true)
							: help(stderr);
	if (argc >= 2 && strcmp(argv[0], "send") == 0)
		return send_one(argc, argv);
	if ((argc == 3 || argc == 4) && strcmp(argv[0], "look") == 0)
		return enrol_look(argv[1], argv[2], argc == 4 ? argv[3] : NULL);
	if ((argc == 4 || argc == 5) && strcmp(argv[0], "enrol") == 0)
		return enrol_ask(argv[1], argv[2], argv[3], argc == 5 ? argv[4] : NULL);
	if (argc == 2 && strcmp(argv[0], "bundle") == 0)
		return bundle_forward(argv[1]);
	return help(stderr);
}
