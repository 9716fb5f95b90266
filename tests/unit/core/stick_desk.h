/* Core with a stick plugged in and a person at kioskctl, without the other programs. */
#ifndef TESTS_CORE_STICK_DESK_H
#define TESTS_CORE_STICK_DESK_H

#include "firmware/core/core.h"
#include "tests/unit/core/fixture.h"

#include <sys/socket.h>

struct desk_of_stick {
	struct core *c;
	int person;
	char said[8192];
	int code; /* of the last command; -1: it came to no end */
};

static inline void desk_open(struct desk_of_stick *d, const struct fixture *f,
			     struct package_keys *keys)
{
	int pair[2];

	*d = (struct desk_of_stick){ .c = calloc(1, sizeof *d->c) };
	snprintf(d->c->config.stick_dir, sizeof d->c->config.stick_dir, "%s/sticks", f->dir);
	d->c->child.clock = f->clock;
	d->c->store = open_store(f);
	d->c->keys = keys;
	eq_int(loop_create(&f->clock, &d->c->child.loop), ERR_OK);
	ctl_init(d->c);
	bundle_init(d->c);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	d->c->ctls.all[0].sock = pair[0];
	d->person = pair[1];
}

static inline void desk_close(struct desk_of_stick *d)
{
	bundle_finish(d->c);
	close(d->c->ctls.all[0].sock);
	close(d->person);
	loop_destroy(d->c->child.loop);
	store_close(d->c->store);
	free(d->c);
}

static inline void desk_hear(struct desk_of_stick *d)
{
	struct msg m;

	while (msg_recv(d->person, ROLE_CTL, ROLE_CORE, &m) == ERR_OK) {
		size_t len = strlen(d->said);

		if (m.type == MSG_SAY)
			snprintf(d->said + len, sizeof d->said - len, "%s\n", m.say.text);
		else if (m.type == MSG_SAID)
			d->code = m.said.code;
		msg_finish(&m);
	}
}

static inline void desk_begin(struct desk_of_stick *d, const char *command)
{
	struct ctl *t = &d->c->ctls.all[0];

	d->said[0] = '\0';
	d->code = -1;
	t->id = ++d->c->ctls.last_id;
	enum ctl_code code = bundle_command(t, command);
	if (code != CTL_LATER)
		ctl_end(t, code);
}

static inline void desk_end(struct desk_of_stick *d)
{
	while (d->c->bundle.work != BUNDLE_IDLE && loop_turn(d->c->child.loop, 0) == ERR_OK)
		desk_hear(d);
	desk_hear(d);
}

static inline int desk_run(struct desk_of_stick *d, const char *command)
{
	desk_begin(d, command);
	desk_end(d);
	return d->code;
}

#endif
