#include "firmware/sync/enrol.h"

#include "firmware/base/auto.h"
#include "firmware/base/err.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_BYTES 262144
#define MAX_FILE  65536
#define CONNECT_S 20L
#define WHOLE_S   60L

enum { CODE_OK, CODE_ANSWER, CODE_WORDS, CODE_OFFLINE, CODE_REFUSED, CODE_FORGED, CODE_TAKEN };

#define NOT_THE_PROVINCE (-1L) /* in the place of a status */

struct answer {
	char *text;
	size_t len;
};

static size_t on_bytes(char *bytes, size_t one, size_t n, void *data)
{
	struct answer *a = data;

	(void)one;
	if (n > MAX_BYTES - a->len)
		return 0;
	memcpy(a->text + a->len, bytes, n);
	a->len += n;
	a->text[a->len] = '\0';
	return n;
}

static void say_why(const char *why)
{
	printf("WHY=%.160s\n", why);
}

/* Nobody reads any more what is said here: who asked does not wait for it. */
static bool is_unheard(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) == 1 && (out.revents & (POLLHUP | POLLERR)) != 0;
}

static int on_progress(void *data, curl_off_t all, curl_off_t got, curl_off_t to_send,
		       curl_off_t sent)
{
	(void)data, (void)all, (void)got, (void)to_send, (void)sent;
	return is_unheard();
}

/* One request; `ca` NULL: whoever answers is listened to. *ret_status 0: nobody did. */
static void ask(const char *url, const char *proxy, const char *ca, const char *body,
		struct answer *a, long *ret_status)
{
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	CURL *c = curl_easy_init();

	*ret_status = 0;
	if (!c || !headers)
		return;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_PROXY, proxy ? proxy : "");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, WHOLE_S);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, ca ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, ca ? 2L : 0L);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_CAINFO, ca);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	if (body)
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	CURLcode code = curl_easy_perform(c);
	if (code == CURLE_OK && !is_unheard()) /* who asks next uses the same folder */
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, ret_status);
	else if (code != CURLE_OK)
		say_why(why[0] ? why : curl_easy_strerror(code));
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		*ret_status = NOT_THE_PROVINCE;
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
}

static int code_of(long status)
{
	char why[32];

	if (status == 200)
		return CODE_OK;
	if (status == 0)
		return CODE_OFFLINE;
	if (status == NOT_THE_PROVINCE)
		return CODE_FORGED;
	snprintf(why, sizeof why, "status %ld", status);
	say_why(why);
	return status == 401 || status == 403 || status == 410 ? CODE_REFUSED : CODE_ANSWER;
}

static bool save(int dir_fd, const char *name, struct json_object *text)
{
	size_t len = text ? (size_t)json_object_get_string_len(text) : 0;

	if (!json_object_is_type(text, json_type_string) || len == 0 || len > MAX_FILE)
		return false;
	AUTO_FD fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd >= 0 && write(fd, json_object_get_string(text), len) == (ssize_t)len;
}

/* A signature comes as base64; the other files are text. */
static bool save_bytes(int dir_fd, const char *name, struct json_object *base64)
{
	static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	const char *at = json_object_get_string(base64);
	AUTO_FREE char *bytes = malloc(MAX_FILE);
	unsigned held = 0, bits = 0;
	size_t len = 0;

	if (!json_object_is_type(base64, json_type_string) || !bytes)
		return false;
	for (; *at && *at != '=' && len < MAX_FILE; at++) {
		const char *digit = strchr(LETTERS, *at);
		if (!digit)
			return false;
		held = held << 6 | (unsigned)(digit - LETTERS);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[len++] = (char)(held >> bits & 255);
		}
	}
	AUTO_FD fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return len > 0 && len < MAX_FILE && fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
}

