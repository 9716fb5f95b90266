#include "firmware/board/kiosk.h"

#include "firmware/base/auto.h"
#include "firmware/base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define ANSWER_S 20
#define AGAIN_MS 1000
#define BACK_MS  120000 /* core that dies at once, again and again, for so long serves nobody */

static enum err call(const struct board *b, const char *line, int *ret_sock)
{
	struct msg m = { .type = MSG_ASK };
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FD sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int n = snprintf(at.sun_path, sizeof at.sun_path, "%s%s", b->root, KIOSK_CTL);

	if (sock < 0 || n < 0 || (size_t)n >= sizeof at.sun_path)
		return ERR_NO_SPACE;
	if (connect(sock, (struct sockaddr *)&at, sizeof at) < 0)
		return ERR_GONE;
	snprintf(m.ask.line, sizeof m.ask.line, "%s", line);
	/* what it said before it hung up can still be read */
	enum err e = msg_send(sock, ROLE_CTL, ROLE_CORE, &m);
	if (e != ERR_OK && e != ERR_GONE)
		return e;
	*ret_sock = take_fd(&sock);
	return ERR_OK;
}

static enum err next(int sock, int64_t until_ms, struct msg *ret)
{
	struct clock real = { 0 };
	struct pollfd p = { .fd = sock, .events = POLLIN };

	for (bool reset = false;;) {
		enum err e = msg_recv(sock, ROLE_CTL, ROLE_CORE, ret);
		int64_t left_ms = until_ms - clock_mono_ms(&real);

		/* Linux tells that it hung up before what it had said until then */
		if (e == ERR_GONE && !reset) {
			reset = true;
			continue;
		}
		if (e != ERR_BUSY)
			return e;
		if (left_ms <= 0)
			return ERR_TIMEOUT;
		(void)poll(&p, 1, left_ms > 60000 ? 60000 : (int)left_ms);
	}
}

/* Which part of the answer stands for which reason. */
static enum why why_of(const char *part, size_t len)
{
	static const struct {
		const char *part;
		enum why why;
	} ROWS[] = {
		{ "screen", WHY_SCREEN },
		{ "devices", WHY_DEVICES },
		{ "database", WHY_DATABASE },
		{ "province", WHY_PROVINCE },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (strlen(ROWS[i].part) == len && strncmp(ROWS[i].part, part, len) == 0)
			return ROWS[i].why;
	return WHY_CORE;
}

void health_line(struct health *h, const char *line)
{
	size_t len = strcspn(line, " "), used = strlen(h->words);

	if (strncmp(line + len, " bad", 4) == 0 && h->why == WHY_NONE)
		h->why = why_of(line, len);
	snprintf(h->words + used, sizeof h->words - used, "%s%s", used ? "; " : "", line);
}

enum err kiosk_ask(const struct board *b, const char *line, uint32_t limit_s, kiosk_fn *fn,
		   void *data, uint8_t *ret_code)
{
	int64_t until_ms = clock_mono_ms(&(struct clock){ 0 }) + limit_s * 1000ll;
	struct msg m;
	int kept = -1;
	enum err e = call(b, line, &kept);
	AUTO_FD sock = kept;

	while (e == ERR_OK) {
		e = next(sock, until_ms, &m);
		if (e != ERR_OK)
			break;
		if (m.type == MSG_SAID) {
			*ret_code = m.said.code;
			return ERR_OK;
		}
		fn(data, &m);
		msg_finish(&m);
	}
	return e == ERR_TIMEOUT ? e : ERR_GONE;
}

static void hear_health(void *data, struct msg *m)
{
	if (m->type == MSG_SAY)
		health_line(data, m->say.text);
}

enum err kiosk_health(const struct board *b, struct health *ret)
{
	struct health h = { 0 };
	uint8_t code = 0;

	*ret = (struct health){ .why = WHY_CORE };
	if (kiosk_ask(b, "board health", ANSWER_S, hear_health, &h, &code) != ERR_OK)
		return ERR_GONE;
	if (code != 0 && h.why == WHY_NONE)
		h.why = WHY_CORE;
	*ret = h;
	return ERR_OK;
}

/* ERR_CANCELLED: the line ended without an answer. */
static enum err hold_once(const struct board *b, int64_t until_ms, int *ret_hold)
{
	struct msg m;
	AUTO_FD sock = -1;

	if (call(b, "board hold", &sock) != ERR_OK)
		return ERR_GONE;
	for (;;) {
		enum err e = next(sock, until_ms, &m);
		if (e != ERR_OK)
			return e == ERR_TIMEOUT ? e : ERR_CANCELLED;
		bool held = m.type == MSG_SAY && strcmp(m.say.text, "held") == 0;
		bool refused = m.type == MSG_SAID;
		msg_finish(&m);
		if (refused)
			return ERR_DENIED;
		if (!held)
			continue;
		*ret_hold = take_fd(&sock);
		return ERR_OK;
	}
}

/* Core may die and come back while a visit goes on, which its death does not end. */
enum err kiosk_hold(const struct board *b, uint32_t wait_s, int *ret_hold)
{
	struct clock real = { 0 };
	int64_t lost_ms = clock_mono_ms(&real), until_ms = lost_ms + wait_s * 1000ll;

	for (;;) {
		int64_t began_ms = clock_mono_ms(&real);
		enum err e = hold_once(b, until_ms, ret_hold);
		if (e != ERR_CANCELLED)
			return e;
		if (clock_mono_ms(&real) - began_ms > AGAIN_MS)
			lost_ms = clock_mono_ms(&real); /* it was there until now */
		if (clock_mono_ms(&real) - lost_ms > BACK_MS)
			return ERR_GONE;
		(void)poll(NULL, 0, AGAIN_MS);
	}
}
