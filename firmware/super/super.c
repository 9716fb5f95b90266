#include "firmware/super/super.h"

#include "firmware/base/log.h"
#include "firmware/base/msg.h"
#include "firmware/super/health.h"
#include "firmware/super/pause.h"
#include "firmware/super/spawn.h"
#include "firmware/super/wire.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_parser(enum role r)
{
	return r == ROLE_PARSE || r == ROLE_PAGES;
}

bool super_keeps(enum role r)
{
	return r != ROLE_SUPER && !is_parser(r) && r < ROLE_CTL;
}

/* Who stands in the program's place: before a kiosk is set up, another in that of core. */
static enum role actor(const struct program *p)
{
	return p->role == ROLE_CORE && p->super->host->setup ? ROLE_SETUP : p->role;
}

/* What is needed to set a kiosk up. */
static bool runs(const struct super *s, enum role r)
{
	return super_keeps(r) &&
	       (!s->host->setup || r == ROLE_CORE || r == ROLE_UI || r == ROLE_PRINT);
}

static void forget_sock(struct program *p)
{
	if (p->sock < 0)
		return;
	loop_unwatch(p->super->loop, p->sock);
	close(p->sock);
	p->sock = -1;
}

void program_kill(struct program *p, const char *why)
{
	if (p->pid == 0)
		return;
	if (!p->why) /* the first reason is the true one */
		p->why = why;
	kill(-p->pid, SIGKILL);
}

bool program_tell(struct program *p, const struct msg *m)
{
	enum err e = p->sock < 0 ? ERR_GONE : msg_send(p->sock, ROLE_SUPER, p->role, m);

	if (e != ERR_OK && e != ERR_GONE) /* one that is gone will be reaped */
		program_kill(p, "it does not take its messages");
	return e == ERR_OK;
}

static void out_of_patience(void *data)
{
	program_kill(data, "it did not end by itself");
}

static void life_over(void *data)
{
	program_kill(data, "its time for the job was over");
}

static struct program *free_parser(struct super *s)
{
	for (size_t i = 0; i < MAX_PARSERS; i++)
		if (s->parsers[i].pid == 0)
			return &s->parsers[i];
	return NULL;
}

static void from_program(void *data, short events);

/* False when it could not be started; the reason is in the log. */
static bool launch(struct program *p)
{
	enum err e = spawn(p->super->host, actor(p), p->starts == 0, &p->pid, &p->sock);

	if (e != ERR_OK) {
		log_line(LOG_ERROR, "program.not_started", "program=%s err=%s", role_name(actor(p)),
			 err_name(e));
		return false;
	}
	p->starts++;
	p->why = NULL;
	p->asked_ms = 0;
	p->born_ms = loop_now_ms(p->super->loop);
	e = loop_watch(p->super->loop, p->sock, POLLIN, from_program, p);
	if (e != ERR_OK)
		program_kill(p, "too many programs");
	return true;
}

static void start_parser(struct super *s, const struct msg_parser_wanted *wanted)
{
	struct program *p = free_parser(s);

	if (!p)
		log_line(LOG_ERROR, "parser.refused", "job=%u at_work=%d", wanted->job,
			 MAX_PARSERS);
	if (p)
		p->role = wanted->role == ROLE_PAGES ? ROLE_PAGES : ROLE_PARSE;
	if (!p || !launch(p)) {
		wire_no_parser(s, wanted);
		return;
	}
	p->job = wanted->job;
	timer_set(s->loop, &p->timer, role_row(p->role)->life_s * 1000, life_over, p);
	wire_parser(p, wanted);
}

/* Those of one kind, or of both: ROLE_COUNT. */
static void kill_parsers(struct super *s, enum role kind, const char *why)
{
	for (size_t i = 0; i < MAX_PARSERS; i++)
		if (kind == ROLE_COUNT || s->parsers[i].role == kind)
			program_kill(&s->parsers[i], why);
}

static void start_anew(struct super *s)
{
	s->again = true;
	super_stop(s);
}

