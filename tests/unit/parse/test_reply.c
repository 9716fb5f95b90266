/* Replies of the province: whose they are, to which question, and every fact of them. */
#include "firmware/parse/reply.h"

#include "firmware/base/mem.h"
#include "tests/tap.h"
#include "tests/unit/parse/signing.h"

#include <unistd.h>

#define NONCE "0123456789abcdef0123456789abcdef"
#define EPOCH "00112233aabbccdd"
#define HASH  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define HEAD(query)                                           \
	"{\"v\":1,\"query\":\"" query "\",\"nonce\":\"" NONCE \
	"\",\"time\":1795000000,\"epoch\":\"" EPOCH "\",\"data\":"
#define DAY  "{\"day\":20779,\"count\":2,\"sha256\":\"" HASH "\"}"
#define DAYS HEAD("days") "{\"from_day\":1,\"to_day\":9,\"days\":[" DAY "," DAY "]}}"
#define PAID(state)                                                                   \
	HEAD("paid")                                                                  \
	"{\"MaThamChieu\":\"TC1\",\"TrangThaiGD\":\"" state "\",\"SoTien\":\"8000\"," \
	"\"MaGiaoDich\":\"\",\"ThoiGianGD\":\"20261122093000\",\"SoLan\":1}}"
#define PAPER(file) \
	HEAD("paper") "{\"DuongDan\":\"a/b\",\"sha256\":\"" HASH "\",\"file\":\"" file "\"}}"

static struct msg_reply_facts got;
static struct view seen;

static void forget(void)
{
	view_close(&seen);
	seen = (struct view){ 0 };
}

/* The text alone; on ERR_OK `seen` is open. */
static enum err read_text(unsigned query, const char *text)
{
	struct msg_job_reply job = { .query = (uint8_t)query, .nonce = NONCE };
	struct view_writer w = { 0 };
	struct blob b = { (const uint8_t *)text, strlen(text) };
	int fd = -1;

	forget();
	enum err e = reply_read_text(b, &job, &got, &w);
	w.bad |= e != ERR_OK;
	enum err sealed = view_seal(&w, &fd);
	if (e != ERR_OK)
		return e;
	eq_int(sealed, ERR_OK);
	eq_int(view_open(fd, &seen), ERR_OK);
	close(fd);
	return ERR_OK;
}

static void facts_arrive(void)
{
	size_t len = 0;

	eq_int(read_text(QUERY_DAYS, DAYS), ERR_OK);
	eq_int(got.time_s, 1795000000);
	eq_str(got.epoch, EPOCH);
	eq_int(view_rows(&seen, "days"), 2);
	eq_int(view_row_num(&seen, "days", 1, "day"), 20779);
	eq_str(view_row_text(&seen, "days", 0, "sha256"), HASH);
	eq_int(read_text(QUERY_DAYS,
			 HEAD("days") "{\"from_day\":7,\"to_day\":9,\"days\":[],\"new\":1}}"),
	       ERR_OK);
	eq_int(view_get_num(&seen, "from_day"), 7);
	eq_int(view_rows(&seen, "days"), 0);
	eq_int(read_text(QUERY_PAID, PAID("3")), ERR_OK);
	eq_int(view_get_num(&seen, "TrangThaiGD"), 3);
	eq_int(view_get_num(&seen, "SoTien"), 8000);
	eq_int(view_get_num(&seen, "ThoiGianGD"), 1795314600);
	eq_int(read_text(QUERY_PAPER, PAPER("AAECAw==")), ERR_OK);
	ok(memcmp(view_get_bytes(&seen, "file", &len), "\0\1\2\3", 4) == 0);
	eq_int(len, 4);
	forget();
}

