#include "tests/guest/play.h"

#include "firmware/base/auto.h"
#include "firmware/base/mem.h"

#include <stdio.h>
#include <string.h>

#define MAX_ANSWER 256

static enum err say(struct stage *s, enum role me, const struct msg *m)
{
	return s->socks[me] < 0 ? ERR_OK : msg_send(s->socks[me], me, ROLE_CORE, m);
}

enum err play_greet(struct stage *s)
{
	static const enum role DEVICES[] = { ROLE_CODE, ROLE_SCAN };
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES && e == ERR_OK; i++) {
		struct msg m = { .type = MSG_STATUS, .status = { .state = ERR_OK } };

		e = say(s, DEVICES[i], &m);
	}
	struct msg m = { .type = MSG_LINK, .link = { .up = s->link_up } };
	return e == ERR_OK ? say(s, ROLE_SYNC, &m) : e;
}

/* The screen and the visitor before it. */
static enum err show_card(struct stage *s)
{
	struct msg m = { .type = MSG_CODE_READ };
	char text[200];

	visitor_card(&s->visitor, text);
	m.code_read.payload_len = (uint16_t)strlen(text);
	memcpy(m.code_read.payload, text, strlen(text));
	return say(s, ROLE_CODE, &m);
}

static enum err touch(struct stage *s, const struct visitor_acts *acts)
{
	enum err e = ERR_OK;

	for (unsigned i = 0; i < acts->count && e == ERR_OK; i++) {
		struct msg m = { .type = MSG_ACT, .act = acts->all[i] };

		e = say(s, ROLE_UI, &m);
	}
	return e;
}

static enum err act(struct stage *s, enum visitor_does does, const struct visitor_acts *acts)
{
	if (s->visitor.told_saved && !s->told && s->visitor.receipt_code[0]) {
		s->told = true;
		if (s->ears.saved)
			s->ears.saved(s->ears.data, &s->visitor);
	}
	if (does == VISITOR_GOES)
		s->visiting = false;
	if (does == VISITOR_WAITS || does == VISITOR_GOES)
		return ERR_OK;
	s->touches++;
	if (s->ears.touched)
		s->ears.touched(s->ears.data, s->touches);
	return does == VISITOR_SHOWS_CARD ? show_card(s) : touch(s, acts);
}

static enum err look(struct stage *s)
{
	struct view view = { 0 };
	struct visitor_acts acts = { .count = 0 };
	enum err e = view_open(s->shown.view, &view);

	if (e != ERR_OK)
		return e;
	enum visitor_does does = visitor_see(&s->visitor, &s->shown, &view, &acts);
	view_close(&view);
	return act(s, does, &acts);
}

void play_look(struct stage *s)
{
	if (s->shown.view >= 0)
		(void)look(s); /* whether core is there shows when it is heard next */
}

static enum err see(struct stage *s, struct msg_show *shown)
{
	if (s->shown.view >= 0)
		close(s->shown.view);
	s->shown = *shown;
	s->shown.view = take_fd(&shown->view);
	return s->visiting ? look(s) : ERR_OK;
}

/* The way to the province. Its answer says what core will be told that it says. */
static enum err answer(struct stage *s, const char *key)
{
	struct msg m = { .type = MSG_UPLOAD_AT };
	char text[MAX_ANSWER];

	snprintf(m.upload_at.key, sizeof m.upload_at.key, "%s", key);
	snprintf(m.upload_at.upload, sizeof m.upload_at.upload, "https://province.invalid/%.8s",
		 key);
	enum err e = say(s, ROLE_SYNC, &m);
	if (e != ERR_OK)
		return e;
	m = (struct msg){ .type = MSG_ANSWERED, .answered = { .answer = -1 } };
	snprintf(m.answered.key, sizeof m.answered.key, "%s", key);
	snprintf(text, sizeof text, "%s %s", key, s->manifest);
	e = mem_of(text, strlen(text), &m.answered.answer);
	if (e == ERR_OK)
		e = say(s, ROLE_SYNC, &m);
	msg_finish(&m);
	return e;
}

static enum err send(struct stage *s, const struct msg_send *order)
{
	struct msg m = { .type = MSG_SEND_FAILED,
			 .send_failed = { .why = ERR_SERVER, .http = 503 } };

