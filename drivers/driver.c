#include "drivers/driver.h"

#include <stdio.h>
#include <string.h>

extern const struct driver CARD_CCID, CODE_HIDPOS, PRINT_ESCPOS, SCAN_SANE, TOKEN_P11;

const struct driver *const DRIVERS[] = { &CARD_CCID, &CODE_HIDPOS, &PRINT_ESCPOS,
					 &SCAN_SANE, &TOKEN_P11,   NULL };

void driver_status_again(struct driver_host *h)
{
	struct msg m = { .type = MSG_STATUS,
			 .status = { .state = h->state, .near_end = h->near_end } };

	if (!h->told)
		return;
	snprintf(m.status.model, sizeof m.status.model, "%s", h->model);
	h->tell(h->data, ROLE_CORE, &m);
}

void driver_status(struct driver_host *h, enum err state, bool near_end, const char *model)
{
	bool same = h->told && h->state == state && h->near_end == near_end &&
		    (!model || strcmp(h->model, model) == 0);

	if (same)
		return;
	h->told = true;
	h->state = (uint8_t)state;
	h->near_end = near_end;
	if (model)
		snprintf(h->model, sizeof h->model, "%s", model);
	driver_status_again(h);
}
