/* The job JOB_CHIP in a process of its own, with its sandbox locked; here are core, the reader's
 * driver with a simulated card, and the clock. */
#include "firmware/base/clock.h"
#include "firmware/base/mem.h"
#include "firmware/base/sandbox.h"
#include "firmware/parse/job.h"
#include "tests/unit/chip/desk.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 300000 };

/* What happens at the n-th command instead of an answer. */
enum blow { NO_BLOW, READER_GOES, CORE_GOES, NO_ANSWER, TERMINATED, LATE_ANSWER, NONSENSE };

struct play {
	const char *key;
	bool reader;
	enum blow blow;
	unsigned at;
	uint8_t wants;

	/* what came of it */
	pid_t pid;
	int core, card, super;
	unsigned commands, facts, mores, faces, steps, traces;
	struct msg_chip_facts told;
	size_t raw_len, face_len, kept_len;
	struct msg done; /* CHIP_DONE, JOB_FAILED, or MSG_NONE: it hung up */
	int status;
};

static struct mrtd *card;
static struct anchors anchors;
static struct clock_shift *shift;
static int clock_fd;

static void child_process(int super)
{
	struct sandbox_places nowhere = { .unprivileged = true };
	unsigned parts = 0;
	char fd[12];

	snprintf(fd, sizeof fd, "%d", super);
	setenv("KIOSK_SUPER_FD", fd, 1);
	snprintf(fd, sizeof fd, "%d", clock_fd);
	setenv("KIOSK_CLOCK_FD", fd, 1);
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
	if (sandbox_enter(ROLE_PARSE, &nowhere, &parts) != ERR_OK)
		_exit(99);
	_exit(job_serve(ROLE_PARSE));
}

static void introduce(struct play *p, enum role r, int sock)
{
	struct msg m = { .type = MSG_PEER, .peer = { (uint8_t)r, sock } };

	eq_int(msg_send(p->super, ROLE_SUPER, ROLE_PARSE, &m), ERR_OK);
	close(sock);
}

static void start(struct play *p)
{
	int super[2], core[2], reader[2];

	if (msg_pair(super) != ERR_OK || msg_pair(core) != ERR_OK || msg_pair(reader) != ERR_OK)
		exit(1);
	fflush(stdout);
	p->pid = fork();
	if (p->pid == 0) {
		for (int i = 0; i < 2; i++)
			close(core[i]), close(reader[i]);
		close(super[0]);
		child_process(super[1]);
	}
	close(super[1]);
	p->super = super[0];
	p->core = core[0];
	p->card = reader[0];
	if (p->reader)
		introduce(p, ROLE_CARD, reader[1]);
	else
		close(reader[1]);
	introduce(p, ROLE_CORE, core[1]);
}

static void ask(struct play *p)
{
	struct msg m = { .type = MSG_JOB_CHIP,
			 .job_chip = { .key_kind = CHIP_KEY_CAN,
				       .wants = p->wants,
				       .max_answer = 65538,
				       .now_s = ISSUER_NOW_S } };

	snprintf(m.job_chip.key, sizeof m.job_chip.key, "%s", p->key);
	eq_int(anchors_mem(&anchors, &m.job_chip.anchors), ERR_OK);
	eq_int(mem_of("", 0, &m.job_chip.kept), ERR_OK);
	eq_int(msg_send(p->core, ROLE_CORE, ROLE_PARSE, &m), ERR_OK);
	msg_finish(&m);
}

static void answer(struct play *p, uint32_t seq, enum err why, const void *bytes, size_t len)
{
	struct msg m = { .type = MSG_APDU_ANSWER, .apdu_answer = { seq, (uint8_t)why, -1 } };

	eq_int(mem_of(bytes, len, &m.apdu_answer.answer), ERR_OK);
	(void)!msg_send(p->card, ROLE_CARD, ROLE_PARSE, &m);
	close(m.apdu_answer.answer);
}

