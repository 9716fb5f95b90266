#include "firmware/core/held.h"

#include "firmware/base/auto.h"
#include "firmware/base/board.h"
#include "firmware/base/log.h"
#include "firmware/base/view.h"
#include "firmware/core/core.h"
#include "firmware/core/machine.h"

static void show(struct core *c)
{
	struct visit *v = &c->visit; /* nobody's: language, look and turn are all there is of it */
	struct view_writer w = { 0 };
	struct msg m = { .type = MSG_SHOW,
			 .show = { .turn = ++v->turn,
				   .screen = SCREEN_BOARD,
				   .language = v->language,
				   .look = v->look,
				   .view = -1 } };

	if (!child_has(&c->child, ROLE_UI))
		return;
	view_text(&w, "office", c->config.office_name);
	view_text(&w, "place", c->config.office_place);
	view_text(&w, "trouble", trouble_row(TROUBLE_DATA_NEWER)->word);
	view_text(&w, "why", HELD_WHY);
	view_num(&w, "stays", 1);
	machine_show_held(&w, c);
	enum err e = view_seal(&w, &m.show.view);
	if (e == ERR_OK)
		e = child_send(&c->child, ROLE_UI, &m);
	if (e != ERR_OK)
		log_line(LOG_WARN, "show", "screen=BOARD err=%s", err_name(e));
	msg_finish(&m);
}

static void on_act(struct core *c, const struct msg_act *m)
{
	if (m->action == ACTION_LANGUAGE && m->index < LANGUAGE_COUNT)
		c->visit.language = (enum language)m->index;
	else if (m->action == ACTION_LOOK)
		c->visit.look = m->index & LOOK_ALL;
	else
		return;
	show(c);
}

static void on_message(void *data, enum role from, struct msg *m)
{
	struct core *c = data;

	if (from == ROLE_UI && m->type == MSG_ACT)
		on_act(c, &m->act);
	else if (from == ROLE_SUPER && m->type == MSG_LISTEN)
		ctl_listen(c, take_fd(&m->listen.sock));
}

static void on_peer(void *data, enum role who, bool here)
{
	if (who == ROLE_UI && here)
		show(data);
}

const struct child_handlers HELD_HANDLERS = { .message = on_message, .peer = on_peer };
