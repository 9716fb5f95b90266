#include "tests/scene/swift.h"

#include "firmware/base/auto.h"
#include "firmware/base/child.h"
#include "tests/visitor/visitor.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct swift {
	struct child child;
	struct visitor visitor, told; /* as it was told last */
	bool visiting;
	struct msg_show shown; /* its view is ours; -1: none yet */
	int listener, client;
	char line[64];
	size_t len;
};

static void hang_up(struct swift *s)
{
	if (s->client < 0)
		return;
	loop_unwatch(s->child.loop, s->client);
	close(s->client);
	s->client = -1;
	s->len = 0;
}

__attribute__((format(printf, 2, 3))) static void say(struct swift *s, const char *format, ...)
{
	char line[300];
	va_list args;

	va_start(args, format);
	int n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (s->client >= 0 && n > 0 &&
	    send(s->client, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) != n)
		hang_up(s);
}

static const char *or_none(const char *text)
{
	return *text ? text : "-";
}

static void tell_what_is_new(struct swift *s)
{
	const struct visitor *v = &s->visitor, *t = &s->told;

	if (v->confirmed == t->confirmed && v->told_saved == t->told_saved &&
	    v->served == t->served && strcmp(v->receipt_code, t->receipt_code) == 0 &&
	    strcmp(v->dossier_code, t->dossier_code) == 0)
		return;
	s->told = *v;
	say(s, "is %d %d %d %s %s\n", v->confirmed, v->told_saved, v->served,
	    or_none(v->receipt_code), or_none(v->dossier_code));
}

static void act(struct swift *s, enum visitor_does does, const struct visitor_acts *acts)
{
	if (does == VISITOR_SHOWS_CARD)
		say(s, "card\n");
	if (does == VISITOR_GOES) {
		s->visiting = false;
		say(s, "gone %s\n", err_name(s->visitor.turned_away));
	}
	for (unsigned i = 0; i < acts->count; i++) {
		struct msg m = { .type = MSG_ACT, .act = acts->all[i] };

		(void)child_send(&s->child, ROLE_CORE, &m); /* a new core shows itself anew */
	}
}

static void look(struct swift *s)
{
	struct view view = { 0 };
	struct visitor_acts acts = { .count = 0 };

	if (!s->visiting || s->shown.view < 0 || view_open(s->shown.view, &view) != ERR_OK)
		return;
	enum visitor_does does = visitor_see(&s->visitor, &s->shown, &view, &acts);
	view_close(&view);
	tell_what_is_new(s);
	act(s, does, &acts);
}

static void on_order(struct swift *s, const char *line)
{
	unsigned n = 0;
	int served = 0;

	if (sscanf(line, "visit %u %d", &n, &served) != 2)
		return;
	if (s->visitor.n != n) {
		visitor_init(&s->visitor, n);
		s->visitor.served = served;
		s->told = s->visitor;
		s->visiting = true;
	}
	look(s);
}

static void on_client(void *data, short events)
{
	struct swift *s = data;
	char *end;

	(void)events;
	ssize_t n = read(s->client, s->line + s->len, sizeof s->line - 1 - s->len);
	if (n <= 0) {
		hang_up(s);
		return;
	}
	s->len += (size_t)n;
	while (s->client >= 0 && (end = memchr(s->line, '\n', s->len))) {
		*end = '\0';
		on_order(s, s->line);
		s->len -= (size_t)(end + 1 - s->line);
		memmove(s->line, end + 1, s->len);
	}
}

static void on_listener(void *data, short events)
{
	struct swift *s = data;

	(void)events;
	hang_up(s);
	s->client = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	if (s->client >= 0 && loop_watch(s->child.loop, s->client, POLLIN, on_client, s) != ERR_OK)
		close(take_fd(&s->client));
}

static void forget_screen(struct swift *s)
{
	if (s->shown.view >= 0)
		close(s->shown.view);
	s->shown.view = -1;
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct swift *s = data;

	(void)from;
	if (m->type == MSG_REMOTE) {
		s->listener = take_fd(&m->remote.sock);
		(void)loop_watch(s->child.loop, s->listener, POLLIN, on_listener, s);
	} else if (m->type == MSG_SHOW) {
		forget_screen(s);
		s->shown = m->show;
		s->shown.view = take_fd(&m->show.view);
		look(s);
	}
}

int swift_main(void)
{
	static const struct child_handlers HANDLERS = { .message = on_message };
	struct swift s = { .shown = { .view = -1 }, .listener = -1, .client = -1 };
	int code = 1;

	if (child_init(&s.child, ROLE_UI, &HANDLERS, &s) == ERR_OK)
		code = child_run(&s.child);
	forget_screen(&s);
	child_finish(&s.child);
	return code;
}