static void move_clock(struct play *p, int64_t ms)
{
	struct msg m = { .type = MSG_CLOCK_MOVED };

	shift->mono_ms += ms;
	(void)!msg_send(p->super, ROLE_SUPER, ROLE_PARSE, &m);
}

static void hit(struct play *p, uint32_t seq)
{
	int *goes = p->blow == READER_GOES ? &p->card : p->blow == CORE_GOES ? &p->core : NULL;

	if (goes) {
		close(*goes);
		*goes = -1;
	} else if (p->blow == NO_ANSWER) {
		move_clock(p, CHIP_MAX_MS + 1);
	} else if (p->blow == TERMINATED) {
		kill(p->pid, SIGTERM);
	} else if (p->blow == LATE_ANSWER) { /* of a command that nobody waits for */
		answer(p, seq - 1, ERR_OK, "\x90", 1);
		answer(p, seq, ERR_NO_CARD, "", 0);
	} else {
		answer(p, seq, ERR_COUNT + 3, "", 0);
	}
}

static void command(struct play *p, const struct msg_apdu *a)
{
	static uint8_t bytes[MRTD_MAX_ANSWER];
	const void *at;
	size_t len;

	if (++p->commands == p->at) {
		hit(p, a->seq);
		return;
	}
	eq_int(mem_map(a->command, LINE_MAX_COMMAND, &at, &len), ERR_OK);
	size_t n = mrtd_apdu(card, at, len, bytes);
	mem_unmap(at, len);
	answer(p, a->seq, n > 0 ? ERR_OK : ERR_CARD_MUTE, bytes, n);
}

static size_t size_of(int mem, size_t max)
{
	const void *at;
	size_t len;

	if (mem_map(mem, max, &at, &len) != ERR_OK)
		return 0;
	mem_unmap(at, len);
	return len;
}

/* False at the last message. */
static bool told(struct play *p, struct msg *m)
{
	p->steps += m->type == MSG_CHIP_STEP;
	p->traces += m->type == MSG_CHIP_TRACE;
	if (m->type == MSG_CHIP_FACTS && ++p->facts)
		p->told = m->chip_facts;
	if (m->type == MSG_CHIP_MORE && ++p->mores)
		p->raw_len = size_of(m->chip_more.raw, 1 << 17);
	if (m->type == MSG_CHIP_FACE && ++p->faces)
		p->face_len = size_of(m->chip_face.image, 1 << 20);
	if (m->type != MSG_CHIP_DONE && m->type != MSG_JOB_FAILED)
		return true;
	if (m->type == MSG_CHIP_DONE)
		p->kept_len = size_of(m->chip_done.kept, CHIP_MAX_KEPT);
	p->done = *m;
	return false;
}

/* Takes what `who` says; false at the end. */
static bool hear(struct play *p, int sock, enum role who)
{
	struct msg m = { 0 };
	enum err e = msg_recv(sock, who, ROLE_PARSE, &m);
	bool more = true;

	if (e == ERR_OK && who == ROLE_CARD)
		command(p, &m.apdu);
	else if (e == ERR_OK)
		more = told(p, &m);
	else
		more = e == ERR_BUSY;
	msg_finish(&m);
	return more;
}

static void play(struct play *p)
{
	bool more = true;

	mrtd_reset(card);
	start(p);
	ask(p);
	while (more && p->core >= 0) {
		struct pollfd fds[] = { { p->core, POLLIN, 0 }, { p->card, POLLIN, 0 } };

		if (poll(fds, p->card >= 0 ? 2 : 1, PATIENCE_MS) < 1)
			break; /* it hangs */
		if (fds[1].revents && !hear(p, p->card, ROLE_CARD))
			close(p->card), p->card = -1;
		if (fds[0].revents)
			more = hear(p, p->core, ROLE_CORE);
	}
	close(p->core);
	close(p->card);
	ok(waitpid(p->pid, &p->status, 0) == p->pid);
	close(p->super);
}

