/* JOB_CATALOGUE: a newer list of procedures, or the next key that signs them. Nothing of it is read
 * before the signature of the one trusted certificate over it is found good; a delta, of which the
 * signature is over what it makes, comes in the province's own signed reply. */
#ifndef PARSE_CATALOGUE_JOB_H
#define PARSE_CATALOGUE_JOB_H

#include "firmware/base/msg.h"
#include "firmware/parse/statement.h"

/* The whole job. *ret is filled; ret->text is the caller's. ERR_FORGED: signature, key or base do
 * not belong together. ERR_BAD_DATA: signed well, and still not as agreed. ERR_BAD_CONFIG: the
 * anchor is no certificate. */
enum err catalogue_job(const struct msg_job_catalogue *job, struct msg_catalogue_read *ret);

/* The list behind a delta, in canonical form; *ret_text is the caller's to free(). ERR_BAD_DATA. */
enum err catalogue_whole(struct blob base, struct blob delta, char **ret_text, size_t *ret_len);

#endif
