#include "tests/image/machine.h"

#include "firmware/base/auto.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define LOOK_MS 1000 /* how often a budget is looked at */

static const char *const PORT_FILES[PORT_COUNT] = {
	[PORT_SERIAL] = "serial.log", [PORT_SHELL] = "shell.log"
};

enum err machine_init(struct machine *m)
{
	char path[MACHINE_PATH + 32];
	enum err e = clock_init(&m->clock);

	m->control = m->tpm_ctrl = -1;
	if (e == ERR_OK)
		e = loop_create(&m->clock, &m->loop);
	for (int i = 0; i < PORT_COUNT && e == ERR_OK; i++) {
		m->ports[i] = (struct machine_port){ .machine = m, .sock = -1 };
		snprintf(path, sizeof path, "%s/%s", m->dir, PORT_FILES[i]);
		e = stream_open(&m->ports[i].said, path);
	}
	snprintf(path, sizeof path, "%s/events.log", m->dir);
	return e == ERR_OK ? stream_open(&m->events, path) : e;
}

void machine_finish(struct machine *m)
{
	if (!m->loop)
		return;
	machine_off(m, false);
	for (int i = 0; i < PORT_COUNT; i++)
		stream_finish(&m->ports[i].said);
	stream_finish(&m->events);
	loop_destroy(m->loop);
	m->loop = NULL;
}

struct disk *machine_disk(struct machine *m, const char *name)
{
	for (unsigned i = 0; i < m->disk_count; i++)
		if (strcmp(m->disks[i].name, name) == 0)
			return &m->disks[i];
	return NULL;
}

enum err machine_add_disk(struct machine *m, const char *name, struct disk **ret_disk)
{
	struct disk *d = machine_disk(m, name);

	if (!d && m->disk_count == MACHINE_DISKS)
		return ERR_NO_SPACE;
	if (!d)
		d = &m->disks[m->disk_count++];
	*d = (struct disk){ .sock = -1, .attached = true };
	snprintf(d->name, sizeof d->name, "%s", name);
	snprintf(d->path, sizeof d->path, "%.480s/%s.img", m->dir, name);
	*ret_disk = d;
	return ERR_OK;
}

bool machine_is_on(const struct machine *m)
{
	return m->pid > 0;
}

