/* The screen: kiosk-ui is spoken to as core speaks to it, and answers as it answers core. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/setup/setup.h"

#include <string.h>

#define FORGET_MS (10u * 60 * 1000)

void face_show(struct setup *s)
{
	struct msg m = { .type = MSG_SHOW,
			 .show = { .turn = s->kind,
				   .screen = s->board ? SCREEN_BOARD : SCREEN_SETUP,
				   .language = (uint8_t)s->language,
				   .look = (uint8_t)s->look } };
	AUTO_FD view = -1;
	enum err e = s->board ? show_board(s, &view) : show_step(s, &view);

	if (!child_has(&s->child, ROLE_UI))
		return;
	m.show.view = view;
	if (e == ERR_OK)
		e = child_send(&s->child, ROLE_UI, &m);
	if (e != ERR_OK)
		log_line(LOG_WARN, "show", "err=%s", err_name(e));
}

void face_end(struct setup *s)
{
	s->done = true;
	loop_stop(s->child.loop);
}

static enum ask nth_ask(const struct setup *s, uint32_t index)
{
	for (enum ask a = 0; a < ASK_COUNT; a++)
		if (ask_row(a)->step == s->at && a != ASK_fingerprint && index-- == 0)
			return a;
	return ASK_COUNT;
}

static void on_field(struct setup *s, const struct msg_act *m)
{
	enum ask a = nth_ask(s, m->index);

	if (a == ASK_COUNT || strlen(m->text) >= TYPED_CAP)
		return;
	memcpy(s->typed[a], m->text, strlen(m->text) + 1);
	bool was = s->faults[a] == FAULT_LONG, is = strlen(m->text) >= ANSWER_CAP;
	s->faults[a] = is ? FAULT_LONG : FAULT_NONE;
	if (was != is) /* said while it is typed: nobody sees how many bytes its marks take */
		face_show(s);
}

/* Which questions follow may hang on it: the screen is shown anew. */
static void on_pick(struct setup *s, uint32_t index)
{
	for (enum ask a = 0; a < ASK_COUNT; a++) {
		const struct choice_row *c = choice_row(a, index);

		if (ask_row(a)->step != s->at || !c)
			continue;
		memcpy(s->typed[a], c->value, strlen(c->value) + 1);
		s->faults[a] = FAULT_NONE;
		face_show(s);
		return;
	}
}

static void on_recovered(void *data, const char *why, const char *text)
{
	struct setup *s = data;

	(void)text;
	s->busy = false;
	bool wrong = strcmp(why, "WRONG_KEY") == 0 || strcmp(why, "WORDS") == 0;
	s->board_note = !why[0] ? NOTE_KEY_OPENS : wrong ? NOTE_KEY_WRONG : NOTE_KEY_UNUSED;
	log_line(LOG_INFO, "recover", "why=%s", why);
	if (why[0]) { /* what was typed stays: it is compared, or tried once more */
		face_show(s);
		return;
	}
	explicit_bzero(s->recover, sizeof s->recover);
	face_end(s); /* what lies there says how it goes on */
}

static void try_key(struct setup *s)
{
	char key[ANSWER_CAP];

	if (!s->recover[strspn(s->recover, " ")]) {
		s->board_note = NOTE_KEY_EMPTY;
		face_show(s);
		return;
	}
	memcpy(key, s->recover, sizeof key);
	for (char *c = key; *c; c++) /* its groups, as somebody wrote them down */
		*c = *c == ' ' ? '-' : *c;
	s->busy = true;
	face_show(s);
	helper_ask(&s->helper, on_recovered, s, "recover %s", key);
	explicit_bzero(key, sizeof key);
}

/* They stand readable on a screen that anybody sees; who typed them has gone away. */
static void forget_secrets(void *data)
{
	static const enum ask SECRETS[] = { ASK_enrol_code, ASK_pin, ASK_pin_again };
	struct setup *s = data;

	if (s->busy || s->script.on) { /* they are in use */
		face_remember(s);
		return;
	}
	bool some = s->recover[0];
	for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
		some |= s->typed[SECRETS[i]][0] || s->kept.of[SECRETS[i]][0];
		explicit_bzero(s->typed[SECRETS[i]], sizeof s->typed[0]);
		explicit_bzero(s->kept.of[SECRETS[i]], ANSWER_CAP);
	}
	explicit_bzero(s->recover, sizeof s->recover);
	if (!some)
		return;
	s->board_note = NOTE_COUNT;
	s->kind++; /* nothing stays in its fields */
	face_show(s);
}

void face_remember(struct setup *s)
{
	timer_set(s->child.loop, &s->forget, FORGET_MS, forget_secrets, s);
}

static void on_board(struct setup *s, const struct msg_act *m)
{
	if (m->action == ACTION_FIELD && strlen(m->text) < ANSWER_CAP) {
		memcpy(s->recover, m->text, strlen(m->text) + 1);
		face_remember(s);
		return;
	}
	if (s->busy || (m->action != ACTION_NEXT && m->action != ACTION_AGAIN))
		return;
	if (m->action == ACTION_AGAIN && s->dir_fd < 0) {
		face_end(s); /* its sandbox has no place for a folder that came later */
		return;
	}
	if (m->action == ACTION_AGAIN) { /* the watch of main.c looks */
		s->busy = true;
		s->board_note = NOTE_COUNT;
		face_show(s);
		return;
	}
	try_key(s);
}

static void on_step(struct setup *s, const struct msg_act *m)
{
	face_remember(s);
	if (m->action == ACTION_FIELD)
		on_field(s, m);
	else if (s->busy && !(m->action == ACTION_BACK && way_waits(s)))
		face_show(s);
	else if (m->action == ACTION_PICK)
		on_pick(s, m->index);
	else if (m->action == ACTION_NEXT)
		step_next(s);
	else if (m->action == ACTION_BACK)
		step_back(s);
	else if (m->action == ACTION_AGAIN)
		step_again(s);
	else if (m->action == ACTION_SKIP)
		step_skip(s);
}

static void on_act(struct setup *s, const struct msg_act *m)
{
	if (m->action == ACTION_LANGUAGE && m->index < LANGUAGE_COUNT)
		s->language = (enum language)m->index;
	else if (m->action == ACTION_LOOK)
		s->look = m->index & LOOK_ALL;
	else if (m->turn != s->kind)
		return; /* meant for a step before */
	if (m->action == ACTION_LANGUAGE || m->action == ACTION_LOOK)
		face_show(s);
	else if (s->board)
		on_board(s, m);
	else
		on_step(s, m);
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct setup *s = data;

	if (from == ROLE_UI && m->type == MSG_ACT)
		on_act(s, &m->act);
	else if (from == ROLE_SUPER && m->type == MSG_LISTEN)
		script_listen(s, take_fd(&m->listen.sock));
}

static void on_peer(void *data, enum role who, bool here)
{
	if (who == ROLE_UI && here)
		face_show(data);
}

const struct child_handlers FACE_HANDLERS = { .message = on_message, .peer = on_peer };
