#include "board/flash/talk.h"

#include "board/flash/tell.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS    80
#define WAIT_MS    2000 /* for a terminal that takes nothing: a serial line that leads nowhere */
#define SHOW_MS    400
#define STEP_PLAIN 25 /* percent between two lines of progress where no terminal is */

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void measure(struct terminal *a)
{
	struct winsize size;

	a->is_tty = isatty(a->out) == 1;
	a->columns = COLUMNS;
	if (a->is_tty && ioctl(a->out, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		a->columns = size.ws_col;
}

void talk_init(struct talk *t)
{
	*t = (struct talk){ .count = 1, .at = { { .in = 0, .out = 1 } } };
	measure(&t->at[0]);
}

bool talk_add(struct talk *t, const char *device)
{
	int fd = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	struct termios mode;

	if (fd < 0)
		return false;
	/* a port that is in the list of the kernel and nowhere else gives EIO */
	if (tcgetattr(fd, &mode) < 0 || t->count == TALK_MAX) {
		close(fd);
		return false;
	}
	mode.c_lflag |= ICANON | ECHO | ECHOE | ISIG;
	mode.c_iflag |= ICRNL;
	mode.c_oflag |= OPOST | ONLCR;
	mode.c_cflag |= CLOCAL;
	(void)tcsetattr(fd, TCSANOW, &mode);
	if (t->at[0].in == 0)
		t->count = 0;
	struct terminal *a = &t->at[t->count++];
	*a = (struct terminal){ .in = fd, .out = fd };
	measure(a);
	return true;
}

void talk_finish(struct talk *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->at[i].in > 2)
			close(t->at[i].in);
	}
	t->count = 0;
}

static void put(const struct terminal *a, const char *text, size_t len)
{
	while (len > 0) {
		struct pollfd p = { .fd = a->out, .events = POLLOUT };
		ssize_t n = write(a->out, text, len);
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (n == 0 || (errno != EAGAIN && errno != EINTR) ||
			   poll(&p, 1, WAIT_MS) <= 0) {
			return;
		}
	}
}

static void put_text(const struct terminal *a, const char *text)
{
	put(a, text, strlen(text));
}

static void close_line(struct talk *t)
{
	for (size_t i = 0; t->line_open && i < t->count; i++)
		put_text(&t->at[i], "\n");
	t->line_open = false;
}

static void put_wrapped(const struct terminal *a, const char *text)
{
	char wrapped[2048];

	tell_wrap(text, a->columns - 1, wrapped, sizeof(wrapped));
	put_text(a, wrapped);
	put_text(a, "\n");
}

void talk_say(struct talk *t, enum say s, const char *detail)
{
	char vi[600], en[600];
	const char *code = say_code(s);

	close_line(t);
	tell_sentence(code, say_vi(s), detail, vi, sizeof(vi));
	tell_sentence(code, say_en(s), detail, en, sizeof(en));
	for (size_t i = 0; i < t->count; i++) {
		put_wrapped(&t->at[i], vi);
		put_wrapped(&t->at[i], en);
	}
}

void talk_line(struct talk *t, const char *format, ...)
{
	char text[600];
	va_list args;

	close_line(t);
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (size_t i = 0; i < t->count; i++)
		put_wrapped(&t->at[i], text);
}

/* The first line of what was typed, if there is a whole one. */
static bool take_line(struct terminal *a, char ret[TALK_LINE_CAP])
{
	char *end = memchr(a->text, '\n', a->len);
	size_t from = 0, to, used;

	if (!end)
		return false;
	to = (size_t)(end - a->text);
	used = to + 1;
	while (from < to && isspace((unsigned char)a->text[from]))
		from++;
	while (to > from && isspace((unsigned char)a->text[to - 1]))
		to--;
	memcpy(ret, a->text + from, to - from);
	ret[to - from] = '\0';
	a->len -= used;
	memmove(a->text, a->text + used, a->len);
	return true;
}

/* What does not fit into a line is no answer to anything here. */
static void hear(struct terminal *a)
{
	if (a->len == sizeof(a->text))
		a->len = 0;
	ssize_t n = read(a->in, a->text + a->len, sizeof(a->text) - a->len);
	if (n > 0)
		a->len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		a->closed = true;
}

