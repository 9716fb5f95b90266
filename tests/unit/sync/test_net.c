/* The real kiosk-sync on a bad line: a network of its own (a namespace), with what the kernel can
 * do to packets there. Skipped, and said so, where this machine does not allow it. */
#include "firmware/base/query.h"
#include "tests/unit/sync/world.h"

#include <sched.h>

static bool run(const char *command)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* A network with nothing but a loopback whose packets are those of a real line. */
static bool enter_network(void)
{
	char map[64];
	unsigned uid = getuid(), gid = getgid();

	if (unshare(CLONE_NEWNET) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
			return false;
		snprintf(map, sizeof map, "0 %u 1", uid);
		if (!write_text("/proc/self/setgroups", "deny") ||
		    !write_text("/proc/self/uid_map", map))
			return false;
		snprintf(map, sizeof map, "0 %u 1", gid);
		if (!write_text("/proc/self/gid_map", map))
			return false;
	}
	return run("ip link set lo up mtu 1500 gso_max_segs 1 2>/dev/null");
}

/* 32 kbit/s, and a watchdog that looks at what has moved: nothing is given up. */
static void thirty_two_kilobit(struct world *w)
{
	struct parcel p = parcel_make(w, 6000);
	struct clock real = { 0 };

	if (!run("tc qdisc add dev lo root tbf rate 32kbit burst 3000 latency 4s 2>/dev/null")) {
		tap_skip("tc tbf is not there");
		return;
	}
	int64_t began_ms = clock_mono_ms(&real);
	w->moves = 0;
	w->hurry_ms = 0; /* the line is slow in real time, and so is patience */
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	int64_t took_ms = clock_mono_ms(&real) - began_ms;
	w->hurry_ms = 100;
	ok(run("tc qdisc del dev lo root"));
	printf("# %zu bytes in %jd ms, %u signs of life\n", p.pack.len, (intmax_t)took_ms,
	       w->moves);
	ok(took_ms > (int64_t)p.pack.len / 4); /* 4 bytes in each ms: the line was slow */
	eq_int(w->uploads, 1); /* in one go: patience is with what moves, not with the clock */
	ok(w->moves > 0);
}

/* All begins on the slow line: both sides' certificates fit through it in good time. */
static void a_handshake_at_thirty_two_kilobit(struct world *w)
{
	struct clock real = { 0 };

	if (!run("tc qdisc add dev lo root tbf rate 32kbit burst 3000 latency 4s 2>/dev/null")) {
		tap_skip("tc tbf is not there");
		return;
	}
	world_stop_sync(w);
	w->hurry_ms = 0;
	int64_t began_ms = clock_mono_ms(&real);
	world_start_sync(w);
	world_expect_link(w, true);
	printf("# from nothing to a line that is up: %jd ms\n",
	       (intmax_t)(clock_mono_ms(&real) - began_ms));
	w->hurry_ms = 100;
	ok(run("tc qdisc del dev lo root"));
}

static void ask_the_time(struct world *w)
{
	static const char TEXT[] = "{\"v\":1,\"nonce\":\"0123456789abcdef0123456789abcdef\"}";
	struct msg m = { .type = MSG_QUERY, .query = { .id = 7, .query = QUERY_TIME } };

	eq_int(mem_of(TEXT, sizeof TEXT - 1, &m.query.body), ERR_OK);
	eq_int(msg_send(w->core, ROLE_CORE, ROLE_SYNC, &m), ERR_OK);
	msg_finish(&m);
}

/* A line that keeps 16 seconds of bytes in its own buffers, as modems do, is filled by an upload.
 * Who asks something then is answered before the upload ends, and the line is never said to be
 * down. */
static void a_question_overtakes_an_upload(struct world *w)
{
	struct parcel p = parcel_make(w, 100000);
	struct clock real = { 0 };
	struct msg m;

	if (!run("tc qdisc add dev lo root tbf rate 32kbit burst 3000 latency 16s 2>/dev/null")) {
		tap_skip("tc tbf is not there");
		return;
	}
	w->hurry_ms = 0;
	world_send(w, &p, "");
	ok(world_expect(w, MSG_UPLOAD_AT, &m));
	ask_the_time(w);
	int64_t began_ms = clock_mono_ms(&real);
	if (world_expect(w, MSG_REPLY, &m))
		msg_finish(&m);
	printf("# a question beside an upload: %jd ms\n",
	       (intmax_t)(clock_mono_ms(&real) - began_ms));
	ok(run("tc qdisc del dev lo root"));
	w->hurry_ms = 100;
	world_expect_accepted(w, &p);
	eq_int(w->link, true);
}

