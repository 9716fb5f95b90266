/* kiosk-ui as a program between a supervisor and a core that this file plays, steered by remote
 * control; and what is left in its memory when the citizen has gone. */
#include "firmware/base/auto.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/screens.h"
#include "tests/tap.h"
#include "ui/face.h"
#include "ui/sample.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#define LIMIT_MS 120000

struct play {
	pid_t ui;
	int super, core, remote;
	char conf[64];
};

static const char CONF
[] = "office_name = Trung tâm\noffice_place = Xã\nagency_code = H36.19\n"
     "kiosk_id = TEST\nprovince_url = https://localhost\n"
     "screen_width_px = 1080\nscreen_height_px = 1920\nscreen_full = 0\n";

static void child(int sock, const char *conf)
{
	char number[12];

	snprintf(number, sizeof number, "%d", fcntl(sock, F_DUPFD, 20));
	setenv("KIOSK_SUPER_FD", number, 1);
	setenv("KIOSK_CONF", conf, 1);
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("PULSE_SERVER");
	if (!getenv("KIOSK_DEBUG"))
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
	_exit(face_main());
}

static int listener(struct sockaddr_un *ret)
{
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	/* abstract: nothing to remove afterwards */
	snprintf(ret->sun_path + 1, sizeof ret->sun_path - 1, "kiosk-ui-test-%d", (int)getpid());
	return bind(sock, (struct sockaddr *)(void *)ret, sizeof *ret) || listen(sock, 4) ? -1
											  : sock;
}

static void start(struct play *p)
{
	char conf[] = "/tmp/kiosk-ui-test-XXXXXX";
	AUTO_FD conf_fd = mkstemp(conf);
	int super[2], core[2];
	struct sockaddr_un where;
	AUTO_FD sock = listener(&where);

	ok(write(conf_fd, CONF, sizeof CONF - 1) > 0 && sock >= 0);
	ok(msg_pair(super) == ERR_OK && msg_pair(core) == ERR_OK);
	fflush(stdout);
	p->ui = fork();
	if (p->ui == 0) {
		/* only the other ends are this program's */
		close(super[0]);
		close(core[0]);
		child(super[1], conf);
	}
	close(super[1]);
	p->super = super[0];
	p->core = core[0];
	struct msg peer = { .type = MSG_PEER, .peer = { ROLE_CORE, core[1] } };
	struct msg remote = { .type = MSG_REMOTE, .remote = { sock } };
	ok(msg_send(p->super, ROLE_SUPER, ROLE_UI, &peer) == ERR_OK);
	ok(msg_send(p->super, ROLE_SUPER, ROLE_UI, &remote) == ERR_OK);
	close(core[1]);
	p->remote = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ok(connect(p->remote, (struct sockaddr *)(void *)&where, sizeof where) == 0);
	snprintf(p->conf, sizeof p->conf, "%s", conf);
}

/* In the sample format, so that the views of this file stay readable. -1 for a bad one. */
static int view_of(const char *view)
{
	struct view v = { 0 };
	struct view_writer w = { 0 };
	unsigned line;
	int fd = -1;

	if (sample_parse(view, strlen(view), &v, &line) != ERR_OK)
		return -1;
	for (size_t i = 0; i < v.count; i++) {
		const struct view_entry *e = &v.entries[i];
		if (e->type == 4)
			view_row(&w, e->key);
		else if (e->type == 2)
			view_text(&w, e->key, (const char *)e->value);
		else
			view_num(&w, e->key, e->value[0]);
	}
	view_close(&v);
	ok(view_seal(&w, &fd) == ERR_OK);
	return fd;
}

static void show(struct play *p, enum screen screen, uint32_t turn, const char *view)
{
	AUTO_FD fd = view_of(view);
	struct msg m = { .type = MSG_SHOW,
			 .show = { .turn = turn, .screen = (uint16_t)screen, .view = fd } };

	ok(msg_send(p->core, ROLE_CORE, ROLE_UI, &m) == ERR_OK);
}

/* The first line of the next answer, without its newline. "" after LIMIT_MS. */
static const char *answer_of(struct play *p)
{
	static char answer[512];
	struct pollfd f = { .fd = p->remote, .events = POLLIN };
	size_t len = 0;

	while (len < sizeof answer - 1 && poll(&f, 1, LIMIT_MS) == 1 &&
	       read(p->remote, answer + len, 1) == 1 && answer[len] != '\n')
		len++;
	answer[len] = '\0';
	return answer;
}

static const char *ask(struct play *p, const char *line)
{
	dprintf(p->remote, "%s\n", line);
	return answer_of(p);
}

/* The next message of the program to core; type MSG_NONE after LIMIT_MS. */
static struct msg next_act(struct play *p)
{
	struct pollfd f = { .fd = p->core, .events = POLLIN };
	struct msg m = { .type = MSG_NONE };

	if (poll(&f, 1, LIMIT_MS) == 1 && msg_recv(p->core, ROLE_CORE, ROLE_UI, &m) != ERR_OK)
		m.type = MSG_NONE;
	return m;
}