/* Waits for at most that long; true: something was typed, or a terminal has gone. */
static bool hear_any(struct talk *t, int wait_ms)
{
	struct pollfd p[TALK_MAX];

	for (size_t i = 0; i < t->count; i++)
		p[i] = (struct pollfd){ .fd = t->at[i].closed ? -1 : t->at[i].in,
					.events = POLLIN };
	if (poll(p, t->count, wait_ms) <= 0)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		if (p[i].revents)
			hear(&t->at[i]);
	}
	return true;
}

static bool all_closed(const struct talk *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (!t->at[i].closed)
			return false;
	}
	return true;
}

static void show_countdown(struct talk *t, enum say then, unsigned left_s, bool first)
{
	char text[16];

	if (first)
		talk_say(t, then, NULL);
	(void)snprintf(text, sizeof(text), "  %u ", left_s);
	for (size_t i = 0; i < t->count; i++)
		put_text(&t->at[i], text);
	t->line_open = true;
}

enum talk_answer talk_ask(struct talk *t, enum say question, unsigned wait_s, enum say then,
			  char ret[TALK_LINE_CAP])
{
	int64_t until = now_ms() + (int64_t)wait_s * 1000;
	unsigned shown = wait_s + 1;

	talk_say(t, question, NULL);
	for (;;) {
		for (size_t i = 0; i < t->count; i++) {
			if (take_line(&t->at[i], ret)) {
				t->line_open = false;
				return TALK_LINE;
			}
		}
		if (all_closed(t))
			return TALK_CLOSED;
		int64_t left_ms = until - now_ms();
		if (wait_s > 0 && left_ms <= 0)
			return TALK_TIMEOUT;
		unsigned left_s = (unsigned)((left_ms + 999) / 1000);
		if (wait_s > 0 && left_s < shown && (left_s % 5 == 0 || shown > wait_s)) {
			show_countdown(t, then, left_s, shown > wait_s);
			shown = left_s;
		}
		if (hear_any(t, wait_s > 0 ? 200 : -1))
			until = now_ms() + (int64_t)wait_s * 1000, shown = wait_s + 1;
	}
}

void talk_wait(struct talk *t, talk_fact *fact, void *data)
{
	char line[TALK_LINE_CAP];
	bool heard = false;

	while (!heard && !all_closed(t) && !fact(data)) {
		(void)hear_any(t, 500);
		for (size_t i = 0; i < t->count && !heard; i++)
			heard = take_line(&t->at[i], line);
	}
}

static bool is_time_to_show(struct talk *t, const struct terminal *a, unsigned percent, bool new)
{
	if (a->is_tty)
		return new || percent == 100 || now_ms() - t->shown_ms >= SHOW_MS;
	return new || percent / STEP_PLAIN != t->shown_percent / STEP_PLAIN;
}

void talk_progress(struct talk *t, enum say what, uint64_t done, uint64_t total)
{
	unsigned percent = total ? (unsigned)(done * 100 / total) : 0;
	bool new = what != t->what, shown = false;
	char text[300];

	if (new &&done <= total / 50)
		t->began_ms = now_ms();
	for (size_t i = 0; i < t->count; i++) {
		struct terminal *a = &t->at[i];
		if (!is_time_to_show(t, a, percent, new))
			continue;
		tell_progress(what, done, total, now_ms() - t->began_ms, text, sizeof(text));
		put_text(a, a->is_tty ? "\r\033[K" : "");
		put_text(a, text);
		put_text(a, a->is_tty ? "" : "\n");
		t->line_open |= a->is_tty;
		shown = true;
	}
	if (shown) {
		t->shown_ms = now_ms();
		t->shown_percent = percent;
	}
	t->what = what;
}

void talk_end(struct talk *t, enum talk_end end)
{
	static const char *const COLOURS[] = { "\033[0;30;42m", "\033[1;37;41m", "\033[0;30;43m" };

	close_line(t);
	for (size_t i = 0; i < t->count; i++) {
		if (t->at[i].is_tty) {
			/* what was typed while it wrote answers nothing that is asked now */
			(void)tcflush(t->at[i].in, TCIFLUSH);
			t->at[i].len = 0;
			put_text(&t->at[i], COLOURS[end]);
			put_text(&t->at[i], "\033[2J\033[H");
		}
		put_text(&t->at[i], tell_banner(end));
	}
}