static void end_process(pid_t *pid)
{
	int status;

	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

/* By which a proof's number of requests to a cut is chosen. */
static void note_requests(struct machine *m, const struct disk *d, bool cut)
{
	char line[80];
	int n = snprintf(line, sizeof line, "DISK %s requests=%llu cut=%d\n", d->name,
			 (unsigned long long)d->drive.requests, cut);

	(void)stream_add(&m->events, line, (size_t)n); /* what is lost is only the log's */
}

static void leave(struct machine *m, int *sock)
{
	if (*sock < 0)
		return;
	loop_unwatch(m->loop, *sock);
	close(take_fd(sock));
}

void machine_off(struct machine *m, bool cut)
{
	end_process(&m->pid);
	end_process(&m->tpm_pid);
	for (int i = 0; i < PORT_COUNT; i++) {
		leave(m, &m->ports[i].sock);
		stream_skip(&m->ports[i].said); /* the next start says the same again */
	}
	leave(m, &m->control);
	leave(m, &m->tpm_ctrl);
	for (unsigned i = 0; i < m->disk_count; i++) {
		if (m->disks[i].sock >= 0) {
			loop_unwatch(m->loop, m->disks[i].sock);
			note_requests(m, &m->disks[i], cut);
		}
		disk_leave(&m->disks[i], cut ? &m->lot : NULL);
	}
	m->shell_ready = false;
}

static void on_port(void *data, short events)
{
	struct machine_port *p = data;
	char bytes[8192];
	ssize_t n = read(p->sock, bytes, sizeof bytes);

	(void)events;
	if (n <= 0)
		leave(p->machine, &p->sock);
	else if (stream_add(&p->said, bytes, (size_t)n) != ERR_OK)
		fprintf(stderr, "a line of the machine says too much\n");
}

static void on_said(void *data, const struct qmp_said *said)
{
	struct machine *m = data;
	char line[1024];

	if (said->kind == QMP_EVENT) {
		int n = snprintf(line, sizeof line, "%s %.900s\n", said->name, said->body);

		(void)stream_add(&m->events, line, (size_t)n); /* what is lost is only the log's */
		if (strcmp(said->name, "RESET") == 0) {
			m->resets++;
			m->shell_ready = false;
			m->on_ms = clock_mono_ms(&m->clock);
		}
		return;
	}
	m->question.answered = true;
	m->question.error = said->kind == QMP_ERROR ? ERR_REFUSED : ERR_OK;
	snprintf(m->question.text, sizeof m->question.text, "%s",
		 said->kind == QMP_ERROR ? said->name : said->body);
}

/* The emulator's end is seen here first. What its disks were told last is read before. */
static void on_control(void *data, short events)
{
	struct machine *m = data;
	char bytes[8192];
	ssize_t n = read(m->control, bytes, sizeof bytes);

	(void)events;
	if (n > 0 && qmp_feed(&m->qmp, bytes, (size_t)n, on_said, m) == ERR_OK)
		return;
	if (n > 0)
		end_process(&m->pid); /* it talks nonsense */
	for (int i = 0; i < PORT_COUNT; i++)
		while (m->ports[i].sock >= 0)
			on_port(&m->ports[i], POLLIN);
	for (unsigned i = 0; i < m->disk_count; i++)
		while (m->disks[i].sock >= 0 && disk_answer(&m->disks[i]) == ERR_OK)
			;
	machine_off(m, false);
}

static void on_disk(void *data, short events)
{
	struct machine *m = data;

	(void)events;
	for (unsigned i = 0; i < m->disk_count; i++) {
		struct disk *d = &m->disks[i];
		struct pollfd p = { .fd = d->sock, .events = POLLIN };

		if (d->sock < 0 || poll(&p, 1, 0) <= 0 || disk_answer(d) == ERR_OK)
			continue;
		m->cut_by_itself = d->was_cut;
		if (d->was_cut)
			return machine_off(m, true);
		loop_unwatch(m->loop, d->sock); /* its end; on_control() sees the others' */
	}
}

enum err machine_listen(struct machine *m)
{
	enum err e = loop_watch(m->loop, m->control, POLLIN, on_control, m);

	for (int i = 0; i < PORT_COUNT && e == ERR_OK; i++)
		e = loop_watch(m->loop, m->ports[i].sock, POLLIN, on_port, &m->ports[i]);
	for (unsigned i = 0; i < m->disk_count && e == ERR_OK; i++)
		if (m->disks[i].sock >= 0)
			e = loop_watch(m->loop, m->disks[i].sock, POLLIN, on_disk, m);
	return e;
}

enum err machine_until(struct machine *m, machine_fact *fact, void *data, struct budget *b)
{
	while (!fact(data)) {
		uint32_t left = budget_left_ms(b, clock_mono_ms(&m->clock));

		if (!machine_is_on(m))
			return ERR_GONE;
		if (left == 0)
			return ERR_TIMEOUT;
		enum err e = loop_turn(m->loop, left < LOOK_MS ? (int)left : LOOK_MS);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

bool machine_within(struct machine *m, machine_fact *fact, void *data, uint32_t ms)
{
	int64_t until = clock_mono_ms(&m->clock) + ms;

	while (!fact(data)) { /* asked once only when it is one: it may look past what it found */
		int64_t left = until - clock_mono_ms(&m->clock);

		if (!machine_is_on(m) || left <= 0 || loop_turn(m->loop, (int)left) != ERR_OK)
			return false;
	}
	return true;
}
