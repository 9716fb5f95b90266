/* A code on a scanned page. Most stand for something at the authority that printed it, and go into
 * the manifest as they are. An identity card's says who its holder is: an offer for the form, and a
 * hint when another paper was asked for. */
#include "firmware/base/log.h"
#include "firmware/core/core.h"
#include "firmware/core/fold.h"
#include "firmware/core/visit_act.h"

#include <stdio.h>
#include <string.h>

/* How lists of what to bring call identity cards, or leave open what is brought. */
static const char *const CARD_WORDS[] = { "can cuoc", "cccd",  "chung minh", "cmnd",
					  "tuy than", "ho so", "giay to" };

static bool may_be_a_card(const struct paper *of)
{
	char name[1024];

	if (of->scan.card)
		return true;
	(void)fold(of->name, name, sizeof name);
	for (size_t i = 0; i < sizeof CARD_WORDS / sizeof CARD_WORDS[0]; i++)
		if (strstr(name, CARD_WORDS[i]))
			return true;
	return false;
}

void pages_judge(struct page *p)
{
	bool card = p->card.number[0] != '\0', asked = may_be_a_card(p->of);
	bool other = p->text.fits == 2 || (card && p->text.fits == 0);

	if (other && !(card && asked))
		page_add_fault(p, ERR_OTHER_PAPER);
	else
		page_drop_fault(p, ERR_OTHER_PAPER);
}

static void on_decoded(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct page *p = visit_page(&c->visit, c->pages.decoded);

	(void)tag;
	c->pages.decoded = 0;
	if (!p)
		return;
	p->code_read = true;
	explicit_bzero(&p->card, sizeof p->card);
	if (answer && answer->type == MSG_CARD_FACTS)
		card_take_facts(&p->card, &answer->card_facts);
	else if (why != ERR_NOT_CARD_QR && why != ERR_BAD_CARD)
		log_line(LOG_WARN, "page.code", "page=%u err=%s", p->file, err_name(why));
	pages_judge(p);
	(void)draft_keep(c);
	(void)guest_step(c, &(struct visit_event){ .on = ON_PAGE_DONE, .index = p->file });
	pages_poke(c);
}

void pages_decode(struct core *c)
{
	struct visit *v = &c->visit;
	struct msg m = { .type = MSG_JOB_CARD_QR };
	uint32_t i = 0;

	while (i < v->page_count && (v->pages[i].code_read || !v->pages[i].code[0]))
		i++;
	if (c->pages.decoded || i == v->page_count)
		return;
	const char *code = v->pages[i].code;
	m.job_card_qr.payload_len = (uint16_t)strlen(code);
	memcpy(m.job_card_qr.payload, code, strlen(code));
	c->pages.decoded = v->pages[i].file;
	enum err e = jobs_add(c, &m, on_decoded, c->visitor, "code");
	explicit_bzero(&m, sizeof m);
	if (e != ERR_OK) /* too much waits: when something has ended */
		c->pages.decoded = 0;
}
