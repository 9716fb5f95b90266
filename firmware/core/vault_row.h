/* What the outbox needs to know of a vault. */
#ifndef CORE_VAULT_ROW_H
#define CORE_VAULT_ROW_H

#include "firmware/base/err.h"
#include "firmware/base/log.h"
#include "firmware/core/vault.h"
#include <stdbool.h>
#include <stdint.h>

#define VAULT_CLAIM_BYTES 48

/* Deletes the key row within the commit that is open. */
enum err vault_forget(struct store *s, const struct vault *v);

/* A mark by which the same person, and nobody without the device secret, finds again what is
 * marked with it: 16 bytes salt, then a hash. Each vault has one. */
const uint8_t *vault_claim(const struct vault *v);

/* Makes `slow` from a number: expensive, once. Then asks whose a mark is: cheap. Wipe it. */
enum err vault_claimant(struct store *s, const char *number, struct secret *ret_slow);
enum err vault_claim_is(const struct secret *slow, const uint8_t claim[VAULT_CLAIM_BYTES],
			bool *ret_yes);

#endif