/* How often `name` is in the memory of the program. */
static int in_memory(pid_t pid, const char *name)
{
	char path[64], line[512], mode[5];
	unsigned long from, to;
	size_t len = strlen(name);
	int count = 0;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	FILE *maps = fopen(path, "r");
	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	AUTO_FD mem = open(path, O_RDONLY | O_CLOEXEC);
	while (maps && mem >= 0 && fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || mode[1] != 'w')
			continue;
		if (to - from > 1ul << 30) /* the shadow of a sanitizer */
			continue;
		AUTO_FREE char *bytes = malloc(to - from);
		ssize_t got = bytes ? pread(mem, bytes, to - from, (off_t)from) : -1;
		for (const char *at = bytes; got > 0 && at; at++) {
			at = memmem(at, (size_t)(got - (at - bytes)), name, len);
			if (!at)
				break;
			count++;
		}
	}
	if (maps)
		fclose(maps);
	return mem < 0 ? -1 : count;
}

/* The program has closed its memory to its own user; only root can look inside. */
static void check_memory(const struct play *p, const char *name, bool there)
{
	int count = in_memory(p->ui, name);

	if (geteuid() != 0)
		eq_int(count, -1);
	else if (there)
		ok(count > 0);
	else
		eq_int(count, 0);
}

static const char FORM[] = "group = 0\ngroups = 1\n[fields]\nkey = ten\nlabel = Họ tên\n"
			   "type = text\nvalue = Qwzkhgmvx\n";

static void test_remote(struct play *p)
{
	struct msg m;

	show(p, SCREEN_HOME, 4, "place = Xã Tân Thành\n");
	eq_str(ask(p, "wait HOME"), "ok HOME 4");
	eq_str(ask(p, "screen"), "ok HOME 4");
	eq_str(ask(p, "nonsense"), "error there is no command nonsense");
	eq_str(ask(p, "wait NOWHERE"), "error there is no screen NOWHERE");
	ok(strncmp(ask(p, "tap Bay lên trời"), "error ", 6) == 0);
	ok(strncmp(ask(p, "wait-text Xã Tân"), "ok ", 3) == 0);
	eq_str(ask(p, "tap bar.contrast"), "ok bar.contrast");
	m = next_act(p);
	eq_int(m.act.action, ACTION_LOOK);
	eq_int(m.act.index, LOOK_HIGH_CONTRAST);
	eq_int(m.act.turn, 4);
	/* a wait is answered when the fact comes true, and not before */
	dprintf(p->remote, "wait FORM\n");
	struct pollfd f = { .fd = p->remote, .events = POLLIN };
	eq_int(poll(&f, 1, 50), 0);
	show(p, SCREEN_FORM, 5, FORM);
	eq_str(answer_of(p), "ok FORM 5");
	eq_str(ask(p, "screen"), "ok FORM 5");
}

/* The key of the field, from the dump. */
static void open_field(struct play *p)
{
	ok(strncmp(ask(p, "tap Họ tên"), "ok ", 3) == 0);
}

static void test_wiped(struct play *p)
{
	char last[2048] = "";

	open_field(p);
	eq_str(ask(p, "type pbtyrjlfq"), "ok");
	for (int i = 0; i < 9; i++) {
		struct msg m = next_act(p);
		eq_int(m.act.action, ACTION_FIELD);
		snprintf(last, sizeof last, "%s", m.act.text);
	}
	ok(strstr(last, "pbtyrjlfq") != NULL);
	check_memory(p, "Qwzkhgmvx", true);
	check_memory(p, "pbtyrjlfq", true);
	show(p, SCREEN_ATTRACT, 6, "");
	eq_str(ask(p, "wait ATTRACT"), "ok ATTRACT 6");
	check_memory(p, "Qwzkhgmvx", false);
	/* as it was typed: the line of remote control is part of the test, not of the product */
	check_memory(p, "pbtyrjlfq", false);
}

/* Dots come back for a view, a reason for a bad one, and nothing of the filer stays. */
static void test_receipt(struct play *p)
{
	AUTO_FD good = view_of("receipt_code = TAM-1\nfiler = Wqkzjvxh\nprocedure = A\n");
	AUTO_FD bad = view_of("filer = Wqkzjvxh\n");
	struct msg ask_good = { .type = MSG_DRAW_RECEIPT,
				.draw_receipt = { 3, LANGUAGE_VI, good } };
	struct msg ask_bad = { .type = MSG_DRAW_RECEIPT, .draw_receipt = { 4, LANGUAGE_VI, bad } };
	const void *bits;
	size_t len;

	ok(msg_send(p->core, ROLE_CORE, ROLE_UI, &ask_good) == ERR_OK);
	struct msg m = next_act(p);
	eq_int(m.type, MSG_RECEIPT);
	eq_int(m.receipt.job, 3);
	eq_int(m.receipt.why, ERR_OK);
	eq_int(m.receipt.width, 576);
	ok(mem_map(m.receipt.bits, 1u << 20, &bits, &len) == ERR_OK);
	eq_int(len, 72 * (size_t)m.receipt.height);
	mem_unmap(bits, len);
	close(m.receipt.bits);
	ok(msg_send(p->core, ROLE_CORE, ROLE_UI, &ask_bad) == ERR_OK);
	m = next_act(p);
	eq_int(m.receipt.job, 4);
	eq_int(m.receipt.why, ERR_BAD_DATA);
	close(m.receipt.bits);
	check_memory(p, "Wqkzjvxh", false);
}

static void finish(struct play *p)
{
	int status = -1;

	unlink(p->conf);
	close(p->super);
	waitpid(p->ui, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(p->core);
	close(p->remote);
}

int main(void)
{
	struct play p;

	signal(SIGPIPE, SIG_IGN);
	start(&p);
	test_remote(&p);
	test_wiped(&p);
	test_receipt(&p);
	finish(&p);
	return tap_done();
}
