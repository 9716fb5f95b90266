/* The jobs with paper: JOB_LOOK and JOB_SAME of the fast lane; JOB_DIGITIZE, JOB_BIND, JOB_ENDORSE
 * and JOB_ORIGINAL of the slow one. Sizes are claims of another program about bytes of a third;
 * they are compared before a pixel is read, and the pixels lie in sealed memory nobody can change.
 */
#ifndef PARSE_PAGE_JOB_H
#define PARSE_PAGE_JOB_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include "firmware/parse/room.h"

/* Each fills the answer, whose descriptors are then the caller's: msg_finish(). ERR_BAD_PAGE,
 * ERR_BAD_DATA, ERR_NO_MEMORY and what the headers of page/ and pdf/ name. */
enum err page_job_look(const struct room *r, const struct msg_job_look *job, struct msg *ret);
enum err page_job_same(const struct msg_job_same *job, struct msg *ret);
enum err page_job_digitize(const struct room *r, const struct msg_job_digitize *job,
			   struct msg *ret);
enum err page_job_bind(const struct msg_job_bind *job, struct msg *ret);
enum err page_job_endorse(const struct msg_job_endorse *job, struct msg *ret);
enum err page_job_original(const struct msg_job_original *job, struct msg *ret);

/* Of the fast lane again: the signatures of a PDF that somebody brought. */
enum err page_job_pdf(struct room *room, const struct msg_job_pdf *job, struct msg *ret);

/* And a page of a PDF that the province has sent, to be looked at. */
enum err page_job_draw(const struct msg_job_draw *job, struct msg *ret);

#endif
