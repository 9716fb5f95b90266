/* One durable put of 1 KB, one at a time, turn by turn on one disk: a claim of ours (which is more:
 * row, audit line, counter, receipt code), a plain row in a database with our settings, redis with
 * its log synced always, beanstalkd with its log synced always. Once on the disk as it is, once
 * with 5 ms added to every sync, where only their number counts. A peer that is not here is
 * skipped.
 *
 *     build/bench/peers FOLDER      FOLDER is on the disk, and has bench/slow_sync.so */
#include "tests/bench/bench.h"

#include "firmware/core/db.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/fixture.h"

#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#define ROUNDS    200
#define WARM      20
#define PUT_BYTES 1000
#define WAIT_MS   5000

enum { BARE, CLAIM, ROW, REDIS, BEANS, KINDS };

static const char *const NAMES[KINDS] = { "bare 4 KiB append + fdatasync", "claim (outbox_add)",
					  "plain row, our settings", "redis, AOF always",
					  "beanstalkd -b -f0" };

struct peer {
	char program[PATH_MAX];
	pid_t pid; /* 0: it is not here */
	int fd;
};

struct place {
	struct fixture f;
	struct store *store;
	struct sqlite3 *db;
	struct sqlite3_stmt *put;
	struct peer redis, beans;
	char dir[PATH_MAX / 2], shim[PATH_MAX];
	int bare_fd;
	unsigned delay_us;
};

static void must(enum err e)
{
	if (e == ERR_OK)
		return;
	printf("peers: %s\n", err_text(e));
	exit(1);
}

static bool find(const char *name, const char *folder, char ret[PATH_MAX])
{
	char path[4096];

	snprintf(path, sizeof path, "%s/bench/programs/usr/bin:%s", folder, getenv("PATH"));
	for (char *at = path, *part; (part = strsep(&at, ":"));) {
		char real[PATH_MAX];

		snprintf(ret, PATH_MAX, "%.2000s/%.100s", part, name);
		if (access(ret, X_OK) == 0 && realpath(ret, real)) {
			snprintf(ret, PATH_MAX, "%s", real);
			return true;
		}
	}
	return false;
}

static uint16_t free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		must(ERR_IO);
	close(fd);
	return ntohs(at.sin_port);
}

static int reach(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	double until_ms = bench_now_ms() + WAIT_MS;

	while (bench_now_ms() < until_ms) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
			return fd;
		close(fd);
		poll(NULL, 0, 10);
	}
	must(ERR_TIMEOUT);
	return -1;
}

