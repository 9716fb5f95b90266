#include "tests/province/ddi.h"

#include "firmware/base/auto.h"
#include "tests/province/api.h"
#include "tests/province/json.h"
#include "tests/province/server.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TENANT "DEFAULT"
#define HAL    "application/hal+json"

bool ddi_is(const char *path)
{
	return strstr(path, "/controller/v1/") != NULL;
}

static bool hash(int fd, char ret[65])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t bytes[65536], sum[EVP_MAX_MD_SIZE];
	ssize_t n = 0;
	bool good = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;

	while (good && (n = read(fd, bytes, sizeof bytes)) > 0)
		good = EVP_DigestUpdate(c, bytes, (size_t)n) == 1;
	good = good && n == 0 && EVP_DigestFinal_ex(c, sum, NULL) == 1;
	for (size_t i = 0; good && i < 32; i++)
		snprintf(ret + 2 * i, 3, "%02x", sum[i]);
	EVP_MD_CTX_free(c);
	return good;
}

bool ddi_offer(struct ddi *d, const char *file, const char *version)
{
	AUTO_FD fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !hash(fd, d->sha256))
		return false;
	d->size = st.st_size;
	snprintf(d->file, sizeof d->file, "%s", file);
	snprintf(d->version, sizeof d->version, "%s", version);
	d->action++;
	d->open = true;
	d->cancels = false;
	return true;
}

static void answer(struct request *r, unsigned status, const char *text)
{
	request_answer(r, status, text ? HAL : NULL, text, text ? strlen(text) : 0, NULL);
}

static __attribute__((format(printf, 2, 3))) void note(struct ddi *d, const char *format, ...)
{
	va_list args;

	if (d->said_count == DDI_SAID_MAX) {
		memmove(d->said, d->said + 1, sizeof *d->said * (DDI_SAID_MAX - 1));
		d->said_count--;
	}
	va_start(args, format);
	vsnprintf(d->said[d->said_count++], sizeof *d->said, format, args);
	va_end(args);
}

/* What every link begins with; hawkBit's are whole addresses. */
static void link_base(struct world *w, const char *kiosk, char *ret, size_t size)
{
	const struct ddi *d = &w->ddi;

	snprintf(ret, size, "https://%s:%u/%s/controller/v1/%s",
		 d->fault == DDI_HOST ? "update.example" : "127.0.0.1", w->api_port,
		 d->fault == DDI_TENANT ? "OTHER" : TENANT, kiosk);
}

static void base(struct world *w, struct request *r, const char *kiosk)
{
	struct ddi *d = &w->ddi;
	char at[256], links[1024] = "", text[2048];
	int n = 0;

	link_base(w, kiosk, at, sizeof at);
	if (d->open)
		n = snprintf(links, sizeof links, "\"%s\":{\"href\":\"%s/%s/%u%s\"}",
			     d->cancels ? "cancelAction" : "deploymentBase", at,
			     d->cancels ? "cancelAction" : "deploymentBase", d->action,
			     d->cancels ? "" : "?c=-2127183556");
	if (!d->known)
		snprintf(links + n, sizeof links - (size_t)n,
			 "%s\"configData\":{\"href\":\"%s/configData\"}", n ? "," : "", at);
	snprintf(text, sizeof text, "{\"config\":{\"polling\":{\"sleep\":\"%s\"}},\"_links\":{%s}}",
		 d->sleep[0] ? d->sleep : "00:05:00", links);
	answer(r, 200, text);
}

static void deployment(struct world *w, struct request *r, const char *kiosk)
{
	struct ddi *d = &w->ddi;
	const char *name = strrchr(d->file, '/');
	char at[256], sha256[65], text[2048];

	link_base(w, kiosk, at, sizeof at);
	memcpy(sha256, d->sha256, sizeof sha256);
	if (d->fault == DDI_HASH)
		sha256[0] = sha256[0] == '0' ? '1' : '0';
	snprintf(text, sizeof text,
		 "{\"id\":\"%u\",\"deployment\":{\"download\":\"forced\",\"update\":\"%s\","
		 "\"chunks\":[{\"part\":\"os\",\"version\":\"%s\",\"name\":\"kiosk\","
		 "\"artifacts\":[{\"filename\":\"%.100s\",\"hashes\":{\"sha1\":\"%.40s\",\"md5\":"
		 "\"%.32s\",\"sha256\":\"%s\"},\"size\":%" PRId64
		 ",\"_links\":{\"download\":{\"href\":\"%s/softwaremodules/1/artifacts/"
		 "%.100s\"}}}]}]},"
		 "\"actionHistory\":{\"status\":\"RUNNING\",\"messages\":[]}}",
		 d->action, d->later ? "skip" : "forced", d->version, name ? name + 1 : d->file,
		 sha256, sha256, sha256, d->size, at, name ? name + 1 : d->file);
	answer(r, 200, text);
}

static void artifact(struct world *w, struct request *r)
{
	struct ddi *d = &w->ddi;
	const char *range = request_header(r, "Range");
	int64_t from = 0;
	AUTO_FD fd = open(d->file, O_RDONLY | O_CLOEXEC);

	if (range && (sscanf(range, "bytes=%" SCNd64 "-", &from) != 1 || from >= d->size)) {
		answer(r, 416, NULL);
	} else if (fd < 0 || d->fault == DDI_MISSING) {
		answer(r, 404, "{\"errorCode\":\"hawkbit.server.error.repo.artifactNotFound\"}");
	} else if (d->fault == DDI_PAGE) {
		request_answer(r, 200, "text/html", "<html>log in</html>", 19, NULL);
	} else {
		int64_t left = d->size - from;

		d->ranges += from > 0;
		request_answer_part(r, take_fd(&fd), from, left,
				    d->fault == DDI_CUT && left > 1000 ? left / 2 : left);
	}
}

