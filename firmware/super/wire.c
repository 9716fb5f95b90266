#include "firmware/super/wire.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/base/msg.h"
#include "firmware/super/pause.h"

static void introduce(struct program *a, struct program *b)
{
	int socks[2];
	enum err e = msg_pair(socks);

	if (e != ERR_OK) {
		struct program *p = a->role == ROLE_CORE ? b : a;

		log_line(LOG_ERROR, "wire.failed", "program=%s err=%s", role_name(p->role),
			 err_name(e));
		program_kill(p, "there was no socket for it"); /* and tried again */
		return;
	}
	AUTO_FD for_a = socks[0];
	AUTO_FD for_b = socks[1];
	struct msg to_a = { .type = MSG_PEER, .peer = { (uint8_t)b->role, for_a } };
	struct msg to_b = { .type = MSG_PEER, .peer = { (uint8_t)a->role, for_b } };
	if (program_tell(a, &to_a))
		(void)program_tell(b, &to_b); /* when it is gone, `a` sees a closed socket */
}

static void wire_core(struct program *core)
{
	struct super *s = core->super;
	struct msg listening = { .type = MSG_LISTEN, .listen = { s->host->ctl_sock } };

	if (s->host->ctl_sock >= 0)
		(void)program_tell(core, &listening);
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		struct program *p = &s->programs[r];
		struct msg m = { .type = MSG_GAVE_UP,
				 .gave_up = { (uint8_t)r, (uint16_t)p->deaths } };

		if (r != ROLE_CORE && p->sock >= 0)
			introduce(core, p);
		else if (r != ROLE_CORE && p->deaths >= GIVE_UP_DEATHS)
			(void)program_tell(core, &m);
	}
}

void wire(struct program *p)
{
	struct super *s = p->super;
	struct msg remote = { .type = MSG_REMOTE, .remote = { s->host->remote_sock } };

	if (p->role == ROLE_UI && s->host->remote_sock >= 0)
		(void)program_tell(p, &remote);
	if (p->role == ROLE_CORE)
		wire_core(p);
	else if (s->programs[ROLE_CORE].sock >= 0)
		introduce(p, &s->programs[ROLE_CORE]);
}

void wire_parser(struct program *p, const struct msg_parser_wanted *wanted)
{
	struct program *core = &p->super->programs[ROLE_CORE];
	struct program *card = &p->super->programs[ROLE_CARD];
	int socks[2];

	/* first, so that its job finds the reader there, or knows that there is none */
	if (wanted->reader && card->sock >= 0)
		introduce(p, card);
	if (msg_pair(socks) != ERR_OK) {
		program_kill(p, "no socket for it");
		wire_no_parser(p->super, wanted);
		return;
	}
	AUTO_FD for_parser = socks[0];
	AUTO_FD for_core = socks[1];
	struct msg meet = { .type = MSG_PEER, .peer = { ROLE_CORE, for_parser } };
	struct msg here = { .type = MSG_PARSER, .parser = { p->job, (uint8_t)p->role, for_core } };
	(void)program_tell(p, &meet); /* when it is gone already, core sees a closed socket */
	(void)program_tell(core, &here);
}

void wire_no_parser(struct super *s, const struct msg_parser_wanted *wanted)
{
	int socks[2];

	if (msg_pair(socks) != ERR_OK)
		return; /* out of descriptors: core's own time-out for the job is left */
	close(socks[1]);
	AUTO_FD for_core = socks[0];
	struct msg here = { .type = MSG_PARSER, .parser = { wanted->job, wanted->role, for_core } };
	(void)program_tell(&s->programs[ROLE_CORE], &here);
}
