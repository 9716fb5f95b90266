/* One sheet scanned twice, or one form filled in by two people? Where prints are alike kiosk-parse
 * compares the previews. A hint, so it waits until nobody waits for a look. */
#include "firmware/base/log.h"
#include "firmware/core/core.h"
#include "firmware/core/visit_act.h"

#include <fcntl.h>

static enum err image_of(struct core *c, const struct page *p, int *ret_fd)
{
	if (p->image < 0)
		return draft_get_part(c, p->file, PART_PREVIEW, ret_fd);
	int fd = fcntl(p->image, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return err_of_errno();
	*ret_fd = fd;
	return ERR_OK;
}

static void on_compared(struct core *c, const char *tag, struct msg *answer, enum err why)
{
	struct page *p = visit_page(&c->visit, c->pages.compared);
	bool told = answer && answer->type == MSG_PAGES_SAME;

	(void)tag;
	c->pages.compared = 0;
	if (!p) {
		pages_poke(c);
		return;
	}
	if (!told)
		log_line(LOG_WARN, "page.not_compared", "page=%u err=%s", p->file, err_name(why));
	page_take_compared(p, c->pages.compared_to, told && answer->pages_same.same == 1);
	visit_mark_copies(&c->visit);
	(void)draft_keep(c);
	(void)guest_step(c, &(struct visit_event){ .on = ON_PAGE_DONE, .index = p->file });
	pages_poke(c);
}

void pages_compare(struct core *c)
{
	struct msg m = { .type = MSG_JOB_SAME, .job_same = { .image = -1, .other = -1 } };
	struct page *p, *q;

	if (c->pages.compared || c->pages.looked_at || !visit_to_compare(&c->visit, &p, &q))
		return;
	m.job_same.width = p->width;
	m.job_same.height = p->height;
	m.job_same.other_width = q->width;
	m.job_same.other_height = q->height;
	c->pages.compared = p->file;
	c->pages.compared_to = q->file;
	enum err e = image_of(c, p, &m.job_same.image);
	if (e == ERR_OK)
		e = image_of(c, q, &m.job_same.other);
	if (e == ERR_OK)
		e = jobs_add(c, &m, on_compared, c->visitor, "same");
	else
		msg_finish(&m);
	if (e == ERR_OK)
		return;
	c->pages.compared = 0;
	if (e != ERR_BUSY) /* else when something has ended */
		page_take_compared(p, q->file, false);
}
