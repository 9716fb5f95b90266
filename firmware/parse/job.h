/* One job: waits for kiosk-core, takes one message with hostile bytes, answers once, and ends.
 * Whatever a job does to this process costs that job only. */
#ifndef PARSE_JOB_H
#define PARSE_JOB_H

#include "firmware/base/role.h"

/* `lane`: ROLE_PARSE or ROLE_PAGES. Serves the supervisor's child protocol to the end. Returns the
 * exit status: 0 also when the job's bytes were bad, which is an answer like any other. */
int job_serve(enum role lane);

#endif