static void attributes(struct world *w, struct request *r)
{
	AUTO_JSON o = r->body ? json_read(r->body, r->body_len) : NULL;
	struct json_object *data = NULL;

	if (!o || !json_object_object_get_ex(o, "data", &data) ||
	    !json_object_is_type(data, json_type_object)) {
		answer(r, 400, NULL);
		return;
	}
	w->ddi.known = true;
	note(&w->ddi, "attributes %s", json_object_to_json_string_ext(data, 0));
	answer(r, 200, NULL);
}

static bool read_status(struct request *r, const char **execution, const char **finished,
			const char **words, struct json_object *o)
{
	struct json_object *status, *result, *details;

	(void)r;
	*words = "";
	if (!json_object_object_get_ex(o, "status", &status) ||
	    !json_object_object_get_ex(status, "result", &result))
		return false;
	if (json_object_object_get_ex(status, "details", &details) &&
	    json_object_is_type(details, json_type_array) && json_object_array_length(details) > 0)
		*words = json_object_get_string(json_object_array_get_idx(details, 0));
	*execution = json_text(status, "execution", 20);
	*finished = json_text(result, "finished", 20);
	return *execution && *finished;
}

/* As DdiRootController does: only "closed" ends an action, and no other word confirms that it is
 * cancelled. */
static void feedback(struct world *w, struct request *r, bool cancels)
{
	struct ddi *d = &w->ddi;
	AUTO_JSON o = r->body ? json_read(r->body, r->body_len) : NULL;
	const char *execution, *finished, *words;

	if (!o || !read_status(r, &execution, &finished, &words, o)) {
		answer(r, 400, NULL);
		return;
	}
	note(d, "%s %u %s %s %s", cancels ? "cancel" : "feedback", d->action, execution, finished,
	     words);
	if (strcmp(execution, "closed") == 0) {
		d->known = d->known && strcmp(finished, "success") != 0;
		d->open = false;
		r->cut = d->fault == DDI_LOST;
		d->fault = r->cut ? DDI_GOOD : d->fault;
	} else if (cancels && strcmp(execution, "rejected") == 0) {
		d->cancels = false;
	}
	if (!r->cut)
		answer(r, 200, NULL);
}

static void cancel(struct world *w, struct request *r)
{
	char text[128];

	snprintf(text, sizeof text, "{\"id\":\"%u\",\"cancelAction\":{\"stopId\":\"%u\"}}",
		 w->ddi.action, w->ddi.action);
	answer(r, 200, text);
}

/* The statuses are DdiRootController's: one that is over is still shown, and takes no more words;
 * one that is cancelled, or was, is nothing to be installed. */
static unsigned refusal(const struct ddi *d, unsigned action, bool cancels, bool says)
{
	if (action != d->action)
		return 404;
	if (cancels && !d->cancels)
		return says ? 405 : 404;
	if (!cancels && says && !d->open)
		return 410;
	return !cancels && !says && d->cancels ? 404 : 0;
}

static void of_action(struct world *w, struct request *r, const char *kiosk, const char *rest)
{
	bool cancels = strncmp(rest, "cancelAction/", 13) == 0;
	unsigned action = (unsigned)strtoul(strchr(rest, '/') + 1, NULL, 10);
	bool says = strcmp(r->method, "POST") == 0;
	unsigned status = refusal(&w->ddi, action, cancels, says);

	if (status)
		answer(r, status, NULL);
	else if (says)
		feedback(w, r, cancels);
	else if (cancels)
		cancel(w, r);
	else
		deployment(w, r, kiosk);
}

static bool is_allowed(const struct ddi *d, struct request *r)
{
	const char *said = request_header(r, "Authorization");

	return !d->token[0] || (said && strcmp(said, d->token) == 0);
}

void ddi_do(struct world *w, struct request *r)
{
	const struct ddi *d = &w->ddi;
	char kiosk[32] = "", rest[256] = "";

	request_client(r, w->client, sizeof w->client);
	if (strncmp(r->path, "/" TENANT "/controller/v1/", 23) != 0 ||
	    sscanf(r->path + 23, "%31[^/]/%255s", kiosk, rest) < 1)
		answer(r, 404, NULL);
	else if (strcmp(kiosk, w->client) != 0 || !is_allowed(d, r))
		answer(r, 401, NULL);
	else if (d->fault == DDI_ENDLESS)
		request_answer_endless(r, HAL);
	else if (!rest[0])
		base(w, r, kiosk);
	else if (strcmp(rest, "configData") == 0 && strcmp(r->method, "PUT") == 0)
		attributes(w, r);
	else if (strncmp(rest, "softwaremodules/", 16) == 0)
		artifact(w, r);
	else if (strncmp(rest, "deploymentBase/", 15) == 0 ||
		 strncmp(rest, "cancelAction/", 13) == 0)
		of_action(w, r, kiosk, rest);
	else
		answer(r, 404, NULL);
}