static void wrong_facts(void)
{
	static const struct {
		enum query query;
		const char *text;
	} ROWS[] = {
		{ QUERY_DAYS, "" },
		{ QUERY_DAYS, "[]" },
		{ QUERY_DAYS, DAYS "x" },
		{ QUERY_DAYS, "{\"v\":1}" },
		{ QUERY_DAYS, HEAD("days") "{\"days\":[]}}" },
		{ QUERY_DAYS, HEAD("days") "{\"from_day\":1,\"to_day\":9,\"days\":{}}}" },
		{ QUERY_DAYS, HEAD("days") "{\"from_day\":1,\"to_day\":9,\"days\":[7]}}" },
		{ QUERY_DAYS, HEAD("days") "{\"to_day\":9,\"from_day\":\"0\",\"days\":[]}}" },
		{ QUERY_DAYS, HEAD("days") "{\"to_day\":9,\"from_day\":-1,\"days\":[]}}" },
		{ QUERY_DAYS, HEAD("days") "{\"to_day\":9,\"from_day\":1.5,\"days\":[]}}" },
		{ QUERY_DAYS,
		  HEAD("days") "{\"from_day\":1,\"to_day\":9,\"days\":[{\"day\":1,\"count\":1,"
			       "\"sha256\":\"ABC\"}]}}" },
		{ QUERY_PAID, PAID("5") },
		{ QUERY_PAID, PAID("") },
		{ QUERY_PAID, PAID("1x") },
		{ QUERY_PAID, PAID("0000000000000000001") },
		{ QUERY_PAPER, PAPER("") },
		{ QUERY_PAPER, PAPER("AAE") },
		{ QUERY_PAPER, PAPER("A===") },
		{ QUERY_PAPER, PAPER("!!!!") },
		{ QUERY_PAPER, PAPER("AAECAw==\\u0000") },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		printf("# row %zu\n", i);
		eq_int(read_text(ROWS[i].query, ROWS[i].text), ERR_BAD_DATA);
	}
}

/* Signed well, but an answer to something else: kept from another day. */
static void other_questions(void)
{
	eq_int(read_text(QUERY_PAID, DAYS), ERR_FORGED);
	eq_int(read_text(QUERY_DAYS,
			 "{\"v\":1,\"query\":\"days\",\"nonce\":\"f\",\"time\":1795000000,"
			 "\"epoch\":\"" EPOCH
			 "\",\"data\":{\"from_day\":1,\"to_day\":9,\"days\":[]}}"),
	       ERR_FORGED);
}

static enum err whole_job(const struct signer *by, const struct signer *ca, const char *text)
{
	struct msg_job_reply job = { .query = QUERY_DAYS, .now_s = NOW_S, .nonce = NONCE };
	struct msg_reply_facts ret = { .facts = -1 };
	size_t len, pem_len;
	unsigned char *der = sign_text(by, NULL, EVP_sha256(), text, &len);
	char *pem = pem_of(ca, &pem_len);

	eq_int(mem_of(der, len, &job.reply), ERR_OK);
	eq_int(mem_of(pem, pem_len, &job.anchor), ERR_OK);
	enum err e = reply_job(&job, &ret);
	ok((ret.facts >= 0) == (e == ERR_OK));
	if (ret.facts >= 0)
		close(ret.facts);
	close(job.reply);
	close(job.anchor);
	OPENSSL_free(der);
	free(pem);
	return e;
}

static void only_the_province(void)
{
	struct signer ca = make_signer(NULL, &CA_FORM);
	struct signer other = make_signer(NULL, &CA_FORM);
	struct signer signer = make_signer(&ca, &SIGNER_FORM);
	struct msg_job_reply job = { .query = QUERY_COUNT };

	eq_int(whole_job(&signer, &ca, DAYS), ERR_OK);
	eq_int(whole_job(&signer, &other, DAYS), ERR_FORGED);
	eq_int(whole_job(&signer, &ca, "no JSON"), ERR_BAD_DATA);
	eq_int(reply_job(&job, &got), ERR_BAD_MESSAGE);
	signer_free(&ca);
	signer_free(&other);
	signer_free(&signer);
}

int main(void)
{
	eq_int(statement_prepare(), ERR_OK);
	facts_arrive();
	wrong_facts();
	other_questions();
	only_the_province();
	return tap_done();
}