	snprintf(s->key, sizeof s->key, "%s", order->key);
	snprintf(s->manifest, sizeof s->manifest, "%s", order->manifest);
	if (s->answer_one_in && ++s->sends % s->answer_one_in == 0)
		return answer(s, order->key);
	snprintf(m.send_failed.key, sizeof m.send_failed.key, "%s", order->key);
	return say(s, ROLE_SYNC, &m);
}

/* The parsers. */
static enum err card_facts(int sock, const struct msg_job_card_qr *job)
{
	struct msg m = { .type = MSG_CARD_FACTS };
	struct msg_card_facts *f = &m.card_facts;

	if (job->payload_len < 12)
		return ERR_BAD_DATA;
	f->fields = 7;
	f->sex = 1;
	memcpy(f->number, job->payload, 12);
	snprintf(f->name, sizeof f->name, "Nguyễn Văn An");
	snprintf(f->birth, sizeof f->birth, "15011990");
	snprintf(f->address, sizeof f->address, "Số 1, phường Ba Đình, Hà Nội");
	snprintf(f->issued, sizeof f->issued, "01082024");
	return msg_send(sock, ROLE_PARSE, ROLE_CORE, &m);
}

/* One dossier has one code, however often it is sent: the key's first digits. */
static enum err answer_facts(int sock, const struct msg_job_answer *job)
{
	struct msg m = { .type = MSG_ANSWER_FACTS };
	struct msg_answer_facts *f = &m.answer_facts;
	char text[MAX_ANSWER + 1] = "";
	const void *bytes;
	size_t len;
	unsigned number = 0;
	enum err e = mem_map(job->answer, MAX_ANSWER, &bytes, &len);

	if (e != ERR_OK)
		return e;
	memcpy(text, bytes, len);
	mem_unmap(bytes, len);
	if (sscanf(text, "%36s %64s", f->key, f->manifest) != 2 ||
	    sscanf(text, "%8x", &number) != 1)
		return ERR_BAD_DATA;
	f->accepted = 1;
	snprintf(f->code, sizeof f->code, "000.00.06.H56-261122-%08u", number % 100000000u);
	f->time_s = job->now_s;
	f->due_s = job->now_s + 3 * 86400;
	return msg_send(sock, ROLE_PARSE, ROLE_CORE, &m);
}

static enum err parse(int sock, const struct msg *m)
{
	switch (m->type) {
	case MSG_JOB_CARD_QR:
		return card_facts(sock, &m->job_card_qr);
	case MSG_JOB_ANSWER:
		return answer_facts(sock, &m->job_answer);
	case MSG_JOB_LOOK:
		return play_seen(sock, &m->job_look);
	case MSG_JOB_DIGITIZE:
		return play_digitized(sock, &m->job_digitize);
	case MSG_JOB_BIND:
		return play_bound(sock, &m->job_bind);
	default:
		return ERR_BAD_MESSAGE;
	}
}

/* "A fresh kiosk-parse, please." */
static enum err parser(struct stage *s, const struct msg_parser_wanted *wanted)
{
	enum role r = wanted->role == ROLE_PAGES ? ROLE_PAGES : ROLE_PARSE;
	int pair[2];
	enum err e = msg_pair(pair);

	if (e != ERR_OK)
		return e;
	struct msg m = { .type = MSG_PARSER,
			 .parser = { .job = wanted->job, .role = (uint8_t)r, .sock = pair[1] } };
	if (s->socks[r] >= 0)
		close(s->socks[r]);
	s->socks[r] = pair[0];
	e = say(s, ROLE_SUPER, &m);
	close(pair[1]);
	return e;
}

enum err play_message(struct stage *s, enum role me, struct msg *m)
{
	if (me == ROLE_PARSE || me == ROLE_PAGES) {
		(void)parse(s->socks[me], m);
		return ERR_GONE; /* one job, one answer, one life */
	}
	switch (m->type) {
	case MSG_SHOW:
		return see(s, &m->show);
	case MSG_PARSER_WANTED:
		return parser(s, &m->parser_wanted);
	case MSG_SCAN_START:
		return play_scan(s, &m->scan_start);
	case MSG_SEND:
		return send(s, &m->send);
	default:
		return ERR_OK; /* what nobody here needs to know */
	}
}
