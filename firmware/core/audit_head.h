/* The head of the audit log outside of this database: signed by the kiosk for the province, and
 * what the province has confirmed, in files beside the database.
 *
 *     DIR/audit.head     the newest head that the province confirmed
 *     DIR/audit.broken   the first one that the log did not have any more; stays until a
 *                        technician takes it away
 *
 * Each is a line "v2 SEQ SHA256 TIME NONCE CHECK", and then the province's reply to that question
 * (query.def, HEAD), CMS in DER, which proves it to anybody. CHECK is the beginning of the SHA-256
 * of all else, against damage:
 *
 *     tail -n +2 audit.head | openssl cms -verify -inform DER -CAfile answer.pem */
#ifndef CORE_AUDIT_HEAD_H
#define CORE_AUDIT_HEAD_H

#include "firmware/base/query.h"
#include "firmware/core/audit.h"
#include "firmware/core/package.h"

#define AUDIT_HEAD_FILE   "audit.head"
#define AUDIT_BROKEN_FILE "audit.broken"
#define AUDIT_HEX_CAP     (2 * AUDIT_HASH_BYTES + 1)

struct audit_confirmed {
	struct audit_point at;
	int64_t time_s; /* of the province */
	char nonce[QUERY_NONCE_CAP];
	uint8_t *reply; /* malloc'ed when read; see audit_confirmed_finish() */
	size_t len;
};

/* ERR_NOT_FOUND; ERR_BAD_DATA: the file is not as it was written. */
enum err audit_confirmed_get(struct store *s, const char *file, struct audit_confirmed *ret);
enum err audit_confirmed_put(struct store *s, const char *file, const struct audit_confirmed *c);
void audit_confirmed_finish(struct audit_confirmed *c);

/* What is signed: one JSON object that names the kiosk, the head and the time; with `file_sha256`
 * (may be NULL) the list of lines that goes with it, too. *ret_der is malloc'ed. */
struct audit_claim {
	const char *kiosk;
	struct audit_point head;
	int64_t time_s;
	const char *file_sha256;
};
enum err audit_sign(const struct package_keys *k, const struct audit_claim *c, uint8_t **ret_der,
		    size_t *ret_len);

/* All lines with what proves them, as a tar: README.txt in it says how openssl alone checks them.
 * *ret_fd is sealed memory, the caller's. ERR_NO_MEMORY. */
enum err audit_export(struct store *s, const struct package_keys *k, const char *kiosk,
		      int *ret_fd);

#endif
