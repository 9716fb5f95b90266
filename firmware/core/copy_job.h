/* Copies that are judged in kiosk-parse: those that people bring, and those just signed. */
#ifndef CORE_COPY_JOB_H
#define CORE_COPY_JOB_H

#include "firmware/core/core.h"

/* A signed PDF, the text of a copy's code, or a picture of it (MSG_JOB_PDF). Takes over `file`,
 * sealed memory, in any case. Trusted are the anchors of kiosk.conf, and this kiosk's own seal.
 * `now_s`: when certificates must be valid. Errors as jobs_add(). */
enum err copy_job(struct core *c, int file, int64_t now_s, job_fn *done, const char *tag);

#endif
