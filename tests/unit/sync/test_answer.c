/* Commit and answer: once, whatever is lost on the way. Complaints Q01, Q04, Q05, Q14. */
#include "firmware/sync/send.h"
#include "tests/unit/sync/world.h"

/* Q01: the province has it, the kiosk did not hear: it asks again and gets the same. */
static void q01_a_lost_answer_makes_no_second_dossier(struct world *w)
{
	for (int lost = 1; lost <= 3; lost++) {
		struct parcel p = parcel_make(w, 20000);
		int64_t before = world_count(w);
		char line[32];

		snprintf(line, sizeof line, "drop-answer %d", lost);
		world_say(w, line);
		world_send(w, &p, "");
		world_expect_accepted(w, &p);
		eq_int(world_count(w), before + 1);
		eq_int(w->uploads, 1);
	}
}

static void q01_minutes_later_it_is_still_one(struct world *w)
{
	struct parcel p = parcel_make(w, 20000);
	int64_t before = world_count(w);
	char first[64], second[64];
	struct msg m;

	world_say(w, "drop-answer 1000");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_OFFLINE, 0, &m);
	world_say(w, "heal");
	world_send(w, &p, w->upload);
	world_expect_code(w, &p, first);
	world_send(w, &p, ""); /* the address was lost too: all is uploaded anew */
	world_expect_code(w, &p, second);
	ok(first[0]);
	eq_str(first, second);
	eq_int(world_count(w), before + 1);
}

/* A tus server may forget an upload once it is a dossier. */
static void q01_the_answer_is_looked_up_when_the_upload_is_gone(struct world *w)
{
	struct parcel p = parcel_make(w, 20000);
	char first[64], second[64];

	world_send(w, &p, "");
	world_expect_code(w, &p, first);
	world_say(w, "fail 1 410 HEAD");
	world_send(w, &p, w->upload);
	world_expect_code(w, &p, second);
	eq_str(first, second);
	eq_int(w->uploads, 0);
}

static void other_content_under_the_same_key_is_422(struct world *w)
{
	struct parcel p = parcel_make(w, 20000), other;
	struct msg m;

	world_send(w, &p, "");
	world_expect_accepted(w, &p);
	w->keys--;
	other = parcel_make(w, 20000); /* the same key; a seal is never twice the same */
	eq_str(other.key, p.key);
	world_send(w, &other, "");
	world_expect_failed(w, ERR_REFUSED, 422, &m);
	ok(strstr(m.send_failed.detail, "other content"));
}

/* Q04: no status but the signed answer ends a dossier. */
static void q04_no_error_looks_like_an_answer(struct world *w)
{
	static const struct {
		unsigned status;
		enum err why;
	} ERRORS[] = { { 400, ERR_REFUSED }, { 401, ERR_DENIED },  { 403, ERR_DENIED },
		       { 405, ERR_REFUSED }, { 413, ERR_REFUSED }, { 415, ERR_REFUSED },
		       { 422, ERR_REFUSED }, { 429, ERR_SERVER },  { 500, ERR_SERVER },
		       { 502, ERR_SERVER },  { 503, ERR_SERVER },  { 507, ERR_SERVER } };
	static const char *const METHODS[] = { "POST", "PATCH", "HEAD" };

	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
		struct parcel p = parcel_make(w, 5000);
		struct msg m;
		char line[64];

		snprintf(line, sizeof line, "fail 1 %u %s", ERRORS[i].status, METHODS[i % 2]);
		world_say(w, line);
		world_send(w, &p, "");
		world_expect_failed(w, ERRORS[i].why, ERRORS[i].status, &m);
	}
}

static void a_500_and_then_good(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	world_say(w, "fail 1 500");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 500, &m);
	eq_int(m.send_failed.retry_after_s, 0);
	world_send(w, &p, "");
	world_expect_accepted(w, &p);
}

static void a_503_says_when_to_come_back(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	world_say(w, "retry-after 33");
	world_say(w, "fail 1 503");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 503, &m);
	eq_int(m.send_failed.retry_after_s, 33);
	world_say(w, "heal");
}

/* Q05: a log-in page that answers everything with 200 is not the province. */
static void q05_a_captive_portal_is_not_an_answer(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	int64_t before = world_count(w);
	struct msg m;

	world_say(w, "html 1");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_BAD_DATA, 200, &m);
	world_say(w, "fail 1 500 PATCH");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_SERVER, 500, &m);
	world_say(w, "html 1"); /* in place of HEAD's answer */
	world_send(w, &p, w->upload);
	world_expect_failed(w, ERR_BAD_DATA, 200, &m);
	world_say(w, "html 1 POST"); /* in place of the signed answer */
	world_send(w, &p, w->upload);
	world_expect_failed(w, ERR_BAD_DATA, 200, &m);
	eq_int(world_count(w), before);
	world_send(w, &p, w->upload);
	world_expect_accepted(w, &p);
}

