/* A driver in this process, at the simulated devices of usim: what it tells is kept, and a test
 * waits for facts, never for time.
 *
 *     int main(int argc, char **argv)
 *     {
 *         int status;
 *         struct rig *r = rig_main("extended", &status); // starts usim, and it this program again
 *         if (!r)
 *                 return status; // the outer one: usim is done
 *         ...
 *         return rig_done(r);
 *     } */
#ifndef TESTS_UNIT_DRIVERS_RIG_H
#define TESTS_UNIT_DRIVERS_RIG_H

#include "drivers/driver.h"
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/mem.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define RIG_DEADLINE_MS 120000 /* the promise is 5 s; the rest is for a busy machine */
#define RIG_TURN_MS     20

struct rig {
	struct clock clock;
	struct driver_host host;
	const struct driver *driver;
	void *self;
	int control;         /* usim's socket */
	const char *scanner; /* the setting, NULL: "" */
	const char *camera;  /* as well */
	char dir[PATH_MAX];
	unsigned count[MSG_TYPES];
	struct msg last[MSG_TYPES]; /* without their descriptors */
	uint8_t bytes[1u << 16];    /* of the last MEM that fits */
	size_t bytes_len, mem_len;  /* mem_len: of the last MEM, whole */
	enum msg_type order[64];    /* what came, one after the other */
	unsigned order_len;
};

static inline void rig_keep(struct rig *r, int fd)
{
	const void *at;

	if (mem_map(fd, 256u << 20, &at, &r->mem_len) != ERR_OK)
		return;
	r->bytes_len = r->mem_len < sizeof r->bytes ? r->mem_len : sizeof r->bytes;
	memcpy(r->bytes, at, r->bytes_len);
	mem_unmap(at, r->mem_len);
}

static inline void rig_tell(void *data, enum role to, const struct msg *m)
{
	struct rig *r = data;

	(void)to;
	r->count[m->type]++;
	r->last[m->type] = *m;
	if (r->order_len < sizeof r->order / sizeof r->order[0])
		r->order[r->order_len++] = m->type;
	if (m->type == MSG_APDU_ANSWER)
		rig_keep(r, m->apdu_answer.answer);
	if (m->type == MSG_SCAN_PAGE)
		rig_keep(r, m->scan_page.pixels);
}

static inline void rig_start(struct rig *r, const struct driver *d)
{
	r->driver = d;
	memset(r->count, 0, sizeof r->count);
	r->order_len = 0;
	r->host = (struct driver_host){ .loop = r->host.loop,
					.tell = rig_tell,
					.data = r,
					.scanner = r->scanner ? r->scanner : "",
					.camera = r->camera,
					.camera_dpi = 200 };
	ok(d->start(&r->host, &r->self) == ERR_OK);
}

static inline void rig_stop(struct rig *r)
{
	if (r->driver)
		r->driver->stop(r->self);
	r->driver = NULL;
	r->self = NULL;
}

/* Turns the loop until `fact`; false when it has not come in time. */
#define rig_until(r, fact)                                                         \
	({                                                                         \
		int64_t end_ = clock_mono_ms(&(r)->clock) + RIG_DEADLINE_MS;       \
		bool so_;                                                          \
		while (!(so_ = (fact)) && clock_mono_ms(&(r)->clock) < end_)       \
			(void)!(loop_turn((r)->host.loop, RIG_TURN_MS) == ERR_OK); \
		so_;                                                               \
	})

#define rig_state(r)          ((r)->host.state)
#define rig_until_state(r, s) rig_until(r, rig_state(r) == (s))

/* The n-th message of a type since rig_start(). */
#define rig_until_count(r, type, n) rig_until(r, (r)->count[type] >= (n))

/* A line to usim, and what it says; true when that begins with ok. */
static inline bool rig_ask(struct rig *r, const char *line, char *ret, size_t cap)
{
	size_t n = 0;

	dprintf(r->control, "%s\n", line);
	while (n < cap - 1 && read(r->control, ret + n, 1) == 1 && ret[n] != '\n')
		n++;
	ret[n] = '\0';
	if (strncmp(ret, "ok", 2) != 0)
		printf("# usim: %s: %s\n", line, ret);
	return strncmp(ret, "ok", 2) == 0;
}

/* A line to usim; true when it said ok. */
static inline bool rig_line(struct rig *r, const char *line)
{
	char answer[4096];

	return rig_ask(r, line, answer, sizeof answer);
}

static inline void rig_send(struct rig *r, enum role from, struct msg *m)
{
	r->driver->message(r->self, from, m);
	msg_finish(m);
}

static inline int rig_forget(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static inline bool rig_connect(struct rig *r)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof to.sun_path, "%s/usim.sock", getenv("RIG_DIR"));
	r->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return r->control >= 0 && connect(r->control, (struct sockaddr *)&to, sizeof to) == 0;
}

static inline struct rig *rig_inner(void)
{
	struct rig *r = calloc(1, sizeof *r);

	if (!r || clock_init(&r->clock) != ERR_OK ||
	    loop_create(&r->clock, &r->host.loop) != ERR_OK)
		abort();
	snprintf(r->dir, sizeof r->dir, "%s", getenv("RIG_DIR"));
	log_open(ROLE_CTL);
	signal(SIGPIPE, SIG_IGN);
	ok(rig_connect(r));
	return r;
}

static inline int rig_done(struct rig *r)
{
	rig_stop(r);
	loop_destroy(r->host.loop);
	close(r->control);
	free(r);
	return tap_done();
}

/* In the program that usim has started: the rig. In the first one: NULL, and *ret_status.
 * `level`: what the chip reader exchanges, "short" or "extended" APDUs. */
static inline struct rig *rig_main(const char *level, int *ret_status)
{
	char dir[] = "/tmp/kiosk-drv-XXXXXX", me[PATH_MAX], usim[PATH_MAX + 32];
	ssize_t n = readlink("/proc/self/exe", me, sizeof me - 1);

	if (getenv("RIG_DIR"))
		return rig_inner();
	me[n > 0 ? n : 0] = '\0';
	char folder[PATH_MAX];
	snprintf(folder, sizeof folder, "%s", me);
	snprintf(usim, sizeof usim, "%s/../../../bin/usim", dirname(folder));
	*ret_status = 1;
	if (!mkdtemp(dir) || setenv("RIG_DIR", dir, 1) != 0)
		return NULL;
	pid_t child = fork();
	if (child == 0) {
		execl(usim, usim, "--dir", dir, "--ccid", level, "--run", me, (char *)NULL);
		perror(usim);
		_exit(127);
	}
	int status = -1;
	waitpid(child, &status, 0);
	*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	nftw(dir, rig_forget, 16, FTW_DEPTH | FTW_PHYS);
	return NULL;
}

#endif
