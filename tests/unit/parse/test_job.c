/* The whole program but for main(): forked, wired and asked as the supervisor and core do it,
 * with the sandbox locked. */
#include "firmware/base/calls.h"
#include "firmware/base/mem.h"
#include "firmware/base/msg.h"
#include "firmware/base/sandbox.h"
#include "firmware/parse/job.h"
#include "tests/tap.h"
#include "tests/unit/parse/pictures.h"
#include "tests/unit/parse/signing.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define AN "001090000000||Nguyễn Thùy Ẩn|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024||||"

enum { PATIENCE_MS = 60000 };

struct parser {
	pid_t pid;
	int core; /* core's end */
	int super;
	int status;
};

/* What the supervisor does between fork and exec: files, network, limits. */
static void enter(void)
{
	struct sandbox_places nowhere = { .unprivileged = true };
	unsigned parts = 0;

	if (sandbox_enter(ROLE_PARSE, &nowhere, &parts) != ERR_OK)
		_exit(99);
}

static struct parser start(rlim_t mem_bytes)
{
	int super[2], core[2];
	struct msg hello = { .type = MSG_PEER, .peer.role = ROLE_CORE };

	if (msg_pair(super) != ERR_OK || msg_pair(core) != ERR_OK)
		exit(1);
	fflush(stdout);
	struct parser p = { .pid = fork(), .core = core[0], .super = super[0] };
	if (p.pid == 0) {
		char fd[12];

		snprintf(fd, sizeof fd, "%d", super[1]);
		setenv("KIOSK_SUPER_FD", fd, 1);
		close(super[0]);
		close(core[0]);
		close(core[1]);
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
		enter();
		if (mem_bytes > 0)
			setrlimit(RLIMIT_AS, &(struct rlimit){ mem_bytes, mem_bytes });
		_exit(job_serve());
	}
	close(super[1]);
	hello.peer.sock = core[1];
	eq_int(msg_send(p.super, ROLE_SUPER, ROLE_PARSE, &hello), ERR_OK);
	close(core[1]);
	return p;
}

/* What core sees: an answer, or ERR_GONE when the parser died of the job. */
static enum err hear(const struct parser *p, struct msg *ret)
{
	struct pollfd fd = { .fd = p->core, .events = POLLIN };

	if (poll(&fd, 1, PATIENCE_MS) != 1)
		return ERR_TIMEOUT;
	return msg_recv(p->core, ROLE_CORE, ROLE_PARSE, ret);
}

static void end(struct parser *p)
{
	close(p->core);
	waitpid(p->pid, &p->status, 0);
	close(p->super);
}

static enum err ask(const struct msg *job, struct msg *ret)
{
	struct parser p = start(0);

	eq_int(msg_send(p.core, ROLE_CORE, ROLE_PARSE, job), ERR_OK);
	enum err e = hear(&p, ret);
	end(&p);
	ok(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 0);
	return e;
}

static struct msg card_job(const char *text)
{
	struct msg m = { .type = MSG_JOB_CARD_QR };

	m.job_card_qr.payload_len = (uint16_t)strlen(text);
	memcpy(m.job_card_qr.payload, text, strlen(text));
	return m;
}

static void card(void)
{
	struct msg job = card_job(AN), got;

	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_CARD_FACTS);
	eq_str(got.card_facts.name, "Nguyễn Thùy Ẩn");
	msg_finish(&got);
	job = card_job("https://example.invalid/");
	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_NOT_CARD_QR);
	msg_finish(&got);
}

static struct msg page_job(const struct image *i)
{
	struct msg m = { .type = MSG_JOB_PAGE };

	m.job_page = (struct msg_job_page){ i->width,    i->height, i->dpi,
					    i->channels, -1,        "Đơn đề nghị" };
	if (mem_of(i->pixels, (size_t)i->width * i->height * i->channels, &m.job_page.pixels) !=
	    ERR_OK)
		exit(1);
	return m;
}

