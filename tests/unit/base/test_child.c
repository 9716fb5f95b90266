/* A child whose supervisor and peers are this test: it holds the other ends of the sockets. */
#include "firmware/base/child.h"
#include "tests/tap.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char events[64]; /* '+' here, '-' gone, 'm' message, 'x' malformed; each and the role */
static struct child c;
static int super;

static void note(char what, enum role who)
{
	size_t n = strlen(events);

	snprintf(events + n, sizeof events - n, "%c%s ", what, role_name(who));
}

static void on_message(void *data, enum role from, struct msg *m)
{
	(void)data, (void)m;
	note('m', from);
}

static void on_peer(void *data, enum role who, bool here)
{
	(void)data;
	note(here ? '+' : '-', who);
}

static void on_malformed(void *data, enum role who)
{
	(void)data;
	note('x', who);
}

static void turn(void)
{
	events[0] = '\0';
	eq_int(loop_turn(c.loop, 0), ERR_OK);
}

/* The supervisor hands over a way to `who`; returns the other end. */
static int introduce(enum role who)
{
	int socks[2] = { -1, -1 };
	struct msg m = { .type = MSG_PEER };

	eq_int(msg_pair(socks), ERR_OK);
	m.peer.role = (uint8_t)who;
	m.peer.sock = socks[0];
	eq_int(msg_send(super, ROLE_SUPER, ROLE_CORE, &m), ERR_OK);
	close(socks[0]);
	return socks[1];
}

static void begin(const struct child_handlers *h)
{
	int socks[2];
	char fd[16];

	eq_int(msg_pair(socks), ERR_OK);
	snprintf(fd, sizeof fd, "%d", socks[1]);
	setenv("KIOSK_SUPER_FD", fd, 1);
	super = socks[0];
	ok(child_is_supervised());
	eq_int(child_init(&c, ROLE_CORE, h, NULL), ERR_OK);
}

static void end(void)
{
	child_finish(&c);
	child_finish(&c); /* twice is once */
	close(super);
}

static void peers_come_and_go(void)
{
	struct msg m = { .type = MSG_LINK, .link = { .up = 1 } };
	int sync = introduce(ROLE_SYNC);

	turn();
	eq_str(events, "+sync ");
	ok(child_has(&c, ROLE_SYNC) && !child_has(&c, ROLE_UI));
	eq_int(msg_send(sync, ROLE_SYNC, ROLE_CORE, &m), ERR_OK);
	eq_int(msg_send(sync, ROLE_SYNC, ROLE_CORE, &m), ERR_OK);
	turn();
	eq_str(events, "msync msync ");

	struct msg stop = { .type = MSG_SEND_STOP };
	eq_int(child_send(&c, ROLE_SYNC, &stop), ERR_OK);
	eq_int(msg_recv(sync, ROLE_SYNC, ROLE_CORE, &m), ERR_OK);
	eq_int(m.type, MSG_SEND_STOP);
	close(sync);
	turn();
	eq_str(events, "-sync ");
	ok(!child_has(&c, ROLE_SYNC));
	eq_int(child_send(&c, ROLE_SYNC, &stop), ERR_GONE);
}

static void last_words_of_one_that_is_replaced(void)
{
	struct msg m = { .type = MSG_LINK };
	int old = introduce(ROLE_SYNC);

	turn();
	eq_int(msg_send(old, ROLE_SYNC, ROLE_CORE, &m), ERR_OK);
	close(old);
	int new = introduce(ROLE_SYNC);
	turn();
	eq_str(events, "msync -sync +sync ");

	old = new;
	new = introduce(ROLE_SYNC); /* the old one is still there */
	turn();
	eq_str(events, "-sync +sync ");
	eq_int(msg_send(old, ROLE_SYNC, ROLE_CORE, &m), ERR_GONE);
	close(old);
	close(new);
	turn();
	eq_str(events, "-sync ");
}

static void malformed_peer_is_dropped(void)
{
	struct msg m = { .type = MSG_LINK };
	int ui = introduce(ROLE_UI);

	turn();
	eq_int(send(ui, "xx", 2, MSG_NOSIGNAL), 2);
	turn();
	eq_str(events, "xui ");
	ok(!child_has(&c, ROLE_UI));
	close(ui);

	ui = introduce(ROLE_UI); /* a message that is another's to send */
	turn();
	eq_int(msg_send(ui, ROLE_SYNC, ROLE_CORE, &m), ERR_OK);
	turn();
	eq_str(events, "xui ");
	close(ui);
}

static void full_peer_is_dropped(void)
{
	struct msg m = { .type = MSG_SEND_STOP };
	int sync = introduce(ROLE_SYNC);
	enum err e = ERR_OK;

	turn();
	events[0] = '\0';
	for (int i = 0; i < 100000 && e == ERR_OK; i++)
		e = child_send(&c, ROLE_SYNC, &m);
	eq_int(e, ERR_BUSY);
	eq_str(events, "xsync ");
	close(sync);
}

static void from_the_supervisor(void)
{
	struct msg m = { .type = MSG_CLOCK_MOVED };

	eq_int(msg_send(super, ROLE_SUPER, ROLE_CORE, &m), ERR_OK);
	turn();
	eq_str(events, ""); /* waking up was all */
	m = (struct msg){ .type = MSG_GAVE_UP, .gave_up = { ROLE_SCAN, 10 } };
	eq_int(msg_send(super, ROLE_SUPER, ROLE_CORE, &m), ERR_OK);
	turn();
	eq_str(events, "msuper ");

	int nobody = introduce(200); /* no such role: not a peer */
	turn();
	eq_str(events, "msuper ");
	close(nobody);
}

static void ends(void)
{
	static const struct child_handlers STRICT = { .message = on_message };

	close(super); /* the supervisor is gone */
	super = -1;
	eq_int(child_run(&c), 0);
	end();

	begin(&STRICT);
	raise(SIGTERM);
	eq_int(child_run(&c), 0);
	end();

	begin(&STRICT); /* without a handler for malformed, the program ends and says so */
	int ui = introduce(ROLE_UI);
	eq_int(send(ui, "xx", 2, MSG_NOSIGNAL), 2);
	eq_int(child_run(&c), 1);
	close(ui);
	end();

	begin(&STRICT);
	eq_int(send(super, "xx", 2, MSG_NOSIGNAL), 2);
	eq_int(child_run(&c), 1);
	end();
}

int main(void)
{
	static const struct child_handlers ALL = { on_message, on_peer, on_malformed };

	unsetenv("KIOSK_CLOCK_FD");
	unsetenv("KIOSK_SUPER_FD");
	ok(!child_is_supervised());
	eq_int(child_init(&c, ROLE_CORE, &ALL, NULL), ERR_BAD_CONFIG);
	child_finish(&c);
	begin(&ALL);
	peers_come_and_go();
	last_words_of_one_that_is_replaced();
	malformed_peer_is_dropped();
	full_peer_is_dropped();
	from_the_supervisor();
	ends();
	return tap_done();
}
