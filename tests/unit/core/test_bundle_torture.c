/* Every call on the way of a stick fails once: when it is sent on, and when its answers are taken.
 * What is called safe is so; the same command again ends it; and nothing is lost or doubled. */
#include "firmware/base/mem.h"
#include "firmware/core/bundle_step.h"
#include "tests/unit/core/faults.h"
#include "tests/unit/core/stick_desk.h"

#include <dirent.h>

#define DOSSIERS 2
#define MOST     3000

static struct fixture f, other;
static struct package_keys *keys;
static char stick[160], kept[160];

/* They are syncs like any other. */
int syncfs(int fd)
{
	return fails(FAULT_SYNC) ? -1 : (int)syscall(SYS_syncfs, fd);
}

/* What kiosk-parse and the province say, here. */
static struct bundle_row rows[DOSSIERS];
static int far_ends[ROLE_COUNT];

static void connect_to(struct core *c, enum role who)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	c->child.peers[who].sock = pair[0];
	far_ends[who] = pair[1];
}

static void open_at(struct desk_of_stick *d, const struct fixture *at)
{
	desk_open(d, at, keys);
	d->c->child.me = ROLE_CORE;
	for (enum role r = 0; r < ROLE_COUNT; r++)
		d->c->child.peers[r].sock = -1;
	connect_to(d->c, ROLE_SUPER);
	connect_to(d->c, ROLE_PARSE);
	connect_to(d->c, ROLE_SYNC);
	d->c->sender.link_up = true;
	d->c->answer_anchor = -1;
	d->c->time.clock = &d->c->child.clock;
	d->c->time.floor_s = T0; /* of the answers, too */
	in(&f, "kiosk.pem", d->c->config.sign_cert);
	snprintf(d->c->config.stick_dir, sizeof d->c->config.stick_dir, "%s/sticks", f.dir);
}

static void close_at(struct desk_of_stick *d)
{
	static const enum role PEERS[] = { ROLE_SUPER, ROLE_PARSE, ROLE_SYNC };
	int socks[3];

	for (int i = 0; i < 3; i++)
		socks[i] = d->c->child.peers[PEERS[i]].sock;
	desk_close(d);
	for (int i = 0; i < 3; i++) {
		close(socks[i]);
		close(far_ends[PEERS[i]]);
	}
}

static void parse(struct core *c)
{
	struct lane *l = &c->jobs.lanes[LANE_QUICK];
	const struct msg *asked = &l->queue[0].request;
	struct msg m = { 0 };

	if (asked->type == MSG_JOB_BUNDLE) {
		m.type = MSG_BUNDLE_READ;
		m.bundle_read.id = c->bundle.id;
		m.bundle_read.count = DOSSIERS;
		snprintf(m.bundle_read.kiosk, sizeof m.bundle_read.kiosk, "K01");
		m.bundle_read.rows = m.bundle_read.lock = -1;
		if (mem_of(rows, sizeof rows, &m.bundle_read.rows) != ERR_OK ||
		    mem_of("lock", 4, &m.bundle_read.lock) != ERR_OK)
			abort();
	} else {
		struct msg_bundle_answer *a = &m.bundle_answer;
		const char *key = asked->job_bundle_answer.lock ? c->bundle.carry.row.key
								: c->bundle.item.row.key;

		m.type = MSG_BUNDLE_ANSWER;
		a->accepted = 1;
		memcpy(a->key, key, sizeof a->key);
		memset(a->manifest, 'a', 64);
		snprintf(a->code, sizeof a->code, "000.00.06.H56-261121-000%c",
			 strcmp(key, rows[0].key) == 0 ? '1' : '2');
		a->time_s = T0;
		a->bytes = -1;
		if (mem_of("answer", 6, &a->bytes) != ERR_OK)
			abort();
	}
	jobs_message(c, ROLE_PARSE, &m);
	msg_finish(&m);
}

static void answer(struct core *c)
{
	struct msg m = { .type = MSG_ANSWERED, .answered = { .answer = -1 } };

	memcpy(m.answered.key, c->bundle.carry.row.key, sizeof m.answered.key);
	if (mem_of("answer", 6, &m.answered.answer) != ERR_OK)
		abort();
	(void)bundle_carry_message(c, &m);
	msg_finish(&m);
}

/* The others do their work without a fault; the faults are core's. */
static void others(struct core *c)
{
	unsigned kind = faults.kind;

	faults.kind = 0;
	if (c->jobs.lanes[LANE_QUICK].id != 0)
		parse(c);
	if (c->bundle.carry.state == CARRY_SENDING)
		answer(c);
	faults.kind = kind;
}

static int do_it(struct desk_of_stick *d, const char *command)
{
	desk_begin(d, command);
	for (int i = 0; d->c->bundle.work != BUNDLE_IDLE && i < 100000; i++) {
		if (loop_turn(d->c->child.loop, 0) != ERR_OK)
			break;
		desk_hear(d);
		others(d->c);
		if (d->c->bundle.carry.state == CARRY_READY && i > 1000)
			break;
	}
	desk_hear(d);
	return d->code;
}