/* The line is cut for longer than anybody waits, in mid-upload; then it goes on to the byte. */
static void the_line_is_cut(struct world *w)
{
	struct parcel p = parcel_make(w, 400000);
	struct msg m;

	world_say(w, "slow 400000");
	world_send(w, &p, "");
	ok(world_expect(w, MSG_UPLOAD_AT, &m));
	ok(run("ip link set lo down"));
	w->hurry_ms = 2000;
	if (world_expect(w, MSG_SEND_FAILED, &m))
		ok(m.send_failed.why == ERR_TIMEOUT || m.send_failed.why == ERR_OFFLINE);
	world_expect_link(w, false);
	ok(run("ip link set lo up"));
	world_say(w, "slow 0");
	world_expect_link(w, true);
	w->hurry_ms = 100;
	world_send(w, &p, w->upload);
	world_expect_accepted(w, &p);
	eq_int(w->uploads, 0); /* it went on where it stood */
}

/* Packets go into nothing, and nobody says so. */
static void a_black_hole(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	if (!run("tc qdisc add dev lo root tbf rate 8bit burst 1 latency 1ms 2>/dev/null")) {
		tap_skip("tc tbf is not there");
		return;
	}
	w->hurry_ms = 2000;
	world_send(w, &p, "");
	world_expect_failed(w, ERR_TIMEOUT, 0, &m);
	world_expect_link(w, false);
	ok(run("tc qdisc del dev lo root"));
	world_expect_link(w, true);
	w->hurry_ms = 100;
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

static bool have_nft(void)
{
	return run("command -v nft >/dev/null && nft add table ip t && "
		   "nft 'add chain ip t o { type filter hook output priority 0 ; }'");
}

static void packets_are_lost(struct world *w)
{
	struct parcel p = parcel_make(w, 60000);

	ok(run("nft 'add rule ip t o ip protocol tcp numgen random mod 100 < 20 drop'"));
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	ok(run("nft flush chain ip t o"));
}

/* A firewall resets every connection: OFFLINE at once, and good again when it stops. */
static void connections_are_reset(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	char rule[128];
	struct msg m;

	snprintf(rule, sizeof rule, "nft add rule ip t o tcp dport %s reject with tcp reset",
		 strrchr(w->url, ':') + 1);
	ok(run(rule));
	world_send(w, &p, "");
	world_expect_failed(w, ERR_OFFLINE, 0, &m);
	ok(run("nft flush chain ip t o"));
	world_expect_link(w, true);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

/* Q05: whoever wants the province gets somebody's page instead. */
static void q05_a_captive_portal(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	char rule[256];
	struct msg m;

	snprintf(rule, sizeof rule,
		 "nft add table ip n && nft 'add chain ip n o { type nat hook output priority -100 "
		 "; "
		 "}' && nft add rule ip n o tcp dport %s redirect to :%s",
		 strrchr(w->url, ':') + 1, strrchr(w->page, ':') + 1);
	ok(run(rule));
	world_stop_sync(w);
	world_start_sync(w);
	world_expect_link(w, false);
	world_send(w, &p, "");
	world_expect_failed(w, ERR_BAD_DATA, 0, &m);
	eq_str(err_name(w->why), "BAD_DATA");
	ok(run("nft delete table ip n"));
	world_expect_link(w, true);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

int main(void)
{
	struct world w;

	if (!enter_network()) {
		tap_skip("no network of our own: neither root nor user namespaces");
		return tap_done();
	}
	world_init(&w);
	world_start_sync(&w);
	world_expect_link(&w, true);
	thirty_two_kilobit(&w);
	a_handshake_at_thirty_two_kilobit(&w);
	a_question_overtakes_an_upload(&w);
	the_line_is_cut(&w);
	a_black_hole(&w);
	if (have_nft()) {
		packets_are_lost(&w);
		connections_are_reset(&w);
		q05_a_captive_portal(&w);
	} else {
		tap_skip("loss, resets and a captive portal need nft");
	}
	world_stop_sync(&w);
	world_finish(&w);
	return tap_done();
}
