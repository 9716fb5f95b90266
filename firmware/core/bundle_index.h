/* The index of a bundle (base/bundle.h), made and signed; and the key for which the province's
 * answers are locked on their way back. */
#ifndef CORE_BUNDLE_INDEX_H
#define CORE_BUNDLE_INDEX_H

#include "firmware/base/bundle.h"
#include "firmware/base/err.h"
#include "firmware/core/package.h"
#include "firmware/core/store.h"
#include <stddef.h>
#include <stdint.h>

/* DIR/stick.key: private key and certificate in PEM, made when it is missing or cannot be read; an
 * answer that was locked for an older one is never opened, and comes by the network instead.
 * *ret_pem is malloc'ed; wipe it. */
enum err bundle_key(struct store *s, uint8_t **ret_pem, size_t *ret_len);

struct bundle_list {
	uint32_t id, count;
	struct bundle_row *rows; /* in the order of their names */
};

/* The whole file, malloc'ed. ERR_NO_SPACE, ERR_NO_MEMORY; ERR_BAD_DATA: a row that cannot be. */
enum err bundle_index_make(struct store *s, const struct package_keys *k,
			   const struct bundle_list *l, uint8_t **ret_bytes, size_t *ret_len);

#endif