/* Ends with us, whatever becomes of us. argv[0] is what it calls itself. */
static void begin(struct place *p, struct peer *peer, const char *const argv[], uint16_t port)
{
	char us[16];

	snprintf(us, sizeof us, "%u", p->delay_us);
	peer->pid = fork();
	if (peer->pid == 0) {
		setenv("LD_PRELOAD", p->shim, 1);
		setenv("SLOW_SYNC_US", us, 1);
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		if (chdir(p->dir) == 0)
			execv(peer->program, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	peer->fd = reach(port);
}

/* The one binary of redis is a server when it is called one. */
static void begin_redis(struct place *p, const char *folder)
{
	uint16_t port = free_port();
	char number[8];

	if (!find("redis-server", folder, p->redis.program) &&
	    !find("redis-check-rdb", folder, p->redis.program))
		return;
	snprintf(number, sizeof number, "%u", port);
	begin(p, &p->redis,
	      (const char *const[]){ "redis-server", "--port", number, "--bind", "127.0.0.1",
				     "--appendonly", "yes", "--appendfsync", "always", "--save", "",
				     "--auto-aof-rewrite-percentage", "0", NULL },
	      port);
}

static void begin_beans(struct place *p, const char *folder)
{
	uint16_t port = free_port();
	char number[8];

	if (!find("beanstalkd", folder, p->beans.program))
		return;
	snprintf(number, sizeof number, "%u", port);
	begin(p, &p->beans,
	      (const char *const[]){ "beanstalkd", "-l", "127.0.0.1", "-p", number, "-b", ".",
				     "-f0", NULL },
	      port);
}

static void end(struct peer *p)
{
	if (p->pid <= 0)
		return;
	close(p->fd);
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
}

static void place_init(struct place *p, const char *folder, unsigned delay_us)
{
	char path[PATH_MAX], real[PATH_MAX];

	*p = (struct place){ .delay_us = delay_us };
	if (!realpath(folder, real))
		must(ERR_NOT_FOUND);
	fixture_init(&p->f);
	snprintf(p->f.data, sizeof p->f.data, "%.60s/bench-peers", folder);
	remove_dir(p->f.data);
	must(store_open(&p->f.options, &p->store));
	snprintf(p->dir, sizeof p->dir, "%.1000s/bench-peers", real);
	snprintf(p->shim, sizeof p->shim, "%.1000s/bench/slow_sync.so", real);
	snprintf(path, sizeof path, "%s/bare", p->f.data);
	p->bare_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	snprintf(path, sizeof path, "%s/plain.db", p->f.data);
	must(db_open(path, 0, &p->db));
	if (sqlite3_exec(p->db, "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)", NULL, NULL,
			 NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(p->db, "INSERT INTO t (b) VALUES (?)", -1, &p->put, NULL) !=
		    SQLITE_OK)
		must(ERR_IO);
	begin_redis(p, folder);
	begin_beans(p, folder);
	faults.delay_us = delay_us;
}

static void place_finish(struct place *p)
{
	faults.delay_us = 0;
	end(&p->redis);
	end(&p->beans);
	sqlite3_finalize(p->put);
	sqlite3_close(p->db);
	close(p->bare_fd);
	store_close(p->store);
	remove_dir(p->f.data);
	fixture_finish(&p->f);
}

/* Sends a request and waits for one line, which must begin so. */
static void put(int fd, const char *head, const char *tail, const char *answer)
{
	char bytes[PUT_BYTES + 200], line[128];
	size_t at = (size_t)snprintf(bytes, sizeof bytes, "%s", head), got = 0;

	memset(bytes + at, 'x', PUT_BYTES);
	at += PUT_BYTES;
	at += (size_t)snprintf(bytes + at, sizeof bytes - at, "%s", tail);
	if (send(fd, bytes, at, MSG_NOSIGNAL) != (ssize_t)at)
		must(ERR_IO);
	while (got == 0 || line[got - 1] != '\n') {
		ssize_t n = recv(fd, line + got, sizeof line - 1 - got, 0);

		if (n <= 0 || got + (size_t)n >= sizeof line - 1)
			must(ERR_IO);
		got += (size_t)n;
	}
	if (strncmp(line, answer, strlen(answer)) != 0)
		must(ERR_BAD_DATA);
}

static void one(struct place *p, int kind, const struct package *made)
{
	static const uint8_t BLOCK[4096] = { 1 };

	if (kind == BARE && (write(p->bare_fd, BLOCK, sizeof BLOCK) < 0 || fdatasync(p->bare_fd)))
		must(ERR_IO);
	if (kind == CLAIM)
		must(outbox_add(p->store, made, NULL));
	if (kind == ROW) {
		sqlite3_bind_blob(p->put, 1, BLOCK, PUT_BYTES, SQLITE_STATIC);
		if (sqlite3_step(p->put) != SQLITE_DONE || sqlite3_reset(p->put) != SQLITE_OK)
			must(ERR_IO);
	}
	if (kind == REDIS)
		put(p->redis.fd, "*3\r\n$5\r\nRPUSH\r\n$1\r\nq\r\n$1000\r\n", "\r\n", ":");
	if (kind == BEANS)
		put(p->beans.fd, "put 0 0 60 1000\r\n", "\r\n", "INSERTED");
}

static bool is_here(const struct place *p, int kind)
{
	return (kind != REDIS || p->redis.pid > 0) && (kind != BEANS || p->beans.pid > 0);
}

static void measure(const char *folder, unsigned delay_us, double ret_p50[KINDS])
{
	static double ms[KINDS][ROUNDS];
	struct place p;

	place_init(&p, folder, delay_us);
	for (int round = -WARM; round < ROUNDS; round++) {
		struct package made;

		faults.delay_us = 0;
		must(fake_package(p.store, &made));
		faults.delay_us = delay_us;
		for (int i = 0; i < KINDS; i++) {
			int kind = (i + round + WARM) % KINDS; /* nobody is always the first */
			double from_ms = bench_now_ms();

			if (is_here(&p, kind))
				one(&p, kind, &made);
			if (round >= 0)
				ms[kind][round] = bench_now_ms() - from_ms;
		}
	}
	printf("%s\n", delay_us ? "5 ms added to every sync" : "the disk as it is");
	for (int k = 0; k < KINDS; k++) {
		ret_p50[k] = is_here(&p, k) ? bench_percentile(ms[k], ROUNDS, 50) : 0;
		printf("  %-32s p50 %8.3f ms\n", NAMES[k], ret_p50[k]);
	}
	place_finish(&p);
}

static void tell(const char *name, const double p50[KINDS], int peer)
{
	if (p50[peer] > 0)
		bench_row(name, p50[CLAIM] / p50[peer], "x", 0);
	else
		printf("ROW\t%s\t-\t\t\tskipped: not installed\n", name);
}

int main(int argc, char **argv)
{
	double native[KINDS], slow[KINDS];
	const char *folder = argc > 1 ? argv[1] : ".";

	measure(folder, 0, native);
	measure(folder, 5000, slow);
	tell("claim / redis's put, log synced always", native, REDIS);
	tell("  the same, 5 ms more for each sync", slow, REDIS);
	tell("claim / beanstalkd's put, log synced always", native, BEANS);
	tell("  the same, 5 ms more for each sync", slow, BEANS);
	tell("claim / a plain row of 1 KB in SQLite", native, ROW);
	tell("  the same, 5 ms more for each sync", slow, ROW);
	return 0;
}
