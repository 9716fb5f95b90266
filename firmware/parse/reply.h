/* The province's reply to a question: CMS SignedData as statement.h has it, over a JSON object
 * whose form query.h says and whose facts are listed in query.def. */
#ifndef PARSE_REPLY_H
#define PARSE_REPLY_H

#include "firmware/base/msg.h"
#include "firmware/base/query.h"
#include "firmware/base/view.h"
#include "firmware/parse/statement.h"

/* The whole job. *ret is filled but for `query`; ret->facts is the caller's. ERR_FORGED also for
 * the reply to another question (nonce or name). ERR_BAD_DATA: a fact is missing or not as
 * listed. As statement_open(). */
enum err reply_job(const struct msg_job_reply *job, struct msg_reply_facts *ret);

/* The second half: the signed text. *facts grows; finish it with view_seal(). */
enum err reply_read_text(struct blob text, const struct msg_job_reply *job,
			 struct msg_reply_facts *ret, struct view_writer *facts);

#endif
