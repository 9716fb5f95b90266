/* The index of a bundle that lies on a USB stick (base/bundle.h). */
#ifndef PARSE_BUNDLE_H
#define PARSE_BUNDLE_H

#include "firmware/base/bundle.h"
#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include "firmware/parse/statement.h"
#include <stddef.h>
#include <stdint.h>

struct bundle_index {
	uint32_t id, count;
	char kiosk[64]; /* common name of who signed it */
	struct bundle_row *rows;
	uint8_t *lock; /* certificate, DER */
	size_t lock_len;
};

/* The file as it lies on the stick; `anchor` is the CA of the kiosks, PEM. ERR_FORGED: not signed
 * by a kiosk that leads to it. ERR_BAD_DATA: no index, or one that says what cannot be: a name or a
 * key twice, a length beyond all bounds, a lock that nothing can be locked with. ERR_BAD_CONFIG,
 * ERR_NO_MEMORY. */
enum err bundle_read(struct blob file, struct blob anchor, int64_t now_s, struct bundle_index *ret);

/* The second half alone: what was signed; `kiosk` stays "". */
enum err bundle_read_text(const uint8_t *text, size_t len, struct bundle_index *ret);

void bundle_index_finish(struct bundle_index *i); /* a zeroed one is allowed */

/* MSG_JOB_BUNDLE. */
enum err bundle_job(const struct msg_job_bundle *j, struct msg *ret);

#endif
