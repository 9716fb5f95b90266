/* Reading the chip for the citizen who stands here: starts the session, collects what it tells,
 * and gives the visit the whole of it at the end. */
#include "firmware/base/auto.h"
#include "firmware/base/log.h"
#include "firmware/core/audit.h"
#include "firmware/core/chip_job.h"
#include "firmware/core/counter.h"

#include <stdio.h>
#include <string.h>

static void forget_kept(struct reading *r)
{
	if (r->kept >= 0)
		close(r->kept);
	r->kept = -1;
}

static void forget(struct reading *r)
{
	chip_forget(&r->chip);
	explicit_bzero(r->name, sizeof r->name);
	r->news = (struct chip_news){ .name = r->name };
}

void chip_init(struct core *c)
{
	c->hand.chip = CHIP_NOTHING;
	c->reading = (struct reading){ .chip = CHIP_NOTHING, .kept = -1 };
	forget(&c->reading);
}

static void tell(struct core *c)
{
	guest_step(c, &(struct visit_event){ .on = ON_CHIP_NEWS, .bytes = &c->reading.news });
}

static void failed(struct core *c, enum err why)
{
	forget(&c->reading);
	log_line(LOG_INFO, "chip.failed", "err=%s", err_name(why));
	(void)counter_add(c->store, "chip.failed", err_name(why));
	guest_step(c, &(struct visit_event){ .on = ON_CHIP_FAILED, .why = why });
}

/* Figures and words about the card, none about its holder. */
static void note(struct core *c, const struct chip *chip, const struct msg_chip_done *d)
{
	const char *verdict = verdict_name(chip->verdict);
	char detail[160];

	snprintf(detail, sizeof detail, "access=%s data=%s issuer=%s chip=%s",
		 chip_access_word(chip->access), chip_data_word(chip->data),
		 chip_issuer_word(chip->issuer), chip_proof_word(chip->proof));
	log_line(LOG_INFO, "chip.read", "verdict=%s %s trips=%u bytes=%u name_ms=%u total_ms=%u",
		 verdict, detail, d->trips, d->bytes_in, d->name_ms, d->total_ms);
	(void)audit_add(c->store, "chip.read", verdict, detail);
	(void)counter_add(c->store, "chip.verdict", verdict);
}

static void ended(struct core *c, struct msg_chip_done *d)
{
	struct reading *r = &c->reading;
	enum err why = d->why < ERR_COUNT ? d->why : ERR_BAD_DATA;

	forget_kept(r);
	chip_job_learn(c, d);
	if (why == ERR_CARD_MOVED || why == ERR_NO_CARD || why == ERR_CARD_MUTE ||
	    why == ERR_TIMEOUT || why == ERR_GONE)
		r->kept = take_fd(&d->kept);
	if (why == ERR_OK && r->chip.card.number[0] == '\0')
		why = ERR_BAD_CARD; /* nobody, whatever else is there */
	if (why != ERR_OK) {
		failed(c, why);
		return;
	}
	chip_take_verdict(&r->chip, d);
	r->chip.read_s = clock_now_s(&c->child.clock);
	note(c, &r->chip, d);
	if (guest_step(c, &(struct visit_event){ .on = ON_CHIP_READ, .bytes = &r->chip }))
		r->chip.face = -1; /* the visit's now */
	forget(r);
}

static void on_chip(struct core *c, const char *tag, struct msg *m, enum err why)
{
	struct reading *r = &c->reading;

	(void)tag;
	if (!m) {
		forget_kept(r); /* it may be what the parser died of */
		failed(c, why == ERR_OK ? ERR_BAD_MESSAGE : why);
		return;
	}
	switch (m->type) {
	case MSG_CHIP_STEP:
		r->news.step =
			m->chip_step.step < CHIP_STEP_COUNT ? m->chip_step.step : r->news.step;
		r->news.percent = m->chip_step.percent <= 100 ? m->chip_step.percent : 100;
		tell(c);
		break;
	case MSG_CHIP_FACTS:
		chip_take_facts(&r->chip, &m->chip_facts);
		snprintf(r->name, sizeof r->name, "%s", r->chip.card.name);
		tell(c);
		break;
	case MSG_CHIP_MORE:
		chip_take_more(&r->chip, &m->chip_more);
		break;
	case MSG_CHIP_FACE:
		chip_take_face(&r->chip, &m->chip_face);
		break;
	case MSG_CHIP_DONE:
		ended(c, &m->chip_done);
		break;
	case MSG_CHIP_TRACE: /* nobody asked for it */
		break;
	default: /* and the job is over with it */
		failed(c, ERR_BAD_MESSAGE);
		break;
	}
}

enum err chip_read(struct core *c, const struct card_key *key)
{
	const struct chip_job j = { .key = key,
				    .wants = CHIP_WANT_FACE,
				    .kept = c->reading.kept,
				    .visitor = c->visitor,
				    .tag = "chip" };

	jobs_cancel(c, on_chip);
	forget(&c->reading);
	return chip_job_add(c, &j, on_chip);
}

void chip_stop(struct core *c)
{
	jobs_cancel(c, on_chip);
	forget(&c->reading);
	forget_kept(&c->reading);
}
