/* Certificate and key that the kiosk shows the province, renewed: files of core's own folder, each
 * written whole or not at all, so that a cut at any moment leaves something to go on with.
 *
 *     next.key     made before the province is asked; asked for again after a cut
 *     next.pem     the province's certificate with that key; not tried yet
 *     now.pem      the same after a handshake with it succeeded
 *     before.pem   the one before that
 *
 * The pair of the settings (tls_cert, tls_key) is never touched. */
#ifndef CORE_RENEW_FILES_H
#define CORE_RENEW_FILES_H

#include "firmware/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define RENEW_MAX_BYTES 24576u

enum renew_which { RENEW_NOW, RENEW_NEXT };

/* A request (PKCS #10, PEM) for the key that is next, which is made and durable first, in the TPM
 * where there is one. `name` is the kiosk's id. The text is malloc'ed for the caller. ERR_NO_SPACE,
 * ERR_IO, ERR_GONE (the TPM), ERR_NO_MEMORY. */
enum err renew_request(int dir_fd, const char *name, char **ret_pem);

/* Takes what the province has issued (PEM, ours first) as next. ERR_FORGED: it is not for the key
 * that was asked for. ERR_BAD_DATA: no certificate. ERR_NOT_FOUND: no key is waiting. */
enum err renew_take(int dir_fd, const char *chain, size_t len);

/* Certificate and key in one PEM; malloc'ed, holds a secret. ERR_NOT_FOUND: there is none. */
enum err renew_load(int dir_fd, enum renew_which which, uint8_t **ret_pem, size_t *ret_len);

/* What is next has worked: now it is the one. ERR_NOT_FOUND. */
enum err renew_promote(int dir_fd);

/* What is next has been refused: away with it. */
enum err renew_drop(int dir_fd);

#endif
