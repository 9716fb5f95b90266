/* What the screens of staff who look after the queue and the sticks have in common. */
#ifndef UI_WORK_H
#define UI_WORK_H

#include "firmware/base/staff.h"
#include "ui/flow.h"
#include "ui/frame.h"

/* How many wait and since when; what is held back; how the province can be reached. */
void work_state(struct flow *f, struct page *p, const struct view *v);

/* What is wrong with the machine, all of it, with what a technician needs. */
void work_board(struct flow *f, struct page *p, const struct view *v);

/* Whether a stick is plugged in; one of several, or none, is a warning. */
void work_stick(struct flow *f, struct page *p, const struct view *v);

/* Why the province cannot be reached, or has not taken a dossier; "" for ERR_OK. */
const char *work_link_err(const struct page *p, int64_t err);

/* Why work with a stick failed, in words of sticks. */
const char *work_stick_err(const struct page *p, int64_t err);

/* Whether it may be pulled out, now that something has ended; err: of a failure. */
void work_stick_ended(struct flow *f, struct page *p, const struct view *v, int64_t err);

/* A way at the foot of the screen that asks core for that deed. */
struct way work_way(const struct page *p, const char *key, enum word w, enum icon icon,
		    enum staff_deed deed);

#endif
