/* `kioskctl scan`: a technician's test scan through scanner, parser and binder, while nobody stands
 * at the kiosk. One at a time; nothing of it is kept here, and no seal is put on it. */
#ifndef CORE_CTL_SCAN_H
#define CORE_CTL_SCAN_H

#include "firmware/base/loop.h"
#include "firmware/base/msg.h"
#include "firmware/core/ctl.h"

struct json_object;

#define TRIAL_MAX_PAGES 8
#define TRIAL_MAX_BYTES (256u << 20) /* of pixels at one time: two sheets at 600 dpi */

struct trial_page {
	struct msg_scan_page came;
	int pack; /* sealed memory; -1: not yet, or it could not be made */
	bool looked;
	struct json_object *facts;
};

struct trial {
	uint32_t id; /* ctl::id; 0: nobody */
	bool json, file, scanning, at_work;
	struct msg_scan_start wish;
	struct timer patience;
	struct trial_page pages[TRIAL_MAX_PAGES];
	uint32_t count, at; /* pages that came; the one at work */
	uint8_t tries;      /* of the job at work */
	enum err why;       /* what went wrong first */
};

enum ctl_code ctl_scan(struct ctl *t, const char *arg);
void ctl_scan_stop(struct core *c); /* a citizen has come */

/* True when it is about a scan by hand. The page's pixels are taken. */
bool ctl_scan_page(struct core *c, struct msg_scan_page *p);
bool ctl_scan_progress(struct core *c, const struct msg_scan_progress *p);
bool ctl_scan_done(struct core *c, uint32_t job, enum err why);
void ctl_scan_gone(struct core *c); /* the scanner's program has ended */

#endif
