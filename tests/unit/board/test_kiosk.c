/* The board asks core to hold visits before it restarts the machine: who is at the screen is not
 * cut off because core was not to be heard for a moment. */
#include "firmware/board/kiosk.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define WAIT_S 20

enum answer { HANGS_UP, HOLDS, IS_FULL };

static int listener_at(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "%s%s", world.root, path);
	assert(sock >= 0 && bind(sock, (struct sockaddr *)&at, sizeof at) == 0);
	assert(listen(sock, 4) == 0);
	return sock;
}

static void say(int sock, const char *text)
{
	struct msg m = { .type = MSG_SAY };

	snprintf(m.say.text, sizeof m.say.text, "%s", text);
	if (msg_send(sock, ROLE_CORE, ROLE_CTL, &m) != ERR_OK)
		_exit(1);
}

/* A hold lasts until the board ends it. */
static void wait_for_end(int sock)
{
	char asked[4096];

	while (recv(sock, asked, sizeof asked, 0) > 0)
		;
}

/* Core, as a process: what it does with each who comes. */
static pid_t core(int listener, const enum answer *answers, size_t n)
{
	pid_t pid = fork();

	for (size_t i = 0; pid == 0 && i < n; i++) {
		int sock = accept(listener, NULL, NULL);
		struct msg said = { .type = MSG_SAID, .said = { .code = 1 } };

		if (answers[i] == HOLDS) {
			say(sock, "held");
			wait_for_end(sock);
		}
		if (answers[i] == IS_FULL) {
			say(sock, "others are asking");
			(void)msg_send(sock, ROLE_CORE, ROLE_CTL, &said);
		}
		close(sock);
	}
	if (pid == 0)
		_exit(0);
	return pid;
}

static enum err hold(const enum answer *answers, size_t n)
{
	struct board b = slot_runs(SLOT_A);
	int kept = -1, status = 1;

	make_folder("/run/kiosk");
	int listener = listener_at(KIOSK_CTL);
	pid_t pid = core(listener, answers, n);
	enum err e = kiosk_hold(&b, WAIT_S, &kept);
	ok((kept >= 0) == (e == ERR_OK));
	if (kept >= 0)
		close(kept);
	ok(waitpid(pid, &status, 0) == pid && status == 0);
	close(listener);
	return e;
}

int main(void)
{
	struct board b;
	int kept = -1;

	world_begin();
	b = slot_runs(SLOT_A);
	eq_int(kiosk_hold(&b, WAIT_S, &kept), ERR_GONE); /* nobody listens: nobody is served */
	eq_int(hold((enum answer[]){ HOLDS }, 1), ERR_OK);
	world_end();
	world_begin();
	eq_int(hold((enum answer[]){ HANGS_UP, HANGS_UP, HOLDS }, 3), ERR_OK);
	world_end();
	world_begin();
	eq_int(hold((enum answer[]){ IS_FULL }, 1), ERR_DENIED);
	world_end();
	return tap_done();
}
