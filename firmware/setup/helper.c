#include "firmware/setup/helper.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define LIMIT_MS 150000u

void helper_init(struct helper *h, struct loop *loop, const char *dir)
{
	*h = (struct helper){ .loop = loop, .dir = dir, .sock = -1 };
}

bool helper_at_work(const struct helper *h)
{
	return h->limit.armed;
}

void helper_stop(struct helper *h)
{
	timer_stop(h->loop, &h->limit);
	if (h->sock < 0)
		return;
	loop_unwatch(h->loop, h->sock);
	close(h->sock);
	h->sock = -1;
}

void helper_value(const char *text, const char *name, char *ret, size_t cap)
{
	size_t len = strlen(name);

	ret[0] = '\0';
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (n > len && strncmp(line, name, len) == 0 && line[len] == '=') {
			snprintf(ret, cap, "%.*s", (int)(n - len - 1), line + len + 1);
			return;
		}
		line += n + (line[n] == '\n');
	}
}

/* The last line says how it went. */
static const char *verdict(struct helper *h, char why[24])
{
	char *last = h->text + h->len;

	while (last > h->text && last[-1] == '\n')
		*--last = '\0';
	while (last > h->text && last[-1] != '\n')
		last--;
	if (strcmp(last, "ok") == 0)
		return "";
	if (strncmp(last, "fail ", 5) != 0)
		return HELPER_GONE;
	snprintf(why, 24, "%.23s", last + 5);
	return why;
}

static void end(struct helper *h)
{
	char why[24];
	const char *how = verdict(h, why);

	helper_stop(h);
	h->fn(h->data, how, h->text);
	explicit_bzero(h->text, sizeof h->text); /* a recovery key may have been in it */
}

static void on_text(void *data, short events)
{
	struct helper *h = data;
	ssize_t n = recv(h->sock, h->text + h->len, sizeof h->text - 1 - h->len, 0);

	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0)
		h->len += (size_t)n;
	h->text[h->len] = '\0';
	if (n <= 0 || h->len == sizeof h->text - 1)
		end(h);
}

static void out_of_time(void *data)
{
	end(data);
}

static bool reach(struct helper *h, const char *line, size_t len)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FD sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (snprintf(at.sun_path, sizeof at.sun_path, "%s/%.*s", h->dir, (int)strcspn(line, " \n"),
		     line) >= (int)sizeof at.sun_path ||
	    sock < 0 || connect(sock, (struct sockaddr *)&at, sizeof at) < 0 ||
	    send(sock, line, len, MSG_NOSIGNAL) != (ssize_t)len || shutdown(sock, SHUT_WR) < 0 ||
	    loop_watch(h->loop, sock, POLLIN, on_text, h) != ERR_OK) {
		log_line(LOG_WARN, "helper.gone", "why=\"%s\"", strerror(errno));
		return false;
	}
	h->sock = take_fd(&sock);
	return true;
}

void helper_ask(struct helper *h, helper_fn *fn, void *data, const char *format, ...)
{
	char line[1024];
	va_list args;

	helper_stop(h);
	va_start(args, format);
	int n = vsnprintf(line, sizeof line - 1, format, args);
	va_end(args);
	h->fn = fn;
	h->data = data;
	h->len = 0;
	h->text[0] = '\0';
	bool whole = n > 0 && n < (int)sizeof line - 1;
	if (whole)
		line[n++] = '\n';
	bool asked = whole && reach(h, line, (size_t)n);
	explicit_bzero(line, sizeof line);
	timer_set(h->loop, &h->limit, asked ? LIMIT_MS : 0, out_of_time, h);
}
