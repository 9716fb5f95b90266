/* JOB_ANCHORS: what an operator brings to be trusted, read here and nowhere else. */
#ifndef PARSE_ANCHORS_JOB_H
#define PARSE_ANCHORS_JOB_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"

/* *ret is ANCHORS_READ; the caller sends it, then msg_finish(). Errors: import.h. */
enum err anchors_job(const struct msg_job_anchors *j, struct msg *ret);

#endif
