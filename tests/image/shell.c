#include "tests/image/shell.h"

#include "firmware/base/auto.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define KNOCK_MS 2000
#define LINE_CAP 4096
#define HERE     "shell-here-"

/* What is waited for is never what was typed, for that comes back on the line, too: the shell puts
 * two parts of it together. */
struct mark {
	struct machine *m;
	enum port port;
	char text[32];
	const char *at;
	unsigned first; /* knock that counts */
};

/* Never waits for a reader: who types here also serves the disk that the reader may wait for. */
enum err shell_type(struct machine *m, enum port port, const char *line)
{
	int sock = m->ports[port].sock;
	char text[LINE_CAP + 256];
	int len = snprintf(text, sizeof text, "%s\n", line);

	if (sock < 0)
		return ERR_GONE;
	if (len < 0 || (size_t)len >= sizeof text)
		return ERR_NO_SPACE;
	ssize_t n = send(sock, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN))
		return ERR_BUSY;
	return n == len ? ERR_OK : ERR_GONE;
}

static bool marked(void *data)
{
	struct mark *k = data;

	k->at = stream_find(&k->m->ports[k->port].said, k->text);
	return k->at != NULL;
}

/* A reply to this knock or a later one: a busy machine answers when the next ones are typed. */
static bool answered(void *data)
{
	struct mark *k = data;
	struct stream *s = &k->m->ports[k->port].said;
	size_t from = s->from;

	while (stream_find(s, HERE)) {
		const char *number = s->text + s->from;
		size_t digits = strspn(number, "0123456789");

		if (number[digits] == '\n' && strtoul(number, NULL, 10) >= k->first)
			return true;
		if (number[digits] == '\n')
			from = s->from;
	}
	s->from = from;
	return false;
}

enum err shell_meet(struct machine *m, enum port port, struct budget *b)
{
	struct mark k = { .m = m, .port = port, .first = m->shell_line + 1 };
	char line[LINE_CAP];

	if (m->shell_ready)
		return ERR_OK;
	while (budget_left_ms(b, clock_mono_ms(&m->clock)) > 0) {
		unsigned n = ++m->shell_line;

		snprintf(line, sizeof line,
			 "stty -echo cols 4000; PS1=; PS2=; echo shell-\"\"here-%u", n);
		enum err e = shell_type(m, port, line);
		if (e != ERR_OK && e != ERR_BUSY) /* enough is typed already */
			return e;
		m->shell_ready = machine_within(m, answered, &k, KNOCK_MS);
		if (m->shell_ready)
			return ERR_OK;
		if (!machine_is_on(m))
			return ERR_GONE;
	}
	return ERR_TIMEOUT;
}

/* What stands between the two marks. */
static char *between(const struct stream *s, size_t from, const char *end)
{
	const char *begin = s->text + from;

	return strndup(begin, end > begin ? (size_t)(end - begin) : 0);
}

enum err shell_do(struct machine *m, enum port port, const char *command, struct budget *b,
		  char **ret_said, int *ret_status)
{
	struct mark k = { .m = m, .port = port };
	struct stream *s = &m->ports[port].said;
	char line[LINE_CAP + 128];
	enum err e = shell_meet(m, port, b);

	if (e != ERR_OK)
		return e;
	unsigned n = ++m->shell_line;
	if (strlen(command) > LINE_CAP)
		return ERR_NO_SPACE;
	snprintf(line, sizeof line, "echo be\"\"gin-%u; { %s; }; echo e\"\"nd-%u $?.", n, command,
		 n);
	e = shell_type(m, port, line);
	snprintf(k.text, sizeof k.text, "begin-%u\n", n);
	if (e == ERR_OK)
		e = machine_until(m, marked, &k, b);
	size_t from = s->from;
	snprintf(k.text, sizeof k.text, "end-%u ", n);
	if (e == ERR_OK)
		e = machine_until(m, marked, &k, b);
	const size_t end = k.at ? (size_t)(k.at - s->text) : 0;
	snprintf(k.text, sizeof k.text, ".\n");
	if (e == ERR_OK)
		e = machine_until(m, marked, &k, b);
	if (e != ERR_OK)
		return e;
	char *said = between(s, from, s->text + end);
	if (!said)
		return ERR_NO_MEMORY;
	*ret_status = atoi(s->text + end + strcspn(s->text + end, " "));
	*ret_said = said;
	return ERR_OK;
}
