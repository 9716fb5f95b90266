/* The province's answers on their way back on a USB stick: locked for the kiosk that wrote the
 * bundle, as CMS AuthEnvelopedData (RFC 5083, 5084). What is locked says first what it is, and is
 * filled up to whole BUNDLE_LOCK_STEP bytes, so that its length does not tell a refusal's reason:
 *
 *     "1//mcanswer//"  u32le length, the answer  zeros */
#ifndef PARSE_BUNDLE_ANSWER_H
#define PARSE_BUNDLE_ANSWER_H

#include "firmware/base/err.h"
#include "firmware/base/msg.h"
#include "firmware/parse/statement.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUNDLE_ANSWER_FRAME "1//mcanswer//"
enum { BUNDLE_LOCK_STEP = 4096 };

/* Is it a certificate that something can be locked for: DER, nothing behind it, P-256? */
bool bundle_lock_ok(struct blob der);

/* *ret_bytes is malloc'ed. ERR_BAD_DATA: the lock is none, or the answer is too long.
 * ERR_NO_MEMORY. */
enum err bundle_lock(struct blob answer, struct blob lock, uint8_t **ret_bytes, size_t *ret_len);

/* `key`: PEM of the private key and its certificate. ERR_BAD_CONFIG: it is not that. ERR_FORGED:
 * not locked for it, or changed since. ERR_BAD_DATA: no locked answer. *ret_bytes is malloc'ed. */
enum err bundle_unlock(struct blob locked, struct blob key, uint8_t **ret_bytes, size_t *ret_len);

/* MSG_JOB_BUNDLE_ANSWER: only what the province signed is locked, or given back. */
enum err bundle_answer_job(const struct msg_job_bundle_answer *j, struct msg *ret);

#endif