/* Core found something malformed in what `r` sent; or staff want the kiosk to be set up anew. */
static bool restart(struct super *s, enum role r, enum err why)
{
	if (is_parser(r)) {
		kill_parsers(s, r, "core could not use its answer");
		return true;
	}
	if (r == ROLE_SETUP && !s->host->setup) {
		log_line(LOG_INFO, "setup.wanted", "by=core");
		s->set_up = true;
		start_anew(s);
		return true;
	}
	if (!super_keeps(r) || r == ROLE_CORE)
		return false;
	log_line(LOG_WARN, "program.restart_wanted", "program=%s by=core err=%s", role_name(r),
		 err_name(why));
	program_kill(&s->programs[r], "core asked for it");
	return true;
}

static void start_rest(void *data);

static bool obey(struct super *s, const struct msg *m)
{
	if (m->type == MSG_RESTART)
		return restart(s, m->restart.role, m->restart.why);
	if (m->type == MSG_SHOWN) {
		start_rest(s);
		return true;
	}
	if (m->type != MSG_PARSER_WANTED)
		return false;
	if (!s->stopping)
		start_parser(s, &m->parser_wanted);
	return true;
}

static void from_program(void *data, short events)
{
	struct program *p = data;
	struct msg m;
	enum err e = ERR_OK;
	bool good = true;

	(void)events;
	while (good && p->sock >= 0 && (e = msg_recv(p->sock, ROLE_SUPER, p->role, &m)) == ERR_OK) {
		good = obey(p->super, &m);
		msg_finish(&m);
	}
	if (good && (e == ERR_BUSY || p->sock < 0))
		return;
	if (!good || e == ERR_BAD_MESSAGE)
		program_kill(p, "it sent a malformed message");
	else if (!p->super->stopping && !is_parser(p->role)) /* a parser's timer runs already */
		timer_set(p->super->loop, &p->timer, PATIENCE_MS, out_of_patience, p);
	forget_sock(p);
}

static void start(void *data)
{
	struct program *p = data;

	if (p->super->stopping)
		return;
	if (!launch(p)) {
		timer_set(p->super->loop, &p->timer, pause_ms(++p->deaths), start, p);
		return;
	}
	log_line(LOG_INFO, "program.started", "program=%s pid=%d", role_name(actor(p)),
		 (int)p->pid);
	wire(p);
}

/* What makes a first screen has the processor for itself until it is there. */
static bool is_first(enum role r)
{
	return r == ROLE_CORE || r == ROLE_UI;
}

static void start_all(struct super *s, bool first)
{
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (runs(s, r) && is_first(r) == first)
			start(&s->programs[r]);
}

static void start_rest(void *data)
{
	struct super *s = data;

	if (s->whole || s->stopping)
		return;
	s->whole = true;
	timer_stop(s->loop, &s->rest);
	start_all(s, false);
}

/* How it ended, in words for a technician. */
static void reason(const struct program *p, int status, char *ret, size_t cap)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (p->why && sig == SIGKILL)
		snprintf(ret, cap, "killed by the supervisor: %s", p->why);
	else if (sig == SIGSYS)
		snprintf(ret, cap, "made a system call that its role forbids");
	else if (sig == SIGXCPU)
		snprintf(ret, cap, "used more CPU time than its role allows");
	else if (sig)
		snprintf(ret, cap, "signal %d, %s", sig, strsignal(sig));
	else if (WEXITSTATUS(status) == SPAWN_FAILED)
		snprintf(ret, cap, "could not be started, see the line before");
	else
		snprintf(ret, cap, "exit code %d", WEXITSTATUS(status));
}

static bool all_ended(const struct super *s)
{
	for (size_t i = 0; i < MAX_PARSERS; i++)
		if (s->parsers[i].pid)
			return false;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (s->programs[r].pid)
			return false;
	return true;
}

static void parser_ended(struct program *p, int status)
{
	char why[160];

	if (status == 0)
		return;
	reason(p, status, why, sizeof why);
	log_line(LOG_WARN, "parser.died", "job=%u why=\"%s\"", p->job, why);
}

/* A panel may be switched on at any time, and somebody stands before it. */
static uint32_t pause_of(const struct program *p)
{
	uint32_t ms = pause_ms(p->deaths);

	return p->role == ROLE_UI && ms > SCREEN_PAUSE_MS ? SCREEN_PAUSE_MS : ms;
}