static bool save_set(int dir_fd, struct json_object *o)
{
	static const char *const FILES[] = { "ca.pem",        "answer.pem",   "seal.pem",
					     "catalogue.pem", "kiosk-ca.pem", "site.txt" };
	bool good = true;

	for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
		good = good && save(dir_fd, FILES[i], json_object_object_get(o, FILES[i]));
	return good && save_bytes(dir_fd, "site.p7s", json_object_object_get(o, "site.p7s"));
}

static struct json_object *parse(const struct answer *a)
{
	struct json_tokener *t = json_tokener_new_ex(4);
	struct json_object *o =
		t && a->len > 0 ? json_tokener_parse_ex(t, a->text, (int)a->len) : NULL;

	if (t)
		json_tokener_free(t);
	if (o && !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	return o;
}

static int open_dir(const char *dir)
{
	return open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int enrol_look(const char *url, const char *dir, const char *proxy)
{
	AUTO_FREE char *buffer = malloc(MAX_BYTES + 1);
	struct answer a = { .text = buffer };
	AUTO_FD dir_fd = open_dir(dir);
	char at[320];
	long status;

	if (!buffer || dir_fd < 0 ||
	    snprintf(at, sizeof at, "%s/v1/enrolment/site", url) >= (int)sizeof at)
		return CODE_WORDS;
	ask(at, proxy, NULL, NULL, &a, &status);
	int code = code_of(status);
	if (code != CODE_OK)
		return code;
	struct json_object *o = parse(&a);
	if (!o || !save_set(dir_fd, o)) {
		say_why("the answer is not the set of a province");
		code = CODE_ANSWER;
	}
	json_object_put(o);
	return code;
}

static bool add_file(struct json_object *o, const char *key, int dir_fd, const char *name)
{
	AUTO_FD fd = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[8192];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (n <= 0 || n == (ssize_t)sizeof text)
		return false;
	json_object_object_add(o, key, json_object_new_string_len(text, (int)n));
	return true;
}

static bool add_code(struct json_object *o)
{
	char code[64] = "";
	bool read = fgets(code, sizeof code, stdin) != NULL;

	code[strcspn(code, "\r\n")] = '\0';
	json_object_object_add(o, "code", json_object_new_string(code));
	explicit_bzero(code, sizeof code);
	return read;
}

static bool save_certs(int dir_fd, const char *id, struct json_object *o)
{
	char tls[48], sign[48];

	snprintf(tls, sizeof tls, "tls-%.16s.pem", id);
	snprintf(sign, sizeof sign, "kiosk-%.16s.pem", id);
	return save(dir_fd, tls, json_object_object_get(o, "tls")) &&
	       save(dir_fd, sign, json_object_object_get(o, "sign"));
}

int enrol_ask(const char *url, const char *id, const char *dir, const char *proxy)
{
	AUTO_FREE char *buffer = malloc(MAX_BYTES + 1);
	struct answer a = { .text = buffer };
	struct json_object *body = json_object_new_object(), *o = NULL;
	AUTO_FD dir_fd = open_dir(dir);
	char at[320], ca[512];
	long status = 0;
	int code = CODE_WORDS;

	json_object_object_add(body, "v", json_object_new_int(1));
	json_object_object_add(body, "kiosk", json_object_new_string(id));
	if (buffer && dir_fd >= 0 && add_code(body) && add_file(body, "tls", dir_fd, "tls.csr") &&
	    add_file(body, "sign", dir_fd, "kiosk.csr") &&
	    snprintf(at, sizeof at, "%s/v1/enrolment", url) < (int)sizeof at &&
	    snprintf(ca, sizeof ca, "%s/ca.pem", dir) < (int)sizeof ca) {
		ask(at, proxy, ca, json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN), &a,
		    &status);
		code = code_of(status);
	}
	if (status == 409)
		code = CODE_TAKEN;
	if (code == CODE_OK) {
		o = parse(&a);
		if (!o || !save_certs(dir_fd, id, o))
			code = CODE_ANSWER;
	}
	json_object_put(o);
	json_object_put(body);
	return code;
}
