/* The key row of a vault, for outbox_add(). */
#ifndef CORE_VAULT_ROW_H
#define CORE_VAULT_ROW_H

#include "firmware/base/err.h"
#include "firmware/core/vault.h"

/* Deletes the key row within the commit that is open. */
enum err vault_forget(struct store *s, const struct vault *v);

#endif