static void page(void)
{
	struct image gray = letter(2, 0), i = in_colour(&gray);
	const void *bytes;
	size_t len;
	struct msg got;

	draw_qr(&i, 200, 1900, 5, AN, 0);
	struct msg job = page_job(&i);
	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_PAGE_FACTS);
	eq_int(got.page_facts.turned, 180);
	eq_int(got.page_facts.doubt, ERR_OK);
	eq_int(got.page_facts.height, 900);
	eq_str(got.page_facts.code, AN);
	eq_int(mem_map(got.page_facts.image, 1 << 22, &bytes, &len), ERR_OK);
	eq_int(len, got.page_facts.width * got.page_facts.height * 3);
	mem_unmap(bytes, len);
	eq_int(mem_map(got.page_facts.pdf, 1 << 22, &bytes, &len), ERR_OK);
	ok(len > 1000 && memcmp(bytes, "%PDF-1.7", 8) == 0);
	mem_unmap(bytes, len);
	msg_finish(&got);
	msg_finish(&job);
	image_free(&gray);
	image_free(&i);
}

static void lying_sizes(void)
{
	struct image i = blank_image(100, 100, 3, 255);
	static const struct image LIES[] = {
		{ 101, 100, 200, 3, NULL },      { 100, 100, 200, 1, NULL },
		{ 100, 100, 200, 0, NULL },      { 30000, 1, 200, 1, NULL },
		{ 0x80000001, 2, 200, 3, NULL }, { 65537, 65537, 200, 1, NULL },
		{ 0, 100, 200, 3, NULL },        { 100, 100, 0, 3, NULL },
	};

	for (size_t n = 0; n < sizeof LIES / sizeof *LIES; n++) {
		struct msg job = page_job(&i), got;

		job.job_page.width = LIES[n].width;
		job.job_page.height = LIES[n].height;
		job.job_page.dpi = LIES[n].dpi;
		job.job_page.channels = LIES[n].channels;
		eq_int(ask(&job, &got), ERR_OK);
		eq_int(got.type, MSG_JOB_FAILED);
		eq_int(got.job_failed.why, ERR_BAD_PAGE);
		msg_finish(&got);
		msg_finish(&job);
	}
	image_free(&i);
}

static void garbage_answer(void)
{
	struct msg job = { .type = MSG_JOB_ANSWER, .job_answer.now_s = 1800000000 }, got;

	eq_int(mem_of("0\x80garbage", 9, &job.job_answer.answer), ERR_OK);
	eq_int(mem_of("no certificate", 14, &job.job_answer.anchor), ERR_OK);
	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_BAD_CONFIG);
	msg_finish(&got);
	msg_finish(&job);
}

/* Signed by an authority made here; all of OpenSSL's work happens behind the lock. */
static void answer(void)
{
	static const char TEXT[] = "{\"v\":1,\"key\":\"3f2b6c1e-9a4d-4c1b-8f00-0123456789ab\","
				   "\"manifest_sha256\":\"00112233445566778899aabbccddeeff"
				   "00112233445566778899aabbccddeeff\",\"accepted\":true,"
				   "\"code\":\"000.00.06.H56-261121-0007\","
				   "\"received_at\":1795000000,\"due_at\":0,\"reason\":\"\"}";
	struct signer ca = make_signer(NULL, &CA_FORM), signer = make_signer(&ca, &SIGNER_FORM);
	struct msg job = { .type = MSG_JOB_ANSWER, .job_answer.now_s = NOW_S }, got;
	size_t der_len, pem_len;
	unsigned char *der = sign_text(&signer, NULL, EVP_sha256(), TEXT, &der_len);
	char *pem = pem_of(&ca, &pem_len);

	eq_int(mem_of(der, der_len, &job.job_answer.answer), ERR_OK);
	eq_int(mem_of(pem, pem_len, &job.job_answer.anchor), ERR_OK);
	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_ANSWER_FACTS);
	eq_str(got.answer_facts.code, "000.00.06.H56-261121-0007");
	msg_finish(&got);
	job.job_answer.now_s += 365 * 86400;
	eq_int(ask(&job, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_FORGED);
	msg_finish(&got);
	msg_finish(&job);
	OPENSSL_free(der);
	free(pem);
	signer_free(&signer);
	signer_free(&ca);
}

