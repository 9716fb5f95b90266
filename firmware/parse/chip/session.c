#include "firmware/parse/chip/session.h"

#include <stdio.h>
#include <string.h>

#define SHORT_ANSWER 258

static void trace(const struct session *s, const struct apdu *a, size_t data_len, uint16_t sw)
{
	char line[96];

	if (!s->trace)
		return;
	(void)snprintf(line, sizeof(line), "%02x %02x %02x %02x lc=%zu le=%u%s -> %04x len=%zu",
		       a->cla, a->ins, a->p1, a->p2, a->len, a->le, s->secure ? " sm" : "", sw,
		       data_len);
	s->trace(s->trace_data, line);
}

static void trace_failure(const struct session *s, const struct apdu *a, enum err why)
{
	char line[96];

	if (!s->trace)
		return;
	(void)snprintf(line, sizeof(line), "%02x %02x %02x %02x lc=%zu le=%u%s -> %s", a->cla,
		       a->ins, a->p1, a->p2, a->len, a->le, s->secure ? " sm" : "", err_name(why));
	s->trace(s->trace_data, line);
}

bool session_is_wide(const struct session *s)
{
	return s->line->max_answer > SHORT_ANSWER && !s->short_only;
}

static enum err encode(struct session *s, const struct apdu *a, uint8_t *ret, size_t *ret_len)
{
	if (!s->secure)
		return apdu_encode(a, ret, LINE_MAX_COMMAND, ret_len);
	return sm_wrap(&s->sm, a, session_is_wide(s), ret, LINE_MAX_COMMAND, ret_len);
}

static enum err open_answer(struct session *s, uint8_t *answer, size_t len, struct span *ret_data,
			    uint16_t *ret_sw)
{
	if (s->secure)
		return sm_unwrap(&s->sm, answer, len, ret_data, ret_sw);
	if (len < 2)
		return ERR_CARD_MUTE;
	*ret_data = (struct span){ answer, len - 2 };
	*ret_sw = (uint16_t)(answer[len - 2] << 8 | answer[len - 1]);
	return ERR_OK;
}

/* Through the line and opened; *ret_data lies in `answer`. */
static enum err exchange(struct session *s, const struct apdu *a, uint8_t *answer,
			 struct span *ret_data, uint16_t *ret_sw)
{
	uint8_t command[LINE_MAX_COMMAND];
	size_t len = 0, answer_len = 0;
	enum err e = encode(s, a, command, &len);

	if (e == ERR_OK) {
		s->trips++;
		s->bytes_out += (uint32_t)len;
		e = s->line->exchange(s->line->data, command, len, answer, LINE_MAX_ANSWER,
				      &answer_len);
	}
	explicit_bzero(command, len);
	if (e != ERR_OK)
		return e;
	s->bytes_in += (uint32_t)answer_len;
	return open_answer(s, answer, answer_len, ret_data, ret_sw);
}

enum err session_send(struct session *s, const struct apdu *a, uint8_t *ret, size_t cap,
		      size_t *ret_len, uint16_t *ret_sw)
{
	uint8_t answer[LINE_MAX_ANSWER];
	struct span data;
	uint16_t sw;

	if (s->dead)
		return ERR_FORGED;
	uint32_t before = s->bytes_in;
	enum err e = exchange(s, a, answer, &data, &sw);
	s->dead = e == ERR_FORGED;
	if (e == ERR_OK && data.len > cap)
		e = ERR_NO_SPACE;
	if (e == ERR_OK) {
		trace(s, a, data.len, sw);
		memcpy(ret, data.at, data.len);
		*ret_len = data.len;
		*ret_sw = sw;
	} else {
		trace_failure(s, a, e);
	}
	explicit_bzero(answer, s->bytes_in - before);
	return e;
}

void session_secure(struct session *s, const struct sm *sm)
{
	s->sm = *sm;
	s->secure = true;
}

void session_unsecure(struct session *s)
{
	sm_finish(&s->sm);
	s->secure = false;
	s->dead = false;
}

uint32_t session_room(const struct session *s)
{
	uint32_t answer = session_is_wide(s) || s->line->max_answer < SHORT_ANSWER
				  ? s->line->max_answer
				  : SHORT_ANSWER;

	return s->secure ? sm_room(s->sm.cipher, answer) : answer - 2;
}

void session_finish(struct session *s)
{
	session_unsecure(s);
}
