#include "firmware/sync/headers.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

struct text {
	const char *at;
	size_t len;
};

void headers_init(struct headers *h)
{
	*h = (struct headers){ .offset = -1, .length = -1 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text trim(struct text t)
{
	while (t.len > 0 && is_blank(t.at[0]))
		t.at++, t.len--;
	while (t.len > 0 && is_blank(t.at[t.len - 1]))
		t.len--;
	return t;
}

/* A whole decimal number; -1 when it is anything else. */
static int64_t number(struct text t)
{
	int64_t n = 0;

	if (t.len == 0 || t.len > 18)
		return -1;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return -1;
		n = n * 10 + (t.at[i] - '0');
	}
	return n;
}

/* Seconds, or an HTTP date. */
static uint32_t retry_after(struct text t, int64_t now_s)
{
	int64_t s = number(t);
	char date[64];

	if (s < 0 && t.len < sizeof date) {
		memcpy(date, t.at, t.len);
		date[t.len] = '\0';
		time_t at = curl_getdate(date, NULL);
		s = at < 0 ? 0 : (int64_t)at - now_s;
	}
	if (s < 0)
		return 0;
	return s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : (uint32_t)s;
}

static void copy(char *to, size_t cap, struct text t)
{
	if (t.len >= cap || memchr(t.at, '\0', t.len))
		t.len = 0;
	memcpy(to, t.at, t.len);
	to[t.len] = '\0';
}

static void type(char to[64], struct text t)
{
	const char *end = memchr(t.at, ';', t.len);

	copy(to, 64, trim((struct text){ t.at, end ? (size_t)(end - t.at) : t.len }));
	for (char *p = to; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
}

void headers_take(struct headers *h, const char *line, size_t len, int64_t now_s)
{
	const char *colon = memchr(line, ':', len);

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		headers_init(h);
		return;
	}
	if (!colon)
		return;
	struct text name = { line, (size_t)(colon - line) };
	struct text value = trim((struct text){ colon + 1, len - name.len - 1 });
#define IS(text) (name.len == sizeof text - 1 && strncasecmp(name.at, text, name.len) == 0)
	if (IS("location"))
		copy(h->location, sizeof h->location, value);
	else if (IS("content-type"))
		type(h->type, value);
	else if (IS("upload-offset"))
		h->offset = number(value);
	else if (IS("upload-length"))
		h->length = number(value);
	else if (IS("retry-after"))
		h->retry_after_s = retry_after(value, now_s);
#undef IS
}
