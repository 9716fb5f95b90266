#include "tests/province/control.h"

#include "firmware/base/auto.h"
#include "tests/province/command.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define MAX_TALKS 16
#define MAX_LINE  2048

/* One connection. */
struct talk {
	struct control *control;
	int fd; /* -1: free */
	size_t len;
	int64_t waits_for; /* more dossiers than there are; 0: nothing */
	char line[MAX_LINE];
};

struct control {
	struct world *w;
	int fd;
	struct sockaddr_un at;
	struct talk talks[MAX_TALKS];
};

static void hang_up(struct talk *t)
{
	if (t->fd < 0)
		return;
	loop_unwatch(t->control->w->loop, t->fd);
	close(t->fd);
	t->fd = -1;
}

static void send_text(struct talk *t, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(t->fd, text, len, MSG_NOSIGNAL);

		if (n <= 0) {
			hang_up(t);
			return;
		}
		text += n;
		len -= (size_t)n;
	}
}

static void answer(struct talk *t, const char *line)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	command_do(t->control->w, line, out);
	if (fclose(out) == 0)
		send_text(t, text, len);
}

static void take_line(struct talk *t, char *line)
{
	size_t n = strlen(line);
	int64_t wanted = command_wait(line);

	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	if (wanted > 0 && store_count(t->control->w->store) < wanted)
		t->waits_for = wanted;
	else
		answer(t, line);
}

/* Does the whole lines that are there, as long as none has to wait. */
static void take_lines(struct talk *t)
{
	char *end;

	while (t->fd >= 0 && !t->waits_for && (end = memchr(t->line, '\n', t->len))) {
		char line[MAX_LINE];
		size_t n = (size_t)(end - t->line);

		memcpy(line, t->line, n);
		line[n] = '\0';
		t->len -= n + 1;
		memmove(t->line, end + 1, t->len);
		take_line(t, line);
	}
}

static void on_talk(void *data, short events)
{
	struct talk *t = data;
	ssize_t n = recv(t->fd, t->line + t->len, sizeof t->line - t->len, MSG_DONTWAIT);

	(void)events;
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		hang_up(t);
		return;
	}
	t->len += (size_t)n;
	take_lines(t);
	if (t->len == sizeof t->line)
		hang_up(t); /* a line that never ends */
}

static void on_knock(void *data, short events)
{
	struct control *c = data;
	AUTO_FD fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	for (size_t i = 0; fd >= 0 && i < MAX_TALKS; i++) {
		struct talk *t = &c->talks[i];

		if (t->fd >= 0 || loop_watch(c->w->loop, fd, POLLIN, on_talk, t) != ERR_OK)
			continue;
		*t = (struct talk){ .control = c, .fd = take_fd(&fd) };
	}
}

enum err control_start(struct world *w, const char *path, struct control **ret)
{
	struct control *c = calloc(1, sizeof *c);

	if (!c)
		return ERR_NO_MEMORY;
	*c = (struct control){ .w = w, .at.sun_family = AF_UNIX };
	for (size_t i = 0; i < MAX_TALKS; i++)
		c->talks[i].fd = -1;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (strlen(path) >= sizeof c->at.sun_path) {
		control_stop(c);
		return ERR_NO_SPACE;
	}
	snprintf(c->at.sun_path, sizeof c->at.sun_path, "%s", path);
	(void)unlink(path); /* of a stand-in that was killed */
	if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&c->at, sizeof c->at) < 0 ||
	    listen(c->fd, 8) < 0 || loop_watch(w->loop, c->fd, POLLIN, on_knock, c) != ERR_OK) {
		control_stop(c);
		return ERR_IO;
	}
	*ret = c;
	return ERR_OK;
}

void control_stop(struct control *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < MAX_TALKS; i++)
		hang_up(&c->talks[i]);
	if (c->fd >= 0) {
		loop_unwatch(c->w->loop, c->fd);
		close(c->fd);
		(void)unlink(c->at.sun_path);
	}
	free(c);
}

void control_changed(struct world *w)
{
	int64_t count = w->control ? store_count(w->store) : 0;

	for (size_t i = 0; w->control && i < MAX_TALKS; i++) {
		struct talk *t = &w->control->talks[i];

		if (t->fd < 0 || t->waits_for == 0 || count < t->waits_for)
			continue;
		t->waits_for = 0;
		answer(t, "count");
		take_lines(t);
	}
}
