/* The supervisor with children that are this same program under other names: they say on
 * standard error what they see, and do what they are told over `ctl` (core) and `ui.sock` (ui). */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/super/pause.h"
#include "firmware/super/super.h"
#include "tests/tap.h"
#include "tests/unit/super/fake.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/test_super.XXXXXX";
static struct host host;
static struct super s;
static struct clock_shift *shift; /* in the page that all children have */
static struct clock fast;
static struct loop *loop;
static int systemd;
static int said; /* what the children and the supervisor wrote */
static char heard[1 << 18];
static size_t heard_len, mark;

static void listen_to_them(void)
{
	ssize_t n;

	while (heard_len < sizeof heard - 1 &&
	       (n = read(said, heard + heard_len, sizeof heard - 1 - heard_len)) > 0)
		heard_len += (size_t)n;
	heard[heard_len] = '\0';
}

static int64_t real_ms(void)
{
	const struct clock real = { 0 };

	return clock_mono_ms(&real);
}

static unsigned times_heard(const char *what)
{
	unsigned n = 0;

	listen_to_them();
	for (const char *at = heard + mark; (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* Turns the loop until `what` was heard n times since the mark. */
static bool hear(const char *what, unsigned n)
{
	int64_t until_ms = real_ms() + 20000;

	while (times_heard(what) < n && real_ms() < until_ms)
		(void)!loop_turn(loop, 5);
	if (times_heard(what) < n)
		printf("# not heard %u times: %s; but:\n%s\n", n, what, heard + mark);
	return times_heard(what) >= n;
}

static void forget(void)
{
	listen_to_them();
	mark = heard_len;
}

static void tell(const char *name, int type, const char *text)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	AUTO_FD sock = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof to.sun_path, "%.60s/run/%s", dir, name);
	ok(connect(sock, (struct sockaddr *)&to, sizeof to) == 0);
	ok(send(sock, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
	while (recv(sock, heard + sizeof heard - 1, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN)
		(void)!loop_turn(loop, 5); /* until it was read and closed */
}

static void on_signal(void *data, short signal)
{
	(void)signal;
	super_reap(data);
}

static bool make_loop(void)
{
	static const int SIGNALS[] = { SIGCHLD, 0 };

	return loop_create(&fast, &loop) == ERR_OK &&
	       loop_signals(loop, SIGNALS, on_signal, &s) == ERR_OK;
}

static void kill_and_wait(enum role r)
{
	char line[64];

	snprintf(line, sizeof line, "program.died program=%s ", role_name(r));
	forget();
	kill(s.programs[r].pid, SIGKILL);
	ok(hear(line, 1));
}

/* Nobody else before they have shown something; then all, see everybody_meets(). */
static void two_are_first(void)
{
	for (enum role r = ROLE_CORE; r < ROLE_COUNT; r++)
		eq_int(s.programs[r].pid > 0, r == ROLE_CORE || r == ROLE_UI);
}

static void everybody_meets(void)
{
	for (enum role r = ROLE_CORE; r < ROLE_COUNT; r++) {
		char line[64];

		if (!super_keeps(r))
			continue;
		snprintf(line, sizeof line, "came me=core who=%s ", role_name(r));
		ok(r == ROLE_CORE || hear(line, 1));
		snprintf(line, sizeof line, "came me=%s who=core ", role_name(r));
		ok(r == ROLE_CORE || hear(line, 1));
		ok(s.programs[r].pid > 0);
	}
	eq_int(times_heard("came me=core"), 7); /* nobody twice */
	ok(hear("listens me=core who=super", 1));
}

static void killed_ui_comes_back(void)
{
	kill_and_wait(ROLE_UI);
	ok(hear("why=\"signal 9, Killed\"", 1));
	ok(hear("went me=core who=ui", 1));
	ok(hear("came me=core who=ui", 1));
	ok(hear("came me=ui who=core", 1));
	ok(hear("listens me=ui who=super", 1));
	eq_int(times_heard("who=sync"), 0); /* nobody else is disturbed */
}

static void killed_core_meets_all_again(void)
{
	forget();
	kill(s.programs[ROLE_CORE].pid, SIGKILL);
	ok(hear("went me=ui who=core", 1));
	ok(hear("came me=ui who=core", 1));
	everybody_meets();
}

static void pauses_grow(void)
{
	struct program *p = &s.programs[ROLE_SYNC];

	for (unsigned n = 1; n < GIVE_UP_DEATHS; n++) {
		char line[64];

		kill_and_wait(ROLE_SYNC);
		eq_int(p->deaths, n);
		snprintf(line, sizeof line, "again_in_ms=%u\n", pause_ms(n));
		ok(hear(line, 1));
		ok(n == 1 || p->pid == 0);
		shift->mono_ms += pause_ms(n);
		ok(hear("lives me=sync", 1));
	}
	eq_int(times_heard("gave_up"), 0);
}

static void gives_up_and_tries_again(void)
{
	struct program *p = &s.programs[ROLE_SYNC];

	kill_and_wait(ROLE_SYNC);
	ok(hear("gave_up me=core who=sync n=10.", 1));
	ok(hear("program.gave_up program=sync deaths=10 again_in_s=300", 1));
	eq_int(p->pid, 0);

	forget();
	kill(s.programs[ROLE_CORE].pid, SIGKILL); /* a new core is told as well */
	ok(hear("gave_up me=core who=sync n=10.", 1));

	shift->mono_ms += GAVE_UP_PAUSE_MS;
	ok(hear("lives me=sync", 1));
	ok(hear("came me=core who=sync", 1));
	shift->mono_ms += GOOD_LIFE_MS;
	kill_and_wait(ROLE_SYNC);
	eq_int(p->deaths, 1);
	ok(hear("lives me=sync", 1));
}

static unsigned parsers(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < MAX_PARSERS; i++)
		n += s.parsers[i].pid > 0;
	return n;
}

static void kill_parsers(void)
{
	for (size_t i = 0; i < MAX_PARSERS; i++)
		if (s.parsers[i].pid > 0)
			kill(s.parsers[i].pid, SIGKILL);
	while (parsers() > 0)
		(void)!loop_turn(loop, 5);
}

static void parser_lives_for_its_time(void)
{
	forget();
	tell("ctl", SOCK_SEQPACKET, "parser 7");
	ok(hear("parser me=core who=parse n=7.", 1));
	ok(hear("came me=parse who=core", 1));
	eq_int(parsers(), 1);
	shift->mono_ms += role_row(ROLE_PARSE)->life_s * 1000 - 2000;
	forget();
	tell("ctl", SOCK_SEQPACKET, "parser 8"); /* the first is alive still */
	ok(hear("came me=parse who=core", 1));
	eq_int(parsers(), 2);
	shift->mono_ms += 2001;
	ok(hear("parser.died job=7 why=\"killed by the supervisor: its time for the job was over\"",
		1));
	eq_int(parsers(), 1);
}

static void parsers_are_few(void)
{
	forget();
	for (int i = 0; i < MAX_PARSERS; i++) /* one is there from before */
		tell("ctl", SOCK_SEQPACKET, "parser 20");
	ok(hear("parser me=core who=parse n=20.", MAX_PARSERS));
	ok(hear("parser.refused job=20", 1));
	ok(hear("went me=core who=parse", 1));
	eq_int(parsers(), MAX_PARSERS);
	forget();
	kill(s.programs[ROLE_CORE].pid, SIGKILL);
	ok(hear("nobody waits for its answer", MAX_PARSERS));
	ok(hear("listens me=core", 1));
	eq_int(parsers(), 0);
}

/* One job has the chip reader: the two meet, and the newest job is the one that has it. */
static void parser_meets_the_reader(void)
{
	forget();
	tell("ctl", SOCK_SEQPACKET, "parser 30");
	ok(hear("came me=parse who=core", 1));
	eq_int(times_heard("came me=parse who=card"), 0); /* not asked for, not there */
	tell("ctl", SOCK_SEQPACKET, "parser 31 1");
	ok(hear("parser me=core who=parse n=31.", 1));
	ok(hear("came me=parse who=card", 1));
	ok(hear("came me=card who=parse", 1));
	ok(hear("came me=parse who=core", 2));

	const char *reader = strstr(heard + mark, "came me=parse who=card");
	ok(strstr(reader, "came me=parse who=core") != NULL); /* after the reader */
	tell("ctl", SOCK_SEQPACKET, "parser 32 1");
	ok(hear("came me=parse who=card", 2));
	ok(hear("went me=parse who=card", 1));
}

/* Core has its parser all the same; and a reader that dies is seen by the job. */
static void parser_without_a_reader(void)
{
	const unsigned DEATHS = 6; /* then it is away for long enough */

	kill_and_wait(ROLE_CARD);
	ok(hear("went me=parse who=card", 1));
	for (unsigned n = 1; n < DEATHS; n++) {
		shift->mono_ms += pause_ms(n);
		ok(hear("lives me=card", 1));
		kill_and_wait(ROLE_CARD);
	}
	eq_int(s.programs[ROLE_CARD].pid, 0);
	forget();
	tell("ctl", SOCK_SEQPACKET, "parser 33 1");
	ok(hear("parser me=core who=parse n=33.", 1));
	ok(hear("came me=parse who=core", 1));
	eq_int(times_heard("came me=parse who=card"), 0);
	shift->mono_ms += pause_ms(DEATHS);
	ok(hear("lives me=card", 1));
	ok(hear("came me=core who=card", 1));
	kill_parsers();
}

static void core_has_one_restarted(void)
{
	char order[32];

	forget();
	snprintf(order, sizeof order, "restart %d", ROLE_PRINT);
	tell("ctl", SOCK_SEQPACKET, order);
	ok(hear("program.died program=print why=\"killed by the supervisor: core asked for it\"",
		1));
	ok(hear("came me=core who=print", 1));
	forget();
	snprintf(order, sizeof order, "restart %d", ROLE_SUPER); /* not its to ask */
	tell("ctl", SOCK_SEQPACKET, order);
	ok(hear("program.died program=core why=\"killed by the supervisor: it sent a malformed",
		1));
	ok(hear("listens me=core", 1));
}

static void malformed_sender_is_restarted(void)
{
	forget();
	tell("ui.sock", SOCK_STREAM, "malformed");
	ok(hear("program.died program=ui why=\"killed by the supervisor: it sent a malformed", 1));
	ok(hear("came me=core who=ui", 1));
}

static void hung_program_is_restarted(enum role r)
{
	char died[128], came[64];

	snprintf(died, sizeof died,
		 "program.died program=%s why=\"killed by the supervisor: it has not read",
		 role_name(r));
	snprintf(came, sizeof came, "came me=core who=%s", role_name(r));
	forget();
	kill(s.programs[r].pid, SIGSTOP);
	for (int i = 0; i < 12 && times_heard("has not read its messages") == 0; i++) {
		int unread = 1;

		shift->mono_ms += 10000;
		(void)!loop_turn(loop, 0);
		for (enum role o = 0; o < ROLE_COUNT; o++)
			while (o != r && ioctl(s.programs[o].sock, SIOCOUTQ, &unread) == 0 &&
			       unread > 0)
				(void)!loop_turn(loop, 1);
	}
	ok(hear(died, 1));
	ok(hear(came, 1));
	eq_int(times_heard("program.died"), 1);
}

static void clock_move_wakes_all(void)
{
	pid_t before = s.programs[ROLE_CORE].pid;

	super_clock_moved(&s);
	forget();
	tell("ctl", SOCK_SEQPACKET, "time");
	ok(hear("time me=core", 1));
	ok(strtoll(strstr(heard + mark, "n=") + 2, NULL, 10) >= shift->mono_ms / 1000);
	eq_int(s.programs[ROLE_CORE].pid, before);
}

/* What systemd has heard since the last time, as one text. */
static const char *systemd_heard(void)
{
	static char text[4096];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof text - 100 && (got = recv(systemd, text + n, 99, MSG_DONTWAIT)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	return text;
}

static void watchdog_while_core_lives(void)
{
	ok(strstr(systemd_heard(), "READY=1"));
	shift->mono_ms += 15000;
	(void)!loop_turn(loop, 0);
	eq_str(systemd_heard(), "WATCHDOG=1");
	kill_and_wait(ROLE_CORE);
	ok(hear("listens me=core", 1));
	s.programs[ROLE_CORE].deaths = 8; /* the next pause is half a minute */
	kill_and_wait(ROLE_CORE);
	(void)systemd_heard();
	shift->mono_ms += 15000;
	(void)!loop_turn(loop, 0);
	eq_str(systemd_heard(), "");
	shift->mono_ms += 15000;
	ok(hear("listens me=core", 1));
	shift->mono_ms += 15000;
	(void)!loop_turn(loop, 0);
	ok(strstr(systemd_heard(), "WATCHDOG=1"));
}

/* The ui does not hear SIGTERM; all the others end, and then it must. */
static void stops_clean(void)
{
	forget();
	tell("ui.sock", SOCK_STREAM, "deaf");
	super_stop(&s);
	int64_t until_ms = real_ms() + 20000;
	unsigned left = 9;
	while (left > 1 && real_ms() < until_ms) {
		(void)!loop_turn(loop, 5);
		left = 0;
		for (enum role r = 0; r < ROLE_COUNT; r++)
			left += s.programs[r].pid > 0;
	}
	eq_int(left, 1);
	ok(s.programs[ROLE_UI].pid > 0);
	shift->mono_ms += PATIENCE_MS;
	eq_int(loop_run(loop), ERR_OK); /* ends by itself */
	eq_int(waitpid(-1, NULL, WNOHANG), -1);
	eq_int(times_heard("program.died"), 0);
}

static void end_all(void)
{
	super_stop(&s);
	shift->mono_ms += PATIENCE_MS;
	eq_int(loop_run(loop), ERR_OK);
	loop_destroy(loop);
	ok(make_loop());
}

/* A screen that shows nothing, and one whose program ends. */
static void others_do_not_wait_for_ever(void)
{
	setenv("KIOSK_TEST_BLIND", "1", 1);
	loop_destroy(loop); /* it has stopped */
	ok(make_loop());
	forget();
	super_start(&s, &host, loop);
	ok(hear("came me=core who=ui", 1));
	two_are_first();
	shift->mono_ms += FIRST_MS;
	ok(hear("came me=core who=sync", 1));
	end_all();
	super_start(&s, &host, loop);
	two_are_first();
	kill_and_wait(ROLE_UI);
	ok(hear("came me=core who=sync", 1));
	end_all();
	unsetenv("KIOSK_TEST_BLIND");
}

/* kill -9 of the supervisor itself. */
static void nobody_outlives_it(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	forget();
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		super_start(&s, &host, loop);
		_exit(loop_run(loop));
	}
	ok(hear("lives me=", 7));
	kill(pid, SIGKILL);
	pid_t one = 0;
	int64_t until_ms = real_ms() + 20000;
	while (one >= 0 && real_ms() < until_ms)
		one = waitpid(-1, NULL, WNOHANG);
	eq_int(one, -1); /* no child is left, and whoever lost its parent is ours */
}

static bool link_program(const char *name)
{
	char path[128], self[256] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return n > 0 && (symlink(self, path) == 0 || errno == EEXIST);
}

static bool make_clock(void)
{
	int fd = memfd_create("clock", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, sizeof *shift) < 0)
		return false;
	shift = mmap(NULL, sizeof *shift, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	fast.shift = shift;
	host.clock_fd = fd;
	return shift != MAP_FAILED;
}

static bool prepare(void)
{
	int ends[2];

	if (!mkdtemp(dir) || pipe2(ends, O_CLOEXEC) < 0 || dup2(ends[1], STDERR_FILENO) < 0 ||
	    fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0)
		return false;
	said = ends[0];
	host = (struct host){
		.sim = true, .run_fd = -1, .ctl_sock = -1, .remote_sock = -1, .clock_fd = -1
	};
	snprintf(host.bin_dir, sizeof host.bin_dir, "%s", dir);
	snprintf(host.sim_dir, sizeof host.sim_dir, "%s", dir);
	snprintf(host.run_dir, sizeof host.run_dir, "%s/run", dir);
	snprintf(host.screen_dir, sizeof host.screen_dir, "%s/screen", dir);
	snprintf(host.config_path, sizeof host.config_path, "%s/kiosk.conf", dir);
	snprintf(host.config.data_dir, sizeof host.config.data_dir, "%s/data", dir);
	snprintf(host.config.assets_dir, sizeof host.config.assets_dir, "/usr/share");
	for (enum role r = ROLE_CORE; r < ROLE_CTL; r++)
		if (!link_program(role_row(r)->program))
			return false;
	systemd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof at.sun_path, "%s/notify", dir);
	if (bind(systemd, (struct sockaddr *)&at, sizeof at) < 0)
		return false;
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	setenv("WATCHDOG_USEC", "30000000", 1);
	setenv("KIOSK_SIM_REMOTE", "1", 1);
	setenv("KIOSK_TEST_DEAF", "1", 1);
	return make_clock() && host_open(&host) == ERR_OK && make_loop();
}

static void clean_up(void)
{
	char path[sizeof host.run_dir + 8];

	host_close(&host);
	for (enum role r = ROLE_CORE; r < ROLE_CTL; r++) {
		snprintf(path, sizeof path, "%s/%s", dir, role_row(r)->program);
		(void)unlink(path);
	}
	snprintf(path, sizeof path, "%s/notify", dir);
	(void)unlink(path);
	snprintf(path, sizeof path, "%s/lock", host.run_dir);
	(void)unlink(path);
	(void)rmdir(host.run_dir);
	(void)rmdir(host.screen_dir);
	(void)rmdir(host.config.data_dir);
	ok(rmdir(dir) == 0);
	loop_destroy(loop);
}

int main(int argc, char **argv)
{
	if (getenv("KIOSK_SUPER_FD"))
		return fake_main(argc, argv);
	log_open(ROLE_SUPER);
	ok(prepare());
	super_start(&s, &host, loop);
	s.real.shift = shift;
	two_are_first();
	everybody_meets();
	killed_ui_comes_back();
	killed_core_meets_all_again();
	pauses_grow();
	gives_up_and_tries_again();
	parser_lives_for_its_time();
	parsers_are_few();
	parser_meets_the_reader();
	parser_without_a_reader();
	core_has_one_restarted();
	malformed_sender_is_restarted();
	hung_program_is_restarted(ROLE_UI);
	hung_program_is_restarted(ROLE_SYNC);
	hung_program_is_restarted(ROLE_SCAN);
	clock_move_wakes_all();
	watchdog_while_core_lives();
	stops_clean();
	eq_str(systemd_heard(), "STOPPING=1");
	others_do_not_wait_for_ever();
	nobody_outlives_it();
	clean_up();
	return tap_done();
}