static void whole_session(void)
{
	struct play p = { .key = "000000",
			  .reader = true,
			  .wants = CHIP_WANT_FACE | CHIP_WANT_TRACE };

	play(&p);
	eq_int(p.status, 0);
	eq_int(p.done.type, MSG_CHIP_DONE);
	const struct msg_chip_done *d = &p.done.chip_done;
	eq_str(err_name(d->why), "OK");
	eq_str(verdict_name(verdict_of(d->data, d->issuer, d->chip)), "GENUINE");
	eq_int(d->trips, p.commands);
	eq_int(p.facts, 1);
	eq_int(p.mores, 1);
	eq_int(p.faces, 1);
	eq_str(p.told.name, "Nguyễn Văn An");
	ok(p.raw_len > 100);
	ok(p.face_len > 1000 && p.face_len % 3 == 0);
	ok(p.steps > 4 && p.steps < 80);
	ok(p.traces >= p.commands);
	eq_int(p.kept_len, 0);
}

static void no_reader(void)
{
	struct play p = { .key = "000000" };

	play(&p);
	eq_int(p.status, 0);
	eq_int(p.done.type, MSG_CHIP_DONE);
	eq_str(err_name(p.done.chip_done.why), "GONE");
}

static void blows(void)
{
	static const struct {
		enum blow blow;
		enum err why;
	} BLOWS[] = { { READER_GOES, ERR_GONE },
		      { NO_ANSWER, ERR_TIMEOUT },
		      { LATE_ANSWER, ERR_CARD_MOVED },
		      { NONSENSE, ERR_BAD_MESSAGE } };

	for (size_t i = 0; i < sizeof BLOWS / sizeof *BLOWS; i++) {
		struct play p = { .key = "000000", .reader = true, .at = 12 };

		p.blow = BLOWS[i].blow;
		play(&p);
		eq_int(p.status, 0);
		eq_int(p.done.type, MSG_CHIP_DONE);
		eq_str(err_name(p.done.chip_done.why), err_name(BLOWS[i].why));
		eq_int(p.facts, 1);
		ok(p.kept_len > 500);
	}
}

/* Whoever waits for it is gone: it ends at once. */
static void nobody_waits(void)
{
	struct play p = { .key = "000000", .reader = true, .at = 5, .blow = CORE_GOES };

	play(&p);
	ok(WIFEXITED(p.status));
	eq_int(p.done.type, MSG_NONE);
	p = (struct play){ .key = "000000", .reader = true, .at = 5, .blow = TERMINATED };
	play(&p);
	ok(WIFEXITED(p.status));
	eq_int(p.commands, 5);
}

static void make_world(struct issuer *i)
{
	struct mrtd_spec spec;
	struct issuer_bytes root = issuer_csca(i);
	static const char *const LINES[] = { "number = 001090000000", "name = Nguyễn Văn An",
					     "birth = 15/01/1990",    "expires = 15/01/2030",
					     "pace = ecdh-gm-aes128", "ca = ecdh-aes128" };

	mrtd_spec_init(&spec);
	for (size_t n = 0; n < sizeof LINES / sizeof *LINES; n++)
		eq_int(mrtd_spec_line(&spec, LINES[n]), ERR_OK);
	eq_int(mrtd_create(&spec, i, NULL, &card), ERR_OK);
	desk_trusts(&anchors, root);
	issuer_free(&root);
	clock_fd = memfd_create("clock", 0);
	if (ftruncate(clock_fd, sizeof *shift) < 0)
		exit(1);
	shift = mmap(NULL, sizeof *shift, PROT_READ | PROT_WRITE, MAP_SHARED, clock_fd, 0);
}

int main(void)
{
	struct issuer *i = issuer_create(NULL);

	make_world(i);
	whole_session();
	no_reader();
	blows();
	nobody_waits();
	mrtd_destroy(card);
	anchors_finish(&anchors);
	issuer_destroy(i);
	return tap_done();
}