static bool copy_stick(const char *from, const char *to)
{
	remove_dir(to);
	const char *const ARGS[] = { "cp", "-a", from, to, NULL };

	return run(NULL, ARGS) == 0;
}

/* One kiosk has written DOSSIERS to a stick; a copy of it is kept. */
static void write_stick(void)
{
	struct desk_of_stick d;
	struct bundle_item i = { 0 };
	char key[STORE_KEY_CAP], dir[160];

	in(&f, "sticks", dir);
	in(&f, "sticks/usb", stick);
	in(&f, "kept", kept);
	ok(mkdir(dir, 0700) == 0 && mkdir(stick, 0700) == 0);
	open_at(&d, &f);
	for (int n = 0; n < DOSSIERS; n++)
		eq_int(file_one(d.c->store, key), ERR_OK);
	eq_int(do_it(&d, "write"), CTL_DONE);
	for (int n = 0; n < DOSSIERS; n++) {
		eq_int(bundle_row_next(d.c->store, d.c->bundle.id, i.row.name, &i), ERR_OK);
		rows[n] = i.row;
	}
	close_at(&d);
	ok(copy_stick(stick, kept));
}

static int answers_there(void)
{
	char path[400];
	int n = 0;

	for (int i = 0; i < DOSSIERS; i++) {
		struct dirent *e;
		char dir[200];

		snprintf(dir, sizeof dir, "%s/motcua", stick);
		DIR *root = opendir(dir);
		while (root && (e = readdir(root))) {
			snprintf(path, sizeof path, "%s/%.16s/%08x.ans", dir, e->d_name,
				 rows[i].name);
			n += e->d_name[0] != '.' && access(path, R_OK) == 0;
		}
		if (root)
			closedir(root);
	}
	return n;
}

static unsigned accepted(struct desk_of_stick *d)
{
	struct outbox_counts n = { 0 };

	return outbox_counts(d->c->store, &n) == ERR_OK ? n.in[OUTBOX_ACCEPTED] : 0;
}

static bool is_safe(const struct desk_of_stick *d)
{
	return d->code == CTL_DONE && strstr(d->said, "safe to remove");
}

static void forward_fails(unsigned kind, enum fault_how how, int code)
{
	bool again = true;
	long at = 0, bad = 0;

	while (again && at < MOST) {
		struct desk_of_stick d;

		ok(copy_stick(kept, stick));
		remove_dir(other.data);
		open_at(&d, &other);
		faults_set(kind, how, ++at, code);
		int end = do_it(&d, "forward");
		again = faults_fired();
		faults_off();
		bad += end == -1;
		bad += is_safe(&d) && answers_there() != DOSSIERS; /* what it said must be true */
		close_at(&d);
		open_at(&d, &other);
		bad += do_it(&d, "forward") != CTL_DONE || !is_safe(&d);
		bad += answers_there() != DOSSIERS;
		close_at(&d);
	}
	eq_int(bad, 0);
	ok(at > 5 && !again);
	printf("# forward: %ld places\n", at);
}

/* The kiosk that wrote it, as it was before it had an answer. */
static void take_fails(unsigned kind, enum fault_how how, int code)
{
	char saved[160];
	bool again = true;
	long at = 0, bad = 0;

	in(&f, "saved", saved);
	ok(copy_stick(f.data, saved));
	ok(copy_stick(stick, kept));
	while (again && at < MOST) {
		struct desk_of_stick d;

		ok(copy_stick(saved, f.data) && copy_stick(kept, stick));
		open_at(&d, &f);
		faults_set(kind, how, ++at, code);
		int end = do_it(&d, "take");
		again = faults_fired();
		faults_off();
		bad += end == -1;
		bad += is_safe(&d) && accepted(&d) != DOSSIERS;
		close_at(&d);
		open_at(&d, &f);
		(void)do_it(&d, "take");
		bad += accepted(&d) != DOSSIERS;
		close_at(&d);
	}
	eq_int(bad, 0);
	ok(at > 5 && !again);
	printf("# take: %ld places\n", at);
	ok(copy_stick(saved, f.data) && copy_stick(kept, stick));
}

int main(void)
{
	fixture_init(&f);
	keys = make_keys(&f);
	other = f;
	snprintf(other.data, sizeof other.data, "%s/other", f.dir);
	other.options.dir = other.data;
	write_stick();
	forward_fails(FAULT_DISK, FAULT_ONCE, 0);
	forward_fails(FAULT_WRITE, FAULT_ONCE, ENOSPC);
	forward_fails(FAULT_READ, FAULT_ONCE, 0);
	take_fails(FAULT_DISK, FAULT_ONCE, 0);
	take_fails(FAULT_WRITE, FAULT_ONCE, ENOSPC);
	package_keys_free(keys);
	fixture_finish(&f);
	return tap_done();
}
