/* The province's answer about one dossier: CMS SignedData (RFC 5652, DER, content inside) over
 * the JSON text of schema Answer in firmware/sync/province.openapi.yaml. */
#ifndef PARSE_ANSWER_H
#define PARSE_ANSWER_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include "firmware/parse/statement.h"
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_MAX_BYTES = 256 << 10 };

/* statement_open(), then the text. A reason that does not fit is cut, with "…". ERR_BAD_DATA also:
 * signed, but not in the agreed form. */
enum err answer_read(struct blob der, struct blob anchor, int64_t now_s,
		     struct msg_answer_facts *ret);

/* The second half alone: the signed text. ERR_BAD_DATA, ERR_NO_MEMORY. */
enum err answer_read_text(const char *text, size_t len, struct msg_answer_facts *ret);

/* True for ^[0-9A-Z.]{3,40}-[0-9]{6}([0-9]{2})?-[0-9]{4,8}$, the forms of a dossier code. */
bool answer_is_code(const char *text);

#endif
