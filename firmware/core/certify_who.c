/* Who may certify copies: the officers' PIN, and whose token is there. */
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/core.h"
#include "firmware/core/staff_lock.h"
#include "firmware/core/staff_pin.h"

#define ANSWERS_LOOKED_AT 50  /* the newest dossiers */
#define CLOCK_SLACK_S     300 /* between the province's clock and ours */

enum err certify_may(const struct core *c)
{
	return c->config.staff_pin[0] ? ERR_OK : ERR_DENIED;
}

enum err certify_open(struct core *c)
{
	enum err e = clock_boot(c->certify.boot);

	return e == ERR_OK ? staff_lock_open(c->store, c->certify.boot) : e;
}

static enum err wrong_pin(struct core *c, uint8_t left, uint8_t *ret_left)
{
	enum err e = left == 0 ? ERR_WAIT_PIN : ERR_WRONG_PIN;

	log_line(LOG_WARN, "staff.pin", "left=%u", left);
	(void)audit_add(c->store, "staff.pin", "", err_name(e));
	*ret_left = left;
	return e;
}

enum err certify_check_staff(struct core *c, const char *pin, uint8_t *ret_left)
{
	uint8_t left = 0;
	enum err e = staff_lock_take(c->store, c->certify.boot, &left);

	if (e != ERR_OK)
		return e;
	if (!staff_pin_is(c->config.staff_pin, pin))
		return wrong_pin(c, left, ret_left);
	e = staff_lock_right(c->store, c->certify.boot);
	if (e == ERR_OK)
		(void)audit_add(c->store, "staff.pin", "", "OK");
	return e;
}

static bool note_answer(void *data, const struct outbox_item *i)
{
	int64_t *known_s = data;

	if (i->answered_s > *known_s)
		*known_s = i->answered_s;
	return true;
}

void certify_ask_token(struct core *c)
{
	struct msg m = { .type = MSG_TOKEN_ASK };

	c->certify.cert = (struct msg_token_cert){ 0 };
	(void)outbox_list(c->store, ANSWERS_LOOKED_AT, note_answer, &c->certify.known_s);
	if (desk_state(c, ROLE_TOKEN) == ERR_OK)
		(void)child_send(&c->child, ROLE_TOKEN, &m); /* gone: its state says so */
}

int64_t certify_now(const struct core *c)
{
	int64_t now_s = clock_now_s(&c->child.clock);

	return now_s < c->certify.known_s ? c->certify.known_s : now_s;
}

enum err certify_token(const struct core *c)
{
	const struct msg_token_cert *t = &c->certify.cert;
	int64_t now_s = certify_now(c);
	enum err state = desk_state(c, ROLE_TOKEN);

	if (state != ERR_OK)
		return state == ERR_GONE ? ERR_NO_TOKEN : state;
	if (t->cert_len == 0)
		return t->why != ERR_OK && t->why < ERR_COUNT ? t->why : ERR_NO_TOKEN;
	if (now_s < t->from_s || now_s > t->until_s)
		return ERR_OLD_CERT;
	if (trusted_time_state(&c->time) == TIME_UNKNOWN ||
	    clock_now_s(&c->child.clock) + CLOCK_SLACK_S < now_s)
		return ERR_BAD_CLOCK; /* its time would stand on the copy */
	return t->left == 0 ? ERR_LOCKED_PIN : ERR_OK;
}
