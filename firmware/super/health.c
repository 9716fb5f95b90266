#include "firmware/super/health.h"

#include "firmware/base/msg.h"
#include "firmware/super/notify.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#define HEARTBEAT_MS 10000
#define HUNG_MS      60000

/* True when `p` has read all we sent. An empty message that stays unread for long means that
 * the program hangs. */
static bool reads_its_messages(struct program *p)
{
	int64_t now_ms = clock_mono_ms(&p->super->real);
	int unread = 0;

	if (p->sock < 0 || ioctl(p->sock, SIOCOUTQ, &unread) < 0)
		return true;
	if (unread == 0)
		p->asked_ms = 0;
	else if (p->asked_ms == 0)
		p->asked_ms = now_ms;
	return p->asked_ms == 0 || now_ms - p->asked_ms < HUNG_MS;
}

static void heartbeat(void *data)
{
	const struct msg m = { .type = MSG_CLOCK_MOVED };
	struct super *s = data;

	for (enum role r = 0; r < ROLE_COUNT; r++) {
		struct program *p = &s->programs[r];

		if (!super_keeps(r)) /* a parser is busy with its job, and its life is limited */
			continue;
		if (!reads_its_messages(p))
			program_kill(p, "it has not read its messages for a minute");
		else if (p->asked_ms == 0)
			(void)program_tell(p, &m);
	}
	timer_set(s->loop, &s->heartbeat, HEARTBEAT_MS, heartbeat, s);
}

/* systemd restarts the whole kiosk when core does not come back. */
static void watchdog(void *data)
{
	struct super *s = data;

	if (s->programs[ROLE_CORE].pid)
		notify("WATCHDOG=1");
	timer_set(s->loop, &s->watchdog, notify_interval_ms(), watchdog, s);
}

void health_begin(struct super *s)
{
	timer_set(s->loop, &s->heartbeat, HEARTBEAT_MS, heartbeat, s);
	if (notify_interval_ms() > 0)
		watchdog(s);
	notify("READY=1");
}

void health_end(struct super *s, bool for_good)
{
	if (for_good)
		notify("STOPPING=1");
	timer_stop(s->loop, &s->heartbeat);
	timer_stop(s->loop, &s->watchdog);
}
