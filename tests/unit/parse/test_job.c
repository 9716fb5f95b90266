/* Jobs with short bytes, and how a parser lives and ends. */
#include "firmware/base/calls.h"
#include "firmware/parse/page/leaf.h"
#include "tests/unit/parse/lane.h"
#include "tests/unit/parse/pictures.h"
#include "tests/unit/parse/signing.h"

#include <sched.h>
#include <signal.h>
#include <time.h>

#define AN "001090000000||Nguyễn Thùy Ẩn|15011990|Nam|Số 1, phường Ba Đình, Hà Nội|01082024||||"

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

	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_CARD_FACTS);
	eq_str(got.card_facts.name, "Nguyễn Thùy Ẩn");
	msg_finish(&got);
	job = card_job("https://example.invalid/");
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_JOB_FAILED);
	eq_int(got.job_failed.why, ERR_NOT_CARD_QR);
	msg_finish(&got);
}

static struct msg look_job(const struct image *i)
{
	struct msg m = { .type = MSG_JOB_LOOK,
			 .job_look = { .width = i->width,
				       .height = i->height,
				       .dpi = i->dpi,
				       .channels = i->channels,
				       .turn = LEAF_TURN_BY_TEXT } };

	if (mem_of(i->pixels, (size_t)i->width * i->height * i->channels, &m.job_look.pixels) !=
	    ERR_OK)
		exit(1);
	return m;
}

static void garbage_answer(void)
{
	struct msg job = { .type = MSG_JOB_ANSWER, .job_answer.now_s = 1800000000 }, got;

	eq_int(mem_of("0\x80garbage", 9, &job.job_answer.answer), ERR_OK);
	eq_int(mem_of("no certificate", 14, &job.job_answer.anchor), ERR_OK);
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
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
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
	eq_int(got.type, MSG_ANSWER_FACTS);
	eq_str(got.answer_facts.code, "000.00.06.H56-261121-0007");
	msg_finish(&got);
	job.job_answer.now_s += 365 * 86400;
	eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
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
		struct msg job = look_job(&i), got;
		eq_int(ask(ROLE_PARSE, &job, &got), ERR_OK);
		eq_int(got.type, MSG_PAGE_SEEN);
		eq_str(got.page_seen.code, SETS[n].text);
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
	struct parser p = start(ROLE_PARSE, 0);
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
	struct parser p = start(ROLE_PARSE, 0);
	struct msg got;

	kill(p.pid, SIGKILL);
	eq_int(hear(&p, &got), ERR_GONE);
	end(&p);
	ok(WIFSIGNALED(p.status));
}

/* Core gone, or the supervisor: nothing to wait for. */
static void nobody_left(void)
{
	struct parser p = start(ROLE_PARSE, 0);

	end(&p);
	ok(WIFEXITED(p.status));
	p = start(ROLE_PARSE, 0);
	close(p.super);
	p.super = -1;
	end(&p);
	ok(WIFEXITED(p.status));
}

/* Too little memory for the page is an answer, not a death. */
static void no_memory(void)
{
	struct image i = blank_image(4000, 5000, 3, 255);
	struct msg job = look_job(&i), got;
	struct parser p = start(ROLE_PARSE, 150u << 20);

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