/* A code may announce its character set, and zbar opens a converter for it: behind the lock. */
static void announced_character_sets(void)
{
	static const struct {
		unsigned eci;
		const char *text;
	} SETS[] = { { 1, "Ä£é¤" }, { 3, "Ä£é¤" },  { 4, "ÄŁé¤" },  { 7, "ФЃщЄ" },
		     { 13, "ฤฃ้ค" }, { 17, "Ä£é€" }, { 18, "ÄŁé€" }, { 26, "" } /* not UTF-8 */ };

	for (size_t n = 0; n < sizeof SETS / sizeof *SETS; n++) {
		struct image i = blank_image(300, 300, 1, 255);
		QRinput *in = QRinput_new2(0, QR_ECLEVEL_M);

		QRinput_appendECIheader(in, SETS[n].eci);
		QRinput_append(in, QR_MODE_8, 4, (const unsigned char *)"\xc4\xa3\xe9\xa4");
		draw_input(&i, 60, 60, 5, in);
		struct msg job = page_job(&i), got;
		eq_int(ask(&job, &got), ERR_OK);
		eq_int(got.type, MSG_PAGE_FACTS);
		eq_str(got.page_facts.code, SETS[n].text);
		msg_finish(&got);
		msg_finish(&job);
		image_free(&i);
	}
}

/* The fact that the kernel filters this process's calls, from its own mouth. */
static bool is_locked(pid_t pid)
{
	char path[64], line[256] = "";

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	bool locked = false;
	while (f && fgets(line, sizeof line, f))
		locked |= strcmp(line, "Seccomp:\t2\n") == 0;
	if (f)
		fclose(f);
	return locked;
}

static void locked_before_the_job(void)
{
	struct parser p = start(0);
	time_t give_up = time(NULL) + PATIENCE_MS / 1000;

	while (!is_locked(p.pid) && time(NULL) < give_up)
		sched_yield();
	ok(is_locked(p.pid));
	kill(p.pid, SIGKILL);
	end(&p);
}

/* A parser that is killed in the middle is a closed socket for core, nothing else. */
static void killed(void)
{
	struct parser p = start(0);
	struct msg got;

	kill(p.pid, SIGKILL);
	eq_int(hear(&p, &got), ERR_GONE);
	end(&p);
	ok(WIFSIGNALED(p.status));
}

/* Core gone, or the supervisor: nothing to wait for. */
static void nobody_left(void)
{
	struct parser p = start(0);

	end(&p);
	ok(WIFEXITED(p.status));
	p = start(0);
	close(p.super);
	p.super = -1;
	end(&p);
	ok(WIFEXITED(p.status));
}

/* Too little memory for the page is an answer, not a death. */
static void no_memory(void)
{
	struct image i = blank_image(4000, 5000, 3, 255);
	struct msg job = page_job(&i), got;
	struct parser p = start(150u << 20);

	eq_int(msg_send(p.core, ROLE_CORE, ROLE_PARSE, &job), ERR_OK);
	eq_int(hear(&p, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_NO_MEMORY);
	msg_finish(&got);
	end(&p);
	msg_finish(&job);
	image_free(&i);
}

int main(void)
{
	card();
	page();
	lying_sizes();
	garbage_answer();
	answer();
	announced_character_sets();
	locked_before_the_job();
	killed();
	nobody_left();
	if (!calls_are_relaxed()) /* AddressSanitizer takes terabytes of addresses */
		no_memory();
	return tap_done();
}