/* Q14: each dossier gets its own signed word; a wrong signature passes here and is seen there. */
static void q14_a_forged_answer_is_handed_on_unread(struct world *w)
{
	static const char *const KINDS[] = { "forge key", "forge purpose" };

	for (size_t i = 0; i < 2; i++) {
		struct parcel p = parcel_make(w, 5000);
		struct msg m;
		char text[2048];

		world_say(w, KINDS[i]);
		world_send(w, &p, "");
		if (!world_expect(w, MSG_ANSWERED, &m))
			continue;
		answer_text(w, &p, m.answered.answer, text);
		eq_str(text, ""); /* not signed by whom we trust */
		msg_finish(&m);
		world_send(w, &p, w->upload);
		world_expect_accepted(w, &p);
	}
}

static void an_endless_answer_is_cut_off(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;

	world_say(w, "flood 1");
	world_send(w, &p, "");
	world_expect_failed(w, ERR_BAD_DATA, 0, &m);
	world_send(w, &p, w->upload);
	world_expect_accepted(w, &p);
}

static void a_refusal_is_an_answer(struct world *w)
{
	struct parcel p = parcel_make(w, 5000);
	struct msg m;
	char text[2048];

	world_say(w, "refuse Giấy chứng sinh không rõ");
	world_send(w, &p, "");
	if (!world_expect(w, MSG_ANSWERED, &m))
		return;
	answer_text(w, &p, m.answered.answer, text);
	ok(strstr(text, "\"accepted\":false"));
	ok(strstr(text, "Giấy chứng sinh không rõ"));
	msg_finish(&m);
}

/* Eight senders at once, in this process, with one key. */
struct crowd {
	struct loop *loop;
	struct send sends[8];
	unsigned ended, good;
	uint8_t first[4096];
	size_t first_len;
};

static void crowd_upload_at(void *data, const char *upload)
{
	(void)data, (void)upload;
}

static void crowd_answered(void *data, const void *bytes, size_t len)
{
	struct crowd *c = data;

	if (c->first_len == 0 && len <= sizeof c->first) {
		memcpy(c->first, bytes, len);
		c->first_len = len;
	}
	c->good += len == c->first_len && memcmp(bytes, c->first, len) == 0;
	if (++c->ended == 8)
		loop_stop(c->loop);
}

static void crowd_failed(void *data, const struct send_failure *f)
{
	struct crowd *c = data;

	printf("# %s %u %s\n", err_name(f->why), f->http, f->detail);
	if (++c->ended == 8)
		loop_stop(c->loop);
}

static void eight_commits_at_once_are_one_dossier(struct world *w)
{
	static const struct send_events EVENTS = { .upload_at = crowd_upload_at,
						   .answered = crowd_answered,
						   .failed = crowd_failed };
	struct parcel p = parcel_make(w, 40000);
	int64_t before = world_count(w);
	struct crowd c = { 0 };
	struct clock clock = { 0 };
	struct config config;
	struct http *http;
	char why[256];

	eq_int(config_load(w->conf, &config, NULL, NULL), ERR_OK);
	eq_int(loop_create(&clock, &c.loop), ERR_OK);
	eq_int(http_create(c.loop, &config, &http, why), ERR_OK);
	for (int i = 0; i < 8; i++) {
		struct send_job job = { .fd = open(p.path, O_RDONLY | O_CLOEXEC) };

		snprintf(job.key, sizeof job.key, "%s", p.key);
		snprintf(job.sha256, sizeof job.sha256, "%s", p.pack.sha256);
		snprintf(job.manifest, sizeof job.manifest, "%s", p.pack.manifest);
		eq_int(send_start(&c.sends[i], http, &job, &EVENTS, &c), ERR_OK);
	}
	eq_int(loop_run(c.loop), ERR_OK);
	eq_int(c.good, 8);
	eq_int(world_count(w), before + 1);
	http_destroy(http);
	loop_destroy(c.loop);
}

int main(void)
{
	struct world w;

	world_init(&w);
	world_start_sync(&w);
	q01_a_lost_answer_makes_no_second_dossier(&w);
	q01_minutes_later_it_is_still_one(&w);
	q01_the_answer_is_looked_up_when_the_upload_is_gone(&w);
	other_content_under_the_same_key_is_422(&w);
	q04_no_error_looks_like_an_answer(&w);
	a_500_and_then_good(&w);
	a_503_says_when_to_come_back(&w);
	q05_a_captive_portal_is_not_an_answer(&w);
	q14_a_forged_answer_is_handed_on_unread(&w);
	an_endless_answer_is_cut_off(&w);
	a_refusal_is_an_answer(&w);
	eight_commits_at_once_are_one_dossier(&w);
	world_stop_sync(&w);
	world_finish(&w);
	return tap_done();
}