static void give_up(struct program *p)
{
	struct msg m = { .type = MSG_GAVE_UP,
			 .gave_up = { (uint8_t)p->role, (uint16_t)p->deaths } };

	log_line(LOG_ERROR, "program.gave_up", "program=%s deaths=%u again_in_s=%u",
		 role_name(actor(p)), p->deaths, pause_of(p) / 1000);
	(void)program_tell(&p->super->programs[ROLE_CORE], &m);
}

static void kept_ended(struct program *p, int status)
{
	struct super *s = p->super;

	if (actor(p) == ROLE_SETUP && status == 0) {
		log_line(LOG_INFO, "setup.ended", "the kiosk is looked for again");
		start_anew(s);
		return;
	}
	int64_t lived_ms = loop_now_ms(s->loop) - p->born_ms;
	char why[160];

	if (p->role == ROLE_CORE)
		kill_parsers(s, ROLE_COUNT, "core died, nobody waits for its answer");
	if (lived_ms >= GOOD_LIFE_MS)
		p->deaths = 0;
	p->deaths++;
	uint32_t wait_ms = pause_of(p);
	reason(p, status, why, sizeof why);
	log_line(LOG_WARN, "program.died",
		 "program=%s why=\"%s\" lived_ms=%lld deaths=%u again_in_ms=%u",
		 role_name(actor(p)), why, (long long)lived_ms, p->deaths, wait_ms);
	if (p->deaths == GIVE_UP_DEATHS)
		give_up(p);
	timer_set(s->loop, &p->timer, wait_ms, start, p);
}

static void ended(struct program *p, int status)
{
	struct super *s = p->super;

	timer_stop(s->loop, &p->timer);
	forget_sock(p);
	p->pid = 0;
	if (s->stopping) {
		if (all_ended(s))
			loop_stop(s->loop);
		return;
	}
	if (is_parser(p->role))
		parser_ended(p, status);
	else
		kept_ended(p, status);
	start_rest(s); /* one of the first has ended: the screen may be long in coming */
}

static struct program *program_of(struct super *s, pid_t pid)
{
	for (size_t i = 0; i < MAX_PARSERS; i++)
		if (s->parsers[i].pid == pid)
			return &s->parsers[i];
	for (enum role r = 0; r < ROLE_COUNT; r++)
		if (s->programs[r].pid == pid)
			return &s->programs[r];
	return NULL;
}

void super_reap(struct super *s)
{
	siginfo_t info = { 0 };

	/* WNOWAIT: as long as nobody collects it, its number and its group are its own */
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0) {
		struct program *p = program_of(s, info.si_pid);
		int status;

		if (p)
			kill(-p->pid, SIGKILL); /* what it may have left behind */
		if (waitpid(info.si_pid, &status, 0) > 0 && p)
			ended(p, status);
		info.si_pid = 0;
	}
}

void super_clock_moved(struct super *s)
{
	struct msg m = { .type = MSG_CLOCK_MOVED };

	for (enum role r = 0; r < ROLE_COUNT; r++)
		(void)program_tell(&s->programs[r], &m);
	for (size_t i = 0; i < MAX_PARSERS; i++)
		(void)program_tell(&s->parsers[i], &m);
}

void super_start(struct super *s, const struct host *host, struct loop *loop)
{
	*s = (struct super){ .host = host, .loop = loop };
	for (size_t i = 0; i < MAX_PARSERS; i++)
		s->parsers[i] = (struct program){ .super = s, .role = ROLE_PARSE, .sock = -1 };
	for (enum role r = 0; r < ROLE_COUNT; r++)
		s->programs[r] = (struct program){ .super = s, .role = r, .sock = -1 };
	start_all(s, true);
	timer_set(loop, &s->rest, FIRST_MS, start_rest, s);
	health_begin(s);
}

static void stop_one(struct program *p)
{
	if (p->pid == 0) {
		timer_stop(p->super->loop, &p->timer);
		return;
	}
	kill(-p->pid, SIGTERM);
	timer_set(p->super->loop, &p->timer, PATIENCE_MS, out_of_patience, p);
}

void super_stop(struct super *s)
{
	if (s->stopping)
		return;
	s->stopping = true;
	timer_stop(s->loop, &s->rest);
	health_end(s, !s->again);
	for (enum role r = 0; r < ROLE_COUNT; r++)
		stop_one(&s->programs[r]);
	kill_parsers(s, ROLE_COUNT, "the kiosk stops");
	if (all_ended(s))
		loop_stop(s->loop);
}
