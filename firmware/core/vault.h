/* What one visit keeps on disk until it is handed in: pages, form, anything that a power cut
 * must not cost. Each file is encrypted with a random key of the visit. That key is kept in one
 * database row, wrapped with a key made from the device secret and the citizen's number: only the
 * same identity finds it again, and deleting the row erases all files at once.
 *
 * A vault has no visit in it: what it holds and what the names mean is the caller's affair. The
 * number itself is nowhere on the disk.
 *
 * File: "MCV1", u8 algorithm (1 AES-256-GCM, 2 ChaCha20-Poly1305), 3 zero bytes, 12 bytes nonce,
 * ciphertext, 16 bytes tag; header, vault id and name are authenticated with it. */
#ifndef CORE_VAULT_H
#define CORE_VAULT_H

#include "firmware/base/err.h"
#include "firmware/core/store.h"
#include <stddef.h>
#include <stdint.h>

#define VAULT_MAX_BYTES (160u << 20) /* A4 in colour at 600 dpi is 104 MB */
#define VAULT_NAME_CAP  41           /* of a file: a-z 0-9 . - _, not beginning with a dot */

struct vault;

/* Bytes that are wiped when they are freed. Zero it before use. */
struct vault_bytes {
	uint8_t *bytes;
	size_t len;
};
void vault_bytes_finish(struct vault_bytes *b);
#define AUTO_VAULT_BYTES __attribute__((cleanup(vault_bytes_finish))) struct vault_bytes

/* A new, empty vault for the person with this identity number, or whatever else only they know
 * (any text; not checked further).
 * Earlier vaults of that number stay; vault_find() then gives the newest.
 * ERR_NO_SPACE, ERR_IO, ERR_NO_MEMORY. */
enum err vault_begin(struct store *s, const char *number, struct vault **ret_vault);

/* The newest unfinished vault of that number. ERR_NOT_FOUND: there is none. */
enum err vault_find(struct store *s, const char *number, struct vault **ret_vault);

/* Ends the use of `v` in memory and wipes its key; on disk it stays for vault_find(). NULL is
 * allowed. */
void vault_close(struct vault *v);

/* When it was begun, seconds since 1970. */
int64_t vault_begun_s(const struct vault *v);

/* Writes a file, whole or not at all: after any error the old one of that name, if any, is
 * still there (or the new one, when only the last sync of the folder failed). Durable on ERR_OK.
 * ERR_NO_SPACE (also over VAULT_MAX_BYTES), ERR_BAD_DATA (a bad name), ERR_IO: the disk let it
 * down, and store_failed() is true now. */
enum err vault_put(struct vault *v, const char *name, const void *bytes, size_t len);

/* Reads a file. ERR_NOT_FOUND; ERR_BAD_DATA: damaged, or put there by somebody else. */
enum err vault_get(struct vault *v, const char *name, struct vault_bytes *ret_bytes);

/* Deletes one file; no error when there is none. */
enum err vault_remove(struct vault *v, const char *name);

/* The visit is over: deletes the key row (after outbox_add() it is gone already), makes the
 * database forget it on disk too, deletes the files, closes. `v` is dead in any case. ERR_IO: the
 * files may still be there, without their key if the row could be deleted; vault_sweep() ends
 * it. */
enum err vault_end(struct vault *v);

/* vault_sweep() leaves it alone until then. */
enum err vault_last(struct vault *v, int64_t until_s);

/* At start, before any is in use: deletes what a cut left half-written in vaults; adds how many to
 * *count. */
enum err vault_start(struct store *s, uint32_t *count);

/* Ends every vault begun before `before_s` that nobody has open (the clock may have jumped in the
 * middle of a visit), and files without a key row; at start and nightly.
 * *ret_count may be NULL. */
enum err vault_sweep(struct store *s, int64_t before_s, unsigned *ret_count);

#endif
